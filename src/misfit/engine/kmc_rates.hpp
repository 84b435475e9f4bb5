#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "misfit/elastic/size_change.hpp"
#include "misfit/engine/kmc_event.hpp"
#include "misfit/engine/kmc_tables.hpp"
#include "misfit/engine/rate_tree.hpp"

namespace misfit {

/// The rates of one state, kept up to date event by event. What is kept is a bound on each: made from
/// rated_phi, which lags behind phi by the tolerance at the most, times exp(margin). An attempt falls on one
/// of the bounds and is an event if it falls on the part of it that is the rate now (thinning: Lewis and
/// Shedler, Naval Res. Logist. Q. 26, 403 (1979)), so the law of events and times is that of the rates
/// themselves. Everything here is a function of the state.
class KmcRates {
public:
    /// The tables outlive it.
    explicit KmcRates(const KmcTables& tables);

    /// Of a state that it did not follow. O(N z).
    void take(State& state);
    /// From phi as it is now at every site. O(N z).
    void make_anew(State& state);
    /// After the species at one or two sites have changed: phi, and the bounds that no longer hold. Elsewhere
    /// a site costs one multiplication with V.
    void follow(State& state, std::span<const SizeChange> changes);

    /// Sum of the bounds: the rate of attempts.
    double total() const;
    /// The event on whose rate `uniform` times the total falls, bounds laid end to end in the order of
    /// choice; nothing where it falls behind the rate.
    std::optional<KmcEvent> choose(const State& state, double uniform);
    /// Every possible event with its rate. O(N z).
    std::vector<KmcEvent> events(const State& state);

private:
    const double* weight() const { return weights_.data() + tables_->reach; }
    double* weight() { return weights_.data() + tables_->reach; }
    double mean(const State& state) const;
    double weigh(State& state, const AlignedVector<double>& phi, double mean,
                 std::span<const std::uint32_t> groups);
    std::size_t find_stale(State& state, const SizeChange& first, const SizeChange& second);
    void remake(State& state, std::span<const std::uint32_t> groups, bool all_exchanges);
    void remake_exchange(const State& state, std::span<const std::uint32_t> groups, bool all_exchanges);
    Site worst_site(const State& state) const;
    [[noreturn]] void fail(const State& state, Site site) const;
    void set_species(const State& state, Site site);
    void take_species(const State& state);
    void put_bounds_at(std::size_t slot);
    KmcEvent event_of(const State& state, std::size_t slot, std::size_t which) const;
    bool is_cut_off(Site site) const;
    double lag(const State& state, Site site) const;
    double published_shift(const State& state) const;
    double published_rate(const State& state, Site site, double psi) const;

    const KmcTables* tables_;
    AlignedVector<double> sigma_;     ///< as doubles
    AlignedVector<double> field_;     ///< J h
    AlignedVector<double> exchange_;  ///< by slot: factor of z_j, or the rate itself (published)
    AlignedVector<double> weights_;   ///< sigma_j z_j, with room for the reach at both ends
    RateTree rates_;                  ///< bounds less exp(margin)
    double shift_ = 0.0;              ///< of the published exchange rates in use
    std::vector<std::uint32_t> all_;  ///< every group of sites
    std::vector<std::uint32_t> stale_;
    BitSet remade_;                ///< groups of slots
    std::vector<double> at_site_;  ///< bounds at one site, as rates_: its exchange, then its forward bonds
};

}  // namespace misfit
