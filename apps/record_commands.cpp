// summary, info, export: what a record says.

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <ostream>

#include "child_process.hpp"
#include "commands.hpp"
#include "equilibrium_commands.hpp"
#include "misfit/base/error.hpp"
#include "misfit/record/record.hpp"
#include "misfit/run/export_xyz.hpp"
#include "misfit/statistics/accumulator.hpp"
#include "output.hpp"
#include "text.hpp"

namespace misfit::cli {
namespace {

/// Rows of the table for people: enough to see the course of a run on one screen.
constexpr std::size_t table_rows = 26;

std::string end_of(const Trajectory& trajectory) {
    switch (trajectory.stop()) {
        case Stop::composition:
            return "composition";
        case Stop::max_events:
            return "max_events";
        case Stop::frozen:
            return "frozen";
        default:
            return "t_end";
    }
}

/// Mean and standard error of one number a trajectory.
template <class Value>
std::string mean_over(const std::vector<Trajectory>& trajectories, const Value& value) {
    Accumulator accumulator;
    for (const Trajectory& each : trajectories) accumulator.add(value(each));
    return with_error(accumulator.mean(), accumulator.standard_error());
}

void print_ends(const Record& record) {
    std::map<std::string, std::size_t> reasons;
    for (const Trajectory& each : record.trajectories()) ++reasons[end_of(each)];
    std::string text;
    for (const auto& [reason, count] : reasons)
        text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", reason, count);
    fmt::print("ends        {}\n", text);
    fmt::print("end time    {}\n",
               mean_over(record.trajectories(), [](const Trajectory& t) { return t.end_time(); }));
    fmt::print("events      {}\n", mean_over(record.trajectories(), [](const Trajectory& t) {
                   return static_cast<double>(t.steps());
               }));
}

void print_csv(const Record& record, const EnsembleMeans& means) {
    fmt::memory_buffer text;
    const auto& columns = record.header().columns;
    auto out = std::back_inserter(text);
    const bool has_stages = !record.header().spec.stages.empty();
    fmt::format_to(out, "{}time", has_stages ? "stage," : "");
    for (const auto& column : columns) fmt::format_to(out, ",{0}_mean,{0}_standard_error", column.name);
    fmt::format_to(out, "\n");
    for (std::size_t row = 0; row < record.header().due.scalars.size(); ++row) {
        const DueTime& due = record.header().due.scalars[row];
        if (has_stages) fmt::format_to(out, "{},", due.stage + 1);
        fmt::format_to(out, "{}", due.time);
        for (std::size_t k = row * columns.size(); k < (row + 1) * columns.size(); ++k)
            fmt::format_to(out, ",{},{}", means.mean[k], means.standard_error[k]);
        fmt::format_to(out, "\n");
    }
    std::fwrite(text.data(), 1, text.size(), stdout);
}

void print_ends_csv(const Record& record) {
    fmt::print("trajectory,end,end_time,events");
    for (std::size_t kind = 0; kind < kmc_event_kinds; ++kind) fmt::print(",{}", event_kind_names[kind]);
    fmt::print(",phi_deviation,energy_deviation\n");
    for (const Trajectory& each : record.trajectories()) {
        fmt::print("{},{},{},{}", each.unit, end_of(each), each.end_time(), each.steps());
        for (const std::uint64_t count : each.events) fmt::print(",{}", count);
        fmt::print(",{},{}\n", each.phi_deviation, each.energy_deviation);
    }
}

/// How many due times there are until every trajectory has ended and nothing changes any more; the first at
/// which nothing does counts. With stages, all.
std::size_t times_of_change(const Record& record) {
    const auto& times = record.header().due.scalars;
    if (!record.header().spec.stages.empty()) return times.size();
    double latest = 0.0;
    for (const Trajectory& each : record.trajectories()) latest = std::max(latest, each.end_time());
    const auto after = std::ranges::lower_bound(times, latest, {}, &DueTime::time);
    return static_cast<std::size_t>(after - times.begin()) + (after == times.end() ? 0 : 1);
}

/// Means at some of the due times, spread evenly over the list of them (which is denser where the schedule
/// is).
void print_table(const Record& record, const EnsembleMeans& means) {
    const auto& columns = record.header().columns;
    const auto& times = record.header().due.scalars;
    if (times.empty()) return;
    // Columns that are zero throughout, as the Ising energy without J, would only take room.
    std::vector<std::size_t> shown;
    for (std::size_t column = 0; column < columns.size(); ++column)
        for (std::size_t row = 0; row < times.size(); ++row)
            if (means.mean[row * columns.size() + column] != 0.0) {
                shown.push_back(column);
                break;
            }
    const bool has_stages = !record.header().spec.stages.empty();
    fmt::print("{}{:>12}", has_stages ? "stage" : "", "time");
    for (const std::size_t column : shown) fmt::print(" {:>15}", columns[column].name);
    fmt::print("\n");
    const std::size_t changing = times_of_change(record);
    const std::size_t rows = std::min(table_rows, changing);
    for (std::size_t k = 0; k < rows; ++k) {
        const std::size_t row = rows == 1 ? 0 : k * (changing - 1) / (rows - 1);
        if (has_stages) fmt::print("{:>5}", times[row].stage + 1);
        fmt::print("{:>12.4g}", times[row].time);
        for (const std::size_t column : shown) {
            const std::size_t at = row * columns.size() + column;
            fmt::print(" {:>15}", with_error(means.mean[at], means.standard_error[at]));
        }
        fmt::print("\n");
    }
    if (rows < times.size())
        fmt::print("({} of {} times{}; all of them: --csv)\n", rows, times.size(),
                   changing < times.size() ? ", until every trajectory had ended" : "");
}

std::string how_many(const Record& record) {
    const std::size_t here = record.trajectories().size();
    if (record.header().complete) return fmt::format("{} trajectories", here);
    return fmt::format("unfinished: {} of {} trajectories", here,
                       record.header().spec.exchange().ensemble.trajectories);
}

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
    fmt::print("made        {} to {} on {}, {} threads, {}\n", made.started, made.finished, made.host,
               made.threads, duration(made.wall_seconds));
    fmt::print(
        "cite        Frechette, Dellago, Geissler, PNAS 118, e2114551118 (2021), "
        "doi:10.1073/pnas.2114551118\n");
    fmt::print("\nInput, resolved:\n\n{}", to_toml(header.spec));
}

}  // namespace

int execute(const Summary& command) {
    RecordFile file(command.record);
    if (file.kind() == Method::equilibrium) {
        if (command.ends) throw Error("--ends is for a record of exchange; this is one of equilibrium");
        return summarise(EquilibriumRecord(std::move(file)), command.csv);
    }
    const Record record(std::move(file));
    if (command.ends && command.csv) {
        print_ends_csv(record);
        return exit_fine;
    }
    if (record.trajectories().empty()) {
        fmt::print("{}\n", how_many(record));
        return exit_fine;
    }
    const EnsembleMeans means = ensemble_means(record);
    if (command.csv) {
        print_csv(record, means);
        return exit_fine;
    }
    fmt::print("{}, N = {}, {}\n", record.crystal().shape(), record.crystal().size(), how_many(record));
    if (command.ends) {
        fmt::print("\n{:>10} {:>12} {:>12} {:>10}\n", "trajectory", "end", "end time", "events");
        for (const Trajectory& each : record.trajectories())
            fmt::print("{:>10} {:>12} {:>12.6g} {:>10}\n", each.unit, end_of(each), each.end_time(),
                       each.steps());
        return exit_fine;
    }
    print_ends(record);
    fmt::print("\nMean over trajectories; in brackets the standard error of the last digits.\n\n");
    print_table(record, means);
    return exit_fine;
}

int execute(const Info& command) {
    RecordFile file(command.record);
    if (file.kind() == Method::equilibrium) {
        const EquilibriumRecord record(std::move(file));
        describe(record);
        print_origin(record.header(), record.provenance());
        return exit_fine;
    }
    const Record record(std::move(file));
    const RecordHeader& header = record.header();
    const auto& trajectories = record.trajectories();
    fmt::print("crystal     {}, N = {}\n", record.crystal().shape(), record.crystal().size());
    fmt::print("ensemble    {}, seed {}\n", how_many(record), header.spec.exchange().ensemble.seed);
    fmt::print("recorded    {} columns at {} times, sigma at {} times\n", header.columns.size(),
               header.due.scalars.size(), header.due.sigma.size());
    if (!trajectories.empty()) {
        print_ends(record);
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
    print_origin(header, record.provenance());
    return exit_fine;
}

int execute(const Export& command) {
    RecordFile recorded(command.record);
    if (!command.xyz) {
        if (command.trajectory) throw Error("--trajectory is for --xyz; the other formats have all of them");
        if (command.npz && command.out.empty()) throw Error("--npz needs a file: --output FILE");
        std::vector<std::string> arguments = {"export", recorded.path().string(),
                                              command.csv ? "--csv" : "--npz"};
        if (!command.out.empty()) arguments.insert(arguments.end(), {"--out", command.out.string()});
        return run_python(arguments);
    }
    if (recorded.kind() == Method::equilibrium) {
        if (command.trajectory)
            throw Error("--trajectory is for a record of exchange; this is one of equilibrium");
        const EquilibriumRecord record(std::move(recorded));
        write_output(command.out, [&](std::ostream& out) { export_xyz(record, out); });
        return exit_fine;
    }
    const Record record(std::move(recorded));
    const std::size_t k = command.trajectory ? record.index_of(*command.trajectory) : 0;
    write_output(command.out, [&](std::ostream& out) { export_xyz(record, k, out); });
    return exit_fine;
}

}  // namespace misfit::cli
