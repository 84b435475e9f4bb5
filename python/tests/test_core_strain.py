"""Strain through the compiled module, against numpy and by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import misfit
from misfit.reproduce.strain import Relaxation

pytest.importorskip("misfit._core")

SMALL = {
    "crystal": {"shape": "hexagon", "side": 4},
    "model": {"kT": 0.5, "delta_mu": -2.0},
    "kmc": {"t_end": 2.0},
    "ensemble": {"trajectories": 2},
    "observables": {"strain": True, "mismatch": 0.05},
    "record": {name: {"linear": 3, "logarithmic": 0} for name in ("scalars", "sigma")},
}


def test_one_B_at_the_centre_of_seven_sites_draws_the_rim_in() -> None:
    # dsigma = 2/7 on the rim, -12/7 at the centre; by symmetry only spokes move: u = -3/14 along each.
    crystal = misfit.Crystal.hexagon(2)
    sigma = np.ones(7)
    sigma[crystal.layer == 2] = -1
    u = misfit.Displacements(crystal).displacement(sigma)
    assert_allclose(u, -3 / 14 * crystal.position, atol=1e-13)
    deviation = misfit.Strain(crystal, mismatch=0.1).local_deviation(sigma)
    assert_allclose(deviation, (1 - 0.1 * 3 / 14) ** 2 - 1, atol=1e-13)


def test_uniform_crystals_have_none() -> None:
    for crystal in (misfit.Crystal.hexagon(4), misfit.Crystal.box((3, 4, 5)), misfit.Crystal.disc(3.5)):
        for species in (1, -1):
            assert np.abs(misfit.Strain(crystal).displacement(np.full(len(crystal), species))).max() < 1e-12


def test_energies_of_bonds_sum_to_the_elastic_energy() -> None:
    random = np.random.default_rng(4)
    for crystal in (misfit.Crystal.hexagon(5), misfit.Crystal.sphere(2.3)):
        hamiltonian = misfit.Hamiltonian(crystal, misfit.Potential.build(crystal), kT=1.0)
        sigma = random.choice([1, -1], size=len(crystal))
        state = misfit.State(hamiltonian, seed=1)
        state.set_sigma(sigma)
        energies = misfit.Strain(crystal).bond_energies(sigma)
        assert energies.shape == (len(crystal.bonds),)
        assert_allclose(energies.sum(), misfit.energy(hamiltonian, state).elastic, rtol=1e-11)


def test_strain_of_a_record_is_what_the_program_measured(tmp_path: Path) -> None:
    with misfit.run(SMALL, out=tmp_path / "out") as record:
        strain = misfit.Strain(record.crystal, record.parameters["observables.mismatch"])
        deviation = strain.local_deviation(record.sigma[:])
        assert deviation.shape == record.sigma.shape
        rms = np.sqrt((deviation[..., record.crystal.interior] ** 2).mean(axis=-1))
        assert_allclose(rms, record.observables["area_deviation_rms"], rtol=1e-10, atol=1e-13)
        assert_allclose(deviation, Relaxation(record.crystal).area_deviation(record.sigma[:], 0.05), atol=1e-11)


def test_what_cannot_be_is_refused() -> None:
    crystal = misfit.Crystal.hexagon(3)
    with pytest.raises(misfit.Error, match="mismatch = 2"):
        misfit.Strain(crystal, mismatch=2.0).local_deviation(np.ones(19))
    with pytest.raises(misfit.Error, match="19 sites"):
        misfit.Displacements(crystal).displacement(np.ones(7))
    with pytest.raises(misfit.Error, match="is loose"):
        misfit.Displacements(misfit.Crystal([(0, 0, 0), (1, 0, 0), (2, 0, 0)]))
