#pragma once

#include <functional>
#include <string>
#include <vector>

#include "misfit/engine/kmc.hpp"

/// The engines of kinetic Monte Carlo behind one face, so that a test body is written once.
namespace misfit::support {

enum class EngineKind { kmc, processes };

/// One engine over one way to hold V.
struct EngineCase {
    EngineKind engine;
    ElasticKind elastic;
    std::string name() const;
};
/// All of them; those that know published rates alone, if they are asked for.
std::vector<EngineCase> engine_cases(RateRule rule = RateRule::exact);

struct Engine {
    std::function<Stop(State&, double until, std::uint64_t budget)> advance;
    std::function<std::vector<KmcEvent>(const State&)> events;
};
Engine make_engine(EngineKind kind, const Hamiltonian& hamiltonian, const KmcParameters& kmc);

}  // namespace misfit::support
