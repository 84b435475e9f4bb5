#pragma once

#include <cstddef>

#include "misfit/elastic/elastic.hpp"

namespace misfit {

/// What two changes of size do to phi: phi += coefficient_1 row_1 + coefficient_2 row_2.
struct RowUpdate {
    std::size_t size = 0;   ///< N
    double* phi = nullptr;  ///< [N], aligned
    ElasticRow row_1;       ///< of V, both of one kind
    ElasticRow row_2;
    double coefficient_1 = 0.0;
    double coefficient_2 = 0.0;

    bool is_single() const { return row_1.single != nullptr; }
    /// What the elements in the rows lack, after a kernel has added those.
    void correct() const {
        row_1.correct(coefficient_1, phi);
        row_2.correct(coefficient_2, phi);
    }
};

}  // namespace misfit
