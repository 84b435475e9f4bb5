#include "support/systems.hpp"

#include <array>
#include <cmath>
#include <vector>

#include <random>

namespace misfit::support {

std::shared_ptr<const Crystal> hexagon(int side, const Shell& shell) {
    return std::make_shared<const Crystal>(build_crystal(Hexagon{side}, shell));
}

std::shared_ptr<const Crystal> box(int x, int y, int z, const Shell& shell) {
    return std::make_shared<const Crystal>(build_crystal(Box{{x, y, z}}, shell));
}

std::shared_ptr<const Crystal> parallelogram(int x, int y, const Shell& shell) {
    return std::make_shared<const Crystal>(build_crystal(Parallelogram{{x, y}}, shell));
}

std::shared_ptr<const Crystal> periodic(const CrystalParameters& shape) {
    return std::make_shared<const Crystal>(build_crystal(shape, {}, Boundary::periodic));
}

Eigen::MatrixXd matrix(const Potential& potential) {
    Eigen::MatrixXd V(potential.size(), potential.size());
    for (Site i = 0; i < potential.size(); ++i)
        for (Site j = 0; j < potential.size(); ++j) V(i, j) = potential(i, j);
    return V;
}

Hamiltonian make_hamiltonian(const std::shared_ptr<const Crystal>& crystal, const ModelParameters& model,
                             ElasticKind elastic) {
    return {crystal, model.epsilon == 0.0 ? Elastic() : build_elastic(crystal, elastic, 2), model};
}

double rounding_of_phi(const Hamiltonian& hamiltonian) {
    const Elastic& V = hamiltonian.elastic();
    if (!hamiltonian.is_elastic() || !V.has_rows() || V.row(0).single == nullptr) return 0.0;
    double largest = 0.0;
    for (Site i = 0; i < V.size(); ++i) {
        double row = 0.0;
        for (Site j = 0; j < V.size(); ++j) row += std::abs(hamiltonian.V(i, j));
        largest = std::max(largest, row);
    }
    return 0x1p-23 * largest;
}

std::vector<Spin> random_sigma(Site size, double fraction_A, std::uint32_t seed) {
    std::mt19937_64 generator(seed);
    std::bernoulli_distribution is_A(fraction_A);
    std::vector<Spin> sigma;
    for (Site j = 0; j < size; ++j) sigma.push_back(is_A(generator) ? Spin{1} : Spin{-1});
    return sigma;
}

RandomStream stream(std::uint64_t seed, std::uint32_t unit) {
    return {.seed = seed, .unit = unit, .stage = 0, .stream = Stream::kmc_event};
}

std::shared_ptr<const Crystal> fcc_octahedron(double distance, std::optional<double> k2) {
    std::vector<LatticePoint> points;
    const int reach = static_cast<int>(3.0 * distance) + 2;
    for (int z = -reach; z <= reach; ++z)
        for (int y = -reach; y <= reach; ++y)
            for (int x = -reach; x <= reach; ++x) {
                const Vector3 r = fcc_lattice().position({x, y, z});
                if (std::abs(r[0]) + std::abs(r[1]) + std::abs(r[2]) <= distance * std::sqrt(3.0) + 1e-9)
                    points.push_back({x, y, z});
            }
    return std::make_shared<const Crystal>(fcc_lattice(), points, "octahedron", Shell{}, std::array<int, 3>{},
                                           k2);
}

}  // namespace misfit::support
