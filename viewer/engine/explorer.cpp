#include "explorer.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <utility>

#include "misfit/base/error.hpp"

namespace misfit {
namespace {

std::shared_ptr<const Crystal> build(const CrystalParameters& shape, const Shell& shell) {
    shell.validate();
    if (const std::int64_t sites = site_count(shape, shell); sites > Explorer::most_sites)
        throw Error(
            fmt::format("{} sites are too many for a page, which takes up to {}; the program takes more",
                        sites, Explorer::most_sites));
    return std::make_shared<const Crystal>(build_crystal(shape, shell));
}

/// Without V.
ModelParameters plain_model() { return {.kT = 1.0, .epsilon = 0.0, .J = 0.0, .delta_mu = 0.0}; }

/// Its end is the page's affair.
KmcParameters endless(KmcParameters kmc) {
    kmc.t_end = std::numeric_limits<double>::max();
    return kmc;
}

}  // namespace

Explorer::Explorer(const CrystalParameters& shape, const Shell& shell, std::uint64_t seed)
    : crystal_(build(shape, shell)),
      hamiltonian_(crystal_, nullptr, plain_model()),
      kmc_parameters_(endless({})),
      classifier_(*crystal_),
      core_size_(static_cast<double>(core_sites(*crystal_).size())) {
    restart(seed);
}

void Explorer::restart(std::uint64_t seed) {
    std::vector<Spin> sigma(static_cast<std::size_t>(crystal_->size()));
    for (Site site = 0; site < crystal_->size(); ++site)
        sigma[static_cast<std::size_t>(site)] = crystal_->is_shell(site) ? Spin{-1} : Spin{1};
    state_ = make_state(hamiltonian_, std::move(sigma), {seed, 0, 0, Stream::kmc_event});
    stage_start_ = clock_ = attempts_ = 0.0;
    is_fresh_ = true;
}

void Explorer::begin_stage() {
    state_.phi = compute_phi(hamiltonian_, state_.sigma);
    state_.rated_phi.clear();  // a stage is a function of its species, as in a run
    if (is_fresh_) return;
    is_fresh_ = true;
    stage_start_ = clock_;
    state_.time = 0.0;
    state_.step = 0;
    if (++state_.random.stage == 0) ++state_.random.unit;
}

void Explorer::adopt(const Hamiltonian& hamiltonian, const KmcParameters& kmc) {
    kmc_ = crystal_->shell().layers > 0 ? nullptr : std::make_unique<Kmc>(hamiltonian, kmc);
    monte_carlo_ = nullptr;
    hamiltonian_ = hamiltonian;
    kmc_parameters_ = kmc;
    begin_stage();
}

void Explorer::set_model(const ModelParameters& model) {
    if (model == hamiltonian_.model()) return;
    model.validate();
    if (model.epsilon != 0.0 && !potential_)
        potential_ = std::make_shared<const Potential>(build_potential(*crystal_));
    adopt(Hamiltonian(crystal_, potential_, model), kmc_parameters_);
}

void Explorer::set_kmc(const KmcParameters& kmc) {
    if (endless(kmc) != kmc_parameters_) adopt(hamiltonian_, endless(kmc));
}

void Explorer::set_sigma(std::span<const Spin> sigma) {
    if (std::ssize(sigma) != crystal_->size())
        throw Error(fmt::format("{} species for {} sites", sigma.size(), crystal_->size()));
    for (Site site = 0; site < crystal_->size(); ++site) {
        const Spin spin = sigma[static_cast<std::size_t>(site)];
        if (spin != -1 && (spin != 1 || crystal_->is_shell(site)))
            throw Error(fmt::format("sigma = {} at site {}: allowed: +1 (A) and -1 (B), in the shell -1",
                                    spin, site));
    }
    state_.sigma.assign(sigma.begin(), sigma.end());
    state_.count_A = static_cast<Site>(std::count(sigma.begin(), sigma.end(), Spin{1}));
    begin_stage();
}

void Explorer::arrange(Arrangement arrangement, double composition) {
    require_in(composition_range, "composition", composition);
    begin_stage();
    RandomStream random = state_.random;
    random.stream = Stream::monte_carlo_start;
    std::vector<Spin> sigma = state_.sigma;
    const double rounding = 1e-9;  // 0.3 times 10 is just below 3 in binary
    arrange_core(*crystal_, arrangement, static_cast<Site>(std::floor(composition * core_size_ + rounding)),
                 random, sigma);
    set_sigma(sigma);
}

void Explorer::flip(Site site) {
    if (site < 0 || site >= crystal_->size()) throw Error(fmt::format("there is no site {}", site));
    if (crystal_->is_shell(site))
        throw Error(fmt::format("site {} is in the shell, which keeps its species", site));
    if (!is_fresh_) begin_stage();
    Spin& sigma = state_.sigma[static_cast<std::size_t>(site)];
    sigma = static_cast<Spin>(-sigma);
    state_.count_A += sigma;
    if (!hamiltonian_.is_elastic()) return;
    const std::span<const double> row = potential_->row(site);
    const double change = 2.0 * sigma * hamiltonian_.model().epsilon;
    for (std::size_t k = 0; k < state_.phi.size(); ++k) state_.phi[k] += change * row[k];
}

Stop Explorer::advance(double until, std::uint64_t budget) {
    if (!kmc_) kmc_ = std::make_unique<Kmc>(hamiltonian_, kmc_parameters_);
    if (state_.random.stream != Stream::kmc_event) begin_stage();
    state_.random.stream = Stream::kmc_event;
    is_fresh_ = false;
    const Stop stop = kmc_->advance(state_, until - stage_start_, budget);
    const bool is_reached = stop == Stop::until && std::isfinite(until);
    clock_ = std::max(clock_, is_reached ? until : stage_start_ + state_.time);
    return stop;
}

void Explorer::attempt(std::uint64_t attempts) {
    if (!monte_carlo_) monte_carlo_ = std::make_unique<MonteCarlo>(hamiltonian_, Moves::nonlocal_swap);
    if (state_.random.stream != Stream::monte_carlo_move) begin_stage();
    state_.random.stream = Stream::monte_carlo_move;
    is_fresh_ = false;
    monte_carlo_->advance(state_, attempts);
    attempts_ += static_cast<double>(attempts);
}

bool Explorer::attempt_until_accepted(std::uint64_t most) {
    const std::uint64_t& accepted = state_.events[static_cast<std::size_t>(EventKind::swap_nonlocal)];
    const std::uint64_t before = accepted;
    for (; most > 0 && accepted == before; --most) attempt(1);
    return accepted != before;
}

Scalars Explorer::measure() const {
    Scalars now;
    now.time = clock_;
    now.stage = state_.random.stage;
    for (std::size_t kind = 0; kind < kmc_event_kinds; ++kind)
        now.events += static_cast<double>(state_.events[kind]);
    now.attempts = attempts_;
    now.accepted = static_cast<double>(state_.events[static_cast<std::size_t>(EventKind::swap_nonlocal)]);
    now.composition = state_.composition();
    now.core_composition = state_.count_A / core_size_;
    const EnergyTerms terms = energy(hamiltonian_, state_);
    now.elastic = terms.elastic;
    now.ising = terms.ising;
    now.chemical = terms.chemical;
    const PhaseCounts counts = classifier_.count(state_.sigma);
    const auto fraction = [&](Phase phase) {
        return static_cast<double>(counts[phase_index(phase)]) /
               static_cast<double>(std::max<std::size_t>(classifier_.sites().size(), 1));
    };
    now.f_U1 = fraction(Phase::U1);
    now.f_S1 = fraction(Phase::S1);
    now.f_S2 = fraction(Phase::S2);
    now.f_U2 = fraction(Phase::U2);
    now.f_unclassified = fraction(Phase::unclassified);
    now.phi_deviation = state_.phi_deviation;
    return now;
}

DeviationSpread Explorer::deviate(double mismatch) {
    if (!displacements_) displacements_ = std::make_shared<const Displacements>(crystal_);
    deviations_ = local_deviations(*crystal_, (*displacements_)(state_.sigma), mismatch);
    if (classifier_.sites().empty())
        return {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
    return spread_over(classifier_.sites(), deviations_);
}

}  // namespace misfit
