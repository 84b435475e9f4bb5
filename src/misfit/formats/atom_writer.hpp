#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "misfit/base/range.hpp"
#include "misfit/crystal/crystal.hpp"
#include "misfit/crystal/elements.hpp"
#include "misfit/elastic/displacements.hpp"
#include "misfit/measure/phases.hpp"

namespace misfit {

/// Files of atoms that others read; docs/readers.md says who takes which.
enum class AtomFormat {
    extended_xyz,  ///< a column for each thing that a site is
    plain_xyz,     ///< element and position alone
    lammps_dump,   ///< as LAMMPS dumps atoms: the type is a column, so that it may change
};

/// How sites are written as atoms.
struct AtomStyle {
    AtomFormat format = AtomFormat::extended_xyz;
    double scale = 1.0;  ///< what a lattice spacing is in the file: lengths are multiplied by it

    static constexpr Range scale_range = above(0.0);
};

/// Writes frames of one crystal, one after the other.
///
/// Columns, as far as the format has them: element, position, displacement of least elastic energy, to be
/// added to the position (zeros without an elastic term), sigma (+1 A, -1 B), layer (1 is the surface), phase
/// (2 U1, 1 S1, -1 S2, -2 U2, 0 unclassified), and with an elastic term area_deviation (volume_deviation in
/// three dimensions; measure/strain.hpp). The displacement comes first: viewers take columns 5 to 7 of an XYZ
/// file for a vector. In a dump, A is type 1 and B type 2, and the names of what LAMMPS does not know begin
/// with v_, as those of its variables.
class AtomWriter {
public:
    /// Displacements and strain are those at this mismatch. Throws Error for a scale out of range.
    AtomWriter(std::shared_ptr<const Crystal> crystal, const Elements& elements, double mismatch,
               bool is_elastic, const AtomStyle& style, std::ostream& out);

    /// `number` is that of the frame in the file, from 0; `comment` ends the second line of XYZ: what tells
    /// this frame from others. Costs one solution of the springs.
    void write(std::span<const Spin> species, std::int64_t number, const std::string& comment);

private:
    std::string xyz_head(std::span<const Spin> species, const std::string& comment) const;
    std::string dump_head(std::int64_t number) const;

    std::shared_ptr<const Crystal> crystal_;
    Elements elements_;
    double mismatch_;
    AtomStyle style_;
    std::ostream& out_;
    std::array<Vector3, 3> axes_;         // of the file
    std::vector<std::string> positions_;  // " x y z"
    PhaseClassifier classifier_;
    std::optional<Displacements> displacements_;
};

}  // namespace misfit
