#include "misfit/run/export_xyz.hpp"

#include <fmt/format.h>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "misfit/base/error.hpp"
#include "misfit/crystal/species.hpp"
#include "misfit/elastic/displacements.hpp"
#include "misfit/measure/phases.hpp"
#include "misfit/measure/strain.hpp"

namespace misfit {
namespace {

/// What does not change from frame to frame: " x y z", and the layer.
std::vector<std::string> position_texts(const Crystal& crystal) {
    std::vector<std::string> texts;
    for (const Vector3& r : crystal.positions())
        texts.push_back(fmt::format(" {:.6f} {:.6f} {:.6f}", r[0], r[1], r[2]));
    return texts;
}

/// The cell of a periodic crystal; a free one has none.
std::string lattice_text(const Crystal& crystal) {
    if (crystal.boundary() == Boundary::free) return "";
    std::string numbers;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const bool is_flat = axis == 2 && crystal.dimension() == 2;
        const Vector3 edge =
            is_flat ? Vector3{0.0, 0.0, 1.0} : crystal.lattice().edge(axis, crystal.period()[axis]);
        for (const double component : edge)
            numbers += fmt::format("{}{:.6f}", numbers.empty() ? "" : " ", component);
    }
    return fmt::format("Lattice=\"{}\" ", numbers);
}

std::string boundary_text(const Crystal& crystal) {
    if (crystal.boundary() == Boundary::free) return "pbc=\"F F F\"";
    return crystal.dimension() == 2 ? "pbc=\"T T F\"" : "pbc=\"T T T\"";
}

/// Writes frames of one crystal, one after the other.
class FrameWriter {
public:
    FrameWriter(const Settings& settings, bool is_elastic, std::shared_ptr<const Crystal> crystal,
                std::ostream& out)
        : crystal_(std::move(crystal)),
          mismatch_(settings.observables.mismatch),
          out_(out),
          positions_(position_texts(*crystal_)),
          classifier_(*crystal_) {
        // Without an elastic term the sites need not hold each other.
        if (is_elastic) displacements_.emplace(crystal_);
    }

    /// `comment` ends the second line: what tells this frame from others.
    void write(std::span<const Spin> species, const std::string& comment) {
        std::vector<int> phase(species.size(), 0);
        for (std::size_t i = 0; i < classifier_.sites().size(); ++i)
            phase[static_cast<std::size_t>(classifier_.sites()[i])] =
                static_cast<int>(classifier_.classify(species, i));
        std::vector<Vector3> u;
        std::vector<double> deviations;
        std::string strain_columns;
        if (displacements_) {
            u = (*displacements_)(species);
            deviations = local_deviations(*crystal_, u, mismatch_);
            strain_columns = fmt::format(":{}:R:1:displacement:R:3", local_deviation_name(*crystal_));
        }
        std::size_t count_A = 0;
        for (const Spin spin : species) count_A += spin > 0 ? 1 : 0;

        fmt::memory_buffer text;
        const auto end = std::back_inserter(text);
        fmt::format_to(
            end,
            "{}\n{}Properties=species:S:1:pos:R:3:sigma:I:1:layer:I:1:phase:I:1{} {} composition={} {}\n",
            species.size(), lattice_text(*crystal_), strain_columns, boundary_text(*crystal_),
            static_cast<double>(count_A) / static_cast<double>(species.size()), comment);
        for (std::size_t site = 0; site < species.size(); ++site) {
            fmt::format_to(end, "{}{} {} {} {}", look_of(species[site]).element, positions_[site],
                           int{species[site]}, crystal_->layers()[site], phase[site]);
            if (displacements_)
                fmt::format_to(end, " {:.9f} {:.9f} {:.9f} {:.9f}", deviations[site], mismatch_ * u[site][0],
                               mismatch_ * u[site][1], mismatch_ * u[site][2]);
            fmt::format_to(end, "\n");
        }
        out_.write(text.data(), static_cast<std::streamsize>(text.size()));
    }

private:
    std::shared_ptr<const Crystal> crystal_;
    double mismatch_;
    std::ostream& out_;
    std::vector<std::string> positions_;
    PhaseClassifier classifier_;
    std::optional<Displacements> displacements_;
};

/// What tells a point from the others, for the second line of its frames.
std::string sweep_text(const std::vector<PointColumn>& columns, std::size_t point) {
    std::string values = describe_point(columns, point);
    std::erase(values, '"');  // of crystal.shell.species: quotes end what stands in quotes
    return values.empty() ? "" : fmt::format(" sweep_of=\"{}\"", values);
}

}  // namespace

void export_xyz(const Record& record, std::size_t k, std::ostream& out, std::size_t number) {
    const RecordedPoint& point = record.points().at(number);
    if (k >= point.trajectories.size())
        throw Error(fmt::format("{}: has {} trajectories; there is no number {}", record.file().string(),
                                point.trajectories.size(), k));
    const Plan plan(record.header().spec);
    const auto sites = static_cast<std::size_t>(record.crystal(number).size());
    FrameWriter writer(plan.point(number), plan.is_elastic(number),
                       std::make_shared<const Crystal>(record.crystal(number)), out);
    const std::vector<Spin> sigma = record.sigma(k, number);
    const std::vector<DueTime>& due = point.due.sigma;
    const bool has_stages = !plan.spec().stages.empty();
    const std::string values = sweep_text(plan.columns(), number);
    for (std::size_t frame = 0; frame < due.size(); ++frame)
        writer.write(std::span(sigma).subspan(frame * sites, sites),
                     fmt::format("Time={} trajectory={}{}{}", due[frame].time, point.trajectories[k].unit,
                                 has_stages ? fmt::format(" stage={}", due[frame].stage + 1) : "", values));
    if (!out) throw Error("cannot write the XYZ file");
}

void export_xyz(const EquilibriumRecord& record, std::ostream& out) {
    const std::vector<PointColumn> columns = record.plan().columns();
    for (std::uint32_t point = 0; point < record.points(); ++point) {
        const auto crystal = std::make_shared<const Crystal>(record.crystal(point));
        const auto sites = static_cast<std::size_t>(crystal->size());
        const Settings settings = record.plan().point(point);
        FrameWriter writer(settings, settings.model.epsilon != 0.0, crystal, out);
        const std::string values = sweep_text(columns, point);
        const std::vector<std::uint64_t> sweeps = record.frame_sweeps(point);
        for (std::size_t chain = 0; chain < record.chains()[point].size(); ++chain) {
            const std::vector<Spin> sigma = record.sigma(point, chain);
            for (std::size_t frame = 0; frame < sweeps.size(); ++frame)
                writer.write(
                    std::span(sigma).subspan(frame * sites, sites),
                    fmt::format("sweep={} chain={} point={}{}", sweeps[frame], chain, point, values));
        }
    }
    if (!out) throw Error("cannot write the XYZ file");
}

}  // namespace misfit
