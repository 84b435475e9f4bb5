#include "misfit/formats/export_potential.hpp"

#include <limits>
#include <string>
#include <vector>

#include "misfit/elastic/potential_cache.hpp"
#include "misfit/formats/hdf5_crystal.hpp"
#include "misfit/store/hdf5.hpp"

namespace misfit {

std::array<Site, 2> sample_sites(const Crystal& crystal) {
    constexpr double tolerance = 1e-9;  // of equal distances
    std::array<Site, 2> nearest = {0, 0};
    std::array<double, 2> distances = {std::numeric_limits<double>::max(),
                                       std::numeric_limits<double>::max()};
    for (Site site = 0; site < crystal.size(); ++site) {
        const Vector3& r = crystal.positions()[static_cast<std::size_t>(site)];
        const double distance = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
        for (const std::size_t k : {0U, 1U}) {
            if (k == 1 && !crystal.is_surface(site)) continue;
            if (distance >= distances[k] - tolerance) continue;
            nearest[k] = site;
            distances[k] = distance;
        }
    }
    return nearest;
}

namespace {

/// Where a link of the user's leads: h5::create_file() follows none, for the sake of the folders that runs
/// share.
std::filesystem::path target_of(std::filesystem::path path) {
    for (int links = 0; links < 40 && std::filesystem::is_symlink(path); ++links)
        path = path.parent_path() / std::filesystem::read_symlink(path);
    return path;
}

}  // namespace

void write_potential(const std::filesystem::path& path, const Crystal& crystal, const Potential& potential) {
    h5::Handle file = h5::create_file(target_of(path));
    write_sites(file, crystal);
    h5::write_attribute(file, "method", potential.method());
    h5::write_attribute(file, "hash", potential_hash(potential));
    const auto n = static_cast<std::size_t>(potential.size());
    const std::span<const double> row_sums = potential.raw_row_sums();
    double total = 0.0;
    for (const double sum : row_sums) total += sum;
    std::vector<double> V;
    V.reserve(n * n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
            V.push_back(potential.row(static_cast<Site>(i))[j] +
                        (row_sums[i] + row_sums[j]) / static_cast<double>(n) -
                        total / static_cast<double>(n * n));
    h5::write<double>(file, "V", {n, n}, V);
    h5::close_file(std::move(file));
}

void write_potential_sample(const std::filesystem::path& path, const Crystal& crystal,
                            const Potential& potential) {
    h5::Handle file = h5::create_file(target_of(path));
    write_sites(file, crystal);
    h5::write_attribute(file, "method", potential.method());
    h5::write_attribute(file, "hash", potential_hash(potential));

    const std::array<Site, 2> sites = sample_sites(crystal);
    const auto size = static_cast<std::size_t>(crystal.size());
    std::vector<double> V;
    for (const Site site : sites) {
        const std::span<const double> row = potential.row(site).first(size);
        V.insert(V.end(), row.begin(), row.end());
    }
    h5::write<std::int32_t>(file, "sites", {sites.size()}, sites);
    h5::write<double>(file, "V", {sites.size(), size}, V);
    h5::close_file(std::move(file));
}

}  // namespace misfit
