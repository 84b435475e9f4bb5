// info, export: what a record says.

#include <algorithm>
#include <fmt/format.h>
#include <ostream>
#include <utility>

#include "child_process.hpp"
#include "commands.hpp"
#include "ensemble_text.hpp"
#include "equilibrium_commands.hpp"
#include "misfit/base/error.hpp"
#include "misfit/input/spec_text.hpp"
#include "misfit/record/any_record.hpp"
#include "misfit/run/export_atoms.hpp"
#include "output.hpp"
#include "text.hpp"

namespace misfit::cli {
namespace {

double largest(const std::vector<Trajectory>& trajectories, double Trajectory::* value) {
    double result = 0.0;
    for (const Trajectory& each : trajectories) result = std::max(result, each.*value);
    return result;
}

/// How a record was made, for every kind.
void print_origin(const RecordHeader& header, const Provenance& made) {
    fmt::print("potential   {}\n",
               header.potential_method.empty()
                   ? "none: epsilon = 0"
                   : fmt::format("{}, hash {}", header.potential_method, header.potential_hash));
    fmt::print("misfit      {} ({})\n", header.misfit_version, made.build);
    const std::string where =
        fmt::format("on {}, {}", made.host, counted(static_cast<std::uint64_t>(made.threads), "thread"));
    if (header.complete)
        fmt::print("made        {} to {} {}, {}\n", made.started, made.finished, where,
                   duration(made.wall_seconds));
    else
        fmt::print("begun       {} {}; not finished\n", made.started, where);
    fmt::print(
        "cite        Frechette, Dellago, Geissler, PNAS 118, e2114551118 (2021), "
        "doi:10.1073/pnas.2114551118\n");
    fmt::print("\nInput, resolved:\n\n{}", to_toml(header.spec));
}

void describe(const Record& record) {
    const RecordHeader& header = record.header();
    std::vector<Trajectory> trajectories;
    for (const RecordedPoint& point : record.points())
        trajectories.insert(trajectories.end(), point.trajectories.begin(), point.trajectories.end());
    fmt::print("crystal     {}, N = {}\n", record.crystal().shape(), record.crystal().size());
    print_sweep(header.spec);
    fmt::print("ensemble    {}, seed {}\n", how_many(record), header.spec.exchange().ensemble.seed);
    fmt::print("recorded    {} at {}, sigma at {}\n", counted(header.columns.size(), "column"),
               counted(header.due.scalars.size(), "time"), counted(header.due.sigma.size(), "time"));
    if (!trajectories.empty()) {
        fmt::print("ends        {}\n", reasons_text(record));
        if (record.points().size() == 1) {
            print_answers(record, 0);
            print_ends(record, 0);
        }
        std::string kinds;
        for (std::size_t kind = 0; kind < kmc_event_kinds; ++kind) {
            double sum = 0.0;
            for (const Trajectory& each : trajectories) sum += static_cast<double>(each.events[kind]);
            if (sum > 0.0)
                kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", count_text(sum),
                                     event_kind_names[kind]);
        }
        fmt::print("in all      {}\n", kinds.empty() ? "none" : kinds);
        fmt::print("drift       phi {:.2g}, energy {:.2g} at the most\n",
                   largest(trajectories, &Trajectory::phi_deviation),
                   largest(trajectories, &Trajectory::energy_deviation));
    }
}

AtomStyle style_of(const Export& command) {
    AtomStyle style;
    if (command.dump) style.format = AtomFormat::lammps_dump;
    if (command.plain) style.format = AtomFormat::plain_xyz;
    style.scale = command.scale.value_or(1.0);
    return style;
}

void export_frames(const EquilibriumRecord& record, const Export& command) {
    if (command.trajectory || command.point)
        throw Error("--trajectory and --point are for a record of exchange; this is one of equilibrium");
    write_output(command.out, [&](std::ostream& out) { export_atoms(record, style_of(command), out); });
}

void export_frames(const Record& record, const Export& command) {
    const std::size_t point = command.point.value_or(0);
    require_point(record, point);
    if (record.points()[point].trajectories.empty())
        throw Error(fmt::format("{}: no trajectory is finished yet", command.record.string()));
    const std::size_t k = command.trajectory ? record.index_of(*command.trajectory, point) : 0;
    write_output(command.out,
                 [&](std::ostream& out) { export_atoms(record, k, style_of(command), out, point); });
}

}  // namespace

int execute(const Info& command) {
    std::visit(
        [](const auto& record) {
            describe(record);
            print_origin(record.header(), record.provenance());
        },
        read_record(RecordFile(command.record)));
    return exit_fine;
}

int execute(const Export& command) {
    RecordFile recorded(command.record);
    if (!command.xyz && !command.dump) {
        for (const auto& [option, is_given] : {std::pair{"--point", command.point.has_value()},
                                               std::pair{"--trajectory", command.trajectory.has_value()}})
            if (is_given)
                throw Error(
                    fmt::format("{} is for --xyz and --dump; the other formats have all of them", option));
        if (command.scale)
            throw Error("--scale is for --xyz and --dump; the other formats have no positions to scale");
        if (command.npz && command.out.empty()) throw Error("--npz needs a file: --output FILE");
        std::vector<std::string> arguments = record_words(recorded.path(), command.record);
        arguments.insert(arguments.begin(), "export");
        arguments.emplace_back(command.csv ? "--csv" : "--npz");
        if (!command.out.empty()) arguments.insert(arguments.end(), {"--out", command.out.string()});
        return run_python(arguments);
    }
    std::visit([&](const auto& record) { export_frames(record, command); }, read_record(std::move(recorded)));
    return exit_fine;
}

}  // namespace misfit::cli
