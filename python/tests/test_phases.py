from __future__ import annotations

import numpy as np
import pytest
from conftest import MakeRecord, Sites, box, hexagon, shrinking_core

from misfit import open_record, order_parameter, phase_fractions
from misfit.record import Crystal


@pytest.fixture
def crystal_of(make_record: MakeRecord):
    def read(sites: Sites, shell_layers: int = 0) -> Crystal:
        with open_record(make_record(sites, shell_layers=shell_layers)) as record:
            return record.crystal

    return read


def superlattice(crystal: Crystal, minority: int) -> np.ndarray:
    """The sqrt(3) x sqrt(3) order: one site in three is of the minority species, none next to another."""
    sublattice = (crystal.point[:, 0] - crystal.point[:, 1]) % 3
    return np.where(sublattice == 0, minority, -minority).astype(np.int8)


def slow_order_parameter(crystal: Crystal, sigma: np.ndarray, site: int) -> int:
    """Eq. 13 read word for word, with the mutual neighbours looked up by distance."""

    def neighbors(of: int) -> list[int]:
        distance = np.linalg.norm(crystal.position - crystal.position[of], axis=1)
        return [int(j) for j in np.flatnonzero((distance > 0.5) & (distance < 1.1))]

    around = neighbors(site)
    alternating = all(
        sigma[n] == -sigma[m] for n in around for m in set(neighbors(n)) & set(around)
    )
    if sigma[site] == -1:
        if all(sigma[n] == -1 for n in around):
            return -2
        return 1 if all(sigma[n] == 1 for n in around) else -1 if alternating else 0
    if all(sigma[n] == 1 for n in around):
        return 2
    return -1 if all(sigma[n] == -1 for n in around) else 1 if alternating else 0


@pytest.mark.parametrize(("species", "s"), [(1, 2), (-1, -2)])
def test_uniform_crystals_are_unstructured(crystal_of, species: int, s: int) -> None:
    crystal = crystal_of(hexagon(5))
    values = order_parameter(crystal, np.full(crystal.size, species, dtype=np.int8))
    assert (values[crystal.interior] == s).all()
    assert (values[~crystal.interior] == 0).all()


@pytest.mark.parametrize(("minority", "s"), [(-1, 1), (1, -1)])
def test_a_perfect_superlattice_is_S1_or_S2_at_every_interior_site(
    crystal_of, minority: int, s: int
) -> None:
    crystal = crystal_of(hexagon(6))
    values = order_parameter(crystal, superlattice(crystal, minority))
    assert (values[crystal.interior] == s).all()


def test_plaquettes_agree_with_equation_13_read_word_for_word(crystal_of) -> None:
    crystal = crystal_of(hexagon(5))
    random = np.random.default_rng(3)
    for minority in (-1, 1):
        sigma = superlattice(crystal, minority)
        sigma[random.choice(crystal.size, 6, replace=False)] *= -1
        values = order_parameter(crystal, sigma)
        for site in np.flatnonzero(crystal.interior):
            assert values[site] == slow_order_parameter(crystal, sigma, site)


def test_seven_sites_have_one_plaquette_and_all_128_agree_with_equation_13(crystal_of) -> None:
    crystal = crystal_of(hexagon(2))
    states = 1 - 2 * ((np.arange(128)[:, None] >> np.arange(7)) & 1)
    values = order_parameter(crystal, states.astype(np.int8))
    center = int(np.flatnonzero(crystal.interior)[0])
    expected = [slow_order_parameter(crystal, state, center) for state in states]
    assert values[:, center].tolist() == expected
    assert [expected.count(s) for s in (2, 1, 0, -1, -2)] == [1, 3, 120, 3, 1]


def test_sites_next_to_the_shell_are_not_interior(crystal_of) -> None:
    assert crystal_of(hexagon(5)).interior.sum() == 37
    crystal = crystal_of(hexagon(5), shell_layers=1)
    assert crystal.interior.sum() == 19
    assert not crystal.interior[crystal.layer <= 2].any()


def test_in_a_box_all_eighteen_neighbors_must_be_like_the_site(crystal_of) -> None:
    crystal = crystal_of(box(4, 4, 5))
    sigma = np.ones(crystal.size, dtype=np.int8)
    sigma[0] = -1  # a corner: third-nearest to the interior, so it is nobody's neighbour there
    assert (order_parameter(crystal, sigma)[crystal.interior] == 2).all()
    on_edge = int(np.flatnonzero((crystal.point == [1, 0, 0]).all(axis=1))[0])
    sigma[on_edge] = -1
    touched = np.abs(crystal.point - crystal.point[on_edge])
    next_nearest = crystal.interior & ((touched**2).sum(axis=1) <= 2)
    values = order_parameter(crystal, sigma)
    assert next_nearest.sum() == 1
    np.testing.assert_array_equal(values[crystal.interior] == 0, next_nearest[crystal.interior])


def test_fractions_count_interior_sites_and_sum_to_one(crystal_of) -> None:
    sites = hexagon(5)
    crystal = crystal_of(sites)
    sigma = shrinking_core(sites, trajectories=2, frames=5)
    fractions = phase_fractions(crystal, sigma)
    assert list(fractions) == ["f_U1", "f_S1", "f_S2", "f_U2", "f_unclassified"]
    np.testing.assert_allclose(sum(fractions.values()), np.ones((2, 5)))
    np.testing.assert_array_equal(fractions["f_U1"][:, 0], 1.0)
    np.testing.assert_array_equal(fractions["f_U2"][:, -1], 1.0)
    assert list(phase_fractions(crystal_of(box(3, 3, 3)), np.ones(27, dtype=np.int8))) == [
        "f_U1", "f_U2", "f_unclassified",
    ]  # fmt: skip
