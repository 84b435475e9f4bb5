#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "misfit/input/spec.hpp"
#include "misfit/model/hamiltonian.hpp"

namespace misfit {

class Displacements;

/// The models of all points of a sweep: V is loaded when a point is worked on and let go when nobody needs
/// it. May be used from several threads.
class PointModels {
public:
    PointModels(std::vector<RunSpec> points, int threads);
    ~PointModels();

    std::span<const RunSpec> points() const { return points_; }
    /// Which of crystals() belongs to a point.
    std::size_t crystal_of(std::uint32_t point) const { return crystal_of_[point]; }
    /// The first point that a crystal belongs to.
    std::size_t first_point_of(std::size_t crystal) const { return first_of_[crystal]; }
    /// Points have the same one if they have the same sites, bonds and species of the shell.
    std::span<const std::shared_ptr<const Crystal>> crystals() const { return crystals_; }
    struct PotentialName {
        std::string hash;
        std::string method;
    };
    /// Builds every V that is not cached yet and names them, by crystal; empty without an elastic term.
    /// `on_potential` is called before each.
    std::vector<PotentialName> potential_names(const std::function<void()>& on_potential);
    Hamiltonian hamiltonian(std::uint32_t point);
    /// Null unless strain is measured. Points of one crystal share one as long as someone uses it.
    std::shared_ptr<const Displacements> displacements(std::uint32_t point) const;

private:
    struct Loaded;
    std::shared_ptr<const Potential> potential(std::size_t crystal);

    std::vector<RunSpec> points_;
    std::vector<std::size_t> crystal_of_;
    std::vector<std::size_t> first_of_;  ///< by crystal
    std::vector<std::shared_ptr<const Crystal>> crystals_;
    std::vector<bool> is_elastic_;  ///< by crystal: some point needs its V
    std::vector<std::unique_ptr<Loaded>> loaded_;
    int threads_;
};

}  // namespace misfit
