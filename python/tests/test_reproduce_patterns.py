"""Criteria for patterns, on patterns made by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import MakeRecord, box, hexagon
from numpy.typing import NDArray

from misfit import open_record
from misfit.crystal import Crystal
from misfit.reproduce.patterns import (
    box_of,
    columns,
    largest_cluster,
    profile_along_z,
    stripes,
    strongest_wave,
    unlike_pairs,
)
from misfit.reproduce.strain import Relaxation


def crystal_of(path: Path) -> Crystal:
    with open_record(path) as record:
        return record.crystal


@pytest.fixture
def cube(make_record: MakeRecord) -> Crystal:
    return crystal_of(make_record(box(10, 10, 10)))


@pytest.fixture
def flat(make_record: MakeRecord) -> Crystal:
    return crystal_of(make_record(hexagon(8)))


def spins(is_A: NDArray[np.bool_]) -> NDArray[np.int8]:
    return np.where(is_A, 1, -1).astype(np.int8)


def test_a_box_is_laid_out_z_y_x(cube: Crystal) -> None:
    for axis, name in enumerate("zyx"):
        laid_out = box_of(cube, cube.point[:, 2 - axis])
        assert (laid_out == np.arange(10).reshape([10 if k == axis else 1 for k in range(3)])).all(), name


def test_columns_are_found_along_every_axis_and_not_in_a_mixture(cube: Crystal) -> None:
    random = np.random.default_rng(5)
    inside = cube.layer > 1
    for axis in range(3):
        across = np.delete(cube.point, axis, axis=1)
        pattern = inside & (across % 2 == 1).all(axis=1)  # single columns, one site apart
        found = columns(cube, spins(pattern), random)
        assert found.share > 0.7  # all but the ends of the columns
        assert found.share > found.shuffled + 10 * found.deviation
    z = []
    for _ in range(40):
        found = columns(cube, spins(inside & (random.random(1000) < 0.3)), random)
        z.append((found.share - found.shuffled) / found.deviation)
    # Null: mean 0, spread 1, so the mean of 40 is beyond 0.8 (5 of its errors). False alarms: 1 x 1e-6.
    assert abs(np.mean(z)) < 0.8


def test_what_only_depends_on_depth_is_no_column(cube: Crystal) -> None:
    found = columns(cube, spins(cube.layer == 3), np.random.default_rng(6))
    assert found.share == pytest.approx(found.shuffled)
    assert found.deviation == 0.0


def test_columns_of_nothing_are_nan(cube: Crystal) -> None:
    assert np.isnan(columns(cube, -np.ones(1000, dtype=np.int8), np.random.default_rng(7)).share)


def test_unlike_pairs_tell_mixture_superlattice_and_interface_apart(flat: Crystal) -> None:
    random = np.random.default_rng(8)
    mixture = np.array([unlike_pairs(flat, spins(random.random(flat.size) < 0.4)) for _ in range(200)])
    assert abs(mixture.mean() - 1) < 5 * mixture.std() / np.sqrt(200) + 2 / (flat.layer > 1).sum()
    # False alarms: 1 x 1e-6 (five errors of a mean of 200).
    superlattice = (flat.point[:, 0] - flat.point[:, 1]) % 3 == 0  # S2: every third site, no two of them bonded
    assert unlike_pairs(flat, spins(superlattice)) == pytest.approx(1.5, abs=0.05)  # 2/3 of the pairs, over 4/9
    assert unlike_pairs(flat, spins(flat.position[:, 0] > 0)) < 0.4
    assert np.isnan(unlike_pairs(flat, np.ones(flat.size, dtype=np.int8)))


def test_the_largest_cluster(flat: Crystal) -> None:
    center = np.linalg.norm(flat.position, axis=1)
    assert largest_cluster(flat, spins(center < 4)) == 1.0
    assert largest_cluster(flat, spins(np.abs(flat.position[:, 0]) > 3)) == pytest.approx(0.5)
    lonely = (flat.point[:, 0] - flat.point[:, 1]) % 3 == 0
    assert largest_cluster(flat, spins(lonely)) == pytest.approx(1 / lonely.sum())
    snake = flat.layer % 2 == 1  # rings within rings: the outermost is the largest
    assert largest_cluster(flat, spins(snake)) == pytest.approx((flat.layer == 1).sum() / snake.sum())
    assert np.isnan(largest_cluster(flat, -np.ones(flat.size, dtype=np.int8)))


def test_the_distance_of_stripes_is_found_in_noise() -> None:
    random = np.random.default_rng(9)
    z = np.arange(50)
    for period in (6.0, 8.0, 9.3, 12.0):
        wave = 0.3 + 0.2 * np.cos(2 * np.pi * z / period + random.uniform(0, 6))
        found = stripes(random.binomial(100, wave) / 100, sites=100)
        assert found.found
        # Noise moves a maximum by one spacing or two; n of them are n - 1 distances.
        assert abs(found.spacing - period) * (len(found.places) - 1) < 4
        assert found.period == pytest.approx(period, rel=0.06)


def test_uneven_stripes_have_their_mean_distance() -> None:
    profile = np.zeros(50)
    profile[[5, 6, 14, 15, 27, 28, 40, 41]] = 0.5
    found = stripes(profile, sites=100)
    assert found.places == [5, 14, 27, 40]
    assert found.spacing == pytest.approx(35 / 3)


def test_noise_trends_and_nothing_are_no_stripes() -> None:
    random = np.random.default_rng(10)
    wrong = sum(stripes(random.binomial(100, 0.2, size=50) / 100, sites=100).found for _ in range(2000))
    # One maximum stands out of noise in 9 % of the rods, three in 2 of 10,000 (6,000 rods of other seeds): of
    # 2,000 rods 0.4 on average, and 8 or more once in 10^8.
    assert wrong < 8
    assert not stripes(np.linspace(0, 1, 50) ** 2, sites=100).found
    assert not stripes(np.zeros(50), sites=100).found
    assert np.isnan(strongest_wave(np.zeros(50)))


def test_the_profile_leaves_out_the_shell(make_record: MakeRecord) -> None:
    rod = crystal_of(make_record(box(4, 4, 9), shell_layers=1))
    profile = profile_along_z(rod, spins(rod.core & (rod.point[:, 2] < 4)))
    assert profile.tolist() == [1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]


def test_springs_of_one_species_keep_their_lengths_and_a_large_site_pushes(flat: Crystal) -> None:
    relaxation = Relaxation(flat)
    assert np.abs(relaxation.displacements(np.ones(flat.size, dtype=np.int8))).max() == 0.0
    center = int(np.linalg.norm(flat.position, axis=1).argmin())
    sigma = -np.ones(flat.size, dtype=np.int8)
    sigma[center] = 1
    u = relaxation.displacements(sigma)
    outward = (u * flat.position).sum(axis=1)
    around = np.isclose(np.linalg.norm(flat.position, axis=1), 1.0)
    assert (outward[around] > 0).all()
    deviation = relaxation.area_deviation(sigma, 0.1)
    assert deviation.argmax() == center
    # Neither moved nor turned.
    assert np.abs(u.mean(axis=0)).max() < 1e-12
    turn = flat.position[:, 0] * u[:, 1] - flat.position[:, 1] * u[:, 0]
    assert abs(turn.sum()) < 1e-10


def test_displacements_give_the_least_energy(flat: Crystal) -> None:
    """Of 2 sum (a.(u' - u) - (dsigma + dsigma')/2)^2: any step away from them costs."""
    random = np.random.default_rng(11)
    sigma = spins(random.random(flat.size) < 0.5)
    species = sigma - sigma.mean()
    i, j = flat.bonds.T
    a = flat.position[j] - flat.position[i]

    def energy(u: NDArray[np.float64]) -> float:
        stretch = (a * (u[j] - u[i])).sum(axis=1) - (species[i] + species[j]) / 2
        return float(2 * (stretch**2).sum())

    best = Relaxation(flat).displacements(sigma)
    for _ in range(20):
        step = 1e-3 * random.normal(size=best.shape)
        assert energy(best + step) > energy(best)
