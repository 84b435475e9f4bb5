#include "misfit/run/export_atoms.hpp"

#include <fmt/format.h>
#include <memory>
#include <string>
#include <vector>

#include "misfit/base/error.hpp"

namespace misfit {
namespace {

/// What tells a point from the others, for the second line of its frames.
std::string sweep_text(const std::vector<PointColumn>& columns, std::size_t point) {
    std::string values = describe_point(columns, point);
    std::erase(values, '"');  // of crystal.shell.species: quotes end what stands in quotes
    return values.empty() ? "" : fmt::format(" sweep_of=\"{}\"", values);
}

Elements called(const Settings& settings) { return settings.elements.value_or(Elements{}); }

/// A real number that readers who guess types take for none but that: "0.0".
std::string real(double number) {
    std::string text = fmt::format("{}", number);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
}

void require_written(const std::ostream& out) {
    if (!out) throw Error("cannot write the file of atoms");
}

}  // namespace

void export_atoms(const Record& record, std::size_t k, const AtomStyle& style, std::ostream& out,
                  std::size_t number) {
    const RecordedPoint& point = record.points().at(number);
    if (k >= point.trajectories.size())
        throw Error(fmt::format("{}: has {} trajectories; there is no number {}", record.file().string(),
                                point.trajectories.size(), k));
    const Plan plan(record.header().spec);
    const auto sites = static_cast<std::size_t>(record.crystal(number).size());
    const Settings settings = plan.point(number);
    AtomWriter writer(std::make_shared<const Crystal>(record.crystal(number)), called(settings),
                      settings.observables.mismatch, plan.is_elastic(number), style, out);
    const std::vector<Spin> sigma = record.sigma(k, number);
    const std::vector<DueTime>& due = point.due.sigma;
    const bool has_stages = !plan.spec().stages.empty();
    const std::string values = sweep_text(plan.columns(), number);
    for (std::size_t frame = 0; frame < due.size(); ++frame)
        writer.write(
            std::span(sigma).subspan(frame * sites, sites), static_cast<std::int64_t>(frame),
            fmt::format("Time={} trajectory={}{}{}", real(due[frame].time), point.trajectories[k].unit,
                        has_stages ? fmt::format(" stage={}", due[frame].stage + 1) : "", values));
    require_written(out);
}

void export_atoms(const EquilibriumRecord& record, const AtomStyle& style, std::ostream& out) {
    const std::vector<PointColumn> columns = record.plan().columns();
    std::int64_t number = 0;
    for (std::uint32_t point = 0; point < record.points(); ++point) {
        const auto crystal = std::make_shared<const Crystal>(record.crystal(point));
        const auto sites = static_cast<std::size_t>(crystal->size());
        const Settings settings = record.plan().point(point);
        AtomWriter writer(crystal, called(settings), settings.observables.mismatch,
                          settings.model.epsilon != 0.0, style, out);
        const std::string values = sweep_text(columns, point);
        const std::vector<std::uint64_t> sweeps = record.frame_sweeps(point);
        for (std::size_t chain = 0; chain < record.chains()[point].size(); ++chain) {
            const std::vector<Spin> sigma = record.sigma(point, chain);
            for (std::size_t frame = 0; frame < sweeps.size(); ++frame, ++number)
                writer.write(
                    std::span(sigma).subspan(frame * sites, sites), number,
                    fmt::format("sweep={} chain={} point={}{}", sweeps[frame], chain, point, values));
        }
    }
    require_written(out);
}

}  // namespace misfit
