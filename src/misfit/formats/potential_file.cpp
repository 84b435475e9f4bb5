#include "misfit/formats/potential_file.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

#include "misfit/base/error.hpp"
#include "misfit/elastic/potential_cache.hpp"
#include "misfit/store/hdf5.hpp"

namespace misfit {

Potential read_potential(const std::filesystem::path& path, const Crystal& crystal) {
    constexpr double asymmetry = 1e-9;
    const h5::Handle file = h5::open_file(path);
    const auto n = static_cast<std::uint64_t>(crystal.size());
    const h5::Dimensions dimensions = h5::dimensions_of(h5::open(file, "V"));
    if (dimensions != h5::Dimensions{n, n})
        throw Error(fmt::format("{}: V is {}; the crystal ({}) has {} sites, so it must be {} x {}",
                                path.string(), fmt::join(dimensions, " x "), crystal.shape(), n, n, n));
    const auto values = h5::read<double>(file, "V", dimensions);
    double largest = 0.0;
    for (std::size_t k = 0; k < values.size(); ++k) {
        if (!std::isfinite(values[k]))
            throw Error(
                fmt::format("{}: V[{}, {}] = {}: must be finite", path.string(), k / n, k % n, values[k]));
        largest = std::max(largest, std::abs(values[k]));
    }
    Potential potential(crystal.size());
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j <= i; ++j) {
            const double one = values[i * n + j];
            const double other = values[j * n + i];
            if (std::abs(one - other) > asymmetry * largest)
                throw Error(fmt::format("{}: V[{}, {}] = {} but V[{}, {}] = {}: must be symmetric",
                                        path.string(), i, j, one, j, i, other));
            const double mean = 0.5 * (one + other);
            potential.values()[i * potential.stride() + j] = mean;
            potential.values()[j * potential.stride() + i] = mean;
        }
    potential.project("file");
    return potential;
}

Potential potential_of(const Crystal& crystal, const std::string& file, int threads, const Watch& watch) {
    return file.empty() ? PotentialCache::standard().load_or_build(crystal, threads, watch)
                        : read_potential(file, crystal);
}

}  // namespace misfit
