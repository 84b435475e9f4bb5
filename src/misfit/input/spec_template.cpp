#include "misfit/input/spec_template.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "misfit/base/error.hpp"

namespace misfit {
namespace {

struct Template {
    const char* name;
    const char* text;
};

// One entry an input under examples/, written by cmake/templates.cmake.
#include "misfit_templates.inc"

}  // namespace

std::string template_input(std::string_view name) {
    for (const Template& each : templates)
        if (name == each.name) return each.text;
    throw Error(
        fmt::format("no template is called \"{}\"; there are: {}", name, fmt::join(template_names(), ", ")));
}

std::vector<std::string> template_names() {
    std::vector<std::string> names;
    for (const Template& each : templates) names.emplace_back(each.name);
    return names;
}

}  // namespace misfit
