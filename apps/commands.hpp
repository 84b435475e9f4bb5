#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// The subcommands. Each is a struct that holds what the command line said; `execute` carries it out and
/// returns the exit status.
namespace misfit::cli {

inline constexpr int exit_fine = 0;
inline constexpr int exit_unexpected = 1;
inline constexpr int exit_refused = 2;      ///< bad input, or something that is not done
inline constexpr int exit_interrupted = 3;  ///< a run that a signal or --max-time ended, with all work saved

/// An input file and what --set changes in it.
struct Input {
    std::filesystem::path file;
    std::vector<std::string> settings;
};

/// Text that answers by itself: --help, --version.
struct Message {
    std::string text;
};

/// Prints a template, or the names of all without one.
struct Init {
    std::string name;
};

/// Prints the reference of all keys, or of one table; or all that other programs must know, as JSON.
struct Keys {
    std::string name;  ///< of a table or a key; empty: all
    bool json = false;
    bool schema = false;
};

/// Prints what an input means and what it costs, without computing.
struct Check {
    Input input;
    int threads = 0;
};

/// Runs an ensemble into a folder.
struct Run {
    Input input;                ///< or the folder of a run that goes on
    std::filesystem::path out;  ///< empty only then
    int threads = 0;            ///< 0: all there are
    bool resume = false;
    bool overwrite = false;
    std::string extend;  ///< "t_end=300", ...: goes on with the finished run; empty: does not
    double checkpoint_seconds = 30.0;
    double max_time = 0.0;  ///< seconds after which it saves all work and ends, to be resumed; 0: no limit
};

/// Prints ensemble means over time, how each trajectory ended, or a line for each point of a sweep or of
/// several runs.
struct Summary {
    std::vector<std::filesystem::path> records;
    std::optional<std::uint32_t> point;  ///< of a sweep: this one over time
    bool csv = false;
    bool ends = false;
};

/// Joins runs of one input that differ in ensemble.first.
struct Merge {
    std::filesystem::path out;
    std::vector<std::filesystem::path> records;
};

/// Prints what a record is.
struct Info {
    std::filesystem::path record;
};

/// Draws a record, or several runs of exchange over each other.
struct Plot {
    std::vector<std::filesystem::path> records;
    std::filesystem::path out;                ///< empty: a folder beside the record
    std::vector<std::string> formats;         ///< of the pictures; empty: png and svg
    std::vector<double> times;                ///< of the snapshots; empty: chosen by the plot
    std::optional<std::uint32_t> point;       ///< of a sweep of exchange: this one alone
    std::optional<std::uint32_t> trajectory;  ///< whose snapshots, by number; none: the first
};

/// Writes a page that shows a record in a browser.
struct Report {
    std::filesystem::path record;
    std::filesystem::path out;           ///< empty: beside the record
    std::optional<std::uint32_t> point;  ///< of a sweep of exchange: this one alone
    std::vector<std::uint32_t> strain;   ///< trajectories by number, or points; empty: chosen by the page
};

/// Writes a movie of one trajectory of exchange.
struct Animate {
    std::filesystem::path record;
    std::filesystem::path out;                ///< by its suffix .mp4, .webm or .gif; empty: beside the record
    std::optional<std::uint32_t> point;       ///< of a sweep
    std::optional<std::uint32_t> trajectory;  ///< its number in the ensemble; none: the first
    double rate = 12.0;                       ///< frames a second
};

/// Prints what one checks about V, and draws it.
struct ShowPotential {
    Input input;
    std::filesystem::path out;
    int threads = 0;
    std::filesystem::path matrix;      ///< where all of V goes; empty: nowhere
    std::vector<std::string> formats;  ///< of the picture; empty: png and svg
    bool eigenvalues = false;          ///< even for a large crystal
};

/// Writes a record for other programs: one trajectory as frames of atoms, or all of it as a table or as
/// arrays.
struct Export {
    std::filesystem::path record;
    bool xyz = false;
    bool dump = false;
    bool csv = false;
    bool npz = false;
    std::optional<std::uint32_t> point;       ///< of a sweep of exchange; none: the first
    std::optional<std::uint32_t> trajectory;  ///< its number in the ensemble; none: the first
    bool plain = false;                       ///< of XYZ: element and position alone
    std::optional<double> scale;              ///< of atoms: what a lattice spacing is in the file
    std::filesystem::path out;                ///< empty: standard output
};

/// Runs, draws and judges figures of the paper.
struct Reproduce {
    std::vector<std::string> figures;  ///< "fig2", ..., or "all"
    bool quick = false;                ///< small crystals, few trajectories
    std::filesystem::path out;         ///< empty: chosen by the Python package
    int threads = 0;                   ///< 0: all there are
};

/// What a material makes of the model's units, and what the numbers of an input stand for in it.
struct ShowUnits {
    Input input;                      ///< its file is empty where there is none
    double bulk_modulus = 0.0;        ///< GPa
    double spacing = 0.0;             ///< of sites, nm
    double mismatch = 0.0;            ///< strain
    double temperature = 300.0;       ///< K
    std::optional<double> thickness;  ///< of a sheet, nm
    double cations = 1.0;             ///< of a site
};

/// Lists the cached potentials, or removes them.
struct Cache {
    bool clear = false;
};

/// Checks the program on this machine.
struct SelfCheck {};

using Command = std::variant<Message, Init, Keys, Check, Run, Merge, Summary, Info, Plot, Report, Animate,
                             ShowPotential, Export, Reproduce, ShowUnits, Cache, SelfCheck>;

int execute(const Message& command);
int execute(const Init& command);
int execute(const Keys& command);
int execute(const Check& command);
int execute(const Run& command);
int execute(const Merge& command);
int execute(const Summary& command);
int execute(const Info& command);
int execute(const Plot& command);
int execute(const Report& command);
int execute(const Animate& command);
int execute(const ShowPotential& command);
int execute(const Export& command);
int execute(const Reproduce& command);
int execute(const ShowUnits& command);
int execute(const Cache& command);
int execute(const SelfCheck& command);

}  // namespace misfit::cli
