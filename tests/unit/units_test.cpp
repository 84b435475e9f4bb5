#include "misfit/unit/units.hpp"

#include <gtest/gtest.h>

#include "misfit/store/checkpoint.hpp"
#include "support/equilibrium.hpp"
#include "support/runs.hpp"

namespace misfit {
namespace {

using support::arbitrary_ladder;
using support::equilibrium_spec;
using support::finished_unit;
using support::TemporaryFolder;

const std::string replicas =
    "[sweep]\n\"model.kT\" = [0.7, 0.6]\n\"crystal.shell.stiffness\" = [4.0, 4.5, 5.0]\n\"crystal.side\" = "
    "[4, 5]\n"
    "[replica_exchange]\nover = \"crystal.shell.stiffness\"\ninterval = 10\n";

/// A unit under way in its second stage.
Unit unit_of(std::uint32_t number, const Ladder& ladder) {
    Unit checkpoint;
    checkpoint.unit = number;
    checkpoint.stages = {ladder, ladder};
    for (std::size_t k = 0; k < ladder.chains.size(); ++k) {
        State& state = checkpoint.states.emplace_back();
        state.sigma = {1, -1, 1, 1};
        state.phi = {0.1, -0.3, 0.1, 0.1 * static_cast<double>(k)};
        state.count_A = 3;
        state.step = 77 + k;
        state.events = {1, 2, 3, 4, 5};
        state.random = {5, static_cast<std::uint32_t>(k), 0, Stream::monte_carlo_move};
        checkpoint.replica.push_back(static_cast<std::uint32_t>(ladder.chains.size() - 1 - k));
        checkpoint.leg.push_back(static_cast<std::uint8_t>(k % 3));
    }
    checkpoint.sweep = 123;
    checkpoint.stages.front().round_trips.front() += 1;
    return checkpoint;
}

TEST(unit_bytes, come_back_equal_and_refuse_every_truncation) {
    RunSpec spec = equilibrium_spec(replicas);
    spec.equilibrium().monte_carlo.sweeps = 40;
    const Unit written = unit_of(1, arbitrary_ladder(spec, Units(Plan(spec))[1]));
    ByteWriter writer;
    put(writer, written);
    const auto take_back = [](ByteSpan bytes) {
        ByteReader reader(bytes, "test");
        Unit checkpoint;
        take(reader, checkpoint);
        reader.expect_end();
        return checkpoint;
    };
    EXPECT_EQ(take_back(writer.bytes()), written);
    for (std::size_t length = 0; length < writer.bytes().size(); ++length)
        EXPECT_THROW(take_back(ByteSpan(writer.bytes()).first(length)), Error) << length;
}

TEST(unit_bytes, come_back_from_checkpoints_and_parts) {
    const TemporaryFolder folder;
    const RunIdentity identity = {"0.1.0", "abc", 42};
    const RunSpec spec = equilibrium_spec(replicas);
    std::vector<Ladder> ladders;
    const std::vector<UnitPlan> plans = Units(Plan(spec)).all();
    for (const UnitPlan& plan : plans) ladders.push_back(arbitrary_ladder(spec, plan));
    ASSERT_EQ(ladders.size(), 8U);  // 2 kT, 2 sides, 2 starts
    const CheckpointFolder checkpoints(folder.path(), identity);
    PartWriter part(folder.path(), identity);
    for (std::uint32_t k = 8; k-- > 0;) {
        checkpoints.write(unit_of(k, ladders[k]));
        part.append(finished_unit(k, ladders[k]));
    }
    const PartReader reader(folder.path(), identity, {});
    EXPECT_EQ(reader.units().size(), ladders.size());
    for (std::uint32_t k = 0; k < 8; ++k) {
        EXPECT_EQ(reader.read<Unit>(k), finished_unit(k, ladders[k]));
        EXPECT_EQ(checkpoints.read<Unit>(k), unit_of(k, ladders[k]));
    }
}

TEST(units, of_an_equilibrium_are_every_start_and_chain_at_every_point_or_row_of_replicas) {
    RunSpec spec = equilibrium_spec(replicas);
    spec.equilibrium().monte_carlo.chains = 3;
    std::vector<int> visits(12, 0);
    const Units units{Plan(spec)};
    const std::vector<UnitPlan> plans = units.all();
    ASSERT_EQ(plans.size(), 4U * 2U * 3U);
    const std::vector<Settings> points = Plan(spec).all_points();
    for (std::size_t k = 0; k < plans.size(); ++k) {
        const UnitPlan& plan = plans[k];
        EXPECT_EQ(plan.unit, k);
        EXPECT_EQ(units.find(plan), plan.unit);
        EXPECT_EQ(plan.number, k % 6);
        EXPECT_EQ(plan.start, k % 6 < 3 ? StartState::random : StartState::separated);
        ASSERT_EQ(plan.combinations.size(), 3U);
        for (std::size_t rung = 0; rung < 3; ++rung) {
            Settings expected = points[plan.combinations.front()];
            expected.shell.stiffness = 4.0 + 0.5 * static_cast<double>(rung);
            EXPECT_EQ(points[plan.combinations[rung]], expected);
            ++visits[plan.combinations[rung]];
        }
    }
    EXPECT_EQ(visits, std::vector<int>(12, 6));
}

TEST(units, of_an_exchange_are_the_trajectories_of_one_combination_behind_those_of_another) {
    RunSpec spec = support::small_spec(4, 1.0);  // numbers 3 to 6
    spec.sweep = {{"model.kT", {{0.5}, {0.6}, {0.7}}}};
    const Units units{Plan(spec)};
    EXPECT_EQ(units.first(), 3U);
    ASSERT_EQ(units.count(), 12U);
    RunSpec longer = spec;
    longer.exchange().ensemble.trajectories = 9;
    const Units more{Plan(longer)};
    for (std::uint32_t k = 0; k < 12; ++k) {
        const UnitPlan plan = units[3 + k];
        EXPECT_EQ(plan.unit, 3 + k);
        EXPECT_EQ(plan.combinations, std::vector<std::uint32_t>{k / 4});
        EXPECT_EQ(plan.point(0, 2), k / 4);
        EXPECT_EQ(plan.number, 3 + k % 4);
        EXPECT_EQ(units.find(plan), plan.unit);
        EXPECT_EQ(more.find(plan), 3 + k / 4 * 9 + k % 4);
    }
    EXPECT_FALSE(units.find(more[7]));  // number 7 of the first combination
}

}  // namespace
}  // namespace misfit
