#pragma once

#include <Eigen/Core>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "misfit/crystal/shapes.hpp"
#include "misfit/engine/kmc.hpp"
#include "misfit/model/hamiltonian.hpp"

/// What many tests build in the same way.
namespace misfit::support {

std::shared_ptr<const Crystal> hexagon(int side, const Shell& shell = {});
/// The sites of fcc with n.r <= distance for all eight {111}, around a site; with next-nearest bonds of k2.
std::shared_ptr<const Crystal> fcc_octahedron(double distance, std::optional<double> k2 = {});
std::shared_ptr<const Crystal> box(int x, int y, int z, const Shell& shell = {});
std::shared_ptr<const Crystal> parallelogram(int x, int y, const Shell& shell = {});
std::shared_ptr<const Crystal> periodic(const CrystalParameters& shape);

/// V as a matrix, [N, N].
Eigen::MatrixXd matrix(const Potential& potential);

/// A Hamiltonian with the crystal's own V, held in one way or the other, or without one if epsilon = 0.
Hamiltonian make_hamiltonian(const std::shared_ptr<const Crystal>& crystal, const ModelParameters& model,
                             ElasticKind elastic = ElasticKind::dense);

/// How far phi may be from that of V in double precision, for sizes of at most 1: the unit roundoff of
/// floats, 2^-24, times the largest sum of |V_ij| over a row, and as much again for the element that corrects
/// the row's sum; 0 unless V is of floats.
double rounding_of_phi(const Hamiltonian& hamiltonian);

inline constexpr std::array every_elastic = {ElasticKind::single, ElasticKind::dense, ElasticKind::blocks};

/// Independent random species, each A with probability `fraction_A`.
std::vector<Spin> random_sigma(Site size, double fraction_A, std::uint32_t seed);

/// Random number stream of an event-by-event comparison.
RandomStream stream(std::uint64_t seed, std::uint32_t unit = 0);

}  // namespace misfit::support
