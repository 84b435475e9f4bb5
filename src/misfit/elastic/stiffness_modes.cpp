#include "misfit/elastic/stiffness_modes.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "misfit/base/error.hpp"
#include "misfit/elastic/single_threaded_blas.hpp"
#include "misfit/elastic/spring_system.hpp"

// LAPACK, in OpenBLAS; Debian's package has no header that declares it.
// NOLINTNEXTLINE(readability-identifier-naming): a Fortran name
extern "C" void dsyevd_(const char* job, const char* triangle, const int* size, double* matrix,
                        const int* leading, double* eigenvalues, double* work, const int* work_size,
                        int* integer_work, const int* integer_work_size, int* info);

namespace misfit {
namespace {

using Eigen::Index;
using Matrix = Eigen::MatrixXd;

/// A mode whose q_a is this small against the largest does not couple to sigma: it is rounding.
constexpr double no_coupling = 1e-12;

/// Replaces a symmetric matrix by its eigenvectors, one a column, and returns the eigenvalues, ascending.
Eigen::VectorXd diagonalize(Matrix& matrix) {
    const int size = static_cast<int>(matrix.rows());
    Eigen::VectorXd eigenvalues(size);
    int info = 0;
    const auto call = [&](double* work, int work_size, int* integers, int integers_size) {
        dsyevd_("V", "L", &size, matrix.data(), &size, eigenvalues.data(), work, &work_size, integers,
                &integers_size, &info);
    };
    double work_size = 0.0;
    int integers_size = 0;
    call(&work_size, -1, &integers_size, -1);  // asks how much it needs
    std::vector<double> work(static_cast<std::size_t>(work_size));
    std::vector<int> integers(static_cast<std::size_t>(integers_size));
    call(work.data(), static_cast<int>(work.size()), integers.data(), integers_size);
    if (info != 0) throw Error(fmt::format("the {} eigenvalues of a shell's bonds did not converge", size));
    return eigenvalues;
}

/// All bonds as they would be with a shell of stiffness 1.
std::vector<Bond> soft_bonds(const Crystal& crystal) {
    std::vector<Bond> bonds(crystal.bonds().begin(), crystal.bonds().end());
    for (Bond& bond : bonds)
        bond.stiffness = crystal.lattice().directions[static_cast<std::size_t>(bond.direction)].nearest
                             ? 1.0
                             : crystal.next_nearest_stiffness();
    return bonds;
}

/// M and Q of the class's description; Q transposed, [N, n].
struct Response {
    Matrix M;
    Matrix Q;
};

Response soft_response(const Crystal& crystal, int threads) {
    const std::vector<Bond> bonds = soft_bonds(crystal);
    std::vector<Bond> stiff;  // those between two shell sites
    for (const Bond& bond : bonds)
        if (crystal.is_shell(bond.first) && crystal.is_shell(bond.second)) stiff.push_back(bond);

    // The columns of C and of B_s^T, a bond right after its first end, so that they start block by block.
    std::vector<int> column_of_site;
    std::vector<int> column_of_bond;
    int columns = 0;
    for (Site site = 0; site < crystal.size(); ++site) {
        column_of_site.push_back(columns++);
        while (column_of_bond.size() < stiff.size() && stiff[column_of_bond.size()].first == site)
            column_of_bond.push_back(columns++);
    }
    const auto column = [&](Site site) { return column_of_site[static_cast<std::size_t>(site)]; };

    BlockTridiagonalSystem system = supported_springs(crystal, bonds);
    for (const Bond& bond : bonds)
        add_bond_loads(system, crystal, bond, bond.stiffness * bond.mismatch,
                       std::array{column(bond.first), column(bond.second)});
    for (std::size_t b = 0; b < stiff.size(); ++b)
        add_bond_loads(system, crystal, stiff[b], std::sqrt(stiff[b].stiffness),
                       std::array{column_of_bond[b]});
    const auto stride = static_cast<std::size_t>(columns + 7) / 8 * 8;
    AlignedVector<double> sum(static_cast<std::size_t>(columns) * stride, 0.0);
    add_schur_term(system, 1.0, {sum, columns, stride}, threads);
    const auto entry = [&](int i, int j) {
        const auto [low, high] = std::minmax(i, j);
        return sum[static_cast<std::size_t>(low) * stride + static_cast<std::size_t>(high)];
    };

    const auto n = static_cast<Index>(stiff.size());
    Response response = {Matrix(n, n), Matrix(crystal.size(), n)};
    for (Index b = 0; b < n; ++b) {
        const int column_b = column_of_bond[static_cast<std::size_t>(b)];
        for (Index c = 0; c < n; ++c)
            response.M(c, b) = entry(column_of_bond[static_cast<std::size_t>(c)], column_b);
        for (Site site = 0; site < crystal.size(); ++site)
            response.Q(site, b) = 0.5 * entry(column(site), column_b);
        const Bond& bond = stiff[static_cast<std::size_t>(b)];
        const double own = 0.5 * std::sqrt(bond.stiffness) * bond.mismatch;
        response.Q(bond.first, b) -= own;
        response.Q(bond.second, b) -= own;
    }
    return response;
}

/// h(k) = (k - 1)/(1 + (k - 1) mu).
double stiffening(double k, double mu) { return (k - 1.0) / (1.0 + (k - 1.0) * mu); }

}  // namespace

StiffnessModes::StiffnessModes(const Crystal& crystal, int threads)
    : sites_(static_cast<std::size_t>(crystal.size())) {
    if (crystal.shell().layers == 0)
        throw Error(fmt::format("crystal {}: it has no shell whose stiffness could change", crystal.shape()));
    auto [M, Q] = soft_response(crystal, threads);
    Q.rowwise() -= Q.colwise().mean().eval();
    const SingleThreadedBlas single_threaded;
    const Eigen::VectorXd mu = diagonalize(M);
    const Matrix q = Q * M;
    const Eigen::VectorXd lengths = q.colwise().norm();
    std::vector<Index> kept;
    for (Index a = 0; a < q.cols(); ++a)
        if (lengths(a) > no_coupling * lengths.maxCoeff()) kept.push_back(a);
    for (const Index a : kept) mu_.push_back(std::clamp(mu(a), 0.0, 1.0));
    q_.reserve(static_cast<std::size_t>(q.rows()) * kept.size());
    for (Index site = 0; site < q.rows(); ++site)
        for (const Index a : kept) q_.push_back(q(site, a));
}

void StiffnessModes::amplitudes(std::span<const Spin> sigma, std::span<double> out) const {
    assert(sigma.size() == sites_ && out.size() >= size());
    // q_a sums to zero over the sites, so that y_a is twice its sum over A, or minus twice that over B.
    const auto count_A = static_cast<std::size_t>(std::ranges::count(sigma, Spin{1}));
    const Spin rarer = 2 * count_A <= sigma.size() ? Spin{1} : Spin{-1};
    std::ranges::fill(out.first(size()), 0.0);
    std::array<const double*, 4> rows = {};  // added together, so that `out` is read and written less
    std::size_t waiting = 0;
    for (std::size_t site = 0; site < sigma.size(); ++site) {
        if (sigma[site] != rarer) continue;
        rows[waiting++] = row(site).data();
        if (waiting < rows.size()) continue;
        waiting = 0;
        for (std::size_t a = 0; a < size(); ++a)
            out[a] += (rows[0][a] + rows[1][a]) + (rows[2][a] + rows[3][a]);
    }
    for (std::size_t k = 0; k < waiting; ++k)
        for (std::size_t a = 0; a < size(); ++a) out[a] += rows[k][a];
    for (double& amplitude : out.first(size())) amplitude *= 2.0 * rarer;
}

double StiffnessModes::energy_change(std::span<const double> amplitudes, double from, double to) const {
    assert(from > 0.0 && to > 0.0);
    double change = 0.0;
    for (std::size_t a = 0; a < size(); ++a)
        change += (stiffening(to, mu_[a]) - stiffening(from, mu_[a])) * amplitudes[a] * amplitudes[a];
    return 2.0 * change;
}

void StiffnessModes::change_phi(std::span<const double> amplitudes, double from, double to,
                                std::span<double> phi) const {
    assert(phi.size() >= sites_);
    std::vector<double> factors;
    for (std::size_t a = 0; a < size(); ++a)
        factors.push_back(4.0 * (stiffening(to, mu_[a]) - stiffening(from, mu_[a])) * amplitudes[a]);
    constexpr std::size_t lanes = 8;  // sums that do not wait for each other
    for (std::size_t site = 0; site < sites_; ++site) {
        const double* q = row(site).data();
        std::array<double, lanes> sums = {};
        std::size_t a = 0;
        for (; a + lanes <= size(); a += lanes)
            for (std::size_t lane = 0; lane < lanes; ++lane) sums[lane] += factors[a + lane] * q[a + lane];
        for (; a < size(); ++a) sums[0] += factors[a] * q[a];
        for (const double sum : sums) phi[site] += sum;
    }
}

}  // namespace misfit
