#pragma once

#include "misfit/crystal/shapes.hpp"

namespace misfit {

/// Bytes of what is made of a crystal: once it is there, and what making it takes beside at its largest.
/// Counted from the shape, before there is a crystal, with every bond that a site can have.
struct ElasticBytes {
    double held = 0.0;
    double making = 0.0;
};

/// V of every pair, by the builder that build_potential() takes.
ElasticBytes dense_bytes(const CrystalParameters& shape, const Shell& shell, Boundary boundary);

/// The same rounded to floats, whose memory comes as that of the doubles goes.
ElasticBytes single_bytes(const CrystalParameters& shape, const Shell& shell, Boundary boundary);

/// Displacements.
ElasticBytes displacements_bytes(const CrystalParameters& shape, const Shell& shell, Boundary boundary);

/// BlockPotential.
ElasticBytes block_bytes(const CrystalParameters& shape, const Shell& shell, Boundary boundary);

/// StiffnessModes; nothing if the shell has so many stiff bonds that a ladder does without.
ElasticBytes stiffness_modes_bytes(const CrystalParameters& shape, const Shell& shell);

}  // namespace misfit
