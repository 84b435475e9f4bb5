#include "reference/monte_carlo.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "reference/linear_algebra.hpp"

namespace misfit::reference {
namespace {

std::vector<Site> core(const Crystal& crystal) {
    std::vector<Site> sites;
    for (Site site = 0; site < crystal.size(); ++site)
        if (!crystal.is_shell(site)) sites.push_back(site);
    return sites;
}

/// The site one step along a direction, or against it for those in the upper half; -1 outside.
Site at(const Crystal& crystal, Site from, std::size_t direction) {
    const auto& steps = crystal.lattice().directions;
    LatticePoint point = crystal.points()[static_cast<std::size_t>(from)];
    for (std::size_t k = 0; k < 3; ++k)
        point[k] +=
            direction < steps.size() ? steps[direction].step[k] : -steps[direction - steps.size()].step[k];
    return crystal.find(point);
}

/// Every equally likely proposal from one state.
std::vector<Attempt> proposals(const Crystal& crystal, Moves moves) {
    std::vector<Attempt> all;
    const std::vector<Site> sites = core(crystal);
    for (const Site i : sites) {
        if (moves == Moves::flip) all.push_back({i, -1, 0.0});
        if (moves == Moves::nonlocal_swap)
            for (const Site j : sites)
                if (j != i) all.push_back({i, j, 0.0});
        if (moves == Moves::local_swap)
            for (std::size_t d = 0; d < 2 * crystal.lattice().directions.size(); ++d)
                all.push_back({i, at(crystal, i, d), 0.0});
    }
    return all;
}

std::vector<Spin> result(const Crystal& crystal, Moves moves, const Attempt& attempt,
                         std::span<const Spin> sigma) {
    return moves == Moves::flip ? flipped(sigma, attempt.first) : proposed(crystal, attempt, sigma);
}

}  // namespace

Attempt attempt(const Crystal& crystal, Moves moves, const RandomStream& random, std::uint64_t n) {
    std::array<std::uint64_t, words_per_block> words = {};
    random_words(random, n / 2, words);
    const std::uint64_t word = words[2 * (n % 2)];
    const std::uint64_t high = word >> 32;
    const std::uint64_t low = word & 0xFFFFFFFFU;
    const auto pick = [](std::uint64_t bits, std::size_t among) {
        return static_cast<std::size_t>(bits * among >> 32);
    };
    std::vector<Site> sites = core(crystal);
    Attempt made = {sites[pick(high, sites.size())], -1, 0.0};
    if (moves == Moves::nonlocal_swap) {
        std::erase(sites, made.first);
        made.second = sites[pick(low, sites.size())];
    } else if (moves == Moves::local_swap) {
        made.second = at(crystal, made.first, pick(low, 2 * crystal.lattice().directions.size()));
    }
    made.uniform = (static_cast<double>(words[2 * (n % 2) + 1] >> 12) + 0.5) / 0x1p52;
    return made;
}

std::vector<Spin> proposed(const Crystal& crystal, const Attempt& attempt, std::span<const Spin> sigma) {
    const bool stays = attempt.second < 0 || crystal.is_shell(attempt.second);
    return stays ? std::vector<Spin>(sigma.begin(), sigma.end())
                 : swapped(sigma, attempt.first, attempt.second);
}

double acceptance(const Model& model, std::span<const Spin> now, std::span<const Spin> proposed) {
    const auto change = static_cast<double>(energy(model, proposed) - energy(model, now));
    return std::min(1.0, std::exp(-change / model.parameters.kT));
}

bool make_attempt(const Model& model, Moves moves, const RandomStream& random, std::uint64_t n,
                  std::vector<Spin>& sigma) {
    const Attempt made = attempt(model.crystal, moves, random, n);
    std::vector<Spin> next = result(model.crystal, moves, made, sigma);
    if (next == sigma || made.uniform >= acceptance(model, sigma, next)) return false;
    sigma = std::move(next);
    return true;
}

std::size_t Equilibrium::index_of(std::span<const Spin> sigma) const {
    const auto found = std::ranges::find_if(
        states, [&](const std::vector<Spin>& state) { return std::ranges::equal(state, sigma); });
    return static_cast<std::size_t>(found - states.begin());
}

Equilibrium equilibrium(const Model& model, Moves moves, std::span<const Spin> start) {
    Equilibrium law;
    law.states.emplace_back(start.begin(), start.end());
    const std::vector<Attempt> all = proposals(model.crystal, moves);
    struct Transition {
        std::size_t from;
        std::size_t to;
    };
    std::vector<Transition> transitions;
    for (std::size_t from = 0; from < law.states.size(); ++from)
        for (const Attempt& each : all) {
            const std::vector<Spin> next = result(model.crystal, moves, each, law.states[from]);
            const std::size_t to = law.index_of(next);
            if (to == law.states.size()) law.states.push_back(next);
            transitions.push_back({from, to});
        }
    std::vector<long double> energies;
    for (const auto& state : law.states) energies.push_back(energy(model, state));
    const long double lowest = *std::ranges::min_element(energies);
    double Z = 0.0;
    for (const long double each : energies) {
        law.probability.push_back(std::exp(-static_cast<double>(each - lowest) / model.parameters.kT));
        Z += law.probability.back();
    }
    for (double& probability : law.probability) probability /= Z;

    const auto size = static_cast<Eigen::Index>(law.states.size());
    Eigen::MatrixXd Q = Eigen::MatrixXd::Zero(size, size);  // the matrix of transitions, less one
    for (const Transition& each : transitions) {
        const double change = static_cast<double>(energies[each.to] - energies[each.from]);
        const double probability =
            std::min(1.0, std::exp(-change / model.parameters.kT)) / static_cast<double>(all.size());
        Q(static_cast<Eigen::Index>(each.from), static_cast<Eigen::Index>(each.to)) += probability;
        Q(static_cast<Eigen::Index>(each.from), static_cast<Eigen::Index>(each.from)) -= probability;
    }
    law.relaxation = 1.0 / relaxation_rate(Q);
    return law;
}

}  // namespace misfit::reference
