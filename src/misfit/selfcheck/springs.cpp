#include "misfit/selfcheck/springs.hpp"

#include <algorithm>
#include <cmath>

namespace misfit::selfcheck {
namespace {

double dot(std::span<const Vector3> a, std::span<const Vector3> b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i)
        for (std::size_t k = 0; k < 3; ++k) sum += a[i][k] * b[i][k];
    return sum;
}

/// a <- a + factor b.
void add(std::span<Vector3> a, double factor, std::span<const Vector3> b) {
    for (std::size_t i = 0; i < a.size(); ++i)
        for (std::size_t k = 0; k < 3; ++k) a[i][k] += factor * b[i][k];
}

/// The springs between next-nearest sites; stiffness 0: there are none.
struct Next {
    double length = 0.0;
    double mismatch = 0.0;
    double stiffness = 0.0;
};

Next next_nearest(const Crystal& crystal) {
    const Lattice& lattice = crystal.lattice();
    for (const Direction& direction : lattice.directions) {
        if (direction.nearest) continue;
        const int from = std::max(direction.from, 0);
        const Vector3 begin = lattice.position({0, 0, from});
        const Vector3 end =
            lattice.position({direction.step[0], direction.step[1], direction.step[2] + from});
        return {std::hypot(end[0] - begin[0], end[1] - begin[1], end[2] - begin[2]), direction.mismatch,
                crystal.next_nearest_stiffness()};
    }
    return {};
}

}  // namespace

Springs::Springs(const Crystal& crystal) : size_(static_cast<std::size_t>(crystal.size())) {
    const Next next = next_nearest(crystal);
    for (std::size_t i = 0; i < size_; ++i)
        for (std::size_t j = i + 1; j < size_; ++j) {
            Vector3 bond = {};
            for (std::size_t k = 0; k < 3; ++k)
                bond[k] = crystal.positions()[j][k] - crystal.positions()[i][k];
            const double length = std::hypot(bond[0], bond[1], bond[2]);
            constexpr double nearly = 0.05;  // well below what tells the shells of a lattice apart
            const bool is_nearest = std::abs(length - 1.0) < nearly;
            if (!is_nearest && !(next.stiffness > 0.0 && std::abs(length - next.length) < nearly)) continue;
            for (double& component : bond) component /= length;
            const bool stiff =
                crystal.is_shell(static_cast<Site>(i)) && crystal.is_shell(static_cast<Site>(j));
            springs_.push_back(
                {i, j, bond, (is_nearest ? 1.0 : next.stiffness) * (stiff ? crystal.shell().stiffness : 1.0),
                 is_nearest ? 1.0 : next.mismatch, is_nearest});
        }
}

double Springs::stretch(const Spring& spring, std::span<const Vector3> u) {
    double along = 0.0;
    for (std::size_t k = 0; k < 3; ++k) along += spring.unit[k] * (u[spring.second][k] - u[spring.first][k]);
    return along;
}

void Springs::pull(const Spring& spring, double tension, std::span<Vector3> forces) {
    for (std::size_t k = 0; k < 3; ++k) {
        forces[spring.first][k] -= tension * spring.unit[k];
        forces[spring.second][k] += tension * spring.unit[k];
    }
}

double Springs::relaxed_energy(std::span<const Spin> sigma) const {
    double mean = 0.0;
    for (const Spin spin : sigma) mean += spin / static_cast<double>(size_);
    const auto mismatch = [&](const Spring& spring) {
        return spring.mismatch * (0.5 * (sigma[spring.first] + sigma[spring.second]) - mean);
    };
    std::vector<Vector3> u(size_, Vector3{});
    std::vector<Vector3> residual(size_, Vector3{});
    for (const Spring& spring : springs_) pull(spring, spring.stiffness * mismatch(spring), residual);
    std::vector<Vector3> direction = residual;
    std::vector<Vector3> image(size_);
    double square = dot(residual, residual);
    // The energy is off by the square of what is left of the forces.
    const double enough = 1e-24 * square;
    for (std::size_t step = 0; step < 30 * size_ && square > enough; ++step) {
        image.assign(size_, Vector3{});
        for (const Spring& spring : springs_)
            pull(spring, spring.stiffness * stretch(spring, direction), image);
        const double length = square / dot(direction, image);
        add(u, length, direction);
        add(residual, -length, image);
        const double before = square;
        square = dot(residual, residual);
        for (Vector3& each : direction)
            for (double& component : each) component *= square / before;
        add(direction, 1.0, residual);
    }
    double energy = 0.0;
    for (const Spring& spring : springs_)
        energy += 2.0 * spring.stiffness * std::pow(stretch(spring, u) - mismatch(spring), 2);
    return energy;
}

double Springs::energy(const ModelParameters& model, std::span<const Spin> sigma) const {
    double energy = model.epsilon != 0.0 ? model.epsilon * relaxed_energy(sigma) : 0.0;
    for (const Spin spin : sigma) energy -= 0.5 * model.delta_mu * spin;
    for (const Spring& spring : springs_)
        if (spring.nearest) energy -= model.J * sigma[spring.first] * sigma[spring.second];
    return energy;
}

}  // namespace misfit::selfcheck
