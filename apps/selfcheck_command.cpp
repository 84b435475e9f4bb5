// selfcheck: does the program compute rightly on this machine?

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

#include "commands.hpp"
#include "misfit/folder/provenance.hpp"
#include "misfit/selfcheck/selfcheck.hpp"
#include "misfit/store/version.hpp"
#include "text.hpp"

namespace misfit::cli {
namespace {

using selfcheck::Finding;
using selfcheck::Verdict;

/// Which check is under way, on stderr: rewritten on a terminal, a line each in a log.
void show_progress(std::size_t k, std::size_t count, const std::string& name) {
    const bool terminal = ::isatty(STDERR_FILENO) != 0;
    const std::string text = k < count ? fmt::format("{} of {}: {} ...", k + 1, count, name) : "";
    if (terminal) {
        fmt::print(stderr, "\r{:<70}{}", text, k < count ? "" : "\r");
        std::fflush(stderr);
    } else if (k < count) {
        fmt::print(stderr, "{}\n", text);
    }
}

const char* word_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::pass:
            return "pass";
        case Verdict::slow:
            return "slow";
        default:
            return "FAIL";
    }
}

struct Section {
    std::string name;
    std::vector<Finding> findings;
};

void print_table(const std::vector<Section>& sections) {
    std::array<std::size_t, 2> widths = {0, std::string_view("found").size()};
    std::size_t allowed_width = std::string_view("allowed").size();
    for (const Section& section : sections)
        for (const Finding& row : section.findings) {
            widths[0] = std::max(widths[0], row.what.size());
            widths[1] = std::max(widths[1], row.found.size());
            allowed_width = std::max(allowed_width, row.allowed.size());
        }
    fmt::print("{:<{}}  {:<{}}  {:<{}}\n", "", widths[0] + 2, "found", widths[1], "allowed", allowed_width);
    for (const Section& section : sections) {
        fmt::print("{}\n", section.name);
        for (const Finding& row : section.findings)
            fmt::print("  {:<{}}  {:<{}}  {:<{}}  {}\n", row.what, widths[0], row.found, widths[1],
                       row.allowed, allowed_width, word_of(row.verdict));
    }
}

}  // namespace

int execute(const SelfCheck&) {
    const auto started = std::chrono::steady_clock::now();
    const std::vector<selfcheck::Check>& checks = selfcheck::all_checks();
    std::vector<Section> sections;
    for (std::size_t k = 0; k < checks.size(); ++k) {
        show_progress(k, checks.size(), checks[k].name);
        sections.push_back({checks[k].name, selfcheck::findings_of(checks[k])});
    }
    show_progress(checks.size(), checks.size(), "");
    fmt::print("misfit {}, {}\n\n", misfit_version(), build_description());
    print_table(sections);

    std::array<int, 3> counts = {};
    for (const Section& section : sections)
        for (const Finding& row : section.findings) ++counts[static_cast<std::size_t>(row.verdict)];
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - started;
    fmt::print("\n{} passed, {} failed, {} slow, in {}\n", counts[0], counts[1], counts[2],
               duration(spent.count()));
    return counts[1] == 0 ? exit_fine : exit_unexpected;
}

}  // namespace misfit::cli
