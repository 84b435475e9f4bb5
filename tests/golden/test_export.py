"""`misfit export --csv` and `--npz`, read back and compared with the record."""

from __future__ import annotations

import csv
import io
import os
import subprocess
from pathlib import Path

import ase.io
import ase.neighborlist
import h5py
import numpy as np
import pytest

PROGRAM = os.environ["MISFIT_PROGRAM"]
EXCHANGE = """
[crystal]
shape = "hexagon"
side = 4
[model]
kT = 0.6
delta_mu = -2.0
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
    # Nothing moves; but viewers would take sigma, layer and phase for an arrow if they stood in columns 5 to 7.
    assert printed.stdout.count("Properties=species:S:1:pos:R:3:displacement:R:3:sigma:I:1:layer:I:1:phase:I:1 ") > 100
    frames = ase.io.read(io.StringIO(printed.stdout), index=":", format="extxyz")
    assert not any(frame.arrays["displacement"].any() for frame in frames)


def test_check_refuses_what_the_run_would(tmp_path: Path) -> None:
    (tmp_path / "loose.toml").write_text(LOOSE)
    assert "site 2 at lattice point (2, 0) is loose" in misfit("check", tmp_path / "loose.toml").stderr
    (tmp_path / "small.toml").write_text(EXCHANGE)
    missing = tmp_path / "V.h5"
    told = misfit("check", tmp_path / "small.toml", "--set", f"model.potential_file='{missing}'")
    assert told.returncode == 2 and str(missing) in told.stderr
    told = misfit("check", tmp_path / "small.toml", "--set", "kmc.start=xyz", "--set", f"kmc.start_xyz='{missing}'")
    assert told.returncode == 2 and str(missing) in told.stderr


def atoms(out: Path, *options: object, format: str) -> list[ase.Atoms]:
    printed = misfit("export", out, *options)
    assert printed.returncode == 0, printed.stderr
    return ase.io.read(io.StringIO(printed.stdout), index=":", format=format)


def test_a_dump_has_the_frames_of_the_xyz_with_types_that_change(out: Path) -> None:
    frames = atoms(out, "--xyz", format="extxyz")
    dumped = atoms(out, "--dump", format="lammps-dump-text")
    assert len(dumped) == len(frames) > 2
    kinds = set()
    largest = 0.0
    for xyz, dump in zip(frames, dumped):
        assert dump.get_chemical_symbols() == xyz.get_chemical_symbols()
        kinds.add(tuple(dump.get_chemical_symbols()))
        assert np.array_equal(dump.positions, xyz.positions)
        for name in ("sigma", "layer", "phase", "area_deviation"):
            assert np.array_equal(dump.arrays[f"v_{name}"].ravel(), xyz.arrays[name]), name
        moved = np.column_stack([dump.arrays[f"v_displacement_{axis}"].ravel() for axis in "xyz"])
        assert np.array_equal(moved, xyz.arrays["displacement"])
        largest = max(largest, np.abs(moved).max())
    assert len(kinds) > 1 and largest > 0.01
    text = misfit("export", out, "--dump").stdout.splitlines()
    assert text[8] == (
        "ITEM: ATOMS id type x y z element v_displacement_x v_displacement_y v_displacement_z v_sigma v_layer v_phase v_area_deviation"
    )
    rows = [line.split() for line in text if len(line.split()) == 13 and not line.startswith("ITEM")]
    assert {(row[1], row[5]) for row in rows} == {("1", "Cd"), ("2", "Ag")}
    assert [line for k, line in enumerate(text) if text[k - 1] == "ITEM: TIMESTEP"] == [str(k) for k in range(len(frames))]


def test_a_time_is_a_real_number_in_every_frame(out: Path) -> None:
    """ASE guesses the type of each; 0 would be an integer among reals."""
    frames = atoms(out, "--xyz", format="extxyz")
    for name, kind in (("Time", float), ("sweep", (int, np.integer)), ("composition", float)):
        assert all(isinstance(frame.info[name], kind) for frame in frames if name in frame.info), name


def test_plain_xyz_has_element_and_position_alone(out: Path) -> None:
    frames = atoms(out, "--xyz", format="extxyz")
    plain = misfit("export", out, "--xyz", "--plain").stdout
    sites = len(frames[0])
    lines = plain.splitlines()
    assert len(lines) == len(frames) * (sites + 2)
    assert {len(line.split()) for k, line in enumerate(lines) if k % (sites + 2) > 1} == {4}
    for xyz, read in zip(frames, ase.io.read(io.StringIO(plain), index=":", format="xyz")):
        assert read.get_chemical_symbols() == xyz.get_chemical_symbols()
        assert np.array_equal(read.positions, xyz.positions)


def test_lengths_are_scaled_and_nothing_else(out: Path) -> None:
    for format, options in (("extxyz", ["--xyz"]), ("lammps-dump-text", ["--dump"])):
        for one, scaled in zip(atoms(out, *options, format=format), atoms(out, *options, "--scale", 4.1, format=format)):
            assert np.allclose(scaled.positions, 4.1 * one.positions, rtol=0, atol=3e-6)
            for name, values in one.arrays.items():
                if name in ("numbers", "positions"):
                    continue
                factor = 4.1 if "displacement" in name else 1.0
                assert np.allclose(scaled.arrays[name], factor * values, rtol=0, atol=3e-9), name


def test_options_of_other_formats_are_refused(out: Path) -> None:
    assert "--scale is for --xyz and --dump" in misfit("export", out, "--csv", "--scale", 2).stderr
    assert "--xyz" in misfit("export", out, "--dump", "--plain").stderr
    for scale in ("0", "-1", "nan"):
        told = misfit("export", out, "--xyz", "--scale", scale)
        assert told.returncode == 2 and "must be a number above 0" in told.stderr, scale


@pytest.mark.parametrize(
    ("crystal", "neighbors"),
    [
        ('shape = "parallelogram"\nsize = [4, 5]', 6),
        ('shape = "box"\nsize = [4, 3, 5]', 6),
        ('shape = "box"\nlattice = "fcc"\nsize = [3, 4, 5]', 12),
        ('shape = "box"\nlattice = "bcc"\nnext_nearest_stiffness = 0.5\nsize = [4, 5, 4]', 8),
        ('shape = "box"\nlattice = "hcp"\nsize = [4, 3, 6]', 12),
    ],
)
def test_a_periodic_crystal_has_its_cell_in_every_format(tmp_path: Path, crystal: str, neighbors: int) -> None:
    (tmp_path / "periodic.toml").write_text(
        f'[crystal]\n{crystal}\nboundary = "periodic"\n[monte_carlo]\nequilibration = 1\nsweeps = 10\nframes = 1\n'
    )
    assert misfit("run", tmp_path / "periodic.toml", "--out", tmp_path / "out").returncode == 0
    for options, format in ((["--xyz"], "extxyz"), (["--dump"], "lammps-dump-text"), (["--xyz", "--scale", 3], "extxyz")):
        (frame,) = atoms(tmp_path / "out", *options, format=format)
        scale = 3.0 if "--scale" in options else 1.0
        frame.pbc = [True, True, "paral" not in crystal]  # which ASE does not read from a dump of some axes
        first, distance = ase.neighborlist.neighbor_list("id", frame, 1.1 * scale)
        assert np.bincount(first).tolist() == [neighbors] * len(frame), format
        assert np.allclose(distance, scale, atol=1e-5)
        if format == "extxyz":  # with its Origin, the cell holds all atoms, none on an edge
            inside = np.linalg.solve(frame.cell[:].T, (frame.positions - frame.info["Origin"]).T)
            assert inside.min() > 0.01 and inside.max() < 0.99
