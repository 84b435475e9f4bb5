// misfit_bench_potential: seconds to build V on one core, by the general route and by the closed form.
#include <cstdio>

#include "misfit/crystal/shapes.hpp"
#include "misfit/elastic/potential.hpp"
#include "misfit/selfcheck/stopwatch.hpp"

namespace {

using namespace misfit;

double median_seconds(Potential (*build)(const Crystal&, int, const Watch&), const Crystal& crystal) {
    std::vector<double> times;
    for (int round = 0; round < (crystal.size() < 3000 ? 5 : 1); ++round)
        times.push_back(selfcheck::seconds([&] { build(crystal, 1, {}); }));
    return selfcheck::spread(times).median;
}

}  // namespace

int main() {
    std::puts("crystal                              N   general [s]   closed form [s]");
    for (const int side : {10, 16, 24}) {
        const Crystal crystal = build_crystal(Hexagon{side}, {1, 17.0});
        std::printf("hexagon, side %d, stiff shell %6d %13.3f %17.3f\n", side, crystal.size(),
                    median_seconds(general_potential, crystal), median_seconds(hexagon_potential, crystal));
    }
    for (const std::array<int, 3> size : {std::array{12, 12, 12}, std::array{10, 10, 50}}) {
        const Crystal crystal = build_crystal(Box{size});
        std::printf("box %2d x %d x %d %18d %13.3f\n", size[0], size[1], size[2], crystal.size(),
                    median_seconds(general_potential, crystal));
    }
    return 0;
}
