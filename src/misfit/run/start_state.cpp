#include "misfit/run/start_state.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <tuple>

#include "misfit/base/error.hpp"
#include "misfit/dynamics/monte_carlo.hpp"
#include "misfit/run/equilibrium_record.hpp"
#include "misfit/run/record.hpp"

namespace misfit {
namespace {

std::size_t index(Site site) { return static_cast<std::size_t>(site); }

/// The axis along which the crystal is longest; the first of equals.
std::size_t longest_axis(const Crystal& crystal) {
    Vector3 low = crystal.positions().front();
    Vector3 high = low;
    for (const Vector3& position : crystal.positions())
        for (std::size_t k = 0; k < 3; ++k) {
            low[k] = std::min(low[k], position[k]);
            high[k] = std::max(high[k], position[k]);
        }
    std::size_t axis = 0;
    for (std::size_t k = 1; k < 3; ++k)
        if (high[k] - low[k] > high[axis] - low[axis] + 1e-9) axis = k;
    return axis;
}

/// Which of the nested sublattices a site is on: A fills level 0 first. The sqrt 3 lattice has three; columns
/// along z, the softest wave of the simple cubic lattice (V(q) is least at q = (pi, pi, 0)), two.
int sublattice(const Crystal& crystal, Site site) {
    const LatticePoint& point = crystal.points()[index(site)];
    const auto remainder = [](int a, int b) { return ((a % b) + b) % b; };
    return crystal.dimension() == 2 ? remainder(point[0] - point[1], 3) : remainder(point[0] + point[1], 2);
}

}  // namespace

Site core_count_A(const MonteCarloParameters& monte_carlo, Site core_size) {
    // 0.3 times 10 is just below 3 in binary.
    return static_cast<Site>(std::floor(monte_carlo.composition * core_size + 1e-9));
}

std::vector<Spin> start_species(const Crystal& crystal, StartState start, Site count_A, Spin shell_species,
                                const RandomStream& random, std::span<const Spin> core) {
    std::vector<Spin> sigma(index(crystal.size()), shell_species);
    std::vector<Site> sites = core_sites(crystal);
    if (start == StartState::record) {
        assert(core.size() == sites.size());
        for (std::size_t k = 0; k < sites.size(); ++k) sigma[index(sites[k])] = core[k];
        return sigma;
    }
    if (start == StartState::random) {
        // Fisher and Yates: the first count_A of a random order.
        for (std::size_t k = 0; k + 1 < sites.size(); ++k) {
            const auto left = static_cast<double>(sites.size() - k);
            const auto pick = static_cast<std::size_t>(uniform_pair(random, k).first * left);
            std::swap(sites[k], sites[k + pick]);
        }
    } else {
        const std::size_t axis = longest_axis(crystal);
        std::ranges::sort(sites, {}, [&](Site site) {
            const int level = start == StartState::superlattice ? sublattice(crystal, site) : 0;
            return std::tuple(level, crystal.positions()[index(site)][axis], site);
        });
    }
    for (std::size_t k = 0; k < sites.size(); ++k)
        sigma[index(sites[k])] = k < index(count_A) ? Spin{1} : Spin{-1};
    return sigma;
}

std::vector<Spin> read_start(const RunSpec& spec) {
    const MonteCarloParameters& monte_carlo = spec.monte_carlo;
    RecordFile file(monte_carlo.start_record);
    const std::string name = monte_carlo.start_record;
    const auto unit = static_cast<std::size_t>(monte_carlo.start_unit);
    std::vector<Spin> sigma;  // of all frames
    Crystal crystal = [&] {
        if (file.kind() == Method::exchange) {
            const Record record(std::move(file));
            sigma = record.sigma(record.index_of(static_cast<std::uint32_t>(unit)));
            return record.crystal();
        }
        const EquilibriumRecord record(std::move(file));
        if (record.points() != 1)
            throw Error(
                fmt::format("{}: has {} points; a chain starts from a record of one", name, record.points()));
        if (unit >= record.chains().front().size())
            throw Error(fmt::format("{}: has {} chains, none is number {}", name,
                                    record.chains().front().size(), unit));
        sigma = record.sigma(0, unit);
        return build_crystal(sweep_points(record.header().spec).front());
    }();
    const auto sites = index(crystal.size());
    const auto frames = static_cast<std::int64_t>(sigma.size() / sites);
    const std::int64_t frame =
        monte_carlo.start_frame < 0 ? frames + monte_carlo.start_frame : monte_carlo.start_frame;
    if (frame < 0 || frame >= frames)
        throw Error(
            fmt::format("{}: has {} frames, none is number {}", name, frames, monte_carlo.start_frame));
    std::vector<Spin> core;
    for (const Site site : core_sites(crystal))
        core.push_back(sigma[static_cast<std::size_t>(frame) * sites + index(site)]);
    for (const RunSpec& point : sweep_points(spec))
        if (const std::int64_t here = site_count(point.crystal);
            here != static_cast<std::int64_t>(core.size()))
            throw Error(
                fmt::format("{}: its crystal ({}) has a core of {} sites, the one to start here has {}", name,
                            crystal.shape(), core.size(), here));
    return core;
}

}  // namespace misfit
