// misfit_bench_strain: milliseconds of one processor that one frame of random species takes: the
// displacements of least energy, and with them the local deviations; and what a multiplication by V, which
// has the energy alone, takes.
#include <cstdio>
#include <random>

#include "misfit/crystal/shapes.hpp"
#include "misfit/measure/strain.hpp"
#include "misfit/model/hamiltonian.hpp"
#include "misfit/selfcheck/stopwatch.hpp"

namespace {

using namespace misfit;

void run(const char* name, const std::shared_ptr<const Crystal>& crystal) {
    std::shared_ptr<const Displacements> displacements;
    const double build =
        selfcheck::processor_seconds([&] { displacements = std::make_shared<const Displacements>(crystal); });
    const auto V = std::make_shared<const Potential>(crystal->size());  // its values do not matter here
    const Hamiltonian hamiltonian(crystal, V, {});

    std::mt19937_64 random(1);
    std::vector<Spin> sigma(static_cast<std::size_t>(crystal->size()));
    std::vector<double> solutions;
    std::vector<double> frames;
    std::vector<double> products;
    double sink = 0.0;
    for (int round = 0; round < 101; ++round) {
        for (Spin& spin : sigma) spin = random() % 2 == 0 ? Spin{1} : Spin{-1};
        solutions.push_back(
            1e3 * selfcheck::processor_seconds([&] { sink += (*displacements)(sigma).front()[0]; }));
        frames.push_back(1e3 * selfcheck::processor_seconds([&] {
                             sink += local_deviations(*crystal, (*displacements)(sigma), 0.1).front();
                         }));
        products.push_back(
            1e3 * selfcheck::processor_seconds([&] { sink += compute_phi(hamiltonian, sigma).front(); }));
    }
    const auto [frame, low, high] = selfcheck::spread(frames);
    std::printf("%-26s %6d %8.3f %9.1f %10.3f %8.3f (%.3f ... %.3f) %8.3f\n", name, crystal->size(), build,
                1e-6 * static_cast<double>(displacements->bytes()), selfcheck::spread(solutions).median,
                frame, low, high, selfcheck::spread(products).median);
    if (sink == 0.5) std::puts("");  // keeps what is timed from being optimised away
}

std::shared_ptr<const Crystal> made(const CrystalParameters& shape, const Shell& shell = {},
                                    Boundary boundary = Boundary::free) {
    return std::make_shared<const Crystal>(build_crystal(shape, shell, boundary));
}

}  // namespace

int main() {
    std::puts(
        "                                     build    memory   solution   frame                     V "
        "dsigma");
    std::puts(
        "crystal                         N      [s]      [MB]       [ms]    [ms]   (quartiles)           "
        "[ms]");
    run("hexagon, side 10", made(Hexagon{10}));
    run("hexagon, side 16", made(Hexagon{16}));
    run("hexagon, side 24, a layer", made(Hexagon{24}, {1, 17.0}));
    run("periodic, 24 x 24", made(Parallelogram{{24, 24}}, {}, Boundary::periodic));
    run("box 12 x 12 x 12", made(Box{{12, 12, 12}}));
    run("rod 10 x 10 x 50", made(Box{{10, 10, 50}}));
    run("rod 50 x 10 x 10", made(Box{{50, 10, 10}}));
    return 0;
}
