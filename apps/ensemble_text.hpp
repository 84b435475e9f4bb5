#pragma once

#include <string>
#include <vector>

#include "misfit/record/completion.hpp"
#include "misfit/record/record.hpp"

namespace misfit::cli {

/// "100 trajectories", "3 points of 100 trajectories", "unfinished: 17 of 300 trajectories".
std::string how_many(const Record& record);

/// Throws Error, naming what there is, unless the record has this point.
void require_point(const Record& record, std::size_t point);

/// "t_end: 98, composition: 2", over all points.
std::string reasons_text(const Record& record);

/// "c = 0 after 192(2), reached by all 100".
std::string completion_text(const CompletionTime& completion);

/// The lines of a point that come before its table: how and when its trajectories ended, when exchange was
/// What people ask first of a point: when exchange was complete, and how much of the modulated phases there
/// was.
void print_answers(const Record& record, std::size_t point);
/// complete.
void print_ends(const Record& record, std::size_t point);

/// A record to be laid beside others, and what to call it.
struct NamedRecord {
    std::string name;
    Record record;
};

/// A line for every point of every record: what tells it from the others, the time to complete exchange, and
/// the largest fractions of modulated phases.
void print_points(const std::vector<NamedRecord>& records);

}  // namespace misfit::cli
