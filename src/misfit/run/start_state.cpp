#include "misfit/run/start_state.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <numeric>

#include "misfit/base/error.hpp"
#include "misfit/formats/atom_reader.hpp"
#include "misfit/record/any_record.hpp"

namespace misfit {
namespace {

std::size_t index(Site site) { return static_cast<std::size_t>(site); }

/// Species to start with, and the crystal that they are of.
struct Frames {
    Crystal crystal;
    std::vector<std::vector<Spin>> sigma;
};

/// The frame of that number, counted from the last if it is negative, of all frames of one trajectory.
std::vector<Spin> pick(std::span<const Spin> sigma, const Crystal& crystal, std::int64_t number,
                       const std::string& name) {
    const std::int64_t sites = crystal.size();
    const std::int64_t frames = std::ssize(sigma) / sites;
    const std::int64_t frame = number < 0 ? frames + number : number;
    if (frame < 0 || frame >= frames)
        throw Error(fmt::format("{}: has {} frames, none is number {}", name, frames, number));
    return {sigma.begin() + frame * sites, sigma.begin() + (frame + 1) * sites};
}

/// One frame of each of these trajectories of a record.
Frames frames_of(const Record& record, const std::string& name, std::span<const std::int64_t> units,
                 std::int64_t number) {
    if (record.points().size() > 1)
        throw Error(
            fmt::format("{}: has {} points; to start from, it must have one", name, record.points().size()));
    Frames frames = {record.crystal(), {}};
    for (const std::int64_t unit : units)
        frames.sigma.push_back(pick(record.sigma(record.index_of(static_cast<std::uint32_t>(unit))),
                                    frames.crystal, number, name));
    return frames;
}

/// The same of chains, in the last stage.
Frames frames_of(const EquilibriumRecord& record, const std::string& name,
                 std::span<const std::int64_t> units, std::int64_t number) {
    const std::size_t stages = record.plan().stages();
    const std::size_t last = stages - 1;  // of the stages at the only point of the sweep
    if (record.points() != stages)
        throw Error(fmt::format("{}: has {} points; to start from, it must have one", name,
                                record.points() / stages));
    const std::int64_t chains = std::ssize(record.chains()[last]);
    Frames frames = {record.crystal(last), {}};
    for (const std::int64_t unit : units) {
        if (unit >= chains)
            throw Error(fmt::format("{}: has {} chains, none is number {}", name, chains, unit));
        frames.sigma.push_back(
            pick(record.sigma(last, static_cast<std::size_t>(unit)), frames.crystal, number, name));
    }
    return frames;
}

Frames record_frames(const std::string& name, std::span<const std::int64_t> units, std::int64_t number) {
    return std::visit([&](const auto& record) { return frames_of(record, name, units, number); },
                      read_record(RecordFile(name)));
}

Frames xyz_frame(const std::string& name, std::int64_t number, const Crystal& crystal,
                 const Settings& settings) {
    const AtomTarget target = {crystal, settings.elements.value_or(Elements{}), settings.shell_species};
    return {crystal, {read_atoms(name, number, target)}};
}

/// The species of the core in the frame that [monte_carlo] names.
std::vector<std::vector<Spin>> read_species(const Equilibrium& equilibrium, const Plan& plan) {
    const MonteCarloParameters& monte_carlo = equilibrium.monte_carlo;
    if (!monte_carlo.starts_from_file()) return {};
    const bool from_xyz = monte_carlo.start.front() == StartState::xyz;
    const std::string& name = from_xyz ? monte_carlo.start_xyz : monte_carlo.start_record;
    const Frames frames =
        from_xyz ? xyz_frame(name, monte_carlo.start_frame, build_crystal(plan.spec()), plan.spec())
                 : record_frames(name, std::array{monte_carlo.start_unit}, monte_carlo.start_frame);
    std::vector<Spin> core;
    for (const Site site : core_sites(frames.crystal)) core.push_back(frames.sigma.front()[index(site)]);
    for (std::size_t k = 0; k < plan.combinations(); ++k)
        if (const std::int64_t here = site_count(plan.settings(k, 0).crystal);
            here != static_cast<std::int64_t>(core.size()))
            throw Error(
                fmt::format("{}: its crystal ({}) has a core of {} sites, the one to start here has {}", name,
                            frames.crystal.shape(), core.size(), here));
    return {core};
}

/// The species of all sites in the frames that [start] names, for this crystal.
std::vector<std::vector<Spin>> species_for(const Settings& settings, const Crystal& crystal) {
    const Exchange& exchange = settings.exchange();
    const ExchangeStartParameters& start = exchange.start;
    if (start.start == ExchangeStart::xyz) return xyz_frame(start.xyz, start.frame, crystal, settings).sigma;
    std::vector<std::int64_t> units = {start.unit};
    if (start.unit < 0) {
        units.resize(exchange.ensemble.trajectories);
        std::iota(units.begin(), units.end(), std::int64_t{exchange.ensemble.first});
    }
    Frames frames = record_frames(start.record, units, start.frame);
    if (!std::ranges::equal(frames.crystal.points(), crystal.points()))
        throw Error(fmt::format("{}: its crystal ({}) has other sites than the one to start here ({})",
                                start.record, frames.crystal.shape(), crystal.shape()));
    return std::move(frames.sigma);
}

std::vector<std::vector<Spin>> read_species(const Exchange& exchange, const Plan& plan) {
    std::vector<std::vector<Spin>> species;
    if (exchange.start.start == ExchangeStart::all_A) return species;
    for (const std::shared_ptr<const Crystal>& crystal : build_crystals(plan))
        species = species_for(plan.spec(), *crystal);
    return species;
}

}  // namespace

std::vector<std::vector<Spin>> read_start(const Plan& plan) {
    return std::visit([&](const auto& method) { return read_species(method, plan); }, plan.spec().method);
}

}  // namespace misfit
