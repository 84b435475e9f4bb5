#include "misfit/formats/hdf5_crystal.hpp"

#include <string>
#include <vector>

#include "misfit/measure/phases.hpp"
#include "misfit/store/hdf5_scales.hpp"

namespace misfit {
namespace {

/// One chunk, compressed: neighbours and bonds are numbers much like those before them.
h5::Layout compressed(const h5::Dimensions& dimensions) {
    return {.chunk = dimensions, .deflate = 1, .shuffle = true};
}

void name_dimensions(const h5::Handle& group, const Crystal& crystal, const PhaseClassifier& classifier) {
    const auto make = [&](const char* name, std::uint64_t length) {
        return h5::Scale::without_values(group, name, length);
    };
    h5::Scale site = make("site", static_cast<std::uint64_t>(crystal.size()));
    h5::Scale axis = make("axis", static_cast<std::uint64_t>(crystal.dimension()));
    h5::Scale coordinate = make("coordinate", 3);
    h5::Scale bond = make("bond", crystal.bonds().size());
    h5::Scale end = make("end", 2);
    h5::Scale neighbor = make("neighbor", static_cast<std::uint64_t>(crystal.lattice().slots()));
    h5::Scale interior_site = make("interior_site", classifier.sites().size());
    h5::Scale place = make("place_in_ring", classifier.ring_size());
    h5::attach(group, "position", {&site, &axis});
    h5::attach(group, "point", {&site, &coordinate});
    h5::attach(group, "layer", {&site});
    h5::attach(group, "bonds", {&bond, &end});
    h5::attach(group, "bond_nearest", {&bond});
    h5::attach(group, "bond_stiffness", {&bond});
    h5::attach(group, "bond_mismatch", {&bond});
    h5::attach(group, "neighbors", {&site, &neighbor});
    h5::attach(group, "interior", {&interior_site});
    h5::attach(group, "ring", {&interior_site, &place});
    h5::write_references({&site, &axis, &coordinate, &bond, &end, &neighbor, &interior_site, &place});
}

}  // namespace

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

void write_crystal(const h5::Handle& group, const Crystal& crystal, Spin shell_species) {
    write_sites(group, crystal);
    const bool is_periodic = crystal.boundary() == Boundary::periodic;
    h5::write_attribute(group, "boundary", std::string(is_periodic ? "periodic" : "free"));
    h5::write_attribute(group, "period", std::span<const std::int32_t>(crystal.period()));
    if (is_periodic) {
        std::vector<double> cell;
        for (const Vector3& edge : crystal.cell()) cell.insert(cell.end(), edge.begin(), edge.end());
        h5::write<double>(group, "cell", {3, 3}, cell);
    }
    h5::write_attribute(group, "site_order", std::string("ascending z, then y, then x; x runs fastest"));
    h5::write_attribute(group, "next_nearest_stiffness", crystal.next_nearest_stiffness());
    h5::write_attribute(group, "shell_layers", std::int32_t{crystal.shell().layers});
    h5::write_attribute(group, "shell_stiffness", crystal.shell().stiffness);
    h5::write_attribute(group, "shell_species", std::int32_t{shell_species});
    const auto sites = static_cast<std::uint64_t>(crystal.size());
    h5::write<std::int32_t>(group, "layer", {sites}, crystal.layers());

    const std::uint64_t bonds = crystal.bonds().size();
    std::vector<std::int32_t> ends;
    std::vector<std::uint8_t> nearest;
    std::vector<double> stiffness;
    std::vector<double> mismatch;
    for (const Bond& bond : crystal.bonds()) {
        ends.insert(ends.end(), {bond.first, bond.second});
        const auto direction = static_cast<std::size_t>(bond.direction);
        nearest.push_back(crystal.lattice().directions[direction].nearest ? 1 : 0);
        stiffness.push_back(bond.stiffness);
        mismatch.push_back(bond.mismatch);
    }
    h5::write<std::int32_t>(group, "bonds", {bonds, 2}, ends, compressed({bonds, 2}));
    h5::write<std::uint8_t>(group, "bond_nearest", {bonds}, nearest, compressed({bonds}));
    h5::write<double>(group, "bond_stiffness", {bonds}, stiffness, compressed({bonds}));
    h5::write<double>(group, "bond_mismatch", {bonds}, mismatch, compressed({bonds}));
    const auto slots = static_cast<std::uint64_t>(crystal.lattice().slots());
    h5::write<std::int32_t>(group, "neighbors", {sites, slots}, crystal.neighbors(),
                            compressed({sites, slots}));

    const PhaseClassifier classifier(crystal);
    const std::uint64_t interior = classifier.sites().size();
    const std::uint64_t ring = classifier.ring_size();
    h5::write<std::int32_t>(group, "interior", {interior}, classifier.sites());
    h5::write<std::int32_t>(group, "ring", {interior, ring}, classifier.rings(),
                            compressed({interior, ring}));
    h5::write_attribute(h5::open(group, "ring"), "is_cyclic",
                        static_cast<std::uint8_t>(classifier.rings_are_cyclic()));
    name_dimensions(group, crystal, classifier);
}

}  // namespace misfit
