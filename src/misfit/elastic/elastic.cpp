#include "misfit/elastic/elastic.hpp"

namespace misfit {

static_assert(ElasticModel<Potential> && ElasticModel<SinglePotential> && ElasticModel<BlockPotential> &&
              ElasticModel<Elastic>);

Site Elastic::size() const {
    return std::visit([](const auto& V) { return V->size(); }, model_);
}

double Elastic::bonded(const Bond& bond) const {
    return std::visit([&](const auto& V) { return V->bonded(bond); }, model_);
}

void Elastic::apply(std::span<const SizeChange> changes, std::span<double> phi) const {
    std::visit([&](const auto& V) { V->apply(changes, phi); }, model_);
}

void Elastic::solve(std::span<const double> sizes, std::span<double> phi) const {
    std::visit([&](const auto& V) { V->solve(sizes, phi); }, model_);
}

std::span<const double> Elastic::raw_row_sums() const {
    return std::visit([](const auto& V) { return V->raw_row_sums(); }, model_);
}

double Elastic::raw_diagonal(Site i) const {
    return std::visit([&](const auto& V) { return V->raw_diagonal(i); }, model_);
}

const std::string& Elastic::method() const {
    return std::visit([](const auto& V) -> const std::string& { return V->method(); }, model_);
}

double Elastic::tolerance() const {
    return std::visit([](const auto& V) { return V->tolerance(); }, model_);
}

double Elastic::diagonal_elsewhere(Site i) const {
    return std::visit([&](const auto& V) { return V->diagonal(i); }, model_);
}

double Elastic::pair_elsewhere(Site i, Site j) const {
    return std::visit([&](const auto& V) { return V->pair(i, j); }, model_);
}

}  // namespace misfit
