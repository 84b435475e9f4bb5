"""A record in readers of others: h5py always, the rest where they are installed (docs/record.md says how they read it)."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import h5py
import numpy as np
import pytest

PROGRAM = os.environ["MISFIT_PROGRAM"]

INPUT = """
[crystal]
shape = "hexagon"
side = 4
[model]
kT = 0.6
delta_mu = -2.0
[ensemble]
trajectories = 2
[record.scalars]
linear = 5
logarithmic = 0
[record.sigma]
linear = 4
logarithmic = 0
[[stage]]
t_end = 2.0
[[stage]]
t_end = 3.0
exchange_rate = 0.0
"""


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("readers")
    (folder / "input.toml").write_text(INPUT)
    done = subprocess.run(
        [PROGRAM, "run", folder / "input.toml", "--out", folder / "out"], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    return folder / "out" / "record.h5"


def test_h5py_knows_the_dimensions_by_name(record: Path) -> None:
    with h5py.File(record) as file:
        sigma = file["points/0/sigma/value"]
        assert [Path(dimension[0].name).name for dimension in sigma.dims] == ["trajectory", "frame", "site"]
        assert sigma.dims[0][0][:].tolist() == [0, 1]
        energy = file["points/0/observables/energy_elastic"]
        assert [Path(dimension[0].name).name for dimension in energy.dims] == ["trajectory", "sample"]


def test_h5py_has_the_parameters_as_they_are_typed(record: Path) -> None:
    with h5py.File(record) as file:
        parameters = file["parameters"]
        assert parameters.attrs["model.kT"] == 0.6
        assert parameters.attrs["kmc.rates"] == b"exact"
        assert parameters.attrs["crystal.side"] == 4
        assert parameters["record.scalars.times"].shape == (0,)


def test_netCDF_knows_the_dimensions_by_name(record: Path) -> None:
    netCDF4 = pytest.importorskip("netCDF4")
    with netCDF4.Dataset(record) as dataset:
        sigma = dataset["points/0/sigma/value"]
        assert sigma.dimensions == ("trajectory", "frame", "site")
        assert dataset["points/0/units/steps"].dimensions == ("trajectory", "stage")
        assert dataset["crystals/0/neighbors"].dimensions == ("site", "neighbor")


def test_xarray_selects_by_trajectory(record: Path) -> None:
    xarray = pytest.importorskip("xarray")
    pytest.importorskip("netCDF4")
    with xarray.open_dataset(record, group="points/0", engine="netcdf4") as point:
        assert point["trajectory"].values.tolist() == [0, 1]
    with xarray.open_dataset(record, group="points/0/observables", engine="netcdf4") as observables:
        assert observables["composition"].dims == ("trajectory", "sample")


def test_MDAnalysis_reads_the_first_trajectory(record: Path) -> None:
    universe_of = pytest.importorskip("MDAnalysis")
    with h5py.File(record) as file:
        sites = len(file["crystals/0/position"])
        positions = file["crystals/0/position"][:]
    universe = universe_of.Universe.empty(sites, trajectory=True)
    universe.load_new(str(record), format="H5MD", convert_units=False)
    assert len(universe.trajectory) == 8
    assert [step.time for step in universe.trajectory] == pytest.approx([0, 2 / 3, 4 / 3, 2, 2, 3, 4, 5])
    np.testing.assert_allclose(universe.atoms.positions[:, :2], positions, atol=1e-6)
