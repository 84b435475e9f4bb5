// The only file that includes CLI11: it compiles slowly.
#include "command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <sstream>

#include "allowed.hpp"
#include "manual.hpp"
#include "misfit/base/error.hpp"
#include "misfit/input/nearest_word.hpp"
#include "misfit/input/schema.hpp"
#include "misfit/input/spec_template.hpp"
#include "misfit/store/version.hpp"
#include "mistyped.hpp"

namespace misfit::cli {
namespace {

void add_settings(CLI::App& app, Input& input) {
    app.add_option("--set", input.settings, "Change one key of the input: table.key=value; may be repeated")
        ->type_name("KEY=VALUE")
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false);  // what follows is not another setting
}

void add_input(CLI::App& app, Input& input, const std::string& meaning = "Input file (TOML)") {
    app.add_option("INPUT", input.file, meaning)->required();
    add_settings(app, input);
}

void add_record(CLI::App& app, std::filesystem::path& record) {
    app.add_option("RUN", record, "Folder of a run, or a record file")->required();
}

void add_records(CLI::App& app, std::vector<std::filesystem::path>& records) {
    app.add_option("RUN", records, "Folder of a run, or a record file; several of exchange beside each other")
        ->required();
}

/// The numbers of points are those that summary prints.
void add_point(CLI::App& app, std::optional<std::uint32_t>& point, const std::string& meaning) {
    app.add_option("--point", point, meaning)->type_name("K");
}

void add_threads(CLI::App& app, int& threads) {
    app.add_option("--threads", threads, "Threads; 0 for all there are")
        ->check(CLI::Range(0, 4096))
        ->type_name("N");
}

/// Those that pictures are written in.
constexpr std::array<const char*, 3> picture_formats = {"png", "svg", "pdf"};

void add_formats(CLI::App& app, std::vector<std::string>& formats) {
    app.add_option("--format", formats, "png, svg or pdf; may be repeated; by default png and svg")
        ->check(CLI::IsMember(std::vector<std::string>(picture_formats.begin(), picture_formats.end())))
        ->type_name("FORMAT")
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false);  // what follows is a record
}

/// Those that completion is written for.
constexpr std::array<const char*, 2> shells = {"bash", "zsh"};

/// Adds a subcommand that turns into `command` when it is given.
template <class C>
CLI::App& add_command(CLI::App& app, Command& chosen, const C& command, const std::string& name,
                      const std::string& description) {
    CLI::App* added = app.add_subcommand(name, description);
    added->callback([&chosen, &command] { chosen = command; });
    return *added;
}

/// Throws for a word that is no command, naming the one that was meant; CLI11 would only say that a command
/// is missing.
void require_command(const CLI::App& app, const std::string& word) {
    if (word.starts_with('-')) return;
    std::vector<std::string> names;
    for (const CLI::App* each : app.get_subcommands(nullptr)) names.push_back(each->get_name());
    if (std::ranges::find(names, word) != names.end()) return;
    const std::string meant = nearest_word(word, names);
    throw Error(fmt::format("there is no command {}{} (see misfit --help)", word,
                            meant.empty() ? "" : fmt::format("; did you mean {}?", meant)));
}

Message help_of(const CLI::App& app, const std::string& command) {
    require_command(app, command);
    return {app.get_subcommand(command)->help("misfit")};
}

/// What the value of an option or an argument may be, where its words can be listed.
std::vector<std::string> words_of(const CLI::App& app, const CLI::Option& option,
                                  const std::string& command) {
    const std::string name = option.get_name();
    std::vector<std::string> words;
    if (name == "--set")
        for (const SpecKey& key : spec_keys()) words.push_back(key.path + "=");
    if (name == "NAME" && command == "keys") {
        for (const SpecTable& table : spec_tables()) words.push_back(table.path);
        for (const SpecKey& key : spec_keys()) words.push_back(key.path);
    }
    if (name == "NAME" && command == "init") words = template_names();
    if (name == "COMMAND")
        for (const CLI::App* each : app.get_subcommands(nullptr)) words.push_back(each->get_name());
    if (name == "--format") words = {picture_formats.begin(), picture_formats.end()};
    if (name == "SHELL") words = {shells.begin(), shells.end()};
    return words;
}

/// Those of a command and of the groups within it.
void add_options(const CLI::App& whole, const CLI::App& app, CommandText& command) {
    for (const CLI::Option* option : app.get_options()) {
        // A group has a --help of its own, which nobody can ask for.
        if (app.get_name().empty() && option == app.get_help_ptr()) continue;
        OptionText& text = command.options.emplace_back();
        for (const std::string& name : option->get_lnames()) text.names.push_back("--" + name);
        for (const std::string& name : option->get_snames()) text.names.push_back("-" + name);
        const bool is_argument = text.names.empty();
        if (is_argument) text.names.push_back(option->get_name());
        const bool has_value = option->get_items_expected_max() > 0;
        // "N:INT in [0 - 4096]": what a check says of it stands behind.
        const std::string type = option->get_type_name();
        if (has_value) text.value = is_argument ? text.names.front() : type.substr(0, type.find(':'));
        text.meaning = option->get_description();
        text.words = words_of(whole, *option, command.name);
        text.is_required = option->get_required();
        text.may_repeat = option->get_items_expected_max() > 1 ||
                          option->get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
    }
    for (const CLI::App* group : app.get_subcommands(nullptr)) add_options(whole, *group, command);
}

std::vector<CommandText> describe(const CLI::App& app) {
    std::vector<CommandText> commands;
    for (const CLI::App* each : app.get_subcommands(nullptr)) {
        CommandText& command =
            commands.emplace_back(CommandText{each->get_name(), each->get_description(), {}});
        add_options(app, *each, command);
    }
    return commands;
}

/// What is wrong with a line that was not understood: an option that does not exist before what may follow
/// from it.
Error error_of_line(const CLI::App& app, const CLI::ParseError& error) {
    const std::vector<CLI::App*> given = app.get_subcommands();
    CommandText command{"misfit", "", {}};
    if (!given.empty()) command.name += " " + given.front()->get_name();
    if (given.empty())
        command.options.push_back({{"--help", "--version"}, "", ""});
    else
        add_options(app, *given.front(), command);
    for (const std::string& word : app.remaining(true))
        if (word.starts_with('-')) return Error(no_such_option(word, command));
    return Error(fmt::format("{} (see {} --help)", error.what(), command.name));
}

}  // namespace

Command parse_command_line(int argc, const char* const* argv) {
    CLI::App app(
        "Ion exchange of lattice-mismatched nanocrystals.\n"
        "Start with: misfit init exchange > my.toml; misfit run my.toml --out out/",
        "misfit");
    app.require_subcommand(1);
    app.set_version_flag("--version", "misfit " + misfit_version());
    Command chosen;

    Init init;
    CLI::App& init_app =
        add_command(app, chosen, init, "init", "Print a commented input file that runs as it is");
    init_app.add_option("NAME", init.name, "Which one; without it, the names are listed");

    Keys keys;
    CLI::App& keys_app =
        add_command(app, chosen, keys, "keys", "Print the reference of all keys of the input file");
    CLI::Option* one = keys_app.add_option(
        "NAME", keys.name, "A table or a key: kmc, crystal.shell, kmc.t_end, ...; by default all");
    CLI::Option* json = keys_app.add_flag(
        "--json", keys.json, "Keys, observables, phases, species and words as JSON, for programs");
    keys_app.add_flag("--schema", keys.schema, "A JSON Schema of the input file, for editors")
        ->excludes(json)
        ->excludes(one);
    json->excludes(one);

    Check check;
    CLI::App& check_app =
        add_command(app, chosen, check, "check", "Print what an input means and what it costs");
    add_input(check_app, check.input);
    add_threads(check_app, check.threads);

    Run run;
    CLI::App& run_app = add_command(app, chosen, run, "run", "Run an ensemble of trajectories into a folder");
    add_input(run_app, run.input, "Input file (TOML); or the folder of a run, to --resume or --extend it");
    run_app.add_option("--out", run.out, "Folder for the record")->type_name("FOLDER");
    add_threads(run_app, run.threads);
    CLI::Option* resume = run_app.add_flag("--resume", run.resume, "Go on with the run in the folder");
    CLI::Option* overwrite =
        run_app.add_flag("--overwrite", run.overwrite, "Replace a run that is in the folder")
            ->excludes(resume);
    run_app
        .add_option(
            "--extend", run.extend,
            "Go on with the finished run in the folder: t_end=TIME or trajectories=NUMBER, at equilibrium "
            "sweeps=NUMBER; its record becomes that of one run as large")
        ->excludes(overwrite)
        ->type_name("KEY=VALUE");
    run_app
        .add_option("--checkpoint-seconds", run.checkpoint_seconds,
                    "An unfinished trajectory is saved this often")
        ->check(above_zero)
        ->capture_default_str()
        ->type_name("SECONDS");
    run_app
        .add_option("--max-time", run.max_time,
                    "After so long save all work and end with status 3, to be resumed: for batch queues")
        ->check(above_zero)
        ->type_name("SECONDS");

    Merge merge;
    CLI::App& merge_app = add_command(app, chosen, merge, "merge",
                                      "Join finished runs of one input that differ in ensemble.first");
    merge_app.add_option("OUT", merge.out, "Folder for the record of all")->required();
    merge_app.add_option("RUN", merge.records, "Folders of the runs, or their records")->required();

    Summary summary;
    CLI::App& summary_app =
        add_command(app, chosen, summary, "summary", "Print ensemble means and standard errors over time");
    add_records(summary_app, summary.records);
    summary_app.add_flag("--csv", summary.csv, "Every time, full precision, comma-separated");
    add_point(summary_app, summary.point, "Of a sweep of exchange: this point over time");
    summary_app.add_flag("--ends", summary.ends, "How each trajectory ended, instead of means");

    Info info;
    add_record(add_command(app, chosen, info, "info", "Print what a record is and how it was made"),
               info.record);

    Plot plot;
    CLI::App& plot_app =
        add_command(app, chosen, plot, "plot", "Draw composition, phases and snapshots of a record");
    add_records(plot_app, plot.records);
    plot_app.add_option("--out", plot.out, "Folder for the pictures; by default `plots` in the run's folder")
        ->type_name("FOLDER");
    add_formats(plot_app, plot.formats);
    plot_app.add_option("--times", plot.times, "Times of the snapshots");
    plot_app
        .add_option("--trajectory", plot.trajectory, "Whose snapshots, by its number; by default the first")
        ->type_name("K");
    add_point(plot_app, plot.point, "Of a sweep of exchange: this point alone");

    Report report;
    CLI::App& report_app = add_command(app, chosen, report, "report",
                                       "Write one page of HTML that shows a record in any browser");
    add_record(report_app, report.record);
    report_app
        .add_option("-o,--output", report.out, "The page; by default `report.html` in the run's folder")
        ->type_name("FILE");
    report_app
        .add_option("--strain", report.strain,
                    "Trajectories, by number, whose local strain is shown (of an equilibrium: points of the "
                    "sweep, from 0); at most eight")
        ->type_name("K");
    add_point(report_app, report.point, "Of a sweep of exchange: this point alone");

    Animate animate;
    CLI::App& animate_app = add_command(app, chosen, animate, "animate",
                                        "Write a movie of one trajectory of exchange; it needs ffmpeg");
    add_record(animate_app, animate.record);
    animate_app
        .add_option(
            "-o,--output", animate.out,
            "The movie: a name that ends in .mp4, .webm or .gif; by default `movie.mp4` in the run's folder")
        ->type_name("FILE");
    animate_app.add_option("--trajectory", animate.trajectory, "Which, by its number; by default the first")
        ->type_name("K");
    animate_app.add_option("--rate", animate.rate, "Frames a second")
        ->check(above_zero)
        ->capture_default_str()
        ->type_name("N");
    add_point(animate_app, animate.point, "Of a sweep of exchange: at this point");

    ShowPotential potential;
    potential.out = "potential";
    CLI::App& potential_app =
        add_command(app, chosen, potential, "potential",
                    "Print size, symmetry and eigenvalues of the elastic potential; draw it");
    add_input(potential_app, potential.input);
    add_threads(potential_app, potential.threads);
    potential_app.add_option("--out", potential.out, "Folder for the picture")
        ->capture_default_str()
        ->type_name("FOLDER");
    add_formats(potential_app, potential.formats);
    potential_app
        .add_option("--matrix", potential.matrix, "HDF5 file for all of V, as model.potential_file reads it")
        ->type_name("FILE");
    potential_app.add_flag("--eigenvalues", potential.eigenvalues,
                           "Eigenvalues of a large crystal too (slow)");

    Export exported;
    CLI::App& export_app = add_command(app, chosen, exported, "export",
                                       "Write a record for OVITO, ASE, NumPy, spreadsheets, ...");
    add_record(export_app, exported.record);
    CLI::Option_group& format = *export_app.add_option_group("format");
    CLI::Option* xyz = format.add_flag("--xyz", exported.xyz,
                                       "Frames of a trajectory (of an equilibrium all) as extended XYZ");
    format.add_flag("--dump", exported.dump,
                    "The same frames as a LAMMPS dump, whose types change from frame to frame");
    format.add_flag("--csv", exported.csv, "All scalars as a table");
    format.add_flag("--npz", exported.npz, "All arrays as one NumPy file");
    format.require_option(1);
    add_point(export_app, exported.point, "With --xyz or --dump, of a sweep: the point; by default 0");
    export_app
        .add_option("--trajectory", exported.trajectory,
                    "With --xyz or --dump: its number; by default the first")
        ->type_name("K");
    export_app.add_flag("--plain", exported.plain, "With --xyz: element and position alone, four columns")
        ->needs(xyz);
    export_app
        .add_option("--scale", exported.scale,
                    "With --xyz or --dump: the lattice spacing in the file's unit of length, such as 4.1 for "
                    "Angstrom; by default 1")
        ->type_name("LENGTH");
    export_app.add_option("-o,--output", exported.out, "File; by default standard output")->type_name("FILE");

    Reproduce reproduce;
    CLI::App& reproduce_app = add_command(app, chosen, reproduce, "reproduce",
                                          "Run and draw figures of the paper, and test what it says of them");
    reproduce_app.add_option("FIGURE", reproduce.figures,
                             "fig1b, fig2, ..., fig10, figS1, or all; without it, they are listed");
    reproduce_app.add_flag("--quick", reproduce.quick, "Small runs: under a minute for all figures");
    reproduce_app
        .add_option("--out", reproduce.out,
                    "Folder for runs, pictures, data and claims; by default `reproduction`, or "
                    "`reproduction-quick`")
        ->type_name("FOLDER");
    add_threads(reproduce_app, reproduce.threads);

    ShowUnits units;
    CLI::App& units_app =
        add_command(app, chosen, units, "units",
                    "Print what a material makes of the model's units: kT/epsilon, temperatures");
    const auto number = [&](const char* option, double& value, const char* meaning, const char* unit) {
        return units_app.add_option(option, value, meaning)->type_name(unit);
    };
    units_app.add_option("INPUT", units.input.file, "Input file whose kT and delta_mu are translated");
    add_settings(units_app, units.input);
    number("--bulk-modulus", units.bulk_modulus, "Bulk modulus of the solid", "GPA")->required();
    number("--spacing", units.spacing, "From site to site: (volume of a site)^(1/3)", "NM")->required();
    number("--mismatch", units.mismatch, "|a_A - a_B| / a of the pure crystals", "STRAIN")->required();
    number("--temperature", units.temperature, "Temperature; by default 300", "K");
    units_app.add_option("--thickness", units.thickness, "Of a sheet, for crystals of two dimensions")
        ->type_name("NM");
    number("--cations", units.cations, "Cations of a site, for delta_mu; by default 1", "N");
    Cache cache;
    CLI::App& cache_app = add_command(app, chosen, cache, "cache", "List the potentials that are kept");
    cache_app.add_flag("--clear", cache.clear, "Remove them");

    SelfCheck selfcheck;
    add_command(app, chosen, selfcheck, "selfcheck",
                "Check on this machine, in seconds, that the program computes rightly");

    std::string explained;
    CLI::App& help_app = *app.add_subcommand("help", "Print the options of a command");
    help_app.add_option("COMMAND", explained, "Which one; without it, all commands are listed");
    std::string all_commands;  // before the line is parsed: then help is that of the command given
    help_app.callback([&] { chosen = explained.empty() ? Message{all_commands} : help_of(app, explained); });

    std::string shell;
    CLI::App& completion_app =
        *app.add_subcommand("completion", "Print a script that completes this command line in a shell");
    completion_app.add_option("SHELL", shell, "bash or zsh")
        ->required()
        ->check(CLI::IsMember(std::vector<std::string>(shells.begin(), shells.end())));
    completion_app.callback([&] { chosen = Message{completion_script(describe(app), shell)}; });
    app.add_subcommand("manual", "Print the manual page: misfit manual | man -l -")->callback([&] {
        chosen = Message{manual_page(describe(app), misfit_version())};
    });

    const std::string first = argc > 1 ? argv[1] : "";
    all_commands = app.help();
    if (first.empty()) return Message{all_commands};
    require_command(app, first);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& answer) {  // --help, --version
        std::ostringstream text;
        app.exit(answer, text, text);
        return Message{text.str()};
    } catch (const CLI::ParseError& error) {
        throw error_of_line(app, error);
    }
    return chosen;
}

}  // namespace misfit::cli
