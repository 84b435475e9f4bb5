#include "misfit/analysis/equilibrium_warnings.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fmt/format.h>
#include <functional>
#include <limits>

namespace misfit {
namespace {

/// Points at which something is wrong with the averages of an observable, and where most of it.
struct Findings {
    std::vector<std::uint32_t> points;
    std::uint32_t worst = 0;
};

/// Those at which `badness` has a number; the worst has the largest.
Findings find(const Averages& averages, const std::function<double(const PooledMean&)>& badness) {
    Findings found;
    double largest = 0.0;
    for (std::uint32_t point = 0; point < averages.by_point.size(); ++point) {
        const PooledMean& mean = averages.by_point[point];
        const double bad = badness(mean);
        if (std::isnan(mean.mean) || std::isnan(bad)) continue;
        if (found.points.empty() || bad > largest) {
            largest = bad;
            found.worst = point;
        }
        found.points.push_back(point);
    }
    return found;
}

constexpr double fine = std::numeric_limits<double>::quiet_NaN();

/// Chains frozen in one state differ by the rounding of its energy, and claim no error at all.
bool differs(const PooledMean& mean) {
    const bool is_rounding = mean.standard_error <= 1e-12 * std::abs(mean.mean);
    return mean.disagreement > largest_disagreement && !is_rounding;
}

double disagreement_of(const PooledMean& mean) { return differs(mean) ? mean.disagreement : fine; }
double missing_samples(const PooledMean& mean) { return std::isnan(mean.standard_error) ? 1.0 : fine; }
double shortness(const PooledMean& mean) {
    return std::isnan(mean.standard_error) || mean.long_enough ? fine : mean.correlation_time;
}

/// Two digits, rounded up: 48,100 is 49,000.
double rounded_up(double value) {
    const double unit = std::pow(10.0, std::floor(std::log10(value)) - 1.0);
    return unit * std::ceil(value / unit);
}

class Warnings {
public:
    Warnings(const Plan& plan, const EquilibriumAnalysis& analysis) : plan_(plan), columns_(plan.columns()) {
        const auto averages_of = [&](const char* name) -> const Averages& {
            return *std::ranges::find(analysis.averages, name, &Averages::name);
        };
        const Averages& f_U = averages_of("f_U");
        const Averages& energy = averages_of("energy");
        const bool f_U_is_fine = find(f_U, disagreement_of).points.empty() &&
                                 find(f_U, missing_samples).points.empty() &&
                                 find(f_U, shortness).points.empty();
        // What the phases say may be right where the energy is not known yet.
        add(energy, f_U_is_fine ? " (f_U and chi are fine)" : "");
        add(f_U, "");
    }

    const std::vector<std::string>& texts() const { return texts_; }

private:
    void add(const Averages& averages, const char* but);
    /// " at 7 of 11 points, most at model.kT = 0.2"; nothing where there is one point.
    std::string where(const Findings& found) const;
    const MonteCarloParameters& settings(std::uint32_t point) {
        point_ = plan_.point(point);
        return point_.equilibrium().monte_carlo;
    }

    const Plan& plan_;
    std::vector<PointColumn> columns_;
    Settings point_;
    std::vector<std::string> texts_;
};

std::string Warnings::where(const Findings& found) const {
    const std::string worst = describe_point(columns_, found.worst);
    if (worst.empty()) return "";
    if (found.points.size() == 1) return fmt::format(" at {}", worst);
    return fmt::format(" at {} of {} points, most at {}", found.points.size(), plan_.points(), worst);
}

void Warnings::add(const Averages& averages, const char* but) {
    const std::string& name = averages.name;
    if (const Findings found = find(averages, disagreement_of); !found.points.empty()) {
        const PooledMean& worst = averages.by_point[found.worst];
        const MonteCarloParameters& monte_carlo = settings(found.worst);
        const std::string by =
            std::isinf(worst.disagreement)
                ? fmt::format("differs{} and in each does not change", where(found))
                : fmt::format("disagrees by {:.1f} standard errors{}", worst.disagreement, where(found));
        texts_.push_back(fmt::format(
            "{} from different chains {}: not equilibrated{}; take more sweeps than {} and a longer "
            "equilibration "
            "than {}{}",
            name, by, but, monte_carlo.sweeps, monte_carlo.equilibration,
            plan_.spec().equilibrium().replica_exchange.over.empty() ? ", or replica exchange" : ""));
    }
    if (const Findings found = find(averages, missing_samples); !found.points.empty()) {
        const MonteCarloParameters& monte_carlo = settings(found.worst);
        texts_.push_back(fmt::format(
            "too few samples for an error of {}{}: 16 a chain are the least{}; sweeps = {} would do", name,
            where(found), but, 16 * monte_carlo.sample_interval));
    }
    if (const Findings found = find(averages, shortness); !found.points.empty()) {
        const double tau = averages.by_point[found.worst].correlation_time;
        const auto sweeps = static_cast<double>(settings(found.worst).sweeps);
        // Errors are trusted from 50 x 2 tau on; where a chain finds none in so many, in twice as many.
        texts_.push_back(fmt::format(
            "{:.0f} sweeps are too short for the error of {}{}, whose correlation time is about {:.0f} "
            "sweeps{}; "
            "sweeps = {:.0f} would do",
            sweeps, name, where(found), tau, but, rounded_up(std::max(100.0 * tau, 2.0 * sweeps))));
    }
}

}  // namespace

std::vector<std::string> warnings_about(const Plan& plan, const EquilibriumAnalysis& analysis) {
    std::vector<std::string> texts = Warnings(plan, analysis).texts();
    for (const LadderAnalysis& ladder : analysis.ladders)
        if (!ladder.note.empty() && ladder.note != no_curve_along_layers) texts.push_back(ladder.note);
    return texts;
}

}  // namespace misfit
