#include "misfit/run/start_state.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <numeric>

#include "misfit/base/error.hpp"
#include "misfit/formats/xyz_reader.hpp"
#include "misfit/record/equilibrium_record.hpp"
#include "misfit/record/record.hpp"

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

/// One frame of each of these trajectories or chains of a record.
Frames record_frames(const std::string& name, std::span<const std::int64_t> units, std::int64_t number) {
    RecordFile file(name);
    if (file.kind() == Method::exchange) {
        const Record record(std::move(file));
        if (record.points().size() > 1)
            throw Error(fmt::format("{}: has {} points; to start from, it must have one", name,
                                    record.points().size()));
        Frames frames = {record.crystal(), {}};
        for (const std::int64_t unit : units)
            frames.sigma.push_back(pick(record.sigma(record.index_of(static_cast<std::uint32_t>(unit))),
                                        frames.crystal, number, name));
        return frames;
    }
    const EquilibriumRecord record(std::move(file));
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

Frames xyz_frame(const std::string& name, std::int64_t number, const Crystal& crystal) {
    return {crystal, {read_xyz(name, number, crystal)}};
}

}  // namespace

std::vector<Spin> read_start(const Plan& plan) {
    const MonteCarloParameters& monte_carlo = plan.spec().equilibrium().monte_carlo;
    const bool from_xyz = monte_carlo.start.front() == StartState::xyz;
    const std::string& name = from_xyz ? monte_carlo.start_xyz : monte_carlo.start_record;
    const Frames frames =
        from_xyz ? xyz_frame(name, monte_carlo.start_frame, build_crystal(plan.spec()))
                 : record_frames(name, std::array{monte_carlo.start_unit}, monte_carlo.start_frame);
    std::vector<Spin> core;
    for (const Site site : core_sites(frames.crystal)) core.push_back(frames.sigma.front()[index(site)]);
    for (std::size_t k = 0; k < plan.combinations(); ++k)
        if (const std::int64_t here = site_count(plan.settings(k, 0).crystal);
            here != static_cast<std::int64_t>(core.size()))
            throw Error(
                fmt::format("{}: its crystal ({}) has a core of {} sites, the one to start here has {}", name,
                            frames.crystal.shape(), core.size(), here));
    return core;
}

std::vector<std::vector<Spin>> read_exchange_start(const Exchange& exchange, const Crystal& crystal) {
    const ExchangeStartParameters& start = exchange.start;
    if (start.start == ExchangeStart::all_A) return {std::vector<Spin>(index(crystal.size()), Spin{1})};
    if (start.start == ExchangeStart::xyz) return xyz_frame(start.xyz, start.frame, crystal).sigma;
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

}  // namespace misfit
