// Any text is a spec or an Error, with any --set; a spec written out is the same spec again, and what a run
// of it takes is told without taking it. Lines that start with "--set " are settings, the others are the
// file.
#include <cmath>
#include <string>
#include <vector>

#include "fuzz/target.hpp"
#include "misfit/input/spec.hpp"
#include "misfit/input/spec_reader.hpp"
#include "misfit/input/spec_text.hpp"
#include "misfit/run/memory.hpp"
#include "misfit/run/memory_limit.hpp"

using namespace misfit;
using fuzz::require;
using fuzz::succeeds;

namespace {

constexpr std::string_view setting_mark = "--set ";

struct Input {
    std::string file;
    std::vector<std::string> settings;
};

Input divided(std::string_view text) {
    Input input;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end);
        if (!line.starts_with(setting_mark)) {
            input.file += line;
            continue;
        }
        line.remove_prefix(setting_mark.size());
        if (line.ends_with('\n')) line.remove_suffix(1);
        input.settings.emplace_back(line);
    }
    return input;
}

void require_estimate(const RunSpec& spec, bool with_advice) {
    const MemoryEstimate estimate = estimate_memory(spec, 2);
    require(estimate.sites >= 2, "a crystal has sites");
    require(std::isfinite(estimate.total_bytes) && estimate.total_bytes > 0.0, "a run takes memory");
    // What would fit is found by some hundred estimates.
    if (with_advice) succeeds([&] { require_memory(spec, 2); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Input input = divided(fuzz::text_of(data, size));
    RunSpec spec;
    if (!succeeds([&] { spec = parse_spec(input.file, "input", input.settings); })) return 0;
    const std::string written = to_toml(spec);
    RunSpec again;
    require(succeeds([&] { again = parse_spec(written, "written"); }), "a spec written out is one");
    require(spec == again, "a spec written out is the same");
    require(differences(spec, again).empty(), "nothing differs between a spec and itself");
    require_estimate(spec, size % 32 == 0);
    return 0;
}
