#include "misfit/record/record_places.hpp"

#include <fmt/format.h>

#include "misfit/base/error.hpp"

namespace misfit {

const char* kind_word(Method method) { return method == Method::exchange ? "exchange" : "equilibrium"; }

RecordPlaces::RecordPlaces(const h5::Handle& file, const std::string& name) {
    if (!h5::has_attribute(file, "format") || h5::string_attribute(file, "format") != "misfit record")
        throw Error(fmt::format("{}: an HDF5 file, but not a misfit record", name));
    h5::read_attribute(file, "format_version", h5::Element::int32, version_.data(), version_.size());
    if (version_[0] > record_version_major)
        throw Error(fmt::format("{}: a record of version {}.{}; this misfit reads up to {}.x", name,
                                version_[0], version_[1], record_version_major));
    // Records of before there were kinds are of exchange.
    const bool is_equilibrium = h5::has_attribute(file, "kind") &&
                                h5::string_attribute(file, "kind") == kind_word(Method::equilibrium);
    method_ = is_equilibrium ? Method::equilibrium : Method::exchange;
}

std::string RecordPlaces::in_point(std::size_t point, const char* name) const {
    return is_at_the_top() ? name : fmt::format("points/{}/{}", point, name);
}

std::string RecordPlaces::crystal(std::size_t k) const {
    return is_at_the_top() ? "crystal" : fmt::format("crystals/{}", k);
}

std::string RecordPlaces::units(std::size_t point) const {
    if (is_at_the_top()) return "trajectories";
    return in_point(point, is_old() ? "chains" : "units");
}

std::string RecordPlaces::trajectory_numbers(std::size_t point) const {
    return is_old() ? "trajectories/unit" : in_point(point, "trajectory");
}

std::size_t RecordPlaces::crystal_of(const h5::Handle& file, std::size_t point) const {
    if (is_at_the_top()) return 0;
    const h5::Handle group = h5::open(file, fmt::format("points/{}", point));
    return static_cast<std::size_t>(h5::attribute<std::uint32_t>(group, "crystal"));
}

}  // namespace misfit
