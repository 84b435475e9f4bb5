#include "misfit/elastic/elastic.hpp"

#include <gtest/gtest.h>
#include <random>
#include <vector>

#include "misfit/base/error.hpp"
#include "support/systems.hpp"

// V by blocks of the springs against the matrix, element by element and as a product.
namespace misfit {
namespace {

using support::box;
using support::hexagon;

std::vector<std::shared_ptr<const Crystal>> crystals() {
    std::vector<std::shared_ptr<const Crystal>> all = {
        hexagon(2),
        hexagon(5),
        hexagon(3, {2, 17.0}),
        hexagon(4, {1, 0.1}),
        box(2, 2, 2),
        box(4, 3, 5),
        box(3, 2, 9),
        box(2, 3, 2, {1, 6.0}),
        support::parallelogram(7, 3),
        support::periodic(Parallelogram{{5, 4}}),
        support::periodic(Box{{4, 3, 5}}),
    };
    for (const CrystalParameters& shape : {CrystalParameters(Disc{4.3}), CrystalParameters(Sphere{2.5})})
        all.push_back(std::make_shared<const Crystal>(build_crystal(shape)));
    return all;
}

double scale_of(const Crystal& crystal) { return std::max(1.0, crystal.shell().stiffness); }

TEST(block_potential, has_the_diagonal_the_bonds_and_the_row_sums_of_the_matrix) {
    for (const auto& crystal : crystals()) {
        const Potential dense = build_potential(*crystal);
        const BlockPotential blocks(crystal);
        const double tolerance = 1e-12 * scale_of(*crystal);
        ASSERT_EQ(blocks.size(), dense.size());
        for (Site i = 0; i < dense.size(); ++i) {
            EXPECT_NEAR(blocks.diagonal(i), dense(i, i), tolerance) << crystal->shape() << ", site " << i;
            EXPECT_NEAR(blocks.raw_diagonal(i), dense.raw_diagonal(i), tolerance) << crystal->shape();
            EXPECT_NEAR(blocks.raw_row_sums()[static_cast<std::size_t>(i)],
                        dense.raw_row_sums()[static_cast<std::size_t>(i)], 30.0 * tolerance)
                << crystal->shape();
        }
        for (const Bond& bond : crystal->bonds())
            EXPECT_NEAR(blocks.bonded(bond), dense(bond.first, bond.second), tolerance)
                << crystal->shape() << ", " << bond.first << " to " << bond.second;
    }
}

TEST(block_potential, pairs_however_far_apart_are_those_of_the_matrix) {
    for (const auto& crystal : {hexagon(3), hexagon(2, {1, 5.0}), box(2, 3, 4)}) {
        const Potential dense = build_potential(*crystal);
        const BlockPotential blocks(crystal);
        for (Site i = 0; i < dense.size(); ++i)
            for (Site j = 0; j < dense.size(); ++j)
                EXPECT_NEAR(blocks.pair(i, j), dense(i, j), 1e-12 * scale_of(*crystal))
                    << crystal->shape() << ", " << i << " to " << j;
    }
}

TEST(block_potential, products_are_those_of_the_matrix) {
    std::mt19937_64 generator(3);
    std::uniform_real_distribution<double> uniform(-1.0, 1.0);
    for (const auto& crystal : crystals()) {
        const Elastic dense = build_elastic(crystal, ElasticKind::dense);
        const Elastic blocks = build_elastic(crystal, ElasticKind::blocks);
        std::vector<double> sizes(static_cast<std::size_t>(crystal->size()));
        for (double& size : sizes) size = uniform(generator);
        std::vector<double> phi(sizes.size());
        std::vector<double> expected(sizes.size());
        dense.solve(sizes, expected);
        blocks.solve(sizes, phi);
        const double tolerance = 1e-12 * scale_of(*crystal) * std::sqrt(crystal->size());
        for (std::size_t j = 0; j < phi.size(); ++j)
            ASSERT_NEAR(phi[j], expected[j], tolerance) << crystal->shape() << ", site " << j;
        const std::vector<SizeChange> changes = {{0, 2.0}, {crystal->size() - 1, -0.7}, {1, 0.3}};
        dense.apply(changes, expected);
        blocks.apply(changes, phi);
        for (std::size_t j = 0; j < phi.size(); ++j)
            ASSERT_NEAR(phi[j], expected[j], 2.0 * tolerance) << crystal->shape() << ", site " << j;
    }
}

TEST(elastic, identity_tells_crystals_stiffness_and_ways_to_hold_V_apart) {
    for (const ElasticKind kind : support::every_elastic) {
        const std::string here = build_elastic(hexagon(3, {1, 2.0}), kind).identity();
        EXPECT_EQ(here.size(), 32U);
        EXPECT_EQ(here, build_elastic(hexagon(3, {1, 2.0}), kind).identity());
        EXPECT_NE(here, build_elastic(hexagon(3, {1, 2.0000001}), kind).identity());
        EXPECT_NE(here, build_elastic(hexagon(4), kind).identity());
    }
    EXPECT_NE(build_elastic(hexagon(3), ElasticKind::dense).identity(),
              build_elastic(hexagon(3), ElasticKind::blocks).identity());
}

TEST(single_potential, is_V_rounded_with_rows_that_sum_to_zero) {
    for (const auto& crystal : crystals()) {
        const Potential dense = build_potential(*crystal);
        const SinglePotential single(dense, dense.identity());
        EXPECT_EQ(single.identity(), dense.identity());
        EXPECT_EQ(single.method(), dense.method());
        const std::vector<double> ones(static_cast<std::size_t>(dense.size()), 1.0);
        std::vector<double> sums(ones.size());
        single.solve(ones, sums);
        for (Site i = 0; i < dense.size(); ++i) {
            EXPECT_NEAR(sums[static_cast<std::size_t>(i)], 0.0, 1e-14 * scale_of(*crystal))
                << crystal->shape();
            double row = 0.0;
            for (Site j = 0; j < dense.size(); ++j) {
                row += std::abs(dense(i, j));
                if (j == i) continue;
                EXPECT_EQ(single(i, j), static_cast<double>(static_cast<float>(dense(i, j))));
                EXPECT_EQ(single(i, j), single(j, i));
            }
            EXPECT_NEAR(single(i, i), dense(i, i), 0x1p-24 * row) << crystal->shape() << ", site " << i;
        }
    }
}

// Of more than the pieces that are given back.
TEST(single_potential, made_of_doubles_that_go_is_that_of_doubles_that_stay) {
    constexpr Site size = 3000;
    Potential exact(size);
    std::mt19937_64 generator(4);
    std::uniform_real_distribution<double> uniform(-1.0, 1.0);
    for (Site i = 0; i < size; ++i)
        for (Site j = 0; j < size; ++j)
            exact.values()[static_cast<std::size_t>(i) * exact.stride() + static_cast<std::size_t>(j)] =
                uniform(generator);
    exact.adopt("given", std::vector<double>(size, 0.25));
    const SinglePotential kept(exact, "a name");
    const double last = exact(size - 1, size - 2);
    const SinglePotential single(std::move(exact), "a name");
    EXPECT_TRUE(std::ranges::equal(single.values(), kept.values()));
    EXPECT_EQ(single(size - 1, size - 2), static_cast<double>(static_cast<float>(last)));
    EXPECT_EQ(single.identity(), "a name");
    EXPECT_EQ(single.method(), "given");
    EXPECT_EQ(single.raw_row_sums()[size - 1], 0.25);
}

TEST(elastic, is_the_same_only_as_its_copies_and_has_rows_only_as_a_matrix) {
    const Elastic dense = build_elastic(hexagon(2), ElasticKind::dense);
    const Elastic blocks = build_elastic(hexagon(2), ElasticKind::blocks);
    const Elastic copy = blocks;  // NOLINT(performance-unnecessary-copy-initialization): is what is tested
    EXPECT_TRUE(copy == blocks);
    EXPECT_FALSE(blocks == build_elastic(hexagon(2), ElasticKind::blocks));
    EXPECT_FALSE(blocks == dense);
    EXPECT_TRUE(blocks && dense && !Elastic() && !Elastic(nullptr));
    EXPECT_TRUE(dense.has_rows());
    EXPECT_NE(dense.row(0).dense, nullptr);
    EXPECT_EQ(dense.row(0).single, nullptr);
    EXPECT_FALSE(blocks.has_rows());
    EXPECT_EQ(blocks.method(), "blocks");
}

TEST(block_potential, of_a_floppy_crystal_is_refused) {
    const auto chain = std::make_shared<const Crystal>(
        build_crystal(SiteList{{}, {{0, 0, 0}, {1, 0, 0}, {2, 0, 0}, {3, 0, 0}}}));
    EXPECT_THROW(BlockPotential{chain}, Error);
}

}  // namespace
}  // namespace misfit
