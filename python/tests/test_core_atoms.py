"""Species from files of atoms and from ase.Atoms."""

from __future__ import annotations

from pathlib import Path

import ase.io
import numpy as np
import pytest

import misfit

CRYSTAL = misfit.Crystal.hexagon(3)
SIGMA = np.where(np.arange(19) % 3 == 0, 1, -1)


def atoms_of(crystal: misfit.Crystal, sigma: np.ndarray, elements: tuple[str, str] = ("Cd", "Ag")) -> ase.Atoms:
    """In Angstrom, moved, in another order; the numbers of the sites are its tags."""
    positions = np.zeros((crystal.size, 3))
    positions[:, : crystal.position.shape[1]] = 4.1 * crystal.position + 20.0
    order = np.random.default_rng(4).permutation(crystal.size)
    symbols = np.where(sigma > 0, *elements)
    return ase.Atoms(list(symbols[order]), positions[order], tags=order, cell=[30, 30, 30])


def test_atoms_are_put_on_their_sites() -> None:
    species = misfit.read_species(atoms_of(CRYSTAL, SIGMA), CRYSTAL)
    assert species.dtype == np.int8 and np.array_equal(species, SIGMA)
    turned = misfit.read_species(atoms_of(CRYSTAL, SIGMA, ("Ag", "Cd")), CRYSTAL, elements=("Ag", "Cd"))
    assert np.array_equal(turned, SIGMA)


def test_a_cell_that_cuts_a_free_crystal_is_undone_only_where_it_repeats() -> None:
    atoms = atoms_of(CRYSTAL, SIGMA)
    atoms.translate(-20.0)
    atoms.pbc = True
    atoms.wrap()
    assert np.array_equal(misfit.read_species(atoms, CRYSTAL), SIGMA)
    atoms.pbc = False
    with pytest.raises(misfit.Error, match="is on no site of the crystal"):
        misfit.read_species(atoms, CRYSTAL)


def test_files_are_read_as_a_run_does(tmp_path: Path) -> None:
    frames = [atoms_of(CRYSTAL, -SIGMA), atoms_of(CRYSTAL, SIGMA)]
    ase.io.write(tmp_path / "frames.xyz", frames, format="extxyz")
    assert np.array_equal(misfit.read_species(tmp_path / "frames.xyz", CRYSTAL), SIGMA)
    assert np.array_equal(misfit.read_species(str(tmp_path / "frames.xyz"), CRYSTAL, frame=0), -SIGMA)


def test_faults_are_told_by_the_atom() -> None:
    atoms = atoms_of(CRYSTAL, SIGMA)
    atoms.set_array("sigma", np.where(atoms.symbols == "Cd", 1, -1))
    assert np.array_equal(misfit.read_species(atoms, CRYSTAL), SIGMA)
    atoms.symbols[7] = "Ag" if atoms.symbols[7] == "Cd" else "Cd"
    with pytest.raises(misfit.Error, match="^ase.Atoms:7: species .. is ., but sigma = "):
        misfit.read_species(atoms, CRYSTAL)
    with pytest.raises(misfit.Error, match="the frame has 19 atoms, the crystal .hexagon, side 2. 7 sites"):
        misfit.read_species(atoms_of(CRYSTAL, SIGMA), misfit.Crystal.hexagon(2))
    with pytest.raises(misfit.Error, match="species Cd: must be Pb or A, or Ag or B"):
        misfit.read_species(atoms_of(CRYSTAL, SIGMA), CRYSTAL, elements=("Pb", "Ag"))


def test_a_shell_keeps_its_species() -> None:
    crystal = misfit.Crystal.hexagon(3, shell=misfit.Shell(layers=1))
    sigma = np.where(crystal.core, 1, -1)
    assert np.array_equal(misfit.read_species(atoms_of(crystal, sigma), crystal), sigma)
    with pytest.raises(misfit.Error, match="of the shell is B, but crystal.shell.species is A"):
        misfit.read_species(atoms_of(crystal, sigma), crystal, shell_species=1)
