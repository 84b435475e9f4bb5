#include "support/enumerated.hpp"

#include <algorithm>
#include <cmath>

namespace misfit::support {

std::vector<double> Enumerated::probabilities(double x) const {
    std::vector<double> p;
    for (std::size_t s = 0; s < q.size(); ++s) p.push_back(std::exp(free_energy(x) - energy(s, x)));
    return p;
}

double Enumerated::free_energy(double x) const {
    double lowest = energy(0, x);
    for (std::size_t s = 0; s < q.size(); ++s) lowest = std::min(lowest, energy(s, x));
    double Z = 0.0;
    for (std::size_t s = 0; s < q.size(); ++s) Z += std::exp(lowest - energy(s, x));
    return lowest - std::log(Z);
}

double Enumerated::mean_q(double x) const {
    const std::vector<double> p = probabilities(x);
    double mean = 0.0;
    for (std::size_t s = 0; s < q.size(); ++s) mean += p[s] * q[s];
    return mean;
}

double Enumerated::variance_q(double x) const {
    const std::vector<double> p = probabilities(x);
    const double mean = mean_q(x);
    double variance = 0.0;
    for (std::size_t s = 0; s < q.size(); ++s) variance += p[s] * (q[s] - mean) * (q[s] - mean);
    return variance;
}

double Enumerated::peak_place(double from, double to) const {
    while (to - from > 1e-8) {
        const double left = from + (to - from) / 3.0;
        const double right = to - (to - from) / 3.0;
        (variance_q(left) < variance_q(right) ? from : to) =
            variance_q(left) < variance_q(right) ? left : right;
    }
    return 0.5 * (from + to);
}

Enumerated two_wells() {
    Enumerated system;
    for (int s = 0; s < 12; ++s) {
        const double q = s / 11.0;
        system.q.push_back(q);
        system.a.push_back(16.0 * q * (1.0 - q) - 0.6 * q * q);
        system.b.push_back(6.0 * (q - 0.5));
    }
    return system;
}

EnumeratedSamples sample(const Enumerated& system, std::span<const double> points, std::size_t samples_each,
                         std::mt19937_64& random) {
    EnumeratedSamples samples;
    for (const double x : points) {
        const std::vector<double> p = system.probabilities(x);
        std::discrete_distribution<std::size_t> draw(p.begin(), p.end());
        for (std::size_t t = 0; t < samples_each; ++t) samples.configuration.push_back(draw(random));
        samples.counts.push_back(samples_each);
    }
    for (const std::size_t s : samples.configuration) samples.q.push_back(system.q[s]);
    for (const double x : points)
        for (const std::size_t s : samples.configuration) samples.u.push_back(system.energy(s, x));
    return samples;
}

}  // namespace misfit::support
