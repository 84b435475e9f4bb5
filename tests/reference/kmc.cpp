#include "reference/kmc.hpp"

#include <cmath>
#include <numeric>
#include <string_view>

namespace misfit::reference {
namespace {

using Index = Eigen::Index;

/// The released program's energy change of a flip: with V and r before projection, psi = V (sigma - m).
double published_exchange_energy(const Model& model, std::span<const Spin> sigma, Site site) {
    const double n = static_cast<double>(sigma.size());
    const double m = mean_sigma(sigma);
    const Index j = site;
    double psi = 0.0;
    double r = 0.0;
    for (std::size_t i = 0; i < sigma.size(); ++i) {
        psi += model.V_raw(j, static_cast<Index>(i)) * (sigma[i] - m);
        r += model.V_raw(j, static_cast<Index>(i));
    }
    const double s = sigma[static_cast<std::size_t>(site)];
    const double s_new = -s;
    const double m_new = m + (s_new - s) / n;
    double h = 0.0;
    for (const Spring& bond : model.bonds) {
        if (!bond.nearest) continue;
        if (bond.first == site) h += sigma[static_cast<std::size_t>(bond.second)];
        if (bond.second == site) h += sigma[static_cast<std::size_t>(bond.first)];
    }
    return (s_new - m_new) * (psi + model.V_raw(j, j) * (s_new - s) + (m - m_new) * r) - (s - m) * psi +
           model.parameters.delta_mu * s + 2.0 * model.parameters.J * s * h;
}

/// True for a site with fewer nearest bonds than one deep inside a crystal, 6 in the triangular lattice, 12
/// in fcc and hcp, 8 in bcc; of the simple cubic lattice all 18 count.
std::vector<bool> surface(const Model& model) {
    std::vector<int> count(static_cast<std::size_t>(model.crystal.size()), 0);
    const std::string_view name = model.crystal.lattice().name;
    const int whole = name == "triangular" ? 6 : name == "simple cubic" ? 18 : name == "bcc" ? 8 : 12;
    for (const Spring& bond : model.bonds) {
        if (!bond.nearest && name != "simple cubic") continue;
        ++count[static_cast<std::size_t>(bond.first)];
        ++count[static_cast<std::size_t>(bond.second)];
    }
    std::vector<bool> is_surface;
    for (const int bonds : count) is_surface.push_back(bonds < whole);
    return is_surface;
}

}  // namespace

double exchange_energy(const Model& model, RateRule rule, std::span<const Spin> sigma, Site j) {
    if (rule == RateRule::published) return published_exchange_energy(model, sigma, j);
    return static_cast<double>(energy(model, flipped(sigma, j)) - energy(model, sigma));
}

double diffusion_energy(const Model& model, RateRule rule, std::span<const Spin> sigma, Site i, Site j) {
    const double exact = static_cast<double>(energy(model, swapped(sigma, i, j)) - energy(model, sigma));
    if (rule == RateRule::exact) return exact;
    return exact + 2.0 * mean_sigma(sigma) * sigma[static_cast<std::size_t>(i)] *
                       (model.V_raw(i, i) - model.V_raw(j, j));
}

std::vector<KmcEvent> events(const Model& model, const KmcParameters& kmc, std::span<const Spin> sigma) {
    const double half_beta = 0.5 / model.parameters.kT;
    const std::vector<bool> is_surface = surface(model);
    std::vector<KmcEvent> list;
    for (Site site = 0; site < model.crystal.size(); ++site) {
        const Spin spin = sigma[static_cast<std::size_t>(site)];
        if (is_surface[static_cast<std::size_t>(site)] && kmc.exchange_rate > 0.0) {
            const double change = exchange_energy(model, kmc.rates, sigma, site);
            list.push_back({spin > 0 ? EventKind::exchange_A_to_B : EventKind::exchange_B_to_A, site, -1,
                            kmc.exchange_rate * std::exp(-half_beta * change)});
        }
        for (const Spring& bond : model.bonds) {
            if (bond.first != site || kmc.diffusion_rate == 0.0) continue;
            if (sigma[static_cast<std::size_t>(bond.second)] == spin) continue;
            if (kmc.swaps == Swaps::nearest && !bond.nearest) continue;
            const double change = diffusion_energy(model, kmc.rates, sigma, site, bond.second);
            list.push_back({bond.nearest ? EventKind::swap_nearest : EventKind::swap_next_nearest, site,
                            bond.second, kmc.diffusion_rate * std::exp(-half_beta * change)});
        }
    }
    return list;
}

Attempts::Attempts(const Model& model, const KmcParameters& kmc, double tolerance,
                   std::span<const Spin> sigma)
    : model_(model),
      published_(kmc.rates == RateRule::published && model.parameters.epsilon != 0.0),
      tolerance_(tolerance * model.parameters.kT),
      exponent_(model.parameters.epsilon == 0.0 ? 0.0 : 2.0 * tolerance),
      rated_(rated_quantity(sigma)) {
    if (published_) exponent_ *= 1.0 + 1.0 / static_cast<double>(sigma.size());
}

Eigen::VectorXd Attempts::rated_quantity(std::span<const Spin> sigma) const {
    Eigen::VectorXd x = phi(model_, sigma);
    if (published_) x -= mean_sigma(sigma) * model_.V_raw.diagonal();
    return x;
}

/// exp(-beta change / 2) with the rated quantity in place of the true one, and room for both to differ.
double Attempts::bound(const KmcEvent& event, std::span<const Spin> sigma) const {
    const double beta = 1.0 / model_.parameters.kT;
    const Eigen::VectorXd behind = rated_quantity(sigma) - rated_;
    const auto s = [&](Site site) { return static_cast<double>(sigma[static_cast<std::size_t>(site)]); };
    const Site j = event.first;
    if (event.second >= 0)
        return event.rate *
               std::exp(exponent_ - beta * (s(j) * behind(j) + s(event.second) * behind(event.second)));
    if (!published_) return event.rate * std::exp(0.5 * exponent_ - beta * s(j) * behind(j));
    // psi = x + m V_jj + shift enters the change with this factor; the shift is taken in steps.
    const double n = static_cast<double>(sigma.size());
    const double factor = -2.0 * s(j) + 2.0 * s(j) / n;
    double shift = 0.0;
    for (std::size_t i = 0; i < sigma.size(); ++i)
        shift += model_.V_raw.row(static_cast<Index>(i)).sum() * (sigma[i] - mean_sigma(sigma)) / n;
    const double stepped = std::round(shift / (2.0 * tolerance_)) * 2.0 * tolerance_;
    return event.rate * std::exp(exponent_ - 0.5 * beta * factor * (stepped - shift - behind(j)));
}

Step Attempts::next(std::span<const KmcEvent> events, std::span<const Spin> sigma, const RandomStream& stream,
                    std::uint64_t step) const {
    std::vector<double> bounds;
    for (const KmcEvent& event : events) bounds.push_back(bound(event, sigma));
    const double total = std::accumulate(bounds.begin(), bounds.end(), 0.0);
    double waiting_time = 0.0;
    for (std::uint64_t attempt = 0;; ++attempt) {
        const UniformPair u = uniform_pair(stream, step, attempt);
        waiting_time -= std::log(u.first) / total;
        double target = u.second * total;
        std::size_t chosen = 0;
        while (chosen + 1 < events.size() && target >= bounds[chosen]) target -= bounds[chosen++];
        if (target < events[chosen].rate) return {waiting_time, chosen};
    }
}

void Attempts::follow(const KmcEvent& event, std::span<const Spin> sigma) {
    const Eigen::VectorXd now = rated_quantity(sigma);
    std::vector<bool> stale((sigma.size() + 7) / 8, false);
    for (std::size_t j = 0; j < sigma.size(); ++j)
        if (std::abs(now(static_cast<Index>(j)) - rated_(static_cast<Index>(j))) > tolerance_)
            stale[j / 8] = true;
    for (const Site site : {event.first, event.second}) {
        if (site < 0) continue;
        stale[static_cast<std::size_t>(site) / 8] = true;
        if (model_.parameters.J == 0.0) continue;
        for (const Spring& bond : model_.bonds) {
            if (!bond.nearest) continue;
            if (bond.first == site) stale[static_cast<std::size_t>(bond.second) / 8] = true;
            if (bond.second == site) stale[static_cast<std::size_t>(bond.first) / 8] = true;
        }
    }
    for (std::size_t j = 0; j < sigma.size(); ++j)
        if (stale[j / 8]) rated_(static_cast<Index>(j)) = now(static_cast<Index>(j));
}

std::vector<Spin> after(const KmcEvent& event, std::span<const Spin> sigma) {
    return event.second < 0 ? flipped(sigma, event.first) : swapped(sigma, event.first, event.second);
}

Eigen::MatrixXd rate_matrix(const Model& model, const KmcParameters& kmc) {
    const std::size_t states = std::size_t{1} << model.crystal.size();
    Eigen::MatrixXd Q = Eigen::MatrixXd::Zero(static_cast<Index>(states), static_cast<Index>(states));
    for (std::size_t number = 0; number < states; ++number) {
        const std::vector<Spin> sigma = state_of(number, model.crystal.size());
        const Index from = static_cast<Index>(number);
        for (const KmcEvent& event : events(model, kmc, sigma)) {
            Q(from, static_cast<Index>(state_number(after(event, sigma)))) += event.rate;
            Q(from, from) -= event.rate;
        }
    }
    return Q;
}

std::size_t state_number(std::span<const Spin> sigma) {
    std::size_t number = 0;
    for (std::size_t j = 0; j < sigma.size(); ++j)
        if (sigma[j] > 0) number |= std::size_t{1} << j;
    return number;
}

std::vector<Spin> state_of(std::size_t number, Site size) {
    std::vector<Spin> sigma;
    for (Site j = 0; j < size; ++j) sigma.push_back(((number >> j) & 1U) != 0 ? Spin{1} : Spin{-1});
    return sigma;
}

}  // namespace misfit::reference
