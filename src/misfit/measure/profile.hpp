#pragma once

#include "misfit/crystal/crystal.hpp"
#include "misfit/measure/observable.hpp"

namespace misfit {

/// True if the lattice has whole layers of sites across the axis (Lattice::layered): every axis of a cubic
/// one; y, along which its rows follow each other, of the triangular one; z, along which its close-packed
/// planes do, of hcp.
bool has_layers(const Lattice& lattice, ProfileAxis axis);

/// profile_z_0, profile_z_1, ...: the composition profile c(z), the fraction of A in each layer of sites
/// across the axis, ascending, shell included. Weighted by their sites the layers give the composition.
/// Throws Error unless has_layers().
Observable composition_profile(const Crystal& crystal, ProfileAxis axis);

}  // namespace misfit
