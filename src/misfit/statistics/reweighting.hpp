#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace misfit {

/// Samples with indices begin <= n < end.
struct SampleRange {
    std::size_t begin;
    std::size_t end;
};

/// Samples of several states joined into estimates for any state between them: MBAR (Shirts & Chodera, J.
/// Chem. Phys. 129, 124105 (2008)), the multi-histogram method without histograms. With reduced energies
/// u_k(x) = E_k(x) / kT_k and N_k samples of state k, the free energies f_k = -ln Z_k solve
///   exp(-f_k) = sum_n exp(-u_k(x_n)) / D_n,   D_n = sum_l N_l exp(f_l - u_l(x_n)),   f_0 = 0,
/// and sample n has the weight exp(-u(x_n)) / D_n, up to normalisation, in a state of reduced energy u.
class Reweighting {
public:
    /// u[k S + n]: reduced energy of sample n in state k, of S = sum of counts samples; those of state 0 come
    /// first, then those of state 1 and so on. Energies may lie 1e4 and more apart. Copies what it needs of
    /// u.
    ///
    /// Solves for f to 1e-10: Newton's method on the convex function sum_n ln D_n - sum_k N_k f_k whose
    /// minimum they are, with the self-consistent iteration, which always descends, where Newton's step does
    /// not. O(K^2 S) an iteration, of which there are about 10. States without overlap get finite free
    /// energies that mean nothing: ask require_overlap. Throws Error if 1000 iterations do not find f.
    /// Requires at least one state and one sample of each.
    Reweighting(std::span<const double> u, std::span<const std::size_t> counts);

    std::size_t states() const { return counts_.size(); }
    std::size_t samples() const { return log_denominators_.size(); }
    /// f_k; f_0 = 0.
    std::span<const double> free_energies() const { return free_energies_; }
    /// ln D_n, a sample.
    std::span<const double> log_denominators() const { return log_denominators_; }

    /// Weights of all samples, with sum 1, in the state of reduced energies `u`, a sample. O(S).
    void weights(std::span<const double> u, std::span<double> weights) const;

    /// O[k K + l] = sum_n N_l W_nk W_nl, W_nk the weight of n in state k: the chance that a sample of state k
    /// might as well be one of l (Klimovich, Shirts & Mobley, J. Comput. Aided Mol. Des. 29, 397 (2015)).
    /// Rows have sum 1; K equal states give 1/K.
    std::span<const double> overlaps() const { return overlaps_; }

    /// The solution without some samples.
    struct Remainder {
        std::vector<double> free_energies;
        /// By which factor the unnormalised weight exp(-u) / D_n of a sample grows, in whatever state: D_n
        /// with all samples / D_n without those; 0 for those.
        std::vector<double> factors;
    };
    /// Starts from the solution with all samples and takes no exponentials a sample: a few iterations of
    /// O(K^2 S). `excluded` are disjoint and leave a sample of every state. Throws like the constructor.
    Remainder without(std::span<const SampleRange> excluded) const;

private:
    std::vector<double> counts_;
    std::vector<double> free_energies_;
    std::vector<double> log_denominators_;
    std::vector<double> terms_;  // [n K + k]: exp(f_k - u_k(x_n)), each row divided by its largest
    std::vector<double> overlaps_;
};

/// Kish's number of independent samples of equal weight: (sum w)^2 / sum w^2.
double effective_samples(std::span<const double> weights);

/// Overlap O_k,k+1 below which neighbouring states count as unconnected. With thousands of samples a
/// state, a hundredth are dozens that tell the free-energy difference, to a few tenths; K equal states, at
/// most 64 on a ladder, still have 1/64.
inline constexpr double least_overlap = 0.01;

/// Throws Error if neighbours of a ladder do not overlap, with the first such pair and where to add a point:
/// "the samples at K = 11 and K = 14 do not overlap (0.0000, at least 0.01 is needed): add points in between,
/// ...". `parameter` is the name of what varies, `points` its values, one a state.
void require_overlap(const Reweighting& reweighting, std::string_view parameter,
                     std::span<const double> points);

}  // namespace misfit
