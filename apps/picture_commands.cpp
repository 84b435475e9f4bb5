// plot, report, animate, potential, reproduce, units, cache: pictures come from the Python package,
// potentials from the cache.

#include <fmt/format.h>

#include "child_process.hpp"
#include "commands.hpp"
#include "ensemble_text.hpp"
#include "misfit/base/error.hpp"
#include "misfit/base/parallel.hpp"
#include "misfit/elastic/potential_cache.hpp"
#include "misfit/elastic/potential_report.hpp"
#include "misfit/formats/export_potential.hpp"
#include "misfit/formats/potential_file.hpp"
#include "misfit/input/spec_reader.hpp"
#include "misfit/input/spec_text.hpp"
#include "misfit/record/any_record.hpp"
#include "misfit/run/memory_limit.hpp"
#include "misfit/store/hdf5.hpp"
#include "text.hpp"

namespace misfit::cli {
namespace {

/// Beyond this, eigenvalues take more than a minute.
constexpr Site eigenvalues_up_to = 3000;

/// Of the command line, in bytes; Linux takes 128 KiB. Only long lists of sites make a longer input.
constexpr std::size_t longest_argument = 100'000;

void print_report(const PotentialReport& report, const Potential& potential) {
    fmt::print("N                   {}\n", report.size);
    fmt::print("route               {}\n", potential.method());
    fmt::print("max |V_ij - V_ji|   {:.2g}\n", report.asymmetry);
    fmt::print("max |row sum|       {:.2g}\n", report.largest_row_sum);
    fmt::print("trace               {:.12g}\n", report.trace);
    if (!report.has_eigenvalues) {
        fmt::print("eigenvalues         not computed for so many sites; --eigenvalues does\n");
        return;
    }
    fmt::print("eigenvalues         {} zero, then {:.12g} to {:.12g} (smallest of all {:.2g})\n",
               report.zero_eigenvalues, report.smallest_nonzero_eigenvalue, report.largest_eigenvalue,
               report.smallest_eigenvalue);
}

}  // namespace

namespace {

/// The formats that were asked for, as Python is told of them.
void add_formats(std::vector<std::string>& arguments, const std::vector<std::string>& formats) {
    for (const std::string& format : formats) arguments.insert(arguments.end(), {"--format", format});
}

/// Several runs over each other, each by the name that it was given.
int plot_several(const Plot& command) {
    if (!command.times.empty() || command.trajectory || command.point)
        throw Error("--times, --trajectory and --point are for the plot of one run");
    std::vector<RecordFile> files;
    std::vector<std::string> arguments = {"compare"};
    for (const std::filesystem::path& path : command.records) {
        files.emplace_back(path);
        if (files.back().kind() == Method::equilibrium)
            throw Error(fmt::format("{}: is of equilibrium; runs of exchange are laid over each other",
                                    path.string()));
        arguments.push_back(files.back().path().string());
    }
    arguments.insert(arguments.end(), {"--out", command.out.empty() ? "plots" : command.out.string()});
    add_formats(arguments, command.formats);
    arguments.emplace_back("--labels");
    for (const std::filesystem::path& path : command.records) arguments.push_back(path.string());
    return run_python(arguments);
}

/// What Python is told of the plot of one run, beside where things are.
std::vector<std::string> chosen(const EquilibriumRecord&, const Plot& command) {
    if (!command.times.empty() || command.trajectory || command.point)
        throw Error(
            "--times, --trajectory and --point are for a record of exchange; this is one of equilibrium");
    return {};
}

std::vector<std::string> chosen(const Record& record, const Plot& command) {
    const std::size_t point = command.point.value_or(0);
    require_point(record, point);
    const bool is_of_one_point = command.point || record.points().size() == 1;
    if (!is_of_one_point && (!command.times.empty() || command.trajectory))
        throw Error(fmt::format("--times and --trajectory: of which of the {} points? --point K",
                                record.points().size()));
    std::vector<std::string> arguments;
    if (command.point) arguments.insert(arguments.end(), {"--point", fmt::format("{}", point)});
    const std::size_t k = command.trajectory ? record.index_of(*command.trajectory, point) : 0;
    arguments.insert(arguments.end(), {"--trajectory", fmt::format("{}", k)});
    if (!command.times.empty()) {
        arguments.emplace_back("--times");
        for (const double time : command.times) arguments.push_back(fmt::format("{}", time));
    }
    return arguments;
}

/// The same of a report.
std::vector<std::string> chosen(const EquilibriumRecord&, const Report& command) {
    if (command.point) throw Error("--point is for a record of exchange; this is one of equilibrium");
    std::vector<std::string> arguments;
    if (!command.strain.empty()) arguments.emplace_back("--strain");
    for (const std::uint32_t point : command.strain) arguments.push_back(fmt::format("{}", point));
    return arguments;
}

std::vector<std::string> chosen(const Record& record, const Report& command) {
    const std::size_t point = command.point.value_or(0);
    require_point(record, point);
    if (!command.point && record.points().size() > 1 && !command.strain.empty())
        throw Error(fmt::format("--strain: at which of the {} points? --point K", record.points().size()));
    std::vector<std::string> arguments;
    if (command.point) arguments.insert(arguments.end(), {"--point", fmt::format("{}", point)});
    if (!command.strain.empty()) arguments.emplace_back("--strain");
    for (const std::uint32_t unit : command.strain)
        arguments.push_back(fmt::format("{}", record.index_of(unit, point)));
    return arguments;
}

/// The same of a movie.
std::vector<std::string> chosen(const EquilibriumRecord&, const Animate&) {
    throw Error("a movie is of a trajectory of exchange; this record is one of equilibrium");
}

std::vector<std::string> chosen(const Record& record, const Animate& command) {
    const std::size_t point = command.point.value_or(0);
    require_point(record, point);
    if (!command.point && record.points().size() > 1)
        throw Error(fmt::format("a movie of which of the {} points? --point K", record.points().size()));
    const std::size_t k = command.trajectory ? record.index_of(*command.trajectory, point) : 0;
    return {"--point", fmt::format("{}", point),       "--trajectory", fmt::format("{}", k),
            "--rate",  fmt::format("{}", command.rate)};
}

/// `word` as Python's command, of a record, into `out`, or by default a file of this name beside the record.
template <class Command>
std::vector<std::string> arguments_of(const char* word, const AnyRecord& record, const Command& command,
                                      const std::filesystem::path& given,
                                      const std::filesystem::path& default_out) {
    std::filesystem::path out = command.out;
    if (out.empty()) out = (std::filesystem::is_directory(given) ? given : given.parent_path()) / default_out;
    std::vector<std::string> arguments =
        record_words(std::visit([](const auto& of) { return of.file(); }, record), given);
    arguments.insert(arguments.begin(), word);
    arguments.insert(arguments.end(), {"--out", out.string()});
    const std::vector<std::string> more =
        std::visit([&](const auto& of) { return chosen(of, command); }, record);
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
}

}  // namespace

int execute(const Plot& command) {
    if (command.records.size() > 1) return plot_several(command);
    const std::filesystem::path& given = command.records.front();
    const AnyRecord record = read_record(RecordFile(given));
    // Pictures of one point have the names that those of another have.
    const std::filesystem::path folder =
        command.point ? fmt::format("plots/point-{}", *command.point) : std::string("plots");
    std::vector<std::string> arguments = arguments_of("plot", record, command, given, folder);
    add_formats(arguments, command.formats);
    return run_python(arguments);
}

int execute(const Report& command) {
    const AnyRecord record = read_record(RecordFile(command.record));
    std::vector<std::string> arguments =
        arguments_of("report", record, command, command.record, "report.html");
    // The input that reproduces the run: the user's file does not hold what --set changed.
    const std::string resolved = std::visit([](const auto& of) { return to_toml(of.header().spec); }, record);
    if (resolved.size() < longest_argument) arguments.insert(arguments.end(), {"--toml", resolved});
    return run_python(arguments);
}

int execute(const Animate& command) {
    const AnyRecord record = read_record(RecordFile(command.record));
    return run_python(arguments_of("animate", record, command, command.record, "movie.mp4"));
}

int execute(const ShowPotential& command) {
    const RunSpec spec = read_spec(command.input.file, command.input.settings);
    const int threads = command.threads > 0 ? command.threads : hardware_threads();
    require_memory(spec, threads);
    const Crystal crystal = build_crystal(spec);
    const Potential potential = potential_of(crystal, spec.potential_file, threads);
    print_report(report_potential(potential, command.eigenvalues || potential.size() <= eigenvalues_up_to),
                 potential);
    std::error_code failure;
    std::filesystem::create_directories(command.out, failure);
    const std::filesystem::path sample = command.out / "potential.h5";
    write_potential_sample(sample, crystal, potential);
    if (!command.matrix.empty()) {
        write_potential(command.matrix, crystal, potential);
        fmt::print("V, all of it        {}\n", command.matrix.string());
    }
    std::vector<std::string> arguments = {"potential", sample.string(), "--out", command.out.string()};
    add_formats(arguments, command.formats);
    return run_python(arguments);
}

int execute(const Reproduce& command) {
    std::vector<std::string> arguments = {"reproduce", "--program", this_program().string(), "--threads",
                                          fmt::format("{}", command.threads)};
    if (command.quick) arguments.emplace_back("--quick");
    if (!command.out.empty()) arguments.insert(arguments.end(), {"--out", command.out.string()});
    arguments.emplace_back("--");
    arguments.insert(arguments.end(), command.figures.begin(), command.figures.end());
    return run_python(arguments);
}

int execute(const ShowUnits& command) {
    const auto text = [](double value) { return fmt::format("{}", value); };
    std::vector<std::string> arguments = {"units",
                                          "--bulk-modulus",
                                          text(command.bulk_modulus),
                                          "--spacing",
                                          text(command.spacing),
                                          "--mismatch",
                                          text(command.mismatch),
                                          "--temperature",
                                          text(command.temperature),
                                          "--cations",
                                          text(command.cations)};
    if (command.thickness) arguments.insert(arguments.end(), {"--thickness", text(*command.thickness)});
    if (!command.input.file.empty()) {
        const RunSpec spec = read_spec(command.input.file, command.input.settings);
        if (const bool is_sheet = command.thickness.has_value();
            is_sheet != (dimension_of(spec.crystal) == 2))
            throw Error(
                fmt::format("{}: its crystal has {} dimensions: {}", command.input.file.string(),
                            dimension_of(spec.crystal),
                            is_sheet ? "leave --thickness away" : "give the --thickness of the sheet"));
        if (spec.model.epsilon == 0.0)
            throw Error(
                fmt::format("{}: epsilon = 0: its energies are in units of J, which no elasticity gives",
                            command.input.file.string()));
        // An option that begins with a minus is taken for another one.
        arguments.insert(arguments.end(), {"--kT=" + text(spec.model.kT / spec.model.epsilon),
                                           "--delta-mu=" + text(spec.model.delta_mu / spec.model.epsilon)});
    }
    return run_python(arguments);
}

int execute(const Cache& command) {
    const PotentialCache cache = PotentialCache::standard();
    const auto entries = cache.entries();
    const std::string how_many = counted(entries.size(), "potential");
    if (command.clear) {
        cache.clear();
        fmt::print("removed {} from {}\n", how_many, cache.folder().string());
        return exit_fine;
    }
    double total = 0.0;
    for (const PotentialCache::Entry& entry : entries) total += static_cast<double>(entry.bytes);
    fmt::print("{}: {}, {} of {} (MISFIT_CACHE_LIMIT_GIB)\n", cache.folder().string(), how_many,
               format_bytes(total), format_bytes(static_cast<double>(cache.limit_bytes())));
    for (const PotentialCache::Entry& entry : entries)
        fmt::print("{:>10}  {:<40} {}\n", format_bytes(static_cast<double>(entry.bytes)), entry.description,
                   entry.path.filename().string());
    return exit_fine;
}

}  // namespace misfit::cli
