#pragma once

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "misfit/analysis/equilibrium_analysis.hpp"
#include "misfit/folder/record_header.hpp"
#include "misfit/record/record_file.hpp"
#include "misfit/record/record_places.hpp"

namespace misfit {

/// How one chain went.
struct ChainReport {
    std::string start;
    std::uint64_t attempts = 0;
    std::uint64_t accepted = 0;
    double phi_deviation = 0.0;
    double energy_deviation = 0.0;  ///< NaN while the chain is under way

    bool is_under_way() const { return std::isnan(energy_deviation); }
};

/// What replicas did on one row of points, and where the transition is.
struct LadderReport {
    std::vector<std::uint32_t> points;
    std::vector<double> values;
    std::vector<double> exchange_fraction;  ///< accepted, between neighbours, over all chains
    std::uint64_t round_trips = 0;          ///< of all replicas
    std::vector<double> overlap;            ///< between neighbours
    bool has_transition = false;
    bool peak_inside = false;
    Estimate peak_place = {};
    Estimate peak_height = {};
    std::string note;
};

/// A record of equilibrium, but for its samples and frames.
class EquilibriumRecord {
public:
    /// Throws Error for a file that is missing, damaged, not a record of equilibrium, or of a later version.
    explicit EquilibriumRecord(const std::filesystem::path& path);
    explicit EquilibriumRecord(RecordFile file);

    const RecordHeader& header() const { return header_; }
    const RecordPlaces& places() const { return *places_; }
    const Provenance& provenance() const { return provenance_; }
    const std::filesystem::path& file() const { return file_.path(); }
    const Plan& plan() const { return *plan_; }
    std::size_t points() const { return plan_->points(); }
    const std::vector<Averages>& averages() const { return averages_; }
    const HeatCapacity& heat_capacity() const { return heat_capacity_; }
    /// By point.
    const std::vector<std::vector<ChainReport>>& chains() const { return chains_; }
    const std::vector<LadderReport>& ladders() const { return ladders_; }
    /// What makes numbers untrustworthy, a sentence each.
    const std::vector<std::string>& warnings() const { return warnings_; }
    /// The crystal of a point. Throws Error if the species kept there are of another number of sites.
    Crystal crystal(std::size_t point) const;
    /// Sweep of each frame of a point.
    std::vector<std::uint64_t> frame_sweeps(std::size_t point) const;
    /// sigma[frame][site] of one chain of a point.
    std::vector<Spin> sigma(std::size_t point, std::size_t chain) const;

private:
    void read();

    RecordFile file_;
    std::optional<RecordPlaces> places_;
    RecordHeader header_;
    std::optional<Plan> plan_;
    Provenance provenance_;
    std::vector<Averages> averages_;
    HeatCapacity heat_capacity_;
    std::vector<std::vector<ChainReport>> chains_;
    std::vector<LadderReport> ladders_;
    std::vector<std::string> warnings_;
};

}  // namespace misfit
