#include "misfit/base/dot.hpp"
#include "misfit/elastic/potential.hpp"

namespace misfit {

template <class Real>
void multiply(const DensePotential<Real>& potential, std::span<const double> x, std::span<double> out) {
    AlignedVector<double> padded(potential.stride(), 0.0);
    for (std::size_t j = 0; j < static_cast<std::size_t>(potential.size()); ++j) padded[j] = x[j];
    for (Site i = 0; i < potential.size(); ++i)
        out[static_cast<std::size_t>(i)] = dot(potential.row(i).data(), padded.data(), potential.stride()) +
                                           potential.correction(i) * padded[static_cast<std::size_t>(i)];
}

template void multiply(const Potential&, std::span<const double>, std::span<double>);
template void multiply(const SinglePotential&, std::span<const double>, std::span<double>);

}  // namespace misfit
