#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "misfit/base/types.hpp"
#include "misfit/base/watch.hpp"
#include "misfit/crystal/crystal.hpp"
#include "misfit/elastic/size_change.hpp"

namespace misfit {

/// The elastic pair potential V of one crystal, in units of epsilon, projected: V = P V_raw P with
/// P = 1 - 11^T/N, so that every row sums to zero. Dense, symmetric, rows aligned for vector kernels.
/// One matrix is shared by everything that needs it; it is never copied.
///
/// Builders make it of doubles. An engine may do with the same numbers rounded to floats: half the memory to
/// hold, and to read for every event. What is made of them is of doubles in both cases, and both are
/// symmetric with rows that sum to zero: phi and the energy, a quadratic form, are as exactly followed with
/// the one as with the other, and the one form differs from the other by some 1e-7.
template <class Real>
class DensePotential {
public:
    /// An all-zero matrix of `size` rows, to be filled by a builder.
    explicit DensePotential(Site size);
    /// Every element of `exact` rounded; `identity` is what exact.identity() gives.
    DensePotential(const DensePotential<double>& exact, std::string identity);
    /// The same, and the memory of `exact` goes as this one's fills: both are never there as a whole.
    DensePotential(DensePotential<double>&& exact, std::string identity);

    Site size() const { return size_; }
    /// Elements from one row to the next: size() rounded up to a whole cache line; the rest is zero.
    std::size_t stride() const { return stride_; }
    static std::size_t stride_of(Site size);
    double operator()(Site i, Site j) const {
        const double value = row(i)[static_cast<std::size_t>(j)];
        return i == j ? value + correction(i) : value;
    }
    /// Elements as they are kept; the one on the diagonal lacks the correction.
    std::span<const Real> row(Site i) const {
        return {values_.data() + static_cast<std::size_t>(i) * stride_, stride_};
    }
    /// What an element on the diagonal is more than in its row: as much as lets the row sum to zero, which
    /// floats by themselves do to some 1e-7 only. 0 for doubles.
    double correction(Site i) const {
        if constexpr (std::same_as<Real, float>) return corrections_[static_cast<std::size_t>(i)];
        return 0.0;
    }
    // As a model of the concept Elastic (elastic/elastic.hpp).
    double diagonal(Site i) const { return (*this)(i, i); }
    double bonded(const Bond& bond) const { return (*this)(bond.first, bond.second); }
    double pair(Site i, Site j) const { return (*this)(i, j); }
    /// O(N) a change.
    void apply(std::span<const SizeChange> changes, std::span<double> phi) const;
    /// O(N^2).
    void solve(std::span<const double> sizes, std::span<double> phi) const;
    /// Of the doubles, whether they are here or were rounded.
    std::string identity() const;
    double tolerance() const { return phi_tolerance; }

    std::span<Real> values() { return values_; }
    std::span<const Real> values() const { return values_; }

    /// Sums of the rows of V_raw, before projection, [N]. Zero for a free two-dimensional crystal.
    std::span<const double> raw_row_sums() const { return raw_row_sums_; }
    /// V_raw,jj = V_jj + 2 r_j/N - sum(r)/N^2.
    double raw_diagonal(Site j) const;
    /// "general", "closed form" or "Fourier", for the record.
    const std::string& method() const { return method_; }

    /// V <- P V P; remembers the row sums of what was there. Called once by a builder. O(N^2).
    void project(std::string method)
        requires std::same_as<Real, double>;
    /// For values that are projected already, and rounded from those of that identity if they are floats.
    void adopt(std::string method, std::vector<double> raw_row_sums, std::string identity = "");

private:
    void append_rounded(std::span<const double> row);

    Site size_;
    std::size_t stride_;
    AlignedVector<Real> values_;
    std::vector<double> raw_row_sums_;
    std::string method_;
    std::string identity_;             ///< of floats
    std::vector<double> corrections_;  ///< of floats
};
using Potential = DensePotential<double>;
using SinglePotential = DensePotential<float>;

/// Hexadecimal 128-bit hash of every double of V, row by row with their padding. Stands in every record and
/// checkpoint: the same V is the same hash, to the last bit.
class PotentialHash {
public:
    PotentialHash();
    ~PotentialHash();
    PotentialHash(const PotentialHash&) = delete;
    PotentialHash& operator=(const PotentialHash&) = delete;

    void add(std::span<const double> rows);
    std::string text() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Of a whole V. O(N^2).
std::string potential_hash(const Potential& potential);

/// Bytes that a potential of N sites occupies.
double potential_bytes(std::int64_t sites);
double single_potential_bytes(std::int64_t sites);

/// out = V x. O(N^2). out and x have N entries or more and do not overlap.
template <class Real>
void multiply(const DensePotential<Real>& potential, std::span<const double> x, std::span<double> out);

/// V by the general route, for every crystal: V = 4 S - C^T D^-1 C (physics: Eqs. 6 to 10 corrected),
/// with D, C, S summed over bonds. D is block-tridiagonal by lattice rows (2D) or planes (3D); a block
/// Cholesky sweep subtracts one block of C^T D^-1 C at a time, so the memory beyond V is a few
/// blocks. Throws Error for a periodic crystal, and for one that is floppy beyond rigid motions. O(d N N^2).
Potential general_potential(const Crystal& crystal, int threads = 1, const Watch& watch = {});

/// True for a free crystal whose sites are a hexagon of the triangular lattice, whatever it is called: its
/// self-stresses are then all sums of those of its interior sites, and the closed form holds. O(N).
bool is_hexagon(const Crystal& crystal);

/// V by the closed form of a free hexagon, with or without a shell: V = L^T G^-1 L over interior sites,
/// G = W diag(1/k_b) W^T (physics: section 1). Half the unknowns of the general route.
/// Throws Error unless the crystal is a free hexagon. O(N^3/3).
Potential hexagon_potential(const Crystal& crystal, int threads = 1, const Watch& watch = {});

/// V of a periodic crystal, a function of the distance: V(r) = (1/N) sum_q V(q) cos(q.r) over the wave
/// vectors of the cell (physics: section 1, "Periodic"). V(0) = 0 is the projection; before it, in a cell
/// that keeps its size, every row sums to 4 sum k m^2 over the forward bonds of a site, which is what
/// raw_row_sums() holds. With several sites a cell V(q) is a matrix of them. Throws Error unless the crystal
/// is periodic. O(N^2).
Potential periodic_potential(const Crystal& crystal);

/// The fastest of the three that applies. Which one follows from sites and boundary alone, as cache keys
/// need. Throws Interrupted, soon, if `watch` says so.
Potential build_potential(const Crystal& crystal, int threads = 1, const Watch& watch = {});

}  // namespace misfit
