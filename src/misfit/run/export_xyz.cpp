#include "misfit/run/export_xyz.hpp"

#include <fmt/format.h>
#include <iterator>
#include <string>
#include <vector>

#include "misfit/base/error.hpp"
#include "misfit/observe/phases.hpp"

namespace misfit {
namespace {

/// What does not change from frame to frame: " x y z", and the layer.
std::vector<std::string> position_texts(const Crystal& crystal) {
    std::vector<std::string> texts;
    for (const Vector3& r : crystal.positions())
        texts.push_back(fmt::format(" {:.6f} {:.6f} {:.6f}", r[0], r[1], r[2]));
    return texts;
}

}  // namespace

void export_xyz(const Record& record, std::size_t k, std::ostream& out) {
    if (k >= record.trajectories().size())
        throw Error(fmt::format("{}: has {} trajectories; there is no number {}", record.file().string(),
                                record.trajectories().size(), k));
    const Crystal& crystal = record.crystal();
    const auto sites = static_cast<std::size_t>(crystal.size());
    const std::vector<std::string> positions = position_texts(crystal);
    const PhaseClassifier classifier(crystal);
    const std::vector<Spin> sigma = record.sigma(k);
    const std::vector<double>& times = record.header().due.sigma;

    std::vector<int> phase(sites, 0);
    fmt::memory_buffer text;
    const auto end = std::back_inserter(text);
    for (std::size_t frame = 0; frame < times.size(); ++frame) {
        const std::span<const Spin> species = std::span(sigma).subspan(frame * sites, sites);
        for (std::size_t i = 0; i < classifier.sites().size(); ++i)
            phase[static_cast<std::size_t>(classifier.sites()[i])] =
                static_cast<int>(classifier.classify(species, i));
        std::size_t count_A = 0;
        for (const Spin spin : species) count_A += spin > 0 ? 1 : 0;

        text.clear();
        fmt::format_to(end,
                       "{}\nProperties=species:S:1:pos:R:3:sigma:I:1:layer:I:1:phase:I:1 pbc=\"F F F\" "
                       "Time={} composition={} trajectory={}\n",
                       sites, times[frame], static_cast<double>(count_A) / static_cast<double>(sites),
                       record.trajectories()[k].unit);
        for (std::size_t site = 0; site < sites; ++site)
            fmt::format_to(end, "{}{} {} {} {}\n", species[site] > 0 ? "Cd" : "Ag", positions[site],
                           int{species[site]}, crystal.layers()[site], phase[site]);
        out.write(text.data(), static_cast<std::streamsize>(text.size()));
    }
    if (!out) throw Error("cannot write the XYZ file");
}

}  // namespace misfit
