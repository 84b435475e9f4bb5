#include "misfit/engine/kmc.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

#include "misfit/base/error.hpp"
#include "misfit/engine/kmc_tables.hpp"
#include "misfit/model/drift.hpp"

namespace misfit {
namespace {

std::size_t index(Site site) { return static_cast<std::size_t>(site); }

}  // namespace

/// Everything here is a function of the state it was prepared for.
struct Kmc::Workspace {
    explicit Workspace(const KmcTables& tables)
        : sigma(tables.padded, 0.0),
          field(tables.padded, 0.0),
          exchange(tables.slots, 0.0),
          weights(tables.padded + 2 * tables.reach, 0.0),
          site_rate(tables.slots, 0.0),
          block_rate(tables.slots / rate_block, 0.0),
          rates_here(static_cast<std::size_t>(tables.directions) + 1, 0.0) {}

    AlignedVector<double> sigma;      ///< as doubles
    AlignedVector<double> field;      ///< J h + m V_raw,jj (the latter for published rates)
    AlignedVector<double> exchange;   ///< by slot: factor of z_j, or the rate itself (published)
    AlignedVector<double> weights;    ///< sigma_j z_j, with room for the reach at both ends
    AlignedVector<double> site_rate;  ///< by slot
    AlignedVector<double> block_rate;
    std::vector<double> rates_here;  ///< of the chosen site: its exchange, then its forward bonds
    double total = 0.0;
    State left;             ///< the state as the last call left it
    bool prepared = false;  ///< the caches belong to `left`

    void fill(const KmcTables& tables, const State& state);
    void update_site(const KmcTables& tables, const State& state, Site site);
    void update_mean(const KmcTables& tables, const State& state);
    void update_rates(const KmcTables& tables, State& state, Site first, double change_first, Site second,
                      double change_second);
    void exchange_rates_published(const KmcTables& tables, const State& state);
    KmcEvent choose(const KmcTables& tables, double uniform);
    double swap_rate(const KmcTables& tables, Site site, int direction) const;
    double exchange_rate(const KmcTables& tables, Site site) const;
    const double* weight(const KmcTables& tables) const { return weights.data() + tables.reach; }
};

/// What depends on the species alone.
void Kmc::Workspace::fill(const KmcTables& tables, const State& state) {
    for (Site site = 0; site < state.size(); ++site) {
        sigma[index(site)] = state.sigma[index(site)];
        field[index(site)] = 0.0;
    }
    for (const Site site : tables.surface)
        exchange[tables.slot_of[index(site)]] = tables.exchange_factor_of(state.sigma[index(site)]);
    const double J = tables.hamiltonian.model().J;
    if (J != 0.0 && !tables.is_published())
        for (Site site = 0; site < state.size(); ++site)
            field[index(site)] = J * neighbor_sum(tables.hamiltonian.crystal(), state.sigma, site);
    update_mean(tables, state);
}

/// After the species at `site` has changed: the exchange there and the Ising field around it.
void Kmc::Workspace::update_site(const KmcTables& tables, const State& state, Site site) {
    const Crystal& crystal = tables.hamiltonian.crystal();
    sigma[index(site)] = state.sigma[index(site)];
    if (crystal.is_surface(site))
        exchange[tables.slot_of[index(site)]] = tables.exchange_factor_of(state.sigma[index(site)]);
    const double J = tables.hamiltonian.model().J;
    if (J == 0.0 || tables.is_published()) return;
    const int half = tables.directions;
    for (int d = 0; d < half; ++d) {
        if (!crystal.lattice().directions[static_cast<std::size_t>(d)].nearest) continue;
        for (const Site other : {crystal.neighbor(site, d), crystal.neighbor(site, d + half)})
            if (other >= 0) field[index(other)] = J * neighbor_sum(crystal, state.sigma, other);
    }
}

/// Published rates: the self-term's field m V_raw,jj follows the mean, so every site's field does.
void Kmc::Workspace::update_mean(const KmcTables& tables, const State& state) {
    if (!tables.is_published()) return;
    const double mean = state.mean_sigma();
    const double J = tables.hamiltonian.model().J;
    for (Site site = 0; site < state.size(); ++site) {
        field[index(site)] = mean * tables.raw_diagonal[index(site)];
        if (J != 0.0) field[index(site)] += J * neighbor_sum(tables.hamiltonian.crystal(), state.sigma, site);
    }
}

/// Brings phi up to date after the species at one or two sites have changed by so much, then all rates.
/// Changes of 0 leave phi as it is.
void Kmc::Workspace::update_rates(const KmcTables& tables, State& state, Site first, double change_first,
                                  Site second, double change_second) {
    const ModelParameters& model = tables.hamiltonian.model();
    if (tables.solves_phi() && (change_first != 0.0 || change_second != 0.0))
        update_phi(tables.hamiltonian,
                   std::array{SizeChange{first, change_first}, SizeChange{second, change_second}}, state.phi);
    const double largest = update_weights({.size = state.sigma.size(),
                                           .phi = state.phi.data(),
                                           .row_1 = tables.row(first),
                                           .row_2 = tables.row(second),
                                           .coefficient_1 = model.epsilon * change_first,
                                           .coefficient_2 = model.epsilon * change_second,
                                           .beta = model.beta(),
                                           .sigma = sigma.data(),
                                           .field = field.data(),
                                           .self = tables.self.data(),
                                           .weight = weights.data() + tables.reach});
    if (tables.is_published()) exchange_rates_published(tables, state);
    total = sum_rates({.runs = tables.runs,
                       .offsets = tables.offsets.data(),
                       .directions = tables.directions,
                       .swap = tables.swap.data(),
                       .exchange = exchange.data(),
                       .exchange_is_rate = tables.is_published(),
                       .weight = weight(tables),
                       .site_rate = site_rate.data(),
                       .block_rate = block_rate.data(),
                       .slots = tables.slots});
    if (std::isfinite(total) && largest <= largest_exponent) return;
    Site worst = 0;
    for (Site site = 0; site < state.size(); ++site)
        if (!std::isfinite(site_rate[tables.slot_of[index(site)]]) ||
            std::abs(weight(tables)[site]) > std::abs(weight(tables)[worst]))
            worst = site;
    throw Error(
        fmt::format("trajectory {}, event {}, t = {}: the rates at site {} (sigma = {}, phi = {}) leave the "
                    "range of a double; "
                    "is kT = {} too small for this model?",
                    state.random.unit, state.step, state.time, worst, state.sigma[index(worst)],
                    state.phi[index(worst)], model.kT));
}

/// Exchange rates of the paper's released program (physics: section 2, `rates = "published"`), which derive
/// from no Hamiltonian, so that they do not follow from z_j.
void Kmc::Workspace::exchange_rates_published(const KmcTables& tables, const State& state) {
    const Hamiltonian& hamiltonian = tables.hamiltonian;
    const ModelParameters& model = hamiltonian.model();
    const double n = state.size();
    const double mean = state.mean_sigma();
    double shift = 0.0;  // psi - phi = r . dsigma / N
    std::span<const double> row_sums;
    if (hamiltonian.is_elastic()) {
        row_sums = hamiltonian.elastic().raw_row_sums();
        shift = model.epsilon * std::inner_product(row_sums.begin(), row_sums.end(), sigma.begin(), 0.0);
        shift = (shift - mean * tables.raw_row_total) / n;
    }
    for (const Site site : tables.surface) {
        const double s = sigma[index(site)];
        const double s_after = -s;
        const double mean_after = mean + (s_after - s) / n;
        const double psi = state.phi[index(site)] + shift;
        const double row_sum = row_sums.empty() ? 0.0 : model.epsilon * row_sums[index(site)];
        const double psi_after =
            psi + tables.raw_diagonal[index(site)] * (s_after - s) + (mean - mean_after) * row_sum;
        double change = (s_after - mean_after) * psi_after - (s - mean) * psi + model.delta_mu * s;
        if (model.J != 0.0)
            change += 2.0 * model.J * s * neighbor_sum(hamiltonian.crystal(), state.sigma, site);
        exchange[tables.slot_of[index(site)]] =
            tables.parameters.exchange_rate * std::exp(-0.5 * model.beta() * change);
    }
}

double Kmc::Workspace::swap_rate(const KmcTables& tables, Site site, int direction) const {
    const Site other = tables.hamiltonian.crystal().neighbor(site, direction);
    if (other < 0) return 0.0;
    const double product = -weight(tables)[site] * weight(tables)[other];
    return tables.swap_factor(site, direction) * std::max(0.0, product);
}

double Kmc::Workspace::exchange_rate(const KmcTables& tables, Site site) const {
    return tables.is_published() ? exchange[tables.slot_of[index(site)]]
                                 : exchange[tables.slot_of[index(site)]] * std::abs(weight(tables)[site]);
}

/// The event at `uniform` times the total, in the order of choice. Sums of a block and of its sites differ by
/// rounding, so where a scan runs off its end, the last possible candidate is taken.
KmcEvent Kmc::Workspace::choose(const KmcTables& tables, double uniform) {
    double target = uniform * total;
    const auto scan = [&target](std::span<const double> rates) {
        std::size_t last = 0;
        for (std::size_t k = 0; k < rates.size(); ++k) {
            if (rates[k] <= 0.0) continue;
            last = k;
            if (target < rates[k]) return k;
            target -= rates[k];
        }
        target = rates[last];
        return last;
    };
    const std::size_t block = scan(block_rate);
    const std::size_t in_block =
        scan(std::span<const double>(site_rate).subspan(block * rate_block, rate_block));
    const Site site = tables.site_of[block * rate_block + in_block];

    rates_here[0] = exchange_rate(tables, site);
    for (int d = 0; d < tables.directions; ++d)
        rates_here[static_cast<std::size_t>(d) + 1] = swap_rate(tables, site, d);
    const std::size_t chosen = scan(rates_here);
    if (chosen == 0) {
        const bool is_A = sigma[index(site)] > 0.0;
        return {is_A ? EventKind::exchange_A_to_B : EventKind::exchange_B_to_A, site, -1, rates_here[0]};
    }
    const int direction = static_cast<int>(chosen) - 1;
    const Crystal& crystal = tables.hamiltonian.crystal();
    const bool nearest = crystal.lattice().directions[static_cast<std::size_t>(direction)].nearest;
    return {nearest ? EventKind::swap_nearest : EventKind::swap_next_nearest, site,
            crystal.neighbor(site, direction), rates_here[chosen]};
}

Kmc::Kmc(const Hamiltonian& hamiltonian, const KmcParameters& parameters)
    : tables_(std::make_shared<KmcTables>(hamiltonian, parameters)),
      workspace_(std::make_unique<Workspace>(*tables_)) {}

Kmc::Kmc(const Kmc& other) : tables_(other.tables_), workspace_(std::make_unique<Workspace>(*tables_)) {}

Kmc::~Kmc() = default;

const Hamiltonian& Kmc::hamiltonian() const { return tables_->hamiltonian; }

const KmcParameters& Kmc::parameters() const { return tables_->parameters; }

void Kmc::prepare(State& state) {
    Workspace& workspace = *workspace_;
    if (workspace.prepared && state == workspace.left) return;
    assert(state.size() == tables_->hamiltonian.crystal().size());
    workspace.fill(*tables_, state);
    workspace.update_rates(*tables_, state, 0, 0.0, 0, 0.0);
    workspace.left = state;
    workspace.prepared = true;
}

void Kmc::apply(State& state, const KmcEvent& event) {
    Workspace& workspace = *workspace_;
    const auto turn = [&](Site site) {
        Spin& sigma = state.sigma[index(site)];
        sigma = static_cast<Spin>(-sigma);
        return 2.0 * sigma;
    };
    ++state.events[static_cast<std::size_t>(event.kind)];
    ++state.step;
    const double change_first = turn(event.first);
    const bool is_exchange = event.second < 0;
    const Site second = is_exchange ? event.first : event.second;
    const double change_second = is_exchange ? 0.0 : turn(second);
    if (is_exchange) state.count_A += change_first > 0.0 ? 1 : -1;

    workspace.update_site(*tables_, state, event.first);
    if (!is_exchange) workspace.update_site(*tables_, state, second);
    if (is_exchange || tables_->hamiltonian.model().J != 0.0) workspace.update_mean(*tables_, state);
    workspace.update_rates(*tables_, state, event.first, change_first, second, change_second);

    if (state.step % recompute_interval == 0) {
        refresh_phi(tables_->hamiltonian, state);
        workspace.update_rates(*tables_, state, 0, 0.0, 0, 0.0);
    }
}

Stop Kmc::advance(State& state, double until, std::uint64_t budget) {
    const KmcParameters& kmc = tables_->parameters;
    if (std::isnan(until)) throw Error("until = nan: must be a number");
    prepare(state);
    workspace_->prepared = false;  // until this call has returned in the ordinary way
    const auto leave = [&](Stop stop) {
        if (workspace_->left.step != state.step) workspace_->left = state;
        workspace_->prepared = true;
        return stop;
    };
    for (;; --budget) {
        if (state.composition() <= kmc.stop_at_composition) return leave(Stop::composition);
        if (state.step >= kmc.max_events) return leave(Stop::max_events);
        if (workspace_->total <= 0.0) return leave(Stop::frozen);
        const UniformPair uniform = uniform_pair(state.random, state.step);
        const double time = state.time - std::log(uniform.first) / workspace_->total;
        if (!(time < std::min(until, kmc.t_end))) return leave(Stop::until);
        if (budget == 0) return leave(Stop::paused);
        const KmcEvent event = workspace_->choose(*tables_, uniform.second);
        state.time = time;
        apply(state, event);
    }
}

std::vector<KmcEvent> Kmc::events(const State& state) {
    State copy = state;
    prepare(copy);
    const Crystal& crystal = tables_->hamiltonian.crystal();
    std::vector<KmcEvent> events;
    for (Site site = 0; site < crystal.size(); ++site) {
        const bool is_A = state.sigma[index(site)] > 0;
        const double exchange = workspace_->exchange_rate(*tables_, site);
        if (exchange > 0.0)
            events.push_back(
                {is_A ? EventKind::exchange_A_to_B : EventKind::exchange_B_to_A, site, -1, exchange});
        for (int d = 0; d < tables_->directions; ++d) {
            const double rate = workspace_->swap_rate(*tables_, site, d);
            if (rate <= 0.0) continue;
            const bool nearest = crystal.lattice().directions[static_cast<std::size_t>(d)].nearest;
            events.push_back({nearest ? EventKind::swap_nearest : EventKind::swap_next_nearest, site,
                              crystal.neighbor(site, d), rate});
        }
    }
    return events;
}

}  // namespace misfit
