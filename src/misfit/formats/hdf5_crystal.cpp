#include "misfit/formats/hdf5_crystal.hpp"

#include <string>
#include <vector>

namespace misfit {

void write_sites(const h5::Handle& group, const Crystal& crystal) {
    h5::write_attribute(group, "lattice", std::string(crystal.lattice().name));
    h5::write_attribute(group, "shape", crystal.shape());
    h5::write_attribute(group, "dimension", std::int32_t{crystal.dimension()});

    const auto sites = static_cast<std::uint64_t>(crystal.size());
    const auto dimension = static_cast<std::size_t>(crystal.dimension());
    std::vector<double> positions;
    for (const Vector3& position : crystal.positions())
        positions.insert(positions.end(), position.begin(),
                         position.begin() + static_cast<std::ptrdiff_t>(dimension));
    h5::write<double>(group, "position", {sites, dimension}, positions);
    std::vector<std::int32_t> points;
    for (const LatticePoint& point : crystal.points())
        points.insert(points.end(), point.begin(), point.end());
    h5::write<std::int32_t>(group, "point", {sites, 3}, points);
}

void write_crystal(const h5::Handle& group, const Crystal& crystal) {
    write_sites(group, crystal);
    const bool is_periodic = crystal.boundary() == Boundary::periodic;
    h5::write_attribute(group, "boundary", std::string(is_periodic ? "periodic" : "free"));
    h5::write_attribute(group, "period", std::span<const std::int32_t>(crystal.period()));
    h5::write_attribute(group, "site_order", std::string("ascending z, then y, then x; x runs fastest"));
    h5::write_attribute(group, "shell_layers", std::int32_t{crystal.shell().layers});
    h5::write_attribute(group, "shell_stiffness", crystal.shell().stiffness);
    h5::write<std::int32_t>(group, "layer", {static_cast<std::uint64_t>(crystal.size())}, crystal.layers());

    const std::uint64_t bonds = crystal.bonds().size();
    std::vector<std::int32_t> ends;
    std::vector<std::uint8_t> nearest;
    std::vector<double> stiffness;
    for (const Bond& bond : crystal.bonds()) {
        ends.insert(ends.end(), {bond.first, bond.second});
        const auto direction = static_cast<std::size_t>(bond.direction);
        nearest.push_back(crystal.lattice().directions[direction].nearest ? 1 : 0);
        stiffness.push_back(bond.stiffness);
    }
    h5::write<std::int32_t>(group, "bonds", {bonds, 2}, ends);
    h5::write<std::uint8_t>(group, "bond_nearest", {bonds}, nearest);
    h5::write<double>(group, "bond_stiffness", {bonds}, stiffness);
}

}  // namespace misfit
