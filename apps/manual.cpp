// misfit manual: the manual page.
#include "manual.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace misfit::cli {
namespace {

/// Text as troff takes it: no line is a request, backslashes and hyphens are themselves.
std::string plain(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else
            out += c;
    }
    if (out.starts_with('.') || out.starts_with('\'')) out.insert(0, "\\&");
    return out;
}

std::string bold(const std::string& text) { return "\\fB" + plain(text) + "\\fR"; }
std::string italic(const std::string& text) { return "\\fI" + plain(text) + "\\fR"; }

bool is_help(const OptionText& option) { return option.names.front() == "--help"; }

/// "--out FOLDER, -o FOLDER".
std::string head_of(const OptionText& option) {
    std::vector<std::string> forms;
    for (const std::string& name : option.names) {
        if (option.is_argument())
            forms.push_back(italic(name));
        else
            forms.push_back(option.value.empty() ? bold(name) : bold(name) + " " + italic(option.value));
    }
    return fmt::format("{}", fmt::join(forms, ", "));
}

std::string synopsis_of(const CommandText& command) {
    std::string line = bold("misfit " + command.name);
    for (const OptionText& option : command.options)
        if (option.is_argument()) {
            const std::string name = italic(option.names.front()) + (option.may_repeat ? " ..." : "");
            line += option.is_required ? " " + name : " [" + name + "]";
        }
    const bool has_options = std::ranges::any_of(
        command.options, [](const OptionText& option) { return !option.is_argument() && !is_help(option); });
    return line + (has_options ? " [" + italic("options") + "]" : "");
}

}  // namespace

std::string manual_page(const std::vector<CommandText>& commands, const std::string& version) {
    std::string page = fmt::format(
        ".TH MISFIT 1 \"\" \"misfit {}\" \"User Commands\"\n"
        ".SH NAME\nmisfit \\- ion exchange of lattice\\-mismatched nanocrystals\n.SH SYNOPSIS\n",
        plain(version));
    for (const CommandText& command : commands) page += synopsis_of(command) + "\n.br\n";
    page +=
        ".SH DESCRIPTION\n"
        "When one ion replaces another in a nanocrystal, the two prefer different bond lengths, and strain\n"
        "couples every site to every other. misfit computes that exchange by kinetic Monte Carlo, and\n"
        "core/shell crystals in equilibrium by Monte Carlo, from an input file in TOML.\n"
        ".PP\nA first run:\n.PP\n.RS\n.nf\nmisfit init exchange > my.toml\nmisfit run my.toml \\-\\-out "
        "out/\n"
        "misfit summary out/\nmisfit plot out/\nmisfit report out/\n.fi\n.RE\n"
        ".PP\nThe keys of the input are listed by \\fBmisfit keys\\fR. Every command has "
        "\\fB\\-\\-help\\fR.\n.SH COMMANDS\n";
    for (const CommandText& command : commands) {
        page += fmt::format(".SS {}\n{}.\n", plain(command.name), plain(command.description));
        for (const OptionText& option : command.options)
            if (!is_help(option))  // said once, of all
                page += fmt::format(".TP\n{}\n{}.\n", head_of(option), plain(option.meaning));
    }
    page +=
        ".SH EXIT STATUS\n.TP\n0\nAll is done.\n.TP\n1\nA fault of the program or of Python.\n"
        ".TP\n2\nThe input, or what was asked for, is refused.\n"
        ".TP\n3\nA run was ended by a signal or by \\fB\\-\\-max\\-time\\fR with all its work saved; "
        "\\fB\\-\\-resume\\fR goes on with it.\n"
        ".SH ENVIRONMENT\n.TP\n.B MISFIT_PYTHON\nThe Python that draws, with numpy, h5py and matplotlib.\n"
        ".TP\n.B XDG_CACHE_HOME\nBelow it, in \\fImisfit\\fR, elastic potentials are kept from one run to "
        "the "
        "next; by default \\fI~/.cache\\fR.\n";
    return page;
}

}  // namespace misfit::cli
