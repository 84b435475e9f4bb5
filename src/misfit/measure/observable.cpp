#include "misfit/measure/observable.hpp"

namespace misfit {

std::vector<Observable::Column> columns_of(std::span<const Observable> observables) {
    std::vector<Observable::Column> columns;
    for (const Observable& observable : observables)
        columns.insert(columns.end(), observable.columns.begin(), observable.columns.end());
    return columns;
}

std::size_t column_count(std::span<const Observable> observables) {
    std::size_t count = 0;
    for (const Observable& observable : observables) count += observable.columns.size();
    return count;
}

void measure(std::span<const Observable> observables, const State& state, std::span<double> values) {
    for (const Observable& observable : observables) {
        observable.measure(state, values.first(observable.columns.size()));
        values = values.subspan(observable.columns.size());
    }
}

}  // namespace misfit
