#pragma once

#include "misfit/crystal/shapes.hpp"

namespace misfit {

/// Seconds that build_potential() takes for a shape on so many threads: its multiplications, counted plane by
/// plane before there is a crystal, at the speed of this machine's products of matrices, which is measured
/// once.
double build_seconds(const CrystalParameters& shape, const Shell& shell, Boundary boundary, int threads);

}  // namespace misfit
