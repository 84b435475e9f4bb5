"""A record and its exports in readers of others: h5py and ASE always, the rest where they are installed (docs/readers.md)."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import ase.io
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


def command(name: str) -> str:
    """The path of a program of others, or no test."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def misfit(*arguments: object) -> str:
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return done.stdout


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


def test_h5dump_prints_texts_and_numbers(record: Path) -> None:
    def printed(*arguments: str) -> str:
        return subprocess.run([command("h5dump"), *arguments, record], capture_output=True, text=True, check=True).stdout

    assert '"Cd", "Ag"' in printed("-d", "/species/element")
    assert "0.6" in printed("-a", "/parameters/model.kT")


def test_Octave_loads_all_of_it(record: Path) -> None:
    ask = (
        f"s = load('{record}'); p = s.points._0; sigma = double(p.sigma.value); "
        "printf('%d ', sort(fieldnames(s)){1}(1), size(sigma), sum(sigma(:)), p.units.end, p.units.steps); "
        "printf('%s ', strtrim(p.units.end_word(1, :)), strtrim(s.species.element(2, :)));"
    )
    done = subprocess.run(
        [command("octave-cli"), "--no-init-file", "--no-site-file", "--eval", ask], capture_output=True, text=True, check=False
    )
    assert "warning" not in done.stderr and "error: load" not in done.stderr, done.stderr
    with h5py.File(record) as file:
        point = file["points/0"]
        sigma, units = point["sigma/value"][()], point["units"]
        numbers = [ord("c"), *sigma.shape[::-1], sigma.sum(dtype=np.int64), *units["end"][()].ravel(), *units["steps"][()].ravel()]
    assert done.stdout.split() == [*map(str, numbers), "t_end", "Ag"]


def test_PyTables_reads_texts_and_numbers(record: Path) -> None:
    tables = pytest.importorskip("tables")
    with tables.open_file(record) as file:
        assert list(file.get_node("/species/element")) == [b"Cd", b"Ag"]
        assert file.get_node_attr("/parameters", "model.kT") == 0.6
        assert file.get_node("/points/0/sigma/value").shape == (2, 8, 37)


@pytest.fixture(scope="module")
def species(record: Path) -> list[list[str]]:
    """Elements of the first trajectory's frames, of which some differ."""
    with h5py.File(record) as file:
        frames = [["Cd" if spin > 0 else "Ag" for spin in frame] for frame in file["points/0/sigma/value"][0]]
    assert len({tuple(frame) for frame in frames}) > 1
    return frames


@pytest.fixture(scope="module")
def exports(record: Path) -> dict[str, Path]:
    files = {}
    for name, options in {"xyz": ["--xyz"], "plain.xyz": ["--xyz", "--plain"], "dump": ["--dump"]}.items():
        files[name] = record.parent / f"frames.{name}"
        misfit("export", record, *options, "-o", files[name])
    return files


@pytest.mark.parametrize(("name", "format"), [("xyz", "extxyz"), ("plain.xyz", "xyz"), ("dump", "lammps-dump-text")])
def test_ASE_sees_the_exchange(exports: dict[str, Path], species: list[list[str]], name: str, format: str) -> None:
    frames = ase.io.read(exports[name], index=":", format=format)
    assert [frame.get_chemical_symbols() for frame in frames] == species


@pytest.mark.parametrize("name", ["xyz", "plain.xyz"])
def test_pymatgen_sees_the_exchange(exports: dict[str, Path], species: list[list[str]], name: str) -> None:
    xyz = pytest.importorskip("pymatgen.io.xyz")
    molecules = xyz.XYZ.from_file(str(exports[name])).all_molecules
    assert [[site.specie.symbol for site in molecule] for molecule in molecules] == species


def test_pymatgen_reads_types_of_a_dump_that_change(exports: dict[str, Path], species: list[list[str]]) -> None:
    outputs = pytest.importorskip("pymatgen.io.lammps.outputs")
    for dump, elements in zip(outputs.parse_lammps_dumps(str(exports["dump"])), species, strict=True):
        assert dump.data["element"].tolist() == elements
        assert dump.data["type"].tolist() == [{"Cd": 1, "Ag": 2}[element] for element in elements]


def test_MDAnalysis_takes_positions_of_every_frame_and_names_of_the_first(
    exports: dict[str, Path], species: list[list[str]]
) -> None:
    MDAnalysis = pytest.importorskip("MDAnalysis")
    for name, format in (("xyz", "XYZ"), ("plain.xyz", "XYZ"), ("dump", "LAMMPSDUMP")):
        universe = MDAnalysis.Universe(str(exports[name]), format=format, topology_format=format)
        assert len(universe.trajectory) == 8
        called = universe.atoms.types if format == "LAMMPSDUMP" else universe.atoms.names
        assert len(set(called)) == 1 and set(species[0]) == {"Cd"}
        reference = ase.io.read(exports["plain.xyz"], index=-1, format="xyz").positions
        universe.trajectory[-1]
        np.testing.assert_allclose(universe.atoms.positions - universe.atoms.positions[0], reference - reference[0], atol=1e-5)


def test_Open_Babel_sees_the_exchange(exports: dict[str, Path], species: list[list[str]], tmp_path: Path) -> None:
    for name in ("xyz", "plain.xyz"):
        out = tmp_path / name
        subprocess.run([command("obabel"), "-ixyz", exports[name], "-oxyz", "-O", out], capture_output=True, check=True)
        frames = ase.io.read(out, index=":", format="xyz")
        assert [frame.get_chemical_symbols() for frame in frames] == species


def test_LAMMPS_reads_the_types_of_a_frame(exports: dict[str, Path], species: list[list[str]], tmp_path: Path) -> None:
    (tmp_path / "in.lmp").write_text(f"""
units lj
boundary f f f
region all block -5 5 -5 5 -1 1
create_box 2 all
mass * 1.0
read_dump {exports["dump"]} 7 x y z add yes box yes
group A type 1
variable A equal count(A)
print "A ${{A}} of $(atoms)"
""")
    done = subprocess.run([command("lmp"), "-in", "in.lmp"], cwd=tmp_path, capture_output=True, text=True)
    assert f"A {species[7].count('Cd')} of 37\n" in done.stdout, done.stdout + done.stderr


EDIT = """
import h5py, os, signal, sys
file = h5py.File(sys.argv[1], "r+")
print("open", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_record_whose_writer_was_killed_before_it_wrote_is_read(record: Path, tmp_path: Path) -> None:
    copy = tmp_path / "record.h5"
    shutil.copy(record, copy)
    done = subprocess.run([sys.executable, "-c", EDIT, copy], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL and done.stdout == "open\n"
    assert copy.read_bytes() != record.read_bytes(), "h5py has left its note"
    assert misfit("summary", copy) == misfit("summary", record)
    assert misfit("export", copy, "--csv") == misfit("export", record, "--csv")  # Python's reader
    bytes_ = bytearray(copy.read_bytes())
    bytes_[21] = 1
    copy.write_bytes(bytes_)
    told = subprocess.run([PROGRAM, "summary", copy], capture_output=True, text=True)
    assert told.returncode == 2 and f"h5repack {copy} new.h5" in told.stderr
    told = subprocess.run([PROGRAM, "export", copy, "--csv"], capture_output=True, text=True)
    assert told.returncode == 2 and f"h5repack {copy} new.h5" in told.stderr


def test_what_others_add_to_a_record_is_passed_over_and_not_extended(record: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(record.parent, out)
    before = misfit("summary", out)
    with h5py.File(out / "record.h5", "r+") as file:
        file["points/0/observables/mine"] = np.zeros(3)
        file["parameters"].attrs["note"] = "looked at"
        file["mine"] = [1, 2, 3]
    assert misfit("summary", out) == before
    assert "looked at" not in misfit("info", out)
    misfit("plot", out, "--out", tmp_path / "plots")
    done = subprocess.run(
        [PROGRAM, "run", out, "--extend", "trajectories=3"], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    assert "another program has rewritten it; what it has added or changed is not carried over" in done.stderr
    with h5py.File(out / "record.h5") as file:
        assert "mine" not in file and file["points/0/sigma/value"].shape[0] == 3
    done = subprocess.run(
        [PROGRAM, "run", out, "--extend", "trajectories=4"], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0 and "another program" not in done.stderr


NAMED = INPUT.replace('side = 4', 'side = 4\nelements = ["Pb", "Cd"]')


def test_elements_name_the_species_in_every_file_and_start(tmp_path: Path) -> None:
    (tmp_path / "named.toml").write_text(NAMED)
    misfit("run", tmp_path / "named.toml", "--out", tmp_path / "out")
    with h5py.File(tmp_path / "out" / "record.h5") as file:
        assert file["species/element"][()].tolist() == [b"Pb", b"Cd"]
        assert file["parameters/crystal.elements"][()].tolist() == [b"Pb", b"Cd"]
        last = file["points/0/sigma/value"][0, -1]
    for options, format in ((["--xyz"], "extxyz"), (["--dump"], "lammps-dump-text"), (["--xyz", "--plain"], "xyz")):
        text = misfit("export", tmp_path / "out", *options)
        frame = ase.io.read(io.StringIO(text), index=-1, format=format)
        assert frame.get_chemical_symbols() == ["Pb" if spin > 0 else "Cd" for spin in last]
        # Cd is A where nothing is said; here it is B, and a start from the file is the start from the record.
        (tmp_path / "frames").write_text(text)
        ends = []
        for start in (["kmc.start=xyz", f"kmc.start_xyz='{tmp_path / 'frames'}'"], ["kmc.start=record", f"kmc.start_record='{tmp_path / 'out'}'", "kmc.start_unit=0"]):
            settings = [part for each in start for part in ("--set", each)]
            misfit("run", tmp_path / "named.toml", "--out", tmp_path / "again", "--overwrite", *settings)
            with h5py.File(tmp_path / "again" / "record.h5") as file:
                assert np.array_equal(file["points/0/sigma/value"][0, 0], last)
                ends.append(file["points/0/sigma/value"][:, -1].tolist())
        assert ends[0] == ends[1]
    misfit("plot", tmp_path / "out", "--out", tmp_path / "plots")
    assert "A (Pb)" in (tmp_path / "plots" / "snapshots.svg").read_text()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ('["Pb"]', 'must be two different chemical elements, that of A and that of B'),
        ('["Pb", "Pb"]', "must be two different chemical elements"),
        ('["Pb", "cd"]', 'did you mean "Cd"?'),
        ('"Pb"', "must be two different chemical elements"),
    ],
)
def test_other_things_than_two_elements_are_refused(tmp_path: Path, given: str, told: str) -> None:
    (tmp_path / "wrong.toml").write_text(INPUT.replace("side = 4", f"side = 4\nelements = {given}"))
    done = subprocess.run([PROGRAM, "check", tmp_path / "wrong.toml"], capture_output=True, text=True)
    assert done.returncode == 2 and f"wrong.toml:5:1: crystal.elements = {given}: " in done.stderr and told in done.stderr


@pytest.mark.parametrize("format", ["extxyz", "vasp", "lammps-dump-text", "xyz"])
@pytest.mark.parametrize("scale", [1.0, 4.1])
def test_what_ASE_writes_is_a_start(record: Path, tmp_path: Path, format: str, scale: float) -> None:
    """Also moved, in another order, in a box that cuts it."""
    frame = ase.io.read(io.StringIO(misfit("export", record, "--xyz", "--scale", scale)), index=-1, format="extxyz")
    with h5py.File(record) as file:
        last = file["points/0/sigma/value"][0, -1]
    frame = frame[np.random.default_rng(3).permutation(len(frame))]
    for name in list(frame.arrays):
        if name not in ("numbers", "positions"):
            del frame.arrays[name]
    frame.set_cell([20 * scale] * 3)
    if format == "lammps-dump-text":
        text = io.StringIO()
        text.write("ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n37\nITEM: BOX BOUNDS pp pp pp\n" + f"0 {20 * scale}\n" * 3)
        text.write("ITEM: ATOMS id xs ys zs type\n")
        for k, (place, symbol) in enumerate(zip(frame.get_scaled_positions(wrap=False) + 0.01, frame.symbols)):
            text.write(f"{k + 1} {place[0]} {place[1]} {place[2]} {1 if symbol == 'Cd' else 2}\n")
        (tmp_path / "start").write_text(text.getvalue())
    else:
        frame.pbc = format != "xyz"
        frame.translate([0.3, 0.2, 0.1])
        if format != "xyz":  # which has no cell to put the pieces together by
            frame.wrap()
        ase.io.write(tmp_path / "start", frame, format=format)
    (tmp_path / "input.toml").write_text(INPUT)
    misfit("run", tmp_path / "input.toml", "--out", tmp_path / "out", "--set", "kmc.start=xyz", "--set", f"kmc.start_xyz='{tmp_path / 'start'}'")
    with h5py.File(tmp_path / "out" / "record.h5") as file:
        assert np.array_equal(file["points/0/sigma/value"][1, 0], last)
