"""Records as pandas, xarray and ASE have things."""

from __future__ import annotations

import csv
import io
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import ase.io
import numpy as np
import pytest
from core_support import CHAINS, PROGRAM, SMALL, TOO_SHORT

import misfit
from misfit import RecordError
from misfit.export import write_csv

pytestmark = TOO_SHORT

STAGES = """\
[crystal]
shape = "hexagon"
side = 3
[kmc]
t_end = 1.0
[[stage]]
t_end = 2.0
[[stage]]
t_end = 1.5
delta_mu = 3.0
[ensemble]
trajectories = 2
"""


@pytest.mark.parametrize(
    ("text", "settings"),
    [(SMALL, {}), (SMALL, {"sweep.crystal.side": [3, 4]}), (STAGES, {}), (CHAINS, {"sweep.model.kT": [0.3, 0.5]}),
     (CHAINS, {"monte_carlo.start": ["random", "separated"]})],
)  # fmt: skip
def test_a_data_frame_is_the_table_of_the_command_line(text: str, settings: dict[str, Any], tmp_path: Path) -> None:
    with misfit.run(text, settings, out=tmp_path / "out") as record:
        frame = record.to_dataframe()
        written = io.StringIO()
        write_csv(record, written)
    printed = subprocess.run([PROGRAM, "export", "--csv", tmp_path / "out"], capture_output=True, text=True, check=True)
    assert written.getvalue() == printed.stdout
    names, *rows = csv.reader(io.StringIO(printed.stdout))
    assert list(frame.columns) == names
    assert len(frame) == len(rows)
    for number, name in enumerate(names):
        column = [row[number] for row in rows]
        assert [str(value) for value in frame[name].tolist()] == column, name


def test_arrays_of_exchange_have_units_and_places() -> None:
    with misfit.run(SMALL) as record:
        data = record.to_xarray()
        assert data["composition"].dims == ("trajectory", "time")
        assert data["energy_elastic"].attrs["units"] == "epsilon"
        np.testing.assert_array_equal(data["composition"], record.observables["composition"])
        np.testing.assert_array_equal(data["time"], record.elapsed)
        # composition, once more, of the frames
        last = data["sigma"].sel(frame_time=3.0)
        np.testing.assert_array_equal((last > 0).mean("site"), data["composition"].sel(time=3.0))
        np.testing.assert_array_equal(data["position"], record.crystal.position)
        assert data.attrs["model.kT"] == 0.5


def test_arrays_go_to_netcdf_and_back(tmp_path: Path) -> None:
    xarray = pytest.importorskip("xarray")
    with misfit.run(SMALL) as record:
        data = record.to_xarray()
    data.to_netcdf(tmp_path / "a.nc", engine="scipy")
    with xarray.open_dataset(tmp_path / "a.nc", engine="scipy") as back:
        np.testing.assert_array_equal(back["sigma"], data["sigma"])
        assert back.attrs["model.kT"] == 0.5


def test_stages_follow_each_other_on_one_axis() -> None:
    with misfit.run(STAGES) as record:
        data = record.to_xarray()
        assert (np.diff(data["time"]) >= 0).all()
        assert data["time"][-1] == 3.5
        assert set(data["stage"].values) == {1, 2}


def test_arrays_of_equilibrium_are_averages_and_samples() -> None:
    with misfit.run(CHAINS, {"sweep.model.kT": [0.3, 0.5]}) as record:
        averages = record.to_xarray()
        np.testing.assert_array_equal(averages["model.kT"], [0.3, 0.5])
        np.testing.assert_array_equal(averages["f_U"], record.averages["f_U"].mean)
        np.testing.assert_array_equal(averages["f_U_standard_error"], record.averages["f_U"].standard_error)
        point = record.points[1]
        samples = point.to_xarray()
        assert samples["f_U"].dims == ("chain", "sweep")
        assert samples["f_U"].mean().item() == pytest.approx(averages["f_U"].values[1], rel=1e-14)
        np.testing.assert_array_equal(samples["sigma"], point.sigma[()])
        assert samples.attrs["model.kT"] == 0.5


def test_a_frame_is_that_of_the_exported_xyz(tmp_path: Path) -> None:
    with misfit.run(SMALL, out=tmp_path / "out") as record:
        exported = tmp_path / "t.xyz"
        subprocess.run([PROGRAM, "export", "--xyz", "--trajectory", "1", "-o", exported, tmp_path / "out"], check=True)
        frames = ase.io.read(exported, index=":")
        assert len(frames) == len(record.sigma_time)
        for number, frame in enumerate(frames):
            ours = record.to_ase(number, trajectory=1)
            assert ours.get_chemical_symbols() == frame.get_chemical_symbols()
            np.testing.assert_allclose(ours.positions, frame.positions, atol=1e-6)  # of which the file has six digits
            np.testing.assert_array_equal(ours.get_array("sigma"), frame.get_array("sigma"))
            assert ours.info["composition"] == pytest.approx(frame.info["composition"], abs=1e-6)
        scaled = record.to_ase(spacing=4.1, elements=("Pb", "Cd"))
        np.testing.assert_allclose(scaled.positions, 4.1 * record.to_ase().positions)
        assert set(scaled.get_chemical_symbols()) <= {"Pb", "Cd"}


def test_a_periodic_frame_repeats_with_its_cell() -> None:
    tables = {"crystal": {"shape": "box", "size": [3, 4, 5], "boundary": "periodic"}, "model": {"delta_mu": 0.0, "kT": 1.0},
              "monte_carlo": {"sweeps": 50, "equilibration": 0, "frames": 2}}  # fmt: skip
    with misfit.run(tables) as record:
        structure = record.points[0].to_ase(spacing=2.0)
    assert structure.pbc.all()
    np.testing.assert_allclose(structure.cell, 2.0 * np.diag([3, 4, 5]))
    # every site has its six nearest neighbours, through the faces too
    distance = structure.get_all_distances(mic=True)
    assert (np.isclose(distance, 2.0).sum(axis=1) == 6).all()


@pytest.mark.parametrize("lattice", ["fcc", "hcp", "bcc"])
def test_the_cell_of_any_lattice_keeps_every_bond_its_length(lattice: str) -> None:
    tables = {"crystal": {"shape": "box", "lattice": lattice, "size": [4, 4, 4], "boundary": "periodic"},
              "model": {"epsilon": 0.0, "delta_mu": 0.0, "kT": 1.0}, "monte_carlo": {"sweeps": 50, "equilibration": 0, "frames": 2}}  # fmt: skip
    if lattice == "bcc":
        tables["crystal"]["next_nearest_stiffness"] = 0.5
    with misfit.run(tables) as record:
        structure = record.points[0].to_ase()
        bonds = record.points[0].crystal.bonds[record.points[0].crystal.bond_nearest]
    lengths = [structure.get_distance(i, j, mic=True) for i, j in bonds[::7]]
    np.testing.assert_allclose(lengths, 1.0, atol=1e-6)


def test_a_mismatch_displaces_as_strain_does() -> None:
    with misfit.run(SMALL) as record:
        flat, strained = record.to_ase(1), record.to_ase(1, mismatch=0.1)
        moved = misfit.Strain(record.crystal, 0.1).displacement(record.sigma[0, 1])
        assert np.abs(moved).max() > 0.01
        np.testing.assert_allclose((strained.positions - flat.positions)[:, :2], moved, atol=1e-14)


def test_means_at_a_time_are_those_of_the_last_sample_before() -> None:
    with misfit.run(SMALL) as record:
        mean, error = record.mean("composition")
        for at, sample in [(0.0, 0), (record.time[7], 7), (np.nextafter(record.time[7], 0), 6), (3.0, -1)]:
            assert record.mean("composition", at=at) == (mean[sample], error[sample])
        several = record.mean("composition", at=[[0.0, 3.0]])[0]
        np.testing.assert_array_equal(several, [[mean[0], mean[-1]]])
        for outside in (-1e-9, 3.001, np.nan):
            with pytest.raises(misfit.RecordError, match="no sample at t = "):
                record.mean("composition", at=outside)


@pytest.mark.parametrize(("number", "message"), [({"frame": 99}, "no frame 99; there are 4"), ({"trajectory": 3}, "no trajectory 3; there are 3")])
def test_a_frame_that_is_not_there(number: dict[str, int], message: str) -> None:
    with misfit.run(SMALL) as record, pytest.raises(misfit.RecordError, match=message):
        record.to_ase(**number)


def test_what_is_missing_says_how_to_get_it() -> None:
    script = f"""
import sys
sys.modules["pandas"] = None
import misfit
try:
    misfit.run({SMALL!r}).to_dataframe()
except ImportError as error:
    sys.exit(0 if str(error).startswith("to_dataframe needs pandas: apt install python3-pandas") else str(error))
"""
    subprocess.run([sys.executable, "-c", script], check=True)


def test_without_numpy_the_package_says_which_python_lacks_it() -> None:
    script = """
import sys
sys.modules["numpy"] = None
import misfit
try:
    misfit.open_record
except ImportError as error:
    sys.exit(0 if str(error).startswith(f"misfit needs numpy, which {sys.executable} does not have") else str(error))
"""
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize(
    "make",
    [
        lambda: misfit.Crystal.hexagon(4, shell=misfit.Shell(2, 16.8)),
        lambda: misfit.Crystal.box((3, 4, 5), periodic=True),
        lambda: misfit.Crystal.box((3, 3, 3), lattice="fcc", next_nearest_stiffness=0.3),
        lambda: misfit.Crystal.sphere(2.5, lattice="hcp"),
        lambda: misfit.Crystal([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0]], shape="mine"),
    ],
)
def test_a_crystal_is_pickled_whole(make: Any) -> None:
    crystal = make()
    back = pickle.loads(pickle.dumps(crystal))
    assert repr(back) == repr(crystal)
    for name in ("point", "position", "layer", "bonds", "bond_stiffness", "bond_nearest", "period", "neighbors", "cell"):
        np.testing.assert_array_equal(getattr(back, name), getattr(crystal, name))
    assert (back.shell, back.lattice) == (crystal.shell, crystal.lattice)


def test_v_that_does_not_fit_is_an_error_of_misfit() -> None:
    with pytest.raises(misfit.Error, match=r"N = 119401 sites need 106 GiB for V; .* are available; misfit.BlockPotential does without V"):
        misfit.Potential.build(misfit.Crystal.hexagon(200))


def test_arrays_of_a_sweep_have_all_points() -> None:
    with misfit.run(SMALL, {"sweep.model.kT": [0.3, 0.6]}) as record:
        data = record.to_xarray()
        assert data["composition"].dims == ("point", "trajectory", "time")
        assert data["model.kT"].dims == ("point",) and list(data["model.kT"].values) == [0.3, 0.6]
        assert "model.kT" not in data.attrs and data.attrs["model.delta_mu"] == -4.0
        for number, point in enumerate(record.points):
            np.testing.assert_array_equal(data["composition"][number], point.observables["composition"])
            np.testing.assert_array_equal(data["sigma"][number], point.sigma)
            alone = point.to_xarray()
            assert alone["composition"].dims == ("trajectory", "time") and alone.attrs["model.kT"] == point.values["model.kT"]
            np.testing.assert_array_equal(alone["composition"], point.observables["composition"])


@pytest.mark.parametrize(("swept", "what"), [({"sweep.crystal.side": [3, 4]}, "crystals"), ({"sweep.kmc.t_end": [1.0, 2.0]}, "times")])
def test_points_of_other_axes_go_into_no_one_array(swept: dict[str, object], what: str) -> None:
    with misfit.run(SMALL, swept) as record:
        with pytest.raises(RecordError, match=rf"its points have different {what}, and each has arrays .*points\[k\]\.to_xarray"):
            record.to_xarray()
        assert [point.to_xarray().sizes["site"] for point in record.points] == [point.crystal.size for point in record.points]
