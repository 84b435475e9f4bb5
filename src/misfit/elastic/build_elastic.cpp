#include "misfit/elastic/elastic.hpp"

namespace misfit {

Elastic build_elastic(const std::shared_ptr<const Crystal>& crystal, ElasticKind kind, int threads) {
    if (kind == ElasticKind::blocks) return std::make_shared<const BlockPotential>(crystal);
    Potential V = build_potential(*crystal, threads);
    if (kind == ElasticKind::dense) return std::make_shared<const Potential>(std::move(V));
    std::string identity = V.identity();
    return std::make_shared<const SinglePotential>(std::move(V), std::move(identity));
}

}  // namespace misfit
