#pragma once

#include <cstddef>
#include <random>
#include <span>
#include <vector>

namespace misfit::support {

/// A system of a few configurations s with reduced energies a_s + b_s x and an order parameter q_s, so that
/// everything is known exactly at every x.
struct Enumerated {
    std::vector<double> a;
    std::vector<double> b;
    std::vector<double> q;

    double energy(std::size_t s, double x) const { return a[s] + b[s] * x; }
    std::vector<double> probabilities(double x) const;
    double free_energy(double x) const;  ///< -ln Z
    double mean_q(double x) const;
    double variance_q(double x) const;
    double peak_place(double from, double to) const;  ///< where the variance of q is largest, to 1e-8
};

/// Two wells at q = 0 and q = 1, of twelve values of q, that weigh alike at x about 0.1, and are 4 kT deep.
Enumerated two_wells();

/// Independent configurations of each state of a ladder, state 0 first.
struct EnumeratedSamples {
    std::vector<double> u;  ///< [k S + n]
    std::vector<double> q;
    std::vector<std::size_t> configuration;
    std::vector<std::size_t> counts;
};
EnumeratedSamples sample(const Enumerated& system, std::span<const double> points, std::size_t samples_each,
                         std::mt19937_64& random);

}  // namespace misfit::support
