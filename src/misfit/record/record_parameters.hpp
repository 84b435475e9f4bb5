#pragma once

#include <string>

#include "misfit/input/plan.hpp"
#include "misfit/record/record_places.hpp"
#include "misfit/store/hdf5_scales.hpp"

namespace misfit {

/// /parameters: every resolved key of the spec, typed. A number, a truth, a word is an attribute; a list,
/// which may be longer than an attribute can be, a dataset.
void write_parameters(const h5::Handle& file, const RunSpec& spec);

/// The spec of a record of any version. `name` stands for the file. What others have put beside the
/// parameters is passed over.
RunSpec read_parameters(const h5::Handle& file, const RecordPlaces& places, const std::string& name);

/// /sweep: what tells the points apart, each key by point.
void write_sweep(const h5::Handle& file, const Plan& plan, h5::Scale& point);

}  // namespace misfit
