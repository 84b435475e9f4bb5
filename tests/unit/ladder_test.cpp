#include "misfit/unit/ladder.hpp"
#include "misfit/unit/start_species.hpp"

#include <gtest/gtest.h>

#include "misfit/store/checkpoint.hpp"
#include "support/equilibrium.hpp"
#include "support/runs.hpp"

namespace misfit {
namespace {

using support::arbitrary_ladder;
using support::equilibrium_spec;
using support::TemporaryFolder;

const std::string replicas =
    "[sweep]\n\"model.kT\" = [0.7, 0.6]\n\"crystal.shell.stiffness\" = [4.0, 4.5, 5.0]\n\"crystal.side\" = "
    "[4, 5]\n"
    "[replica_exchange]\nover = \"crystal.shell.stiffness\"\ninterval = 10\n";

LadderCheckpoint checkpoint_of(const Ladder& ladder) {
    LadderCheckpoint checkpoint;
    checkpoint.ladder = ladder;
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
    checkpoint.earlier = {ladder};
    checkpoint.earlier.front().round_trips.front() += 1;
    return checkpoint;
}

TEST(ladder_bytes, come_back_equal_and_refuse_every_truncation) {
    RunSpec spec = equilibrium_spec(replicas);
    spec.equilibrium().monte_carlo.sweeps = 40;
    const LadderCheckpoint written = checkpoint_of(arbitrary_ladder(spec, plan_ladders(spec)[1]));
    ByteWriter writer;
    put(writer, written);
    const auto take_back = [](ByteSpan bytes) {
        ByteReader reader(bytes, "test");
        LadderCheckpoint checkpoint;
        take(reader, checkpoint);
        reader.expect_end();
        return checkpoint;
    };
    EXPECT_EQ(take_back(writer.bytes()), written);
    for (std::size_t length = 0; length < writer.bytes().size(); ++length)
        EXPECT_THROW(take_back(ByteSpan(writer.bytes()).first(length)), Error) << length;
}

TEST(ladder_bytes, come_back_from_checkpoints_and_parts) {
    const TemporaryFolder folder;
    const RunIdentity identity = {"0.1.0", "abc", 42};
    const RunSpec spec = equilibrium_spec(replicas);
    std::vector<Ladder> ladders;
    for (const LadderPlan& plan : plan_ladders(spec)) ladders.push_back(arbitrary_ladder(spec, plan));
    ASSERT_EQ(ladders.size(), 8U);  // 2 kT, 2 sides, 2 starts
    const CheckpointFolder checkpoints(folder.path(), identity);
    PartWriter part(folder.path(), identity);
    for (std::size_t k = ladders.size(); k-- > 0;) {
        checkpoints.write(checkpoint_of(ladders[k]));
        part.append(LadderStages{ladders[k].unit, {ladders[k], ladders[0]}});
    }
    const PartReader reader(folder.path(), identity, {});
    EXPECT_EQ(reader.units().size(), ladders.size());
    for (const Ladder& ladder : ladders) {
        EXPECT_EQ(reader.read<LadderStages>(ladder.unit), (LadderStages{ladder.unit, {ladder, ladders[0]}}));
        EXPECT_EQ(checkpoints.read<LadderCheckpoint>(ladder.unit), checkpoint_of(ladder));
    }
}

TEST(ladder_plan, has_every_start_and_chain_at_every_point_or_row_of_replicas) {
    RunSpec spec = equilibrium_spec(replicas);
    spec.equilibrium().monte_carlo.chains = 3;
    std::vector<int> visits(12, 0);
    const std::vector<LadderPlan> plans = plan_ladders(spec);
    ASSERT_EQ(plans.size(), 4U * 2U * 3U);
    const std::vector<Settings> points = Plan(spec).all_points();
    for (std::size_t k = 0; k < plans.size(); ++k) {
        const LadderPlan& plan = plans[k];
        EXPECT_EQ(plan.unit, k);
        EXPECT_EQ(plan.number, k % 6);
        EXPECT_EQ(plan.start, k % 6 < 3 ? StartState::random : StartState::separated);
        ASSERT_EQ(plan.points.size(), 3U);
        for (std::size_t rung = 0; rung < 3; ++rung) {
            Settings expected = points[plan.points.front()];
            expected.shell.stiffness = 4.0 + 0.5 * static_cast<double>(rung);
            EXPECT_EQ(points[plan.points[rung]], expected);
            ++visits[plan.points[rung]];
        }
    }
    EXPECT_EQ(visits, std::vector<int>(12, 6));
}

}  // namespace
}  // namespace misfit
