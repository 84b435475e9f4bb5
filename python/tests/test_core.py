"""The compiled module: crystals and potentials, views, energies, observables."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest
from core_support import CHAINS, TOO_SHORT, hexagon, random_sigma

import misfit

pytestmark = TOO_SHORT


def test_seven_sites_have_the_potential_of_one_mode() -> None:
    crystal = misfit.Crystal.hexagon(2)
    potential = misfit.Potential.build(crystal, cached=False)
    center = crystal.find((0, 0, 0))
    k = np.where(np.arange(7) == center, 6.0, -1.0)
    np.testing.assert_allclose(potential.matrix, np.outer(k, k) / 12, rtol=0, atol=4 * np.finfo(float).eps * 3)
    assert potential.method == "closed form"


def test_a_crystal_says_what_the_record_of_its_run_says() -> None:
    with misfit.run(CHAINS, {"crystal.shell.stiffness": 2.5}) as record:
        recorded = record.points[0].crystal
    crystal = misfit.Crystal.hexagon(4, shell=misfit.Shell(1, 2.5))
    names = ["lattice", "shape", "dimension", "period", "shell_layers", "shell_stiffness", "position", "point", "layer",
             "bonds", "bond_nearest", "bond_stiffness", "size", "is_periodic", "core", "interior"]
    for name in names:
        np.testing.assert_array_equal(getattr(crystal, name), getattr(recorded, name), err_msg=name)


def test_neighbors_are_where_directions_lead() -> None:
    for crystal in (misfit.Crystal.hexagon(3), misfit.Crystal.box((3, 4, 5)),
                    misfit.Crystal.parallelogram((3, 4), periodic=True)):  # fmt: skip
        expected = [[crystal.find(point + step) for step in crystal.directions] for point in crystal.point]
        np.testing.assert_array_equal(crystal.neighbors, expected)
        across = (crystal.neighbors >= 0).sum()
        assert 2 * len(crystal.bonds) == across


@pytest.mark.parametrize(
    "points",
    [
        [(0, 0), (1, 0), (0, 1)], [[0.0, 0], [1.0, 0.0, 0], (0, 1)], np.array([[0, 0], [1, 0], [0, 1]]),
        np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], dtype=np.float32), iter([[0, 0], [1, 0], [0, 1]]),
    ],
)  # fmt: skip
def test_points_are_taken_as_a_file_of_them_is(points: Any) -> None:
    assert misfit.Crystal(points).point.tolist() == [[0, 0, 0], [1, 0, 0], [0, 1, 0]]


@pytest.mark.parametrize(
    ("points", "row"),
    [([[0, 0], [0.5, 0]], 1), ([[0, 0], [1]], 1), ([[0, 0], [1, 0, 0, 0]], 1), ([[np.nan, 0]], 0), ([[0, 0], "ab"], 1),
     (range(3000), 0), ([[0, 0], [1e9, 0]], 1), ([[0, 0], None], 1), (np.full((3000, 2), 0.5), 0)],
)  # fmt: skip
def test_a_point_that_is_none_is_refused_by_its_row(points: Any, row: int) -> None:
    with pytest.raises(misfit.Error, match=rf"^points\[{row}\]: must have 2 integers, the coordinates of a site$"):
        misfit.Crystal(points)


@pytest.mark.parametrize("points", [7, None, "sites.txt"])
def test_what_is_no_list_of_points_is_refused(points: Any) -> None:
    with pytest.raises(misfit.Error, match=r"^points: must be \[N, 2\]"):
        misfit.Crystal(points)


def test_any_set_of_points_is_a_crystal() -> None:
    hexagon = misfit.Crystal.hexagon(3)
    same = misfit.Crystal(hexagon.point[::-1], "triangular")
    np.testing.assert_array_equal(same.point, hexagon.point)
    np.testing.assert_allclose(
        misfit.Potential.build(same, cached=False).matrix,
        misfit.Potential.build(hexagon, cached=False).matrix, atol=1e-13)  # fmt: skip


def test_a_potential_of_ones_own_is_projected() -> None:
    crystal = misfit.Crystal.hexagon(2)
    given = np.random.default_rng(2).normal(size=(7, 7))
    given += given.T
    projection = np.eye(7) - 1 / 7
    potential = misfit.Potential.from_matrix(given)
    np.testing.assert_allclose(potential.matrix, projection @ given @ projection, atol=1e-14)
    np.testing.assert_allclose(potential.raw_row_sums, given.sum(axis=1), atol=1e-14)
    misfit.Hamiltonian(crystal, potential)


# Views


def views() -> dict[str, tuple[Any, str]]:
    hamiltonian = hexagon(4)
    state = misfit.State(hamiltonian, random_sigma(37))
    crystal, potential = hamiltonian.crystal, hamiltonian.potential
    names = {"position": crystal, "point": crystal, "layer": crystal, "neighbors": crystal, "bonds": crystal,
             "bond_stiffness": crystal, "matrix": potential, "raw_row_sums": potential, "sigma": state, "phi": state,
             "sites": misfit.PhaseClassifier(crystal)}  # fmt: skip
    return {name: (owner, name) for name, owner in names.items()}


@pytest.mark.parametrize("name", views())
def test_a_view_shares_memory_and_cannot_be_written(name: str) -> None:
    owner, attribute = views()[name]
    view = getattr(owner, attribute)
    assert not view.flags.owndata
    assert np.shares_memory(view, getattr(owner, attribute))
    assert view.ctypes.data == getattr(owner, attribute).ctypes.data
    with pytest.raises(ValueError):
        view[0] = 0
    with pytest.raises(ValueError):
        view.flags.writeable = True


@pytest.mark.parametrize("name", views())
def test_a_view_outlives_its_owner(name: str) -> None:
    owner, attribute = views()[name]
    view = getattr(owner, attribute)
    expected = view.copy()
    del owner
    gc.collect()
    rubbish = [np.full(expected.size, 77, dtype=expected.dtype) for _ in range(50)]
    np.testing.assert_array_equal(view, expected)
    assert len(rubbish) == 50


def test_rows_of_the_matrix_are_a_stride_apart() -> None:
    potential = misfit.Potential.build(misfit.Crystal.hexagon(2))
    assert (potential.stride, potential.matrix.strides) == (8, (64, 8))


def test_views_follow_the_state_and_stay_where_they_are() -> None:
    hamiltonian = hexagon(4, kT=1.0, delta_mu=0.0)
    state = misfit.State(hamiltonian, random_sigma(37))
    sigma, phi = state.sigma, state.phi
    places = sigma.ctypes.data, phi.ctypes.data
    # More than 4096 events and moves: phi is computed afresh on the way.
    misfit.Kmc(hamiltonian, t_end=1e9).advance(state, budget=5000)
    misfit.MonteCarlo(hamiltonian, "flip").advance(state, 60_000)
    assert sum(state.events.values()) > 5000 + 4096
    state.set_sigma(random_sigma(37, seed=2))
    assert (state.sigma.ctypes.data, state.phi.ctypes.data) == places
    np.testing.assert_array_equal(sigma, random_sigma(37, seed=2))
    np.testing.assert_allclose(phi, hamiltonian.potential.matrix @ (sigma - sigma.mean()), atol=1e-13)


# Energies


@pytest.mark.parametrize("epsilon", [0.0, 1.0, 1.7])
def test_energies_equal_the_formulas(epsilon: float) -> None:
    hamiltonian = hexagon(4, kT=0.3, epsilon=epsilon, J=0.6, delta_mu=-1.5)
    crystal, V = hamiltonian.crystal, hamiltonian.potential.matrix

    def energy(sigma: np.ndarray) -> np.ndarray:
        d = sigma - sigma.mean()
        i, j = crystal.bonds[crystal.bond_nearest].T
        return np.array([epsilon * d @ V @ d / 2, -0.6 * (sigma[i] * sigma[j]).sum(), 0.75 * sigma.sum()])

    sigma = random_sigma(37).astype(float)
    state = misfit.State(hamiltonian, sigma)
    terms = misfit.energy(hamiltonian, state)
    np.testing.assert_allclose([terms.elastic, terms.ising, terms.chemical], energy(sigma), atol=1e-12)
    assert terms.total == pytest.approx(energy(sigma).sum(), abs=1e-12)
    for j in range(37):
        flipped = np.where(np.arange(37) == j, -sigma, sigma)
        change = (energy(flipped) - energy(sigma)).sum()
        assert misfit.flip_energy(hamiltonian, state, j) == pytest.approx(change, abs=1e-12)
    for i, j in zip(np.flatnonzero(sigma > 0), np.flatnonzero(sigma < 0)):
        swapped = sigma.copy()
        swapped[[i, j]] = sigma[[j, i]]
        change = (energy(swapped) - energy(sigma)).sum()
        assert misfit.swap_energy(hamiltonian, state, i, j) == pytest.approx(change, abs=1e-12)


def test_observables_and_phases_are_those_of_the_reading_package() -> None:
    hamiltonian = hexagon(6, J=0.2)
    state = misfit.State(hamiltonian, random_sigma(91))
    misfit.MonteCarlo(hamiltonian).advance(state, 91 * 200)
    observables = misfit.Observables(hamiltonian)
    measured = observables.measure(state)
    assert list(measured) == observables.names == list(observables.units)
    assert measured["composition"] == state.composition == (state.sigma > 0).mean()
    assert measured["energy_elastic"] == misfit.energy(hamiltonian, state).elastic
    for name, fraction in misfit.phase_fractions(hamiltonian.crystal, state.sigma).items():
        assert measured[name] == fraction
    s = misfit.PhaseClassifier(hamiltonian.crystal).classify(state.sigma)
    np.testing.assert_array_equal(s, misfit.order_parameter(hamiltonian.crystal, state.sigma))
    assert len(set(s.tolist())) > 2


def test_strain_and_profile_are_measured_when_asked_for() -> None:
    hamiltonian = hexagon(4)
    crystal = hamiltonian.crystal
    state = misfit.State(hamiltonian, random_sigma(37))
    measured = misfit.Observables(hamiltonian, strain=True, mismatch=0.05, profile="y").measure(state)
    plain = misfit.Observables(hamiltonian).measure(state)
    assert {name: measured[name] for name in plain} == plain
    rows = [(state.sigma[crystal.point[:, 1] == y] > 0).mean() for y in np.unique(crystal.point[:, 1])]
    assert [measured[f"profile_y_{k}"] for k in range(7)] == rows
    halved = misfit.Observables(hamiltonian, strain=True, mismatch=0.025).measure(state)
    for name in ("area_deviation_rms", "area_deviation_std"):  # of first order in the mismatch
        assert measured[name] == pytest.approx(2 * halved[name], rel=0.1)
