// summary: ensemble means over time, a line for each point of a sweep, several runs beside each other.

#include <algorithm>
#include <fmt/format.h>

#include "commands.hpp"
#include "ensemble_text.hpp"
#include "equilibrium_commands.hpp"
#include "misfit/base/error.hpp"
#include "misfit/input/plan.hpp"
#include "misfit/unit/trajectory.hpp"
#include "text.hpp"

namespace misfit::cli {
namespace {

/// Rows of the table for people: enough to see the course of a run on one screen.
constexpr std::size_t table_rows = 26;

/// What stands before the columns of each row of a point: the run where there are several, the point and its
/// keys where there is a sweep.
class RowHead {
public:
    RowHead(const std::vector<NamedRecord>& records, const NamedRecord& of)
        : run_(records.size() > 1 ? csv_text(of.name) + "," : ""),
          columns_(Plan(of.record.header().spec).columns()) {}

    std::string names() const {
        std::string text = run_.empty() ? "" : "run,";
        if (!columns_.empty()) text += "point,";
        for (const PointColumn& column : columns_) text += column.key + ",";
        return text;
    }
    std::string at(std::size_t point) const {
        std::string text = run_;
        if (!columns_.empty()) text += fmt::format("{},", point);
        for (const PointColumn& column : columns_) text += csv_text(column.text(point)) + ",";
        return text;
    }

private:
    std::string run_;
    std::vector<PointColumn> columns_;
};

std::string means_head(const Record& record) {
    std::string head = record.header().spec.stages.empty() ? "time" : "stage,time";
    for (const auto& column : record.header().columns)
        head += fmt::format(",{0}_mean,{0}_standard_error", column.name);
    return head;
}

void print_means(const Record& record, std::size_t point, const std::string& row_head) {
    if (record.points()[point].trajectories.empty()) return;
    fmt::memory_buffer text;
    auto out = std::back_inserter(text);
    const EnsembleMeans means = ensemble_means(record, point);
    const std::size_t columns = record.header().columns.size();
    const std::vector<DueTime>& times = record.points()[point].due.scalars;
    for (std::size_t row = 0; row < times.size(); ++row) {
        fmt::format_to(out, "{}", row_head);
        if (!record.header().spec.stages.empty()) fmt::format_to(out, "{},", times[row].stage + 1);
        fmt::format_to(out, "{}", times[row].time);
        for (std::size_t k = row * columns; k < (row + 1) * columns; ++k)
            fmt::format_to(out, ",{},{}", means.mean[k], means.standard_error[k]);
        fmt::format_to(out, "\n");
    }
    std::fwrite(text.data(), 1, text.size(), stdout);
}

std::string ends_head() {
    std::string head = "trajectory,end,end_time,events";
    for (std::size_t kind = 0; kind < kmc_event_kinds; ++kind)
        head += fmt::format(",{}", event_kind_names[kind]);
    return head + ",phi_deviation,energy_deviation";
}

void print_ends_csv(const Record& record, std::size_t point, const std::string& row_head) {
    for (const Trajectory& each : record.points()[point].trajectories) {
        fmt::print("{}{},{},{},{}", row_head, each.unit, end_word(each.stop()), each.end_time(),
                   each.steps());
        for (const std::uint64_t count : each.events) fmt::print(",{}", count);
        fmt::print(",{},{}\n", each.phi_deviation, each.energy_deviation);
    }
}

void print_csv(const std::vector<NamedRecord>& records, const Summary& command) {
    std::string printed;
    for (const NamedRecord& each : records) {
        const RowHead row_head(records, each);
        const std::string head = row_head.names() + (command.ends ? ends_head() : means_head(each.record));
        if (printed.empty())
            fmt::print("{}\n", head);
        else if (printed != head)
            throw Error(fmt::format("{} and {}: have other columns, and go into no one table",
                                    records.front().name, each.name));
        printed = head;
        for (std::size_t point = 0; point < each.record.points().size(); ++point) {
            if (command.point && *command.point != point) continue;
            command.ends ? print_ends_csv(each.record, point, row_head.at(point))
                         : print_means(each.record, point, row_head.at(point));
        }
    }
}

/// How many due times there are until every trajectory has ended and nothing changes any more; the first at
/// which nothing does counts. With stages, all.
std::size_t times_of_change(const Record& record, const RecordedPoint& point) {
    const std::vector<DueTime>& times = point.due.scalars;
    if (!record.header().spec.stages.empty()) return times.size();
    double latest = 0.0;
    for (const Trajectory& each : point.trajectories) latest = std::max(latest, each.end_time());
    const auto after = std::ranges::lower_bound(times, latest, {}, &DueTime::time);
    return static_cast<std::size_t>(after - times.begin()) + (after == times.end() ? 0 : 1);
}

/// Means at some of the due times, spread evenly over the list of them (which is denser where the schedule
/// is).
void print_table(const Record& record, std::size_t number) {
    const RecordedPoint& point = record.points()[number];
    const auto& columns = record.header().columns;
    const std::vector<DueTime>& times = point.due.scalars;
    if (times.empty()) return;
    const EnsembleMeans means = ensemble_means(record, number);
    // Columns that are zero throughout, as the Ising energy without J, would only take room.
    std::vector<std::size_t> shown;
    for (std::size_t column = 0; column < columns.size(); ++column)
        for (std::size_t row = 0; row < times.size(); ++row)
            if (means.mean[row * columns.size() + column] != 0.0) {
                shown.push_back(column);
                break;
            }
    const bool has_stages = !record.header().spec.stages.empty();
    fmt::print("{}{:>12}", has_stages ? "stage" : "", "time");
    for (const std::size_t column : shown) fmt::print(" {:>15}", columns[column].name);
    fmt::print("\n");
    const std::size_t changing = times_of_change(record, point);
    const std::size_t rows = std::min(table_rows, changing);
    for (std::size_t k = 0; k < rows; ++k) {
        const std::size_t row = rows == 1 ? 0 : k * (changing - 1) / (rows - 1);
        if (has_stages) fmt::print("{:>5}", times[row].stage + 1);
        fmt::print("{:>12.4g}", times[row].time);
        for (const std::size_t column : shown) {
            const std::size_t at = row * columns.size() + column;
            fmt::print(" {:>15}", with_error(means.mean[at], means.standard_error[at]));
        }
        fmt::print("\n");
    }
    if (rows < times.size())
        fmt::print("({} of {} times{}; all of them: --csv)\n", rows, times.size(),
                   changing < times.size() ? ", until every trajectory had ended" : "");
}

void print_point(const Record& record, std::size_t point, bool ends) {
    const std::vector<Trajectory>& trajectories = record.points().at(point).trajectories;
    const std::string where = describe_point(Plan(record.header().spec).columns(), point);
    fmt::print("{}, N = {}, {}\n", record.crystal(point).shape(), record.crystal(point).size(),
               where.empty() ? how_many(record)
                             : fmt::format("point {}: {}, {}", point, where,
                                           counted(trajectories.size(), "trajectory")));
    if (trajectories.empty()) return;
    if (ends) {
        fmt::print("\n{:>10} {:>12} {:>12} {:>10}\n", "trajectory", "end", "end time", "events");
        for (const Trajectory& each : trajectories)
            fmt::print("{:>10} {:>12} {:>12.6g} {:>10}\n", each.unit, end_word(each.stop()), each.end_time(),
                       each.steps());
        return;
    }
    print_answers(record, point);
    if (where.empty()) fmt::print("ends        {}\n", reasons_text(record));
    print_ends(record, point);
    fmt::print("\nMean over trajectories; in brackets the standard error of the last digits.\n\n");
    print_table(record, point);
}

int summarise_equilibria(const Summary& command) {
    if (command.ends) throw Error("--ends is for a record of exchange; this is one of equilibrium");
    if (command.point) throw Error("--point is for a record of exchange; this is one of equilibrium");
    if (command.records.size() > 1)
        throw Error("runs of exchange are laid beside each other; these are not all of them");
    return summarise(EquilibriumRecord(RecordFile(command.records.front())), command.csv);
}

}  // namespace

int execute(const Summary& command) {
    std::vector<NamedRecord> records;
    for (const std::filesystem::path& path : command.records) {
        RecordFile file(path);
        if (file.kind() == Method::equilibrium) return summarise_equilibria(command);
        records.push_back({path.string(), Record(std::move(file))});
        if (command.point) require_point(records.back().record, *command.point);
    }
    if (command.csv) {
        print_csv(records, command);
        return exit_fine;
    }
    const Record& first = records.front().record;
    if (records.size() == 1 && (command.point || command.ends || first.points().size() == 1)) {
        if (command.ends && !command.point && first.points().size() > 1)
            throw Error(fmt::format("--ends: which of the {} points: --point K; or --csv for all",
                                    first.points().size()));
        print_point(first, command.point.value_or(0), command.ends);
        return exit_fine;
    }
    if (command.ends || command.point)
        throw Error("--ends and --point are for one run; of several --csv prints all");
    if (records.size() == 1) fmt::print("{}\nends        {}\n\n", how_many(first), reasons_text(first));
    print_points(records);
    if (records.size() == 1) fmt::print("One point over time: --point K; all of them: --csv.\n");
    return exit_fine;
}

}  // namespace misfit::cli
