#include "misfit/elastic/potential.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace misfit {
namespace {

/// Some huge pages at once: those at its ends are left.
constexpr std::size_t piece_given_back = 16UL << 20;

template <class Real>
double bytes_of(std::int64_t sites) {
    constexpr double line = vector_alignment;
    const auto n = static_cast<double>(sites);
    return n * std::ceil(n * sizeof(Real) / line) * line;
}

}  // namespace

template <class Real>
std::size_t DensePotential<Real>::stride_of(Site size) {
    constexpr std::size_t line = vector_alignment / sizeof(Real);
    return (static_cast<std::size_t>(size) + line - 1) / line * line;
}

template <class Real>
DensePotential<Real>::DensePotential(Site size)
    : size_(size), stride_(stride_of(size)), values_(static_cast<std::size_t>(size) * stride_, Real{0.0}) {}

template <class Real>
void DensePotential<Real>::append_rounded(std::span<const double> row) {
    for (const double value : row.first(static_cast<std::size_t>(size_)))
        values_.push_back(static_cast<Real>(value));
    values_.resize((values_.size() + stride_ - 1) / stride_ * stride_, Real{0.0});
}

template <class Real>
DensePotential<Real>::DensePotential(const DensePotential<double>& exact, std::string identity)
    : size_(exact.size()), stride_(stride_of(size_)) {
    values_.reserve(static_cast<std::size_t>(size_) * stride_);
    for (Site i = 0; i < size_; ++i) append_rounded(exact.row(i));
    const std::span<const double> sums = exact.raw_row_sums();
    adopt(exact.method(), {sums.begin(), sums.end()}, std::move(identity));
}

template <class Real>
DensePotential<Real>::DensePotential(DensePotential<double>&& exact, std::string identity)
    : size_(exact.size()), stride_(stride_of(size_)) {
    DensePotential<double> from = std::move(exact);
    values_.reserve(static_cast<std::size_t>(size_) * stride_);
    double* kept = from.values().data();  // what is before this is given back
    for (Site i = 0; i < size_; ++i) {
        append_rounded(from.row(i));
        const double* const done = from.row(i).data() + from.stride();
        if (const auto bytes = static_cast<std::size_t>(done - kept) * sizeof(double);
            bytes >= piece_given_back) {
            give_back(kept, bytes);
            kept += bytes / sizeof(double);
        }
    }
    const std::span<const double> sums = from.raw_row_sums();
    adopt(from.method(), {sums.begin(), sums.end()}, std::move(identity));
}

template <class Real>
double DensePotential<Real>::raw_diagonal(Site j) const {
    double total = 0.0;
    for (const double sum : raw_row_sums_) total += sum;
    const double n = size_;
    return (*this)(j, j) + 2.0 * raw_row_sums_[static_cast<std::size_t>(j)] / n - total / (n * n);
}

template <class Real>
void DensePotential<Real>::apply(std::span<const SizeChange> changes, std::span<double> phi) const {
    for (const SizeChange& each : changes) {
        const std::span<const Real> V = row(each.site);
        for (std::size_t site = 0; site < static_cast<std::size_t>(size_); ++site)
            phi[site] += each.change * V[site];
        phi[static_cast<std::size_t>(each.site)] += each.change * correction(each.site);
    }
}

template <class Real>
void DensePotential<Real>::solve(std::span<const double> sizes, std::span<double> phi) const {
    multiply(*this, sizes, phi);
}

template <class Real>
void DensePotential<Real>::project(std::string method)
    requires std::same_as<Real, double>
{
    const auto n = static_cast<std::size_t>(size_);
    std::vector<double> sums(n, 0.0);
    double total = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) sums[i] += values_[i * stride_ + j];
        total += sums[i];
    }
    const double size = size_;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
            values_[i * stride_ + j] += total / (size * size) - (sums[i] + sums[j]) / size;
    adopt(std::move(method), std::move(sums));
}

template <class Real>
void DensePotential<Real>::adopt(std::string method, std::vector<double> raw_row_sums, std::string identity) {
    method_ = std::move(method);
    raw_row_sums_ = std::move(raw_row_sums);
    identity_ = std::move(identity);
    if constexpr (std::same_as<Real, float>)
        for (Site i = 0; i < size_; ++i)
            corrections_.push_back(-std::accumulate(row(i).begin(), row(i).end(), 0.0));
}

template class DensePotential<double>;
template class DensePotential<float>;

double potential_bytes(std::int64_t sites) { return bytes_of<double>(sites); }

double single_potential_bytes(std::int64_t sites) { return bytes_of<float>(sites); }

Potential build_potential(const Crystal& crystal, int threads, const Watch& watch) {
    watch.look();
    if (crystal.boundary() == Boundary::periodic) return periodic_potential(crystal);
    return is_hexagon(crystal) ? hexagon_potential(crystal, threads, watch)
                               : general_potential(crystal, threads, watch);
}

}  // namespace misfit
