#include "misfit/unit/point_models.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "misfit/elastic/displacements.hpp"
#include "misfit/formats/potential_file.hpp"

namespace misfit {

/// What is there as long as someone uses it.
struct PointModels::Loaded {
    std::mutex mutex;
    std::weak_ptr<const Potential> potential;
    std::weak_ptr<const Displacements> displacements;
};

PointModels::PointModels(std::vector<RunSpec> points, int threads)
    : points_(std::move(points)), threads_(threads) {
    for (std::size_t k = 0; k < points_.size(); ++k) {
        const RunSpec& point = points_[k];
        const auto same = std::ranges::find_if(first_of_, [&](std::size_t first) {
            const RunSpec& other = points_[first];
            return other.crystal == point.crystal && other.shell == point.shell &&
                   other.shell_species == point.shell_species;
        });
        crystal_of_.push_back(static_cast<std::size_t>(same - first_of_.begin()));
        if (same == first_of_.end()) {
            first_of_.push_back(k);
            crystals_.push_back(std::make_shared<const Crystal>(build_crystal(point)));
            is_elastic_.push_back(false);
            loaded_.push_back(std::make_unique<Loaded>());
        }
        if (point.model.epsilon != 0.0) is_elastic_[crystal_of_.back()] = true;
    }
}

PointModels::~PointModels() = default;

std::shared_ptr<const Potential> PointModels::potential(std::size_t crystal) {
    if (!is_elastic_[crystal]) return nullptr;
    Loaded& loaded = *loaded_[crystal];
    const std::scoped_lock lock(loaded.mutex);
    std::shared_ptr<const Potential> found = loaded.potential.lock();
    if (!found) {
        found = std::make_shared<const Potential>(
            potential_of(*crystals_[crystal], points_[first_of_[crystal]].potential_file, threads_));
        loaded.potential = found;
    }
    return found;
}

std::vector<PointModels::PotentialName> PointModels::potential_names(
    const std::function<void()>& on_potential) {
    std::vector<PotentialName> names;
    for (std::size_t crystal = 0; crystal < crystals_.size(); ++crystal) {
        on_potential();
        const std::shared_ptr<const Potential> V = potential(crystal);
        names.push_back(V ? PotentialName{potential_hash(*V), V->method()} : PotentialName{});
    }
    return names;
}

Hamiltonian PointModels::hamiltonian(std::uint32_t point) {
    const std::size_t crystal = crystal_of_[point];
    return {crystals_[crystal], potential(crystal), points_[point].model};
}

std::shared_ptr<const Displacements> PointModels::displacements(std::uint32_t point) const {
    if (!points_[point].observables.strain) return nullptr;
    const std::size_t crystal = crystal_of_[point];
    Loaded& loaded = *loaded_[crystal];
    const std::scoped_lock lock(loaded.mutex);
    std::shared_ptr<const Displacements> found = loaded.displacements.lock();
    if (!found) {
        found = std::make_shared<const Displacements>(crystals_[crystal]);
        loaded.displacements = found;
    }
    return found;
}

}  // namespace misfit
