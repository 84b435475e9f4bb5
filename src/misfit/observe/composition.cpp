#include "misfit/observe/composition.hpp"

namespace misfit {

Observable composition() {
    return {{{"composition", "1", "fraction of A over all sites"}},
            [](const State& state, std::span<double> values) { values[0] = state.composition(); }};
}

}  // namespace misfit
