#include "misfit/engine/kmc_rates.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

#include "misfit/base/dot.hpp"
#include "misfit/base/error.hpp"

namespace misfit {
namespace {

std::size_t index(Site site) { return static_cast<std::size_t>(site); }

}  // namespace

KmcRates::KmcRates(const KmcTables& tables)
    : tables_(&tables),
      sigma_(tables.padded, 0.0),
      field_(tables.padded, 0.0),
      exchange_(tables.slots, 0.0),
      weights_(tables.padded + 2 * tables.reach, 0.0),
      rates_(tables.slots),
      all_(tables.padded / group_slots),
      stale_(all_.size() + 1),
      remade_(tables.groups.size()),
      at_site_(static_cast<std::size_t>(tables.directions) + 1) {
    std::iota(all_.begin(), all_.end(), 0U);
}

/// What the weights know of m.
double KmcRates::mean(const State& state) const { return tables_->is_published() ? state.mean_sigma() : 0.0; }

double KmcRates::total() const { return rates_.total() * tables_->bound; }

void KmcRates::set_species(const State& state, Site site) {
    sigma_[index(site)] = state.sigma[index(site)];
    if (tables_->hamiltonian.crystal().is_surface(site))
        exchange_[tables_->slot_of[index(site)]] = tables_->exchange_factor_of(state.sigma[index(site)]);
}

/// What depends on the species alone.
void KmcRates::take_species(const State& state) {
    for (Site site = 0; site < state.size(); ++site) {
        set_species(state, site);
        field_[index(site)] = tables_->ising_field(state.sigma, site);
    }
}

void KmcRates::take(State& state) {
    if (state.rated_phi.size() != state.phi.size()) return make_anew(state);
    take_species(state);
    // First from rated_phi, as the rates were when the state was left, then what does not hold: nothing,
    // unless the state was changed from outside.
    weigh(state, state.rated_phi, 0.0, all_);
    const std::size_t stale = find_stale(state, {0, 0.0}, {0, 0.0});
    for (std::size_t group = 0; group < tables_->groups.size(); ++group) remade_.add(group);
    remake(state, std::span(stale_).first(stale), true);
}

void KmcRates::make_anew(State& state) {
    state.rated_phi.resize(state.phi.size());
    take_species(state);
    remake(state, all_, true);
}

void KmcRates::follow(State& state, std::span<const SizeChange> changes) {
    const bool is_exchange = changes.size() == 1;
    std::size_t count = find_stale(state, changes.front(),
                                   is_exchange ? SizeChange{changes.front().site, 0.0} : changes.back());
    const auto add = [&](Site site) {
        const auto group = static_cast<std::uint32_t>(index(site) / group_slots);
        const auto end = stale_.begin() + static_cast<std::ptrdiff_t>(count);
        if (std::find(stale_.begin(), end, group) == end) stale_[count++] = group;
    };
    const Crystal& crystal = tables_->hamiltonian.crystal();
    for (const SizeChange& change : changes) {
        set_species(state, change.site);
        add(change.site);
        if (tables_->hamiltonian.model().J == 0.0) continue;
        for (int d = 0; d < 2 * tables_->directions; ++d) {
            const Site other = crystal.neighbor(change.site, d);
            if (other < 0 || !tables_->is_nearest(d)) continue;
            field_[index(other)] = tables_->ising_field(state.sigma, other);
            add(other);
        }
    }
    remake(state, std::span(stale_).first(count), is_exchange);
}

/// Brings phi up to date; how many groups of sites, listed in stale_, have weights that no longer hold.
std::size_t KmcRates::find_stale(State& state, const SizeChange& first, const SizeChange& second) {
    const Hamiltonian& hamiltonian = tables_->hamiltonian;
    if (!hamiltonian.is_elastic()) return 0;
    const bool by_rows = !tables_->solves_phi();
    if (!by_rows && (first.change != 0.0 || second.change != 0.0))
        update_phi(hamiltonian, std::array{first, second}, state.phi);
    const double epsilon = by_rows ? hamiltonian.model().epsilon : 0.0;
    return update_phi_and_find_stale({.rows = {.size = state.sigma.size(),
                                               .phi = state.phi.data(),
                                               .row_1 = tables_->row(first.site),
                                               .row_2 = tables_->row(second.site),
                                               .coefficient_1 = epsilon * first.change,
                                               .coefficient_2 = epsilon * second.change},
                                      .diagonal = tables_->raw_diagonal.data(),
                                      .mean = mean(state),
                                      .rated = state.rated_phi.data(),
                                      .tolerance = tables_->tolerance,
                                      .stale = stale_.data()});
}

/// Weights of some groups of sites from phi less `mean` times V_raw,jj, which becomes rated_phi there; the
/// largest exponent met.
double KmcRates::weigh(State& state, const AlignedVector<double>& phi, double mean,
                       std::span<const std::uint32_t> groups) {
    return update_weights({.groups = groups,
                           .phi = phi.data(),
                           .diagonal = tables_->raw_diagonal.data(),
                           .mean = mean,
                           .beta = tables_->hamiltonian.model().beta(),
                           .sigma = sigma_.data(),
                           .field = field_.data(),
                           .self = tables_->self.data(),
                           .rated = state.rated_phi.data(),
                           .weight = weight()});
}

/// Makes the weights of some groups of sites from phi, and all rates that they enter or that are in remade_.
/// `all_exchanges`: published rates of exchange no longer hold anywhere.
void KmcRates::remake(State& state, std::span<const std::uint32_t> groups, bool all_exchanges) {
    const double largest = weigh(state, state.phi, mean(state), groups);
    for (const std::uint32_t group : groups)
        for (std::size_t k = tables_->first_word[group]; k < tables_->first_word[group + 1]; ++k)
            remade_.add(tables_->dependents[k].word, tables_->dependents[k].mask);
    if (tables_->is_published()) remake_exchange(state, groups, all_exchanges);
    update_rates({.which = remade_,
                  .groups = tables_->groups.data(),
                  .offsets = tables_->offsets.data(),
                  .directions = tables_->directions,
                  .swap = tables_->swap.data(),
                  .exchange = exchange_.data(),
                  .exchange_is_rate = tables_->is_published(),
                  .weight = weight(),
                  .site_rate = rates_.rates()});
    rates_.update(remade_);
    remade_.clear();
    if (!std::isfinite(rates_.total()) || largest > largest_exponent) fail(state, worst_site(state));
}

/// Where the rates leave the range of a double, or come closest to that.
Site KmcRates::worst_site(const State& state) const {
    Site worst = 0;
    for (Site site = 0; site < state.size(); ++site)
        if (!std::isfinite(rates_.rates()[tables_->slot_of[index(site)]]) ||
            std::abs(weight()[site]) > std::abs(weight()[worst]))
            worst = site;
    return worst;
}

void KmcRates::fail(const State& state, Site site) const {
    throw Error(
        fmt::format("trajectory {}, event {}, t = {}: the rates at site {} (sigma = {}, phi = {}) leave the "
                    "range of a double; "
                    "is kT = {} too small for this model?",
                    state.random.unit, state.step, state.time, site, state.sigma[index(site)],
                    state.phi[index(site)], tables_->hamiltonian.model().kT));
}

void KmcRates::put_bounds_at(std::size_t slot) {
    const std::size_t group = slot / group_slots;
    const auto directions = static_cast<std::size_t>(tables_->directions);
    const std::ptrdiff_t* offsets = tables_->offsets.data() + tables_->groups[group].offsets;
    const double* factors = tables_->swap.data() + group * directions * group_slots + slot % group_slots;
    const double* here = weight() + tables_->site_of[slot];
    at_site_[0] = tables_->is_published() ? exchange_[slot] : exchange_[slot] * std::abs(*here);
    for (std::size_t d = 0; d < directions; ++d)
        at_site_[d + 1] = factors[d * group_slots] * std::max(0.0, -*here * here[offsets[d]]);
}

/// The event of a slot whose bound is at_site_[which].
KmcEvent KmcRates::event_of(const State& state, std::size_t slot, std::size_t which) const {
    const Site site = tables_->site_of[slot];
    if (which == 0) {
        const EventKind kind =
            state.sigma[index(site)] > 0 ? EventKind::exchange_A_to_B : EventKind::exchange_B_to_A;
        const double rate = tables_->is_published()
                                ? published_rate(state, site, state.phi[index(site)] + published_shift(state))
                                : at_site_[0] * std::exp(lag(state, site) + 0.5 * tables_->margin);
        return {kind, site, -1, rate};
    }
    const int direction = static_cast<int>(which) - 1;
    const Site other = tables_->hamiltonian.crystal().neighbor(site, direction);
    return {tables_->is_nearest(direction) ? EventKind::swap_nearest : EventKind::swap_next_nearest, site,
            other, at_site_[which] * std::exp(lag(state, site) + lag(state, other))};
}

/// True if the exponent of the site's weight lies below the range, so that the weight is too large.
bool KmcRates::is_cut_off(Site site) const {
    constexpr double smallest = 9.8597e-305;  // e^-700 is 9.85968e-305
    return std::abs(weight()[site]) < smallest;
}

/// By how much the exponent of the site's weight lags behind: beta sigma (x - x as it was rated), and what
/// was cut off.
double KmcRates::lag(const State& state, Site site) const {
    const std::size_t j = index(site);
    const double beta = tables_->hamiltonian.model().beta();
    const double x = state.phi[j] - mean(state) * tables_->raw_diagonal[j];
    const double lag = beta * sigma_[j] * (x - state.rated_phi[j]);
    if (!is_cut_off(site)) return lag;
    const double exponent = beta * sigma_[j] * (state.rated_phi[j] - field_[j]) - tables_->self[j];
    return lag + exponent + largest_exponent;
}

std::optional<KmcEvent> KmcRates::choose(const State& state, double uniform) {
    double target = uniform * rates_.total();
    const std::size_t slot = rates_.find(target);
    put_bounds_at(slot);
    // Sums of a node and of its children differ by rounding, so where this runs off the end, it is behind the
    // last possible event's bound.
    std::size_t chosen = 0;
    double left = target;
    for (std::size_t k = 0; k < at_site_.size(); ++k) {
        if (at_site_[k] <= 0.0) continue;
        chosen = k;
        target = left;
        if (left < at_site_[k]) break;
        left -= at_site_[k];
    }
    const KmcEvent event = event_of(state, slot, chosen);
    // Beside rates that matter, the bound of a weight that was cut off, of e^-700 in place of less, is never
    // met; where it is, no rate can be told.
    if (chosen > 0 || !tables_->is_published()) {
        if (is_cut_off(event.first)) fail(state, event.first);
        if (chosen > 0 && is_cut_off(event.second)) fail(state, event.second);
    }
    if (target * tables_->bound < event.rate) return event;
    return {};
}

std::vector<KmcEvent> KmcRates::events(const State& state) {
    std::vector<KmcEvent> events;
    for (Site site = 0; site < state.size(); ++site) {
        const std::size_t slot = tables_->slot_of[index(site)];
        put_bounds_at(slot);
        for (std::size_t k = 0; k < at_site_.size(); ++k)
            if (at_site_[k] > 0.0) events.push_back(event_of(state, slot, k));
    }
    return events;
}

/// psi - phi = r . dsigma / N.
double KmcRates::published_shift(const State& state) const {
    return (dot(tables_->raw_row_sums.data(), sigma_.data(), tables_->padded) -
            state.mean_sigma() * tables_->raw_row_total) /
           state.size();
}

/// Exchange rate of the paper's released program (physics: section 2, `rates = "published"`), which derives
/// from no Hamiltonian, so that it does not follow from z_j.
double KmcRates::published_rate(const State& state, Site site, double psi) const {
    const ModelParameters& model = tables_->hamiltonian.model();
    const std::size_t j = index(site);
    const double mean = state.mean_sigma();
    const double s = sigma_[j];
    const double mean_after = mean - 2.0 * s / state.size();
    const double psi_after =
        psi - 2.0 * s * tables_->raw_diagonal[j] + (mean - mean_after) * tables_->raw_row_sums[j];
    const double change =
        (-s - mean_after) * psi_after - (s - mean) * psi + model.delta_mu * s + 2.0 * s * field_[j];
    return tables_->parameters.exchange_rate * std::exp(-0.5 * model.beta() * change);
}

/// Published rates of exchange follow the mean and the shift, which are the same for every site, besides
/// rated_phi. The shift is taken in whole steps of twice the tolerance.
void KmcRates::remake_exchange(const State& state, std::span<const std::uint32_t> groups,
                               bool all_exchanges) {
    const double step = 2.0 * tables_->tolerance;
    const double shift = std::round(published_shift(state) / step) * step;
    const double mean = state.mean_sigma();
    const auto make = [&](Site site) {
        const std::size_t slot = tables_->slot_of[index(site)];
        const double psi = state.rated_phi[index(site)] + mean * tables_->raw_diagonal[index(site)] + shift_;
        exchange_[slot] = published_rate(state, site, psi);
        remade_.add(slot / group_slots);
    };
    if (all_exchanges || shift != shift_) {
        shift_ = shift;
        for (const Site site : tables_->surface) make(site);
        return;
    }
    for (const std::uint32_t group : groups)
        for (Site site = static_cast<Site>(group * group_slots);
             site < std::min(static_cast<Site>((group + 1) * group_slots), state.size()); ++site)
            if (tables_->hamiltonian.crystal().is_surface(site)) make(site);
}

}  // namespace misfit
