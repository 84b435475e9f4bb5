#include "support/equilibrium.hpp"

#include <cmath>

#include "misfit/input/spec_reader.hpp"

namespace misfit::support {

RunSpec equilibrium_spec(const std::string& added) {
    return parse_spec(
        "[crystal]\nshape = \"hexagon\"\nside = 4\n[crystal.shell]\nlayers = 1\nstiffness = 4.0\n"
        "[model]\nkT = 0.6\n"
        "[monte_carlo]\nstart = [\"random\", \"separated\"]\nequilibration = 20\nsweeps = 400\n"
        "sample_interval = 10\nframes = 4\nseed = 5\n" +
            added,
        "small.toml");
}

Ladder arbitrary_ladder(const UnitPlan& plan, const MonteCarloParameters& monte_carlo, std::size_t columns,
                        std::size_t sites) {
    const std::size_t points = plan.combinations.size();
    Ladder ladder;
    for (std::size_t k = 0; k < points; ++k) {
        Chain& chain = ladder.chains.emplace_back();
        chain.point = plan.point(k, 0);
        chain.number = plan.number;
        chain.samples = static_cast<std::uint32_t>(monte_carlo.sweeps / monte_carlo.sample_interval);
        for (std::size_t t = 0; t < chain.samples; ++t) {
            for (std::size_t column = 0; column < columns; ++column)
                chain.scalars.push_back(
                    0.5 + 0.4 * std::sin(static_cast<double>(97 * t + 31 * column + 7 * k + plan.unit)));
            for (std::size_t l = 0; points > 1 && l < points; ++l)
                chain.reduced_energies.push_back(std::cos(static_cast<double>(53 * t + 3 * l + k)));
        }
        chain.frames = monte_carlo.frames;
        std::vector<Spin> sigma(sites);
        for (std::uint32_t frame = 0; frame < chain.frames; ++frame) {
            for (std::size_t j = 0; j < sites; ++j)
                sigma[j] = (j * 7 + frame + plan.unit + k) % 5 < 2 ? Spin{1} : Spin{-1};
            pack_sigma(sigma, chain.sigma);
        }
        chain.end = {Stop::until, 0.0, 1000 + plan.unit};
        chain.events = {plan.unit, 0, 0, 0, 10 * k};
        chain.phi_deviation = 1e-14;
        chain.energy_deviation = 2e-13;
    }
    for (std::size_t k = 0; k + 1 < points; ++k) {
        ladder.exchanges.push_back(20);
        ladder.exchanged.push_back(5 + k);
    }
    ladder.round_trips.assign(points, 3);
    return ladder;
}

std::vector<Observable::Column> equilibrium_columns() {
    return {{"composition", "1", "fraction of A"},
            {"f_U1", "1", "fraction of U1"},
            {"energy", "epsilon", "total"},
            {"f_U", "1", "unstructured"}};
}

Ladder arbitrary_ladder(const RunSpec& spec, const UnitPlan& plan) {
    const Settings point = Plan(spec).point(plan.point(0, 0));
    return arbitrary_ladder(plan, point.equilibrium().monte_carlo, equilibrium_columns().size(),
                            static_cast<std::size_t>(site_count(point)));
}

Unit finished_unit(std::uint32_t number, const Ladder& ladder) {
    return {.unit = number, .stages = {ladder}, .finished = true};
}

}  // namespace misfit::support
