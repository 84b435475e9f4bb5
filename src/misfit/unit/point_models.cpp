#include "misfit/unit/point_models.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "misfit/elastic/displacements.hpp"
#include "misfit/elastic/potential_cache.hpp"
#include "misfit/formats/potential_file.hpp"

namespace misfit {

/// What is there as long as someone uses it.
struct PointModels::Loaded {
    std::mutex mutex;
    std::weak_ptr<const SinglePotential> single;
    std::weak_ptr<const Potential> dense;
    std::weak_ptr<const BlockPotential> blocks;
    std::weak_ptr<const Displacements> displacements;
};

PointModels::PointModels(Plan plan, int threads, std::vector<ObservableMaker> own,
                         const std::atomic<bool>* interrupt)
    : plan_(std::move(plan)),
      crystals_(build_crystals(plan_)),
      threads_(threads),
      own_(std::move(own)),
      interrupt_(interrupt) {
    first_of_.assign(plan_.crystals(), plan_.combinations());
    is_elastic_.assign(plan_.crystals(), false);
    for (std::size_t k = 0; k < plan_.combinations(); ++k) {
        const std::size_t crystal = plan_.crystal_of(k);
        first_of_[crystal] = std::min(first_of_[crystal], k);
        if (!is_elastic_[crystal]) is_elastic_[crystal] = plan_.is_elastic(k);
    }
    for (std::size_t k = 0; k < crystals_.size(); ++k) loaded_.push_back(std::make_unique<Loaded>());
}

PointModels::~PointModels() = default;

namespace {

/// What `kept` still holds, or else what `make` makes, which it then holds.
template <class Model, class Make>
std::shared_ptr<const Model> held(std::weak_ptr<const Model>& kept, const Make& make) {
    std::shared_ptr<const Model> found = kept.lock();
    if (!found) {
        found = make();
        kept = found;
    }
    return found;
}

}  // namespace

Elastic PointModels::elastic(std::size_t crystal, const std::function<void(double)>& on_progress) {
    if (!is_elastic_[crystal]) return nullptr;
    const Watch watch = {on_progress, interrupt_};
    Loaded& loaded = *loaded_[crystal];
    const std::scoped_lock lock(loaded.mutex);
    const std::shared_ptr<const Crystal>& sites = crystals_[crystal];
    switch (plan_.settings(first_of_[crystal], 0).elastic_kind()) {
        case ElasticKind::single:
            return held(loaded.single, [&] {
                return std::make_shared<const SinglePotential>(
                    PotentialCache::standard().load_or_build_single(*sites, threads_, watch));
            });
        case ElasticKind::dense:
            return held(loaded.dense, [&] {
                return std::make_shared<const Potential>(
                    potential_of(*sites, plan_.spec().potential_file, threads_, watch));
            });
        case ElasticKind::blocks:
            return held(loaded.blocks, [&] { return std::make_shared<const BlockPotential>(sites, watch); });
    }
    return nullptr;
}

std::vector<PointModels::PotentialName> PointModels::potential_names(
    const std::function<void(double)>& on_progress) {
    std::vector<PotentialName> names;
    for (std::size_t crystal = 0; crystal < crystals_.size(); ++crystal) {
        const auto of_all = [&](double part) {
            on_progress((static_cast<double>(crystal) + part) / static_cast<double>(crystals_.size()));
        };
        of_all(0.0);
        const Elastic V = elastic(crystal, of_all);
        if (crystals_.size() == 1) only_ = V;
        names.push_back(V ? PotentialName{V.identity(), V.method()} : PotentialName{});
    }
    return names;
}

Hamiltonian PointModels::hamiltonian(std::size_t combination, std::size_t stage) {
    const std::size_t crystal = plan_.crystal_of(combination);
    return {crystals_[crystal], elastic(crystal), plan_.settings(combination, stage).model};
}

std::shared_ptr<const Displacements> PointModels::displacements(std::size_t combination) const {
    if (!plan_.spec().observables.strain) return nullptr;
    const std::size_t crystal = plan_.crystal_of(combination);
    Loaded& loaded = *loaded_[crystal];
    const std::scoped_lock lock(loaded.mutex);
    return held(loaded.displacements, [&] {
        return std::make_shared<const Displacements>(crystals_[crystal], Watch{{}, interrupt_});
    });
}

}  // namespace misfit
