// summary, info, export of a record of equilibrium.
#include "equilibrium_commands.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "commands.hpp"
#include "misfit/analysis/equilibrium_warnings.hpp"
#include "misfit/base/error.hpp"
#include "misfit/base/message.hpp"
#include "misfit/input/brief_text.hpp"
#include "misfit/input/spec_stages.hpp"
#include "text.hpp"

namespace misfit::cli {
namespace {

std::size_t chain_count(const EquilibriumRecord& record) {
    std::size_t count = 0;
    for (const auto& chains : record.chains()) count += chains.size();
    return count;
}

std::string how_many(const EquilibriumRecord& record) {
    const RunSpec& spec = record.header().spec;
    const std::size_t stages = record.plan().stages();
    const std::size_t points = record.points() / stages;
    const std::size_t planned = points * spec.equilibrium().monte_carlo.start.size() *
                                std::size_t{spec.equilibrium().monte_carlo.chains};
    std::string text = points == 1 ? "" : fmt::format("{} points, ", points);
    if (!spec.stages.empty()) text += counted(stages, "stage") + ", ";
    if (record.header().complete) return text + counted(planned, "chain");
    std::size_t finished = 0;  // those that are through their last stage
    std::size_t under_way = 0;
    for (std::size_t point = 0; point < record.points(); ++point)
        for (const ChainReport& chain : record.chains()[point]) {
            if (chain.is_under_way())
                ++under_way;
            else if (point % stages + 1 == stages)
                ++finished;
        }
    return fmt::format("{}unfinished: {} of {} chains{}", text, finished, planned,
                       under_way > 0 ? fmt::format(", and the first samples of {} more", under_way) : "");
}

void print_csv(const EquilibriumRecord& record) {
    const std::vector<PointColumn> columns = record.plan().columns();
    std::vector<std::string> head = {"point"};
    for (const PointColumn& column : columns) head.push_back(column.key);
    head.emplace_back("chains");
    for (const Averages& averages : record.averages())
        for (const char* what : {"mean", "standard_error", "variance", "variance_error", "correlation_time",
                                 "long_enough", "disagreement"})
            head.push_back(fmt::format("{}_{}", averages.name, what));
    head.insert(head.end(), {"heat_capacity_mean", "heat_capacity_standard_error"});
    fmt::print("{}\n", fmt::join(head, ","));
    for (std::size_t point = 0; point < record.points(); ++point) {
        fmt::print("{}", point);
        for (const PointColumn& column : columns) {
            fmt::print(",{}", csv_text(column.text(point)));
        }
        fmt::print(",{}", record.chains()[point].size());
        for (const Averages& averages : record.averages()) {
            const PooledMean& m = averages.by_point[point];
            fmt::print(",{},{},{},{},{},{},{}", m.mean, m.standard_error, m.variance, m.variance_error,
                       m.correlation_time, m.long_enough ? 1 : 0, m.disagreement);
        }
        fmt::print(",{},{}\n", record.heat_capacity().value[point],
                   record.heat_capacity().standard_error[point]);
    }
}

const Averages& averages_of(const EquilibriumRecord& record, const std::string& name) {
    const auto found = std::ranges::find(record.averages(), name, &Averages::name);
    if (found == record.averages().end())
        throw Error(fmt::format("{}: holds no averages of {}", record.file().string(), name));
    return *found;
}

void print_points(const EquilibriumRecord& record) {
    const Plan& plan = record.plan();
    const Averages& f_U = averages_of(record, "f_U");
    const std::vector<PointColumn> columns = plan.columns();
    bool has_flips = false;
    for (std::size_t point = 0; point < plan.points(); ++point)
        has_flips = has_flips || plan.point(point).equilibrium().monte_carlo.moves == Moves::flip;
    std::vector<const Averages*> shown;
    for (const Averages& averages : record.averages()) {
        // What is given, or a part of what is shown, would only take room.
        const bool is_given =
            averages.name == "composition" || (averages.name == "core_composition" && !has_flips);
        const bool is_part = averages.name.starts_with("energy_") || averages.name.starts_with("profile_");
        if (!is_given && !is_part) shown.push_back(&averages);
    }
    std::vector<std::string> head;
    for (const PointColumn& column : columns) head.push_back(column.key);
    for (const Averages* averages : shown) head.push_back(averages->name);
    head.insert(head.end(), {"chi", "heat_capacity", "tau", "differ"});
    std::vector<std::vector<std::string>> rows = {head};
    for (std::size_t point = 0; point < record.points(); ++point) {
        std::vector<std::string> row;
        for (const PointColumn& column : columns) row.push_back(column.text(point));
        for (const Averages* averages : shown) {
            const PooledMean& mean = averages->by_point[point];
            row.push_back(with_error(mean.mean, mean.standard_error) + (mean.long_enough ? "" : "?"));
        }
        const PooledMean& order = f_U.by_point[point];
        row.push_back(with_error(order.variance, order.variance_error));
        row.push_back(
            with_error(record.heat_capacity().value[point], record.heat_capacity().standard_error[point]));
        row.push_back(fmt::format("{:.0f}", order.correlation_time));
        row.push_back(fmt::format("{:.1f}", order.disagreement));
        rows.push_back(row);
    }
    fmt::print("{}", table_text(rows));
    fmt::print(
        "\nIn brackets the standard error of the last digits; ?: too short for its correlation time. chi: "
        "variance "
        "of f_U;\ntau: correlation time of f_U in sweeps; differ: largest difference of a chain's f_U from "
        "the "
        "others', in standard errors.\n");
}

void print_ladders(const EquilibriumRecord& record) {
    const std::string& key = record.header().spec.equilibrium().replica_exchange.over;
    for (const LadderReport& ladder : record.ladders()) {
        const auto [low, high] = std::ranges::minmax(ladder.exchange_fraction);
        fmt::print(
            "\nreplicas over {} = {} to {}: {} round trips; {:.0f} to {:.0f} % of exchanges accepted, least "
            "overlap {:.3f}\n",
            key, ladder.values.front(), ladder.values.back(), ladder.round_trips, 100.0 * low, 100.0 * high,
            std::ranges::min(ladder.overlap));
        if (!ladder.has_transition) fmt::print("no reweighting: {}\n", ladder.note);
    }
}

/// What people ask first: where the transition is, and whether the starts agree on what they found.
void print_answers(const EquilibriumRecord& record) {
    const std::string& key = record.header().spec.equilibrium().replica_exchange.over;
    for (const LadderReport& ladder : record.ladders()) {
        if (ladder.has_transition && ladder.peak_inside)
            fmt::print("transition  at {} = {}: there chi is largest, {}, by reweighting all samples\n", key,
                       with_error(ladder.peak_place.value, ladder.peak_place.standard_error),
                       with_error(ladder.peak_height.value, ladder.peak_height.standard_error));
        else if (ladder.has_transition)
            fmt::print("transition  none between: chi is largest at an end of the ladder\n");
    }
    std::vector<double> differences;
    for (std::size_t point = 0; point < record.points(); ++point)
        if (const double difference = averages_of(record, "f_U").by_point[point].disagreement;
            record.chains()[point].size() > 1 && !std::isnan(difference))
            differences.push_back(difference);
    if (!differences.empty()) {
        const auto disagree =
            std::ranges::count_if(differences, [](double d) { return d > largest_disagreement; });
        const std::string where =
            differences.size() == 1 ? "" : fmt::format(" at {} of {} points", disagree, differences.size());
        fmt::print("chains      {}: their f_U differ by {:.1f} standard errors at the most\n",
                   disagree == 0 ? "agree" : "disagree" + where, std::ranges::max(differences));
    }
    if (const std::size_t count = record.warnings().size(); count > 0)
        fmt::print("warnings    {}, below the table\n", count);
    fmt::print("\n");
}

/// "kT = 0.5, sweeps = 2000": what a stage says.
std::string settings_text(const Stage& stage) {
    std::vector<std::string> texts;
    for (const auto& [path, value] : stage.settings)
        texts.push_back(fmt::format("{} = {}", name_in_stage(path), brief_text(value)));
    return fmt::format("{}", fmt::join(texts, ", "));
}

}  // namespace

void print_sweep(const RunSpec& spec) {
    for (const SweepAxis& axis : spec.sweep) {
        std::vector<std::string> values;
        for (const Value& value : axis.values) values.push_back(toml_text(value));
        fmt::print("sweep       {} = {}\n", axis.key, listed(values));
    }
}

int summarise(const EquilibriumRecord& record, bool csv) {
    if (csv) {
        print_csv(record);
        return exit_fine;
    }
    const RunSpec& spec = record.header().spec;
    const Crystal crystal = record.crystal(0);
    fmt::print("{}{}, {}\n", crystal.shape(),
               spec.sweep.empty() ? fmt::format(", N = {}", crystal.size()) : "", how_many(record));
    if (chain_count(record) == 0) {
        fmt::print(
            "nothing is sampled yet, or nothing saved: chains under way are as their last checkpoint has "
            "them\n");
        return exit_fine;
    }
    print_answers(record);
    print_points(record);
    print_ladders(record);
    const std::vector<std::string>& warnings = record.warnings();
    for (const std::string& warning : warnings) fmt::print("\nwarning: {}", warning);
    if (!warnings.empty()) fmt::print("\n");
    return exit_fine;
}

void describe(const EquilibriumRecord& record) {
    const RunSpec& spec = record.header().spec;
    fmt::print("kind        equilibrium\n");
    fmt::print("crystal     {}\n", record.crystal(0).shape());
    fmt::print("chains      {}, seed {}\n", how_many(record), spec.equilibrium().monte_carlo.seed);
    print_sweep(spec);
    for (std::size_t k = 0; k < spec.stages.size(); ++k)
        fmt::print("{:<12}{}\n", fmt::format("stage {}", k + 1), settings_text(spec.stages[k]));
    double attempts = 0.0;
    double accepted = 0.0;
    double phi = 0.0;
    double energy = 0.0;
    for (const auto& chains : record.chains())
        for (const ChainReport& chain : chains) {
            attempts += static_cast<double>(chain.attempts);
            accepted += static_cast<double>(chain.accepted);
            phi = std::max(phi, chain.phi_deviation);
            energy = std::max(energy, chain.energy_deviation);
        }
    if (attempts == 0.0) return;
    fmt::print("in all      {} attempts, {:.3g} % accepted\n", count_text(attempts),
               100.0 * accepted / attempts);
    fmt::print("drift       phi {:.2g}, energy {:.2g} at the most\n", phi, energy);
}

}  // namespace misfit::cli
