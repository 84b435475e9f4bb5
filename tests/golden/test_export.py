"""`misfit export --csv` and `--npz`, read back and compared with the record."""

from __future__ import annotations

import csv
import io
import os
import subprocess
from pathlib import Path

import h5py
import numpy as np
import pytest

PROGRAM = os.environ["MISFIT_PROGRAM"]
EXCHANGE = """
[crystal]
shape = "hexagon"
side = 4
[ensemble]
trajectories = 3
first = 5
[record.scalars]
linear = 4
logarithmic = 0
[record.sigma]
linear = 2
logarithmic = 0
[[stage]]
t_end = 0.5
[[stage]]
exchange_rate = 0.0
t_end = 2.0
"""
EQUILIBRIUM = """
[crystal]
shape = "hexagon"
side = 3
[crystal.shell]
layers = 1
[monte_carlo]
start = ["random", "separated"]
equilibration = 10
sweeps = 200
[sweep]
"model.kT" = [0.5, 1.0]
"""


def misfit(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=900, check=False)


@pytest.fixture(scope="module", params=[EXCHANGE, EQUILIBRIUM], ids=["exchange", "equilibrium"])
def out(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    (folder / "small.toml").write_text(request.param)
    done = misfit("run", folder / "small.toml", "--out", folder / "out")
    assert done.returncode == 0, done.stderr
    return folder / "out"


def test_csv_has_every_scalar(out: Path) -> None:
    printed = misfit("export", out, "--csv")
    assert printed.returncode == 0, printed.stderr
    rows = list(csv.DictReader(io.StringIO(printed.stdout)))
    with h5py.File(out / "record.h5") as file:
        if file.attrs["kind"] == b"exchange":
            energies = file["points/0/observables/energy_elastic"][()]
            assert [(int(r["trajectory"]), int(r["stage"]), float(r["time"])) for r in rows[:8]] == [
                (5, stage, time) for stage, time in zip(file["points/0/clock/stage"], file["points/0/clock/time"])
            ]
            assert np.array_equal([float(r["energy_elastic"]) for r in rows], energies.ravel())
        else:
            energies = np.array([file[f"points/{p}/observables/energy"][()] for p in (0, 1)])
            assert np.array_equal([float(r["energy"]) for r in rows], energies.ravel())
            assert {r["start"] for r in rows} == {"random", "separated"}
            assert [float(r["model.kT"]) for r in rows] == [0.5] * (len(rows) // 2) + [1.0] * (len(rows) // 2)


def test_csv_goes_to_a_file(out: Path, tmp_path: Path) -> None:
    assert misfit("export", out, "--csv", "-o", tmp_path / "a.csv").returncode == 0
    assert (tmp_path / "a.csv").read_text() == misfit("export", out, "--csv").stdout


def test_npz_has_every_array(out: Path, tmp_path: Path) -> None:
    done = misfit("export", out, "--npz", "-o", tmp_path / "a.npz")
    assert done.returncode == 0, done.stderr
    arrays = np.load(tmp_path / "a.npz")
    compared = []

    def compare(name: str, item: object) -> None:
        if isinstance(item, h5py.Dataset) and b"not a netCDF variable" not in item.attrs.get("NAME", b""):
            values = item[()].astype(str) if item.dtype.kind == "S" else item[()]
            assert np.array_equal(arrays[name], values, equal_nan=item.dtype.kind == "f"), name
            compared.append(name)

    with h5py.File(out / "record.h5") as file:
        file.visititems(compare)
    assert len(compared) > 15
    assert float(arrays["parameters/crystal.side"]) in (3, 4)


def test_one_format_is_asked_for(out: Path) -> None:
    assert misfit("export", out).returncode == 2
    assert misfit("export", out, "--csv", "--xyz").returncode == 2
    assert "--output" in misfit("export", out, "--npz").stderr
    assert "--trajectory" in misfit("export", out, "--csv", "--trajectory", 5).stderr


LOOSE = """
[crystal]
shape = "sites"
lattice = "triangular"
points = [[0, 0], [1, 0], [2, 0], [0, 1]]
[kmc]
t_end = 0.5
[ensemble]
trajectories = 1
"""


def test_xyz_of_a_run_without_elasticity_needs_no_springs(tmp_path: Path) -> None:
    (tmp_path / "loose.toml").write_text(LOOSE)
    ising = ("--set", "model.epsilon=0", "--set", "model.J=1")
    assert misfit("run", tmp_path / "loose.toml", *ising, "--out", tmp_path / "out").returncode == 0
    printed = misfit("export", tmp_path / "out", "--xyz")
    assert printed.returncode == 0, printed.stderr
    assert "displacement" not in printed.stdout
    assert printed.stdout.count("Properties=species:S:1:pos:R:3:sigma:I:1:layer:I:1:phase:I:1 ") > 100


def test_check_refuses_what_the_run_would(tmp_path: Path) -> None:
    (tmp_path / "loose.toml").write_text(LOOSE)
    assert "site 2 at lattice point (2, 0) is loose" in misfit("check", tmp_path / "loose.toml").stderr
    (tmp_path / "small.toml").write_text(EXCHANGE)
    missing = tmp_path / "V.h5"
    told = misfit("check", tmp_path / "small.toml", "--set", f"model.potential_file='{missing}'")
    assert told.returncode == 2 and str(missing) in told.stderr
    told = misfit("check", tmp_path / "small.toml", "--set", "kmc.start=xyz", "--set", f"kmc.start_xyz='{missing}'")
    assert told.returncode == 2 and str(missing) in told.stderr
