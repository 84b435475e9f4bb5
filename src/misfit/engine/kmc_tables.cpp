#include "misfit/engine/kmc_tables.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <map>

#include "misfit/base/error.hpp"

namespace misfit {
namespace {

/// Beyond this the factors of exchange leave the range of a double.
void require_drive(const ModelParameters& model) {
    if (std::abs(model.beta() * model.delta_mu) > 2.0 * largest_exponent)
        throw Error(
            fmt::format("delta_mu = {}: must be at most 1400 kT either way, or the rates leave the range "
                        "of a double",
                        model.delta_mu));
}

/// The same for the factors of swaps, exp(2 beta V_ij - 2 beta J).
void require_factor(const ModelParameters& model, double exponent) {
    if (!(std::abs(exponent) <= largest_exponent))
        throw Error(
            fmt::format("kT = {}: must be larger with epsilon = {} and J = {}, or the rates leave the range "
                        "of a double",
                        model.kT, model.epsilon, model.J));
}

/// A run of consecutive sites with one distance in each direction.
struct SiteRun {
    std::size_t first_site;
    std::size_t size;
    std::size_t first_group;  ///< its groups of slots follow each other
    std::size_t offsets;      ///< index of the first of its distances
};

/// Splits the sites into runs with one distance a direction. A direction in which no site of the run has a
/// neighbour gets distance 0, where the swap factor of 0 leaves nothing.
void find_runs(const Crystal& crystal, std::vector<SiteRun>& runs, std::vector<std::ptrdiff_t>& offsets) {
    const auto directions = static_cast<std::size_t>(crystal.lattice().half_coordination());
    std::vector<std::ptrdiff_t> current(directions, 0);  // 0: none met yet, as no bond leads to its own site
    const auto open_run = [&](Site site) {
        const std::size_t groups =
            runs.empty() ? 0
                         : runs.back().first_group + round_up(runs.back().size, group_slots) / group_slots;
        runs.push_back({static_cast<std::size_t>(site), 0, groups, offsets.size()});
        offsets.insert(offsets.end(), directions, 0);
        std::ranges::fill(current, 0);
    };
    open_run(0);
    for (Site site = 0; site < crystal.size(); ++site) {
        std::vector<std::ptrdiff_t> here(directions, 0);
        bool fits = true;
        for (std::size_t d = 0; d < directions; ++d) {
            const Site other = crystal.neighbor(site, static_cast<int>(d));
            if (other >= 0) here[d] = other - site;
            fits = fits && (here[d] == 0 || current[d] == 0 || here[d] == current[d]);
        }
        if (!fits) open_run(site);
        for (std::size_t d = 0; d < directions; ++d)
            if (here[d] != 0) offsets[runs.back().offsets + d] = current[d] = here[d];
        ++runs.back().size;
    }
}

}  // namespace

void require_exchangeable(const Crystal& crystal) {
    if (crystal.shell().layers > 0)
        throw Error("kinetic Monte Carlo of a crystal with a shell: the sites of a shell keep their species");
    if (crystal.boundary() == Boundary::periodic)
        throw Error("kinetic Monte Carlo of a periodic crystal: it has no surface at which to exchange");
}

KmcTables::KmcTables(const Hamiltonian& model, const KmcParameters& kmc)
    : hamiltonian(model),
      parameters(kmc),
      directions(model.crystal().lattice().half_coordination()),
      padded(round_up(static_cast<std::size_t>(model.crystal().size()), group_slots)),
      slots(0),
      reach(0),
      tolerance(rate_tolerance / model.model().beta()),
      margin(model.is_elastic() ? 2.0 * rate_tolerance : 0.0),
      self(padded, 0.0),
      raw_diagonal(padded, 0.0),
      no_row(padded, 0.0),
      raw_row_sums(padded, 0.0) {
    kmc.validate();
    require_drive(model.model());
    require_exchangeable(model.crystal());
    const Crystal& crystal = hamiltonian.crystal();
    std::vector<SiteRun> runs;
    find_runs(crystal, runs, offsets);
    for (const std::ptrdiff_t offset : offsets)
        reach = std::max(reach, round_up(static_cast<std::size_t>(std::abs(offset)), group_slots));
    reach += 2 * group_slots;
    for (const SiteRun& run : runs)
        for (std::size_t k = 0; k < run.size; k += group_slots)
            groups.push_back({run.first_site + k, run.offsets});
    slots = round_up(groups.size() * group_slots, node_children);
    swap.assign(slots * static_cast<std::size_t>(directions), 0.0);
    site_of.assign(slots, crystal.size() - 1);
    for (const SiteRun& run : runs)
        for (std::size_t k = 0; k < run.size; ++k) {
            slot_of.push_back(run.first_group * group_slots + k);
            site_of[slot_of.back()] = static_cast<Site>(run.first_site + k);
        }

    find_dependents();
    if (is_published()) margin *= 1.0 + 1.0 / crystal.size();  // an exchange moves the mean as well
    bound = std::exp(margin);

    const double beta = hamiltonian.model().beta();
    for (const Bond& bond : crystal.bonds()) {
        const bool nearest = crystal.lattice().directions[static_cast<std::size_t>(bond.direction)].nearest;
        if (!nearest && kmc.swaps == Swaps::nearest) continue;
        double exponent = 2.0 * hamiltonian.V(bond.first, bond.second);
        if (nearest) exponent -= 2.0 * hamiltonian.model().J;
        require_factor(hamiltonian.model(), beta * exponent);
        swap_factor(bond.first, bond.direction) = kmc.diffusion_rate * std::exp(beta * exponent);
    }
    for (Site site = 0; site < crystal.size(); ++site) {
        self[static_cast<std::size_t>(site)] = beta * hamiltonian.V(site, site);
        if (crystal.is_surface(site)) surface.push_back(site);
    }
    for (const Spin sigma : {Spin{-1}, Spin{1}})
        exchange_factor[sigma > 0 ? 1 : 0] =
            kmc.exchange_rate * std::exp(-0.5 * beta * hamiltonian.model().delta_mu * sigma - 0.5 * margin);
    if (is_published() && hamiltonian.is_elastic()) {
        for (Site site = 0; site < crystal.size(); ++site)
            raw_diagonal[static_cast<std::size_t>(site)] =
                hamiltonian.model().epsilon * hamiltonian.elastic().raw_diagonal(site);
        for (Site site = 0; site < crystal.size(); ++site) {
            const auto j = static_cast<std::size_t>(site);
            raw_row_sums[j] = hamiltonian.model().epsilon * hamiltonian.elastic().raw_row_sums()[j];
            raw_row_total += raw_row_sums[j];
        }
    }
}

/// The rates in a slot are made of the weights of its site and of the neighbours forward.
void KmcTables::find_dependents() {
    const Crystal& crystal = hamiltonian.crystal();
    std::vector<std::map<std::uint32_t, std::uint64_t>> masks(padded / group_slots);
    const auto add = [&](Site site, Site rate_of) {
        const std::size_t group = slot_of[static_cast<std::size_t>(rate_of)] / group_slots;
        masks[static_cast<std::size_t>(site) / group_slots][static_cast<std::uint32_t>(group / 64)] |=
            std::uint64_t{1} << group % 64;
    };
    for (Site site = 0; site < crystal.size(); ++site) add(site, site);
    for (const Bond& bond : crystal.bonds()) add(bond.second, bond.first);
    first_word.push_back(0);
    for (const auto& words : masks) {
        for (const auto& [word, mask] : words) dependents.push_back({word, mask});
        first_word.push_back(dependents.size());
    }
}

}  // namespace misfit
