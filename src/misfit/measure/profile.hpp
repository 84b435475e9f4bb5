#pragma once

#include "misfit/crystal/crystal.hpp"
#include "misfit/measure/observable.hpp"

namespace misfit {

/// True if a lattice of this dimension has layers of sites across the axis: every axis of the simple cubic
/// lattice; y, along which its rows follow each other, of the triangular one.
bool has_layers(int dimension, ProfileAxis axis);

/// profile_z_0, profile_z_1, ...: the composition profile c(z), the fraction of A in each layer of sites
/// across the axis, ascending, shell included. Weighted by their sites the layers give the composition.
/// Throws Error unless has_layers().
Observable composition_profile(const Crystal& crystal, ProfileAxis axis);

}  // namespace misfit
