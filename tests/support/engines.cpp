#include "support/engines.hpp"

#include <memory>

#include "misfit/engine/process_kmc.hpp"
#include "support/systems.hpp"

namespace misfit::support {

std::string EngineCase::name() const {
    return std::string(engine == EngineKind::kmc ? "kmc_" : "processes_") +
           elastic_words[static_cast<std::size_t>(elastic)];
}

std::vector<EngineCase> engine_cases(RateRule rule) {
    std::vector<EngineCase> cases;
    for (const ElasticKind elastic : every_elastic) {
        cases.push_back({EngineKind::kmc, elastic});
        if (rule == RateRule::exact) cases.push_back({EngineKind::processes, elastic});
    }
    return cases;
}

Engine make_engine(EngineKind kind, const Hamiltonian& hamiltonian, const KmcParameters& kmc) {
    if (kind == EngineKind::kmc) {
        const auto engine = std::make_shared<Kmc>(hamiltonian, kmc);
        return {[engine](State& state, double until, std::uint64_t budget) {
                    return engine->advance(state, until, budget);
                },
                [engine](const State& state) { return engine->events(state); }};
    }
    const auto engine = std::make_shared<ProcessKmc>(Model(hamiltonian), ion_processes(kmc), kmc);
    return {[engine](State& state, double until, std::uint64_t budget) {
                return engine->advance(state, until, budget);
            },
            [engine](const State& state) {
                std::vector<KmcEvent> events;
                for (const ProcessKmc::Event& event : engine->events(state))
                    events.push_back({event.kind, event.first, event.second, event.rate});
                return events;
            }};
}

}  // namespace misfit::support
