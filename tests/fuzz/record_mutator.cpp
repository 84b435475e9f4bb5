// Mutates the lines of record_edits.hpp as lines: bytes alone would hardly ever make one that means
// something.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "fuzz/base_records.hpp"
#include "fuzz/record_edits.hpp"
#include "fuzz/target.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed);

namespace misfit::fuzz {
namespace {

struct Vocabulary {
    std::vector<std::string> paths;
    std::vector<std::string> attributes;
};

const Vocabulary& vocabulary(Kind kind) {
    static const std::vector<Vocabulary> all = [] {
        std::vector<Vocabulary> made;
        for (const Kind each : {Kind::exchange, Kind::equilibrium, Kind::potential}) {
            const ScratchFile file;
            file.set(base_file(each));
            made.push_back({object_paths(file.path()), attribute_places(file.path())});
        }
        return made;
    }();
    return all[static_cast<std::size_t>(kind)];
}

class Writer {
public:
    explicit Writer(unsigned seed) : random_(seed) {}

    std::size_t below(std::size_t count) { return random_() % count; }
    const std::string& one_of(const std::vector<std::string>& words) { return words[below(words.size())]; }
    std::string number() {
        static const std::vector<std::string> odd = {"0",
                                                     "1",
                                                     "2",
                                                     "-1",
                                                     "3",
                                                     "7",
                                                     "8",
                                                     "127",
                                                     "128",
                                                     "255",
                                                     "256",
                                                     "-128",
                                                     "65536",
                                                     "1e300",
                                                     "nan",
                                                     "inf",
                                                     "2147483647",
                                                     "2147483648",
                                                     "4294967295",
                                                     "4294967296",
                                                     "9223372036854775807",
                                                     "18446744073709551615",
                                                     "1e-320",
                                                     "0.5"};
        return one_of(odd);
    }
    std::string type() {
        static const std::vector<std::string> types = {"int8",    "uint8",  "int32", "uint32", "uint64",
                                                       "float64", "string", "fixed", "pair"};
        return one_of(types);
    }
    std::string extents() {
        static const std::vector<std::string> small = {"0", "1", "2", "3", "4", "7", "14", "20"};
        std::string text;
        for (std::size_t rank = below(5); rank > 0; --rank)
            text += " " + (below(8) == 0 ? number() : one_of(small));
        return text;
    }
    std::string line(const Vocabulary& known) {
        const std::string path = one_of(known.paths);
        switch (below(12)) {
            case 0:
                return "delete " + path;
            case 1:
                return "group " + path;
            case 2:
                return "dataset " + path + " " + type() + " " + number() + extents();
            case 3:
                return "unwritten " + path + " " + type() + " 2" + extents();
            case 4:
            case 5:
                return "value " + path + " " + std::to_string(below(64)) + " " + number();
            case 6:
                return "text " + path + " " + number();
            case 7:
                return "attribute " + one_of(known.attributes) + " " + number();
            case 8:
                return "number " + one_of(known.attributes) + " " + type() + " " + number() + " " +
                       std::to_string(below(4));
            case 9:
                return "drop " + one_of(known.attributes);
            case 10:
                return (below(2) == 0 ? "soft " : "hard ") + path + " " + one_of(known.paths);
            default:
                return "external " + path + " " + one_of(known.paths);
        }
    }

private:
    std::mt19937 random_;
};

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string mutated(std::string_view text, unsigned seed) {
    static const std::vector<std::string> kinds = {"exchange", "equilibrium", "potential"};
    Writer writer(seed);
    std::vector<std::string> lines = lines_of(text);
    if (lines.empty() || std::ranges::find(kinds, lines.front()) == kinds.end()) {
        lines = {writer.one_of(kinds)};
    }
    const auto kind = static_cast<Kind>(std::ranges::find(kinds, lines.front()) - kinds.begin());
    const std::string line = writer.line(vocabulary(kind));
    const std::size_t at = writer.below(lines.size());
    if (at == 0 || writer.below(3) == 0)
        lines.push_back(line);
    else if (writer.below(3) == 0)
        lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
    else
        lines[at] = line;
    std::string result;
    for (const std::string& each : lines) result += each + "\n";
    return result;
}

}  // namespace
}  // namespace misfit::fuzz

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                    unsigned seed) {
    if (seed % 4 == 0) return LLVMFuzzerMutate(data, size, max_size);
    const std::string text = misfit::fuzz::mutated(misfit::fuzz::text_of(data, size), seed / 4);
    const std::size_t length = std::min(text.size(), max_size);
    std::copy_n(text.begin(), length, data);
    return length;
}
