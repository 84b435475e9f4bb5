#include "misfit/selfcheck/kernel_checks.hpp"

#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <hwy/targets.h>
#include <memory>

#include "misfit/crystal/shapes.hpp"
#include "misfit/engine/kmc.hpp"
#include "misfit/engine/monte_carlo.hpp"
#include "misfit/unit/kmc_stage.hpp"

namespace misfit::selfcheck {
namespace {

/// Makes Highway choose among some instruction sets; all again at the end.
class InstructionSet {
public:
    explicit InstructionSet(std::int64_t target) { hwy::SetSupportedTargetsForTest(target); }
    InstructionSet(const InstructionSet&) = delete;
    InstructionSet& operator=(const InstructionSet&) = delete;
    ~InstructionSet() { hwy::SetSupportedTargetsForTest(0); }
};

bool same(const State& a, const State& b) {
    return a.sigma == b.sigma && a.step == b.step && a.events == b.events &&
           std::abs(a.time - b.time) <= 1e-9 * b.time;
}

/// One path by each instruction set, best first.
std::vector<Path> paths(const std::function<std::vector<State>()>& compute) {
    std::vector<Path> all;
    for (std::int64_t bits = hwy::SupportedTargets(); bits != 0; bits &= bits - 1) {
        const std::int64_t target = bits & -bits;
        const InstructionSet chosen(target);
        all.push_back({hwy::TargetName(target), compute()});
    }
    return all;
}

Hamiltonian hamiltonian_of(const CrystalParameters& shape, const ModelParameters& model) {
    const auto crystal = std::make_shared<const Crystal>(build_crystal(shape));
    return {crystal, std::make_shared<const Potential>(build_potential(*crystal)), model};
}

std::vector<State> trajectory(const Hamiltonian& hamiltonian) {
    Kmc kmc(hamiltonian, {});
    State state = initial_state(hamiltonian, 5, 0);
    std::vector<State> states;
    for (int k = 0; k < 40; ++k) {
        kmc.advance(state, kmc.parameters().t_end, 50);
        states.push_back(state);
    }
    return states;
}

std::vector<State> chain(const Hamiltonian& hamiltonian) {
    MonteCarlo monte_carlo(hamiltonian, Moves::nonlocal_swap);
    std::vector<Spin> sigma(static_cast<std::size_t>(hamiltonian.crystal().size()), Spin{-1});
    for (std::size_t j = 0; j < sigma.size(); j += 2) sigma[j] = 1;
    State state = make_state(hamiltonian, sigma, {5, 0, 0, Stream::monte_carlo_move});
    std::vector<State> states;
    for (int k = 0; k < 40; ++k) {
        monte_carlo.advance(state, 5001);
        states.push_back(state);
    }
    return states;
}

}  // namespace

Finding check_same_events(const std::string& what, const std::vector<Path>& paths) {
    const Path& plainest = paths.back();
    std::string different;
    for (const Path& path : paths) {
        bool is_same = path.states.size() == plainest.states.size();
        for (std::size_t k = 0; is_same && k < path.states.size(); ++k)
            is_same = same(path.states[k], plainest.states[k]);
        if (!is_same) different += (different.empty() ? "" : ", ") + path.instruction_set;
    }
    return holds(what, different.empty(),
                 different.empty() ? fmt::format("{} sets: the same", paths.size())
                                   : fmt::format("other on {}", different),
                 fmt::format("as by {}", plainest.instruction_set));
}

std::vector<Finding> check_kernels() {
    const Hamiltonian hexagon =
        hamiltonian_of(Hexagon{6}, {.kT = 0.3, .epsilon = 1.0, .J = 0.05, .delta_mu = -3.0});
    const Hamiltonian box =
        hamiltonian_of(Box{{4, 3, 5}}, {.kT = 1.5, .epsilon = 1.0, .J = 0.1, .delta_mu = -20.0});
    return {check_same_events("2,000 events, hexagon of 91", paths([&] { return trajectory(hexagon); })),
            check_same_events("2,000 events, box 4 x 3 x 5", paths([&] { return trajectory(box); })),
            check_same_events("200,040 attempts, hexagon of 91", paths([&] { return chain(hexagon); })),
            check_same_events("200,040 attempts, box 4 x 3 x 5", paths([&] { return chain(box); }))};
}

}  // namespace misfit::selfcheck
