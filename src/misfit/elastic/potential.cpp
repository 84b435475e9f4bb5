#include "misfit/elastic/potential.hpp"

#include <utility>

namespace misfit {
namespace {

std::size_t padded(Site size) {
    constexpr std::size_t line = vector_alignment / sizeof(double);
    return (static_cast<std::size_t>(size) + line - 1) / line * line;
}

}  // namespace

Potential::Potential(Site size)
    : size_(size), stride_(padded(size)), values_(static_cast<std::size_t>(size) * stride_, 0.0) {}

double Potential::raw_diagonal(Site j) const {
    double total = 0.0;
    for (const double sum : raw_row_sums_) total += sum;
    const double n = size_;
    return (*this)(j, j) + 2.0 * raw_row_sums_[static_cast<std::size_t>(j)] / n - total / (n * n);
}

void Potential::apply(std::span<const SizeChange> changes, std::span<double> phi) const {
    for (const SizeChange& each : changes) {
        const std::span<const double> V = row(each.site);
        for (std::size_t site = 0; site < static_cast<std::size_t>(size_); ++site)
            phi[site] += each.change * V[site];
    }
}

void Potential::solve(std::span<const double> sizes, std::span<double> phi) const {
    multiply(*this, sizes, phi);
}

void Potential::project(std::string method) {
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

void Potential::adopt(std::string method, std::vector<double> raw_row_sums) {
    method_ = std::move(method);
    raw_row_sums_ = std::move(raw_row_sums);
}

double potential_bytes(std::int64_t sites) {
    return static_cast<double>(sites) * (static_cast<double>(sites) + 8.0) * sizeof(double);
}

Potential build_potential(const Crystal& crystal, int threads, const Watch& watch) {
    watch.look();
    if (crystal.boundary() == Boundary::periodic) return periodic_potential(crystal);
    return is_hexagon(crystal) ? hexagon_potential(crystal, threads, watch)
                               : general_potential(crystal, threads, watch);
}

}  // namespace misfit
