#include "misfit/selfcheck/seven_sites.hpp"

#include <algorithm>
#include <cmath>

namespace misfit::selfcheck {
namespace {

constexpr std::size_t sites = 7;
using Law = SevenSites::Law;

double distance(const Crystal& crystal, std::size_t i, std::size_t j) {
    const Vector3& a = crystal.positions()[i];
    const Vector3& b = crystal.positions()[j];
    return std::hypot(a[0] - b[0], a[1] - b[1]);
}

/// law M for M = 1 + Q/fastest.
Law step(const Law& law, const std::vector<Law>& rates, double fastest) {
    Law next = law;
    for (std::size_t s = 0; s < SevenSites::states; ++s)
        for (std::size_t t = 0; t < SevenSites::states; ++t) next[t] += law[s] * rates[s][t] / fastest;
    return next;
}

}  // namespace

std::size_t SevenSites::number(std::span<const Spin> sigma) {
    std::size_t number = 0;
    for (std::size_t j = 0; j < sigma.size(); ++j)
        if (sigma[j] > 0) number |= std::size_t{1} << j;
    return number;
}

std::vector<Spin> SevenSites::species(std::size_t number) {
    std::vector<Spin> sigma;
    for (std::size_t j = 0; j < sites; ++j) sigma.push_back((number >> j & 1U) != 0 ? Spin{1} : Spin{-1});
    return sigma;
}

SevenSites::SevenSites(const Crystal& crystal, const ModelParameters& model)
    : beta_(model.beta()), rates_(states, Law{}) {
    std::array<double, sites> k = {};
    for (std::size_t j = 0; j < sites; ++j)
        k[j] = std::hypot(crystal.positions()[j][0], crystal.positions()[j][1]) < 0.5 ? 6.0 : -1.0;
    const auto bonded = [&](std::size_t i, std::size_t j) { return distance(crystal, i, j) < 1.1; };
    for (std::size_t s = 0; s < states; ++s) {
        const std::vector<Spin> sigma = species(s);
        double strain = 0.0;  // the mean of sigma drops out, as k sums to zero
        for (std::size_t i = 0; i < sites; ++i) {
            strain += k[i] * sigma[i];
            energy_[s] -= 0.5 * model.delta_mu * sigma[i];
            for (std::size_t j = i + 1; j < sites; ++j)
                if (bonded(i, j)) energy_[s] -= model.J * sigma[i] * sigma[j];
        }
        energy_[s] += 0.5 * model.epsilon * strain * strain / 12.0;
    }
    const auto event = [&](std::size_t from, std::size_t to) {
        const double rate = std::exp(-0.5 * beta_ * (energy_[to] - energy_[from]));
        rates_[from][to] += rate;
        rates_[from][from] -= rate;
    };
    for (std::size_t s = 0; s < states; ++s)
        for (std::size_t i = 0; i < sites; ++i) {
            if (k[i] < 0.0) event(s, s ^ std::size_t{1} << i);
            for (std::size_t j = i + 1; j < sites; ++j)
                if (bonded(i, j) && (s >> i & 1U) != (s >> j & 1U))
                    event(s, s ^ (std::size_t{1} << i | std::size_t{1} << j));
        }
}

Law SevenSites::boltzmann() const {
    Law law = {};
    double Z = 0.0;
    for (std::size_t s = 0; s < states; ++s) Z += law[s] = std::exp(-beta_ * energy_[s]);
    for (double& probability : law) probability /= Z;
    return law;
}

Law SevenSites::law_at(double t, std::size_t start) const {
    double fastest = 0.0;
    for (std::size_t s = 0; s < states; ++s) fastest = std::max(fastest, -rates_[s][s]);
    // exp(t Q) = sum_n exp(-L t) (L t)^n/n! M^n, L the fastest rate, in strides of L t <= 20.
    const double strides = std::ceil(fastest * t / 20.0);
    const double x = fastest * t / strides;
    Law law = {};
    law[start] = 1.0;
    for (double stride = 0.0; stride < strides; ++stride) {
        Law power = law;
        law.fill(0.0);
        double weight = std::exp(-x);
        for (int n = 1; n < 120; ++n) {
            for (std::size_t s = 0; s < states; ++s) law[s] += weight * power[s];
            power = step(power, rates_, fastest);
            weight *= x / n;
        }
    }
    return law;
}

Law SevenSites::law_after(int attempts, std::size_t start) const {
    std::vector<Law> moves(states, Law{});
    for (std::size_t s = 0; s < states; ++s)
        for (std::size_t j = 0; j < sites; ++j) {
            const std::size_t to = s ^ std::size_t{1} << j;
            const double accepted = std::min(1.0, std::exp(-beta_ * (energy_[to] - energy_[s]))) / sites;
            moves[s][to] += accepted;
            moves[s][s] -= accepted;
        }
    Law law = {};
    law[start] = 1.0;
    for (int attempt = 0; attempt < attempts; ++attempt) law = step(law, moves, 1.0);
    return law;
}

}  // namespace misfit::selfcheck
