#include "misfit/engine/monte_carlo.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <fmt/format.h>
#include <initializer_list>
#include <numbers>
#include <numeric>

#include "misfit/base/error.hpp"
#include "misfit/engine/attempt_kernels.hpp"
#include "misfit/model/drift.hpp"

namespace misfit {
namespace {

std::size_t index(Site site) { return static_cast<std::size_t>(site); }

/// Attempts whose random words are made at once; even, for two of them share a block of words.
constexpr std::size_t batch_attempts = 512;
constexpr std::size_t words_per_attempt = 2;
constexpr std::uint64_t attempts_per_block = words_per_block / words_per_attempt;

}  // namespace

/// Arrays "[core]" run over core sites in the order of `core`.
class MonteCarloTables {
public:
    MonteCarloTables(const Hamiltonian& its_hamiltonian, Moves its_moves)
        : hamiltonian(its_hamiltonian), moves(its_moves), core(core_sites(hamiltonian.crystal())) {
        if (core.size() < 2)
            throw Error(fmt::format("crystal {}: a core of {} sites has no moves",
                                    hamiltonian.crystal().shape(), core.size()));
        for (std::size_t k = 0; k < core.size(); ++k) {
            if (k == 0 || core[k] != core[k - 1] + 1) runs.push_back({index(core[k]), k, 0});
            ++runs.back().size;
        }
        core_index.assign(index(hamiltonian.crystal().size()), -1);
        for (std::size_t k = 0; k < core.size(); ++k) core_index[index(core[k])] = static_cast<Site>(k);
        if (moves == Moves::nonlocal_swap) fill_bounds();
        for (const Site i : core) self.push_back(hamiltonian.V(i, i));
    }

    Hamiltonian hamiltonian;
    Moves moves;
    std::vector<Site> core;
    std::vector<Scoring::Run> runs;
    std::vector<Site> core_index;  ///< of each site among the core's, -1 in the shell, [N]
    std::vector<double> self;      ///< V_ii, [core]
    /// -V_ii + w_i, [core]; w_i >= V_ij - J (if nearest) for every other core site j.
    std::vector<double> offset;
    double separation = 0.0;  ///< of the scores of A and B: beyond any sum of two
    double threshold = 0.0;   ///< kT ln(2)/2
    double margin = 0.0;      ///< covers the rounding of sums of scores

private:
    void fill_bounds();
};

void MonteCarloTables::fill_bounds() {
    if (!hamiltonian.has_rows())
        throw Error(
            fmt::format("crystal {}: swaps of any two sites need every element of V: allowed with V as a "
                        "matrix, while local swaps and flips go without",
                        hamiltonian.crystal().shape()));
    const ModelParameters& model = hamiltonian.model();
    const Crystal& crystal = hamiltonian.crystal();
    double largest = 0.0;  // of |s_i + w_i|
    for (const Site i : core) {
        // A nearest pair's own Ising term adds to dE; without it the bound holds for all pairs if J >= 0.
        double bound = -std::numeric_limits<double>::infinity();
        double row = 0.0;
        for (Site j = 0; j < crystal.size(); ++j) {
            row += std::abs(hamiltonian.V(i, j));
            if (j != i && !crystal.is_shell(j)) bound = std::max(bound, hamiltonian.V(i, j));
        }
        bound += std::max(0.0, -model.J);
        offset.push_back(bound - hamiltonian.V(i, i));
        const double coordination = crystal.lattice().coordination();
        largest = std::max(largest, 2.0 * row + std::abs(model.J) * coordination + std::abs(offset.back()));
    }
    threshold = 0.5 * model.kT * std::numbers::ln2;
    // A power of two adds without loss of its own; 53 is the largest -e of u.
    separation = std::exp2(std::ceil(std::log2(8.0 * (largest + 53.0 * threshold + model.kT))));
    margin = separation * 0x1p-48;
    offset.resize(core.size() + score_room);
}

/// Everything here is a function of the state.
struct MonteCarlo::Workspace {
    explicit Workspace(const MonteCarloTables& tables)
        : scores(tables.core.size() + score_room),
          ising_field(index(tables.hamiltonian.crystal().size()), 0.0),
          signs(ising_field.size()),
          words(batch_attempts * words_per_attempt) {}

    AlignedVector<double> scores;     ///< SwapAttempts::scores, [core]; of nonlocal swaps only
    std::vector<double> ising_field;  ///< J h, [N]
    std::vector<double> signs;        ///< sigma as doubles, [N]
    AlignedVector<std::uint64_t> words;

    void fill(const MonteCarloTables& tables, const State& state);
    void score(const MonteCarloTables& tables, const State& state);
    void score_around(const MonteCarloTables& tables, const State& state, Site changed);
    void score_after(const MonteCarloTables& tables, const State& state, std::initializer_list<Site> changed);
    void update_field(const MonteCarloTables& tables, const State& state, Site changed);
    void update_phi_of(const MonteCarloTables& tables, State& state, Site i, double change_i, Site j,
                       double change_j);
    void swap(const MonteCarloTables& tables, State& state, Site i, Site j);
    void flip(const MonteCarloTables& tables, State& state, Site i);
    void accepted(const MonteCarloTables& tables, State& state, EventKind kind);
    bool accepts(const MonteCarloTables& tables, double change, double uniform) const;
    bool attempt_nonlocal(const MonteCarloTables& tables, State& state, std::size_t attempt);
    bool attempt_local(const MonteCarloTables& tables, State& state, std::size_t attempt);
    bool attempt_flip(const MonteCarloTables& tables, State& state, std::size_t attempt);
};

void MonteCarlo::Workspace::fill(const MonteCarloTables& tables, const State& state) {
    std::ranges::copy(state.sigma, signs.begin());
    const double J = tables.hamiltonian.model().J;
    if (J != 0.0)
        for (Site site = 0; site < state.size(); ++site)
            ising_field[index(site)] = J * neighbor_sum(tables.hamiltonian.crystal(), state.sigma, site);
    score(tables, state);
}

/// f_i = sigma_i (phi_i - J h_i + separation) - V_ii + w_i.
void MonteCarlo::Workspace::score(const MonteCarloTables& tables, const State& state) {
    if (tables.moves != Moves::nonlocal_swap) return;
    update_scores({.runs = tables.runs,
                   .size = state.phi.size(),
                   .phi = state.phi.data(),
                   .field = ising_field.data(),
                   .sigma = signs.data(),
                   .offset = tables.offset.data(),
                   .apart = tables.separation,
                   .scores = scores.data()});
}

/// Scores of a site and its neighbours: all that change where phi does not.
void MonteCarlo::Workspace::score_around(const MonteCarloTables& tables, const State& state, Site changed) {
    const Crystal& crystal = tables.hamiltonian.crystal();
    const auto score_one = [&](Site site) {
        if (site < 0 || tables.core_index[index(site)] < 0) return;
        const auto core = index(tables.core_index[index(site)]);
        scores[core] =
            signs[index(site)] * (state.phi[index(site)] - ising_field[index(site)] + tables.separation) +
            tables.offset[core];
    };
    score_one(changed);
    for (int d = 0; d < crystal.lattice().slots(); ++d) score_one(crystal.neighbor(changed, d));
}

void MonteCarlo::Workspace::update_field(const MonteCarloTables& tables, const State& state, Site changed) {
    const double J = tables.hamiltonian.model().J;
    if (J == 0.0) return;
    const Crystal& crystal = tables.hamiltonian.crystal();
    const int half = crystal.lattice().half_coordination();
    for (int d = 0; d < 2 * half; ++d)
        if (const Site other = crystal.neighbor(changed, d); other >= 0)
            ising_field[index(other)] = J * neighbor_sum(crystal, state.sigma, other);
}

void MonteCarlo::Workspace::update_phi_of(const MonteCarloTables& tables, State& state, Site i,
                                          double change_i, Site j, double change_j) {
    if (!tables.hamiltonian.is_elastic()) return;
    const double epsilon = tables.hamiltonian.model().epsilon;
    const Elastic& V = tables.hamiltonian.elastic();
    if (!V.has_rows())
        return update_phi(tables.hamiltonian, std::array{SizeChange{i, change_i}, SizeChange{j, change_j}},
                          state.phi);
    update_phi({.size = state.sigma.size(),
                .phi = state.phi.data(),
                .row_1 = V.row(i),
                .row_2 = V.row(j),
                .coefficient_1 = epsilon * change_i,
                .coefficient_2 = epsilon * change_j});
}

/// After a move: counts it, and computes phi afresh if it is due.
void MonteCarlo::Workspace::accepted(const MonteCarloTables& tables, State& state, EventKind kind) {
    ++state.events[static_cast<std::size_t>(kind)];
    const std::uint64_t moves = std::accumulate(state.events.begin(), state.events.end(), std::uint64_t{0});
    if (moves % refresh_interval(state.size()) == 0) refresh_phi(tables.hamiltonian, state);
}

/// Brings the scores up to date after the species at these sites have changed.
void MonteCarlo::Workspace::score_after(const MonteCarloTables& tables, const State& state,
                                        std::initializer_list<Site> changed) {
    if (tables.hamiltonian.is_elastic()) return score(tables, state);
    for (const Site site : changed) score_around(tables, state, site);
}

void MonteCarlo::Workspace::swap(const MonteCarloTables& tables, State& state, Site i, Site j) {
    const double change = 2.0 * state.sigma[index(j)];
    std::swap(state.sigma[index(i)], state.sigma[index(j)]);
    std::swap(signs[index(i)], signs[index(j)]);
    update_phi_of(tables, state, i, change, j, -change);
    update_field(tables, state, i);
    update_field(tables, state, j);
}

void MonteCarlo::Workspace::flip(const MonteCarloTables& tables, State& state, Site i) {
    Spin& sigma = state.sigma[index(i)];
    state.count_A += sigma > 0 ? -1 : 1;
    sigma = static_cast<Spin>(-sigma);
    signs[index(i)] = sigma;
    // V is projected, so that V dsigma = V sigma whatever the mean is.
    update_phi_of(tables, state, i, 2.0 * sigma, i, 0.0);
    update_field(tables, state, i);
}

bool MonteCarlo::Workspace::accepts(const MonteCarloTables& tables, double change, double uniform) const {
    return change <= 0.0 || uniform < std::exp(-tables.hamiltonian.model().beta() * change);
}

bool MonteCarlo::Workspace::attempt_nonlocal(const MonteCarloTables& tables, State& state,
                                             std::size_t attempt) {
    const SwapAttempt pick = read_swap_attempt(words[2 * attempt], words[2 * attempt + 1],
                                               static_cast<std::uint32_t>(tables.core.size()));
    const Site i = tables.core[pick.first];
    const Site j = tables.core[pick.second];
    if (state.sigma[index(i)] == state.sigma[index(j)]) return false;
    if (!accepts(tables, swap_energy(tables.hamiltonian, state, i, j), pick.uniform)) return false;
    swap(tables, state, i, j);
    accepted(tables, state, EventKind::swap_nonlocal);
    score_after(tables, state, {i, j});
    return true;
}

bool MonteCarlo::Workspace::attempt_local(const MonteCarloTables& tables, State& state, std::size_t attempt) {
    const Crystal& crystal = tables.hamiltonian.crystal();
    const auto directions = static_cast<std::uint32_t>(crystal.lattice().slots());
    const std::uint64_t word = words[2 * attempt];
    const Site i = tables.core[(word >> 32) * tables.core.size() >> 32];
    const auto direction = static_cast<int>((word & 0xFFFFFFFFU) * directions >> 32);
    const Site j = crystal.neighbor(i, direction);
    if (j < 0 || crystal.is_shell(j) || state.sigma[index(i)] == state.sigma[index(j)]) return false;
    if (!accepts(tables, swap_energy(tables.hamiltonian, state, i, j), open_uniform(words[2 * attempt + 1])))
        return false;
    swap(tables, state, i, j);
    const int half = crystal.lattice().half_coordination();
    const bool nearest = crystal.lattice().directions[static_cast<std::size_t>(direction % half)].nearest;
    accepted(tables, state, nearest ? EventKind::swap_nearest : EventKind::swap_next_nearest);
    return true;
}

bool MonteCarlo::Workspace::attempt_flip(const MonteCarloTables& tables, State& state, std::size_t attempt) {
    const std::size_t k = (words[2 * attempt] >> 32) * tables.core.size() >> 32;
    const Site i = tables.core[k];
    // flip_energy, without a look at V.
    const double field = state.phi[index(i)] - ising_field[index(i)];
    const double change =
        signs[index(i)] * (tables.hamiltonian.model().delta_mu - 2.0 * field) + 2.0 * tables.self[k];
    if (!accepts(tables, change, open_uniform(words[2 * attempt + 1]))) return false;
    const bool was_A = state.sigma[index(i)] > 0;
    flip(tables, state, i);
    accepted(tables, state, was_A ? EventKind::exchange_A_to_B : EventKind::exchange_B_to_A);
    return true;
}

MonteCarlo::MonteCarlo(const Hamiltonian& hamiltonian, Moves moves)
    : tables_(std::make_shared<const MonteCarloTables>(hamiltonian, moves)),
      workspace_(std::make_unique<Workspace>(*tables_)) {}

MonteCarlo::MonteCarlo(const MonteCarlo& other)
    : tables_(other.tables_), workspace_(std::make_unique<Workspace>(*tables_)) {}

MonteCarlo::~MonteCarlo() = default;

const Hamiltonian& MonteCarlo::hamiltonian() const { return tables_->hamiltonian; }
Moves MonteCarlo::moves() const { return tables_->moves; }
Site MonteCarlo::core_size() const { return static_cast<Site>(tables_->core.size()); }

void MonteCarlo::advance(State& state, std::uint64_t attempts) {
    Workspace& work = *workspace_;
    const MonteCarloTables& tables = *tables_;
    work.fill(tables, state);
    const std::uint64_t end = state.step + attempts;
    while (state.step < end) {
        // Blocks of words start at even attempts, wherever this call starts.
        const std::uint64_t block = state.step / attempts_per_block;
        const std::uint64_t first = block * attempts_per_block;
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(end - first, batch_attempts));
        const std::size_t blocks = (count + attempts_per_block - 1) / attempts_per_block;
        random_words(state.random, block, std::span(work.words).first(blocks * words_per_block));
        const SwapAttempts batch = {.words = std::span(work.words).first(words_per_attempt * count),
                                    .sites = static_cast<std::uint32_t>(tables.core.size()),
                                    .scores = work.scores.data(),
                                    .separation = tables.separation,
                                    .threshold = tables.threshold,
                                    .margin = tables.margin};
        for (auto k = static_cast<std::size_t>(state.step - first); k < count; ++k) {
            switch (tables.moves) {
                case Moves::nonlocal_swap:
                    k = first_candidate(batch, k);
                    if (k < count) work.attempt_nonlocal(tables, state, k);
                    break;
                case Moves::local_swap:
                    work.attempt_local(tables, state, k);
                    break;
                case Moves::flip:
                    work.attempt_flip(tables, state, k);
                    break;
            }
        }
        state.step = first + count;
    }
}

}  // namespace misfit
