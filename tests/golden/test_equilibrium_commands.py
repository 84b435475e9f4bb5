"""The program as a user of equilibrium runs meets it: every command on a small sweep, and every kind of bad input."""

from __future__ import annotations

import csv
import io
import math
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import ase.io
import ase.neighborlist
import h5py
import numpy as np
import pytest
from test_commands import PROGRAM, contents, misfit, refused, succeed

CHAINS = """
[crystal]
shape = "hexagon"
side = 4
[crystal.shell]
layers = 1
stiffness = 4.0
[model]
kT = 0.6
[monte_carlo]
start = ["random", "separated"]
equilibration = 200
sweeps = 4000
sample_interval = 10
frames = 3
"""
SWEEP = CHAINS + """
[sweep]
"model.kT" = [0.6, 0.8]
"crystal.shell.stiffness" = [4.0, 4.5, 5.0]
"""
REPLICAS = SWEEP + """
[replica_exchange]
over = "crystal.shell.stiffness"
interval = 20
"""
PERIODIC = """
[crystal]
shape = "parallelogram"
size = [6, 9]
boundary = "periodic"
[monte_carlo]
composition = 0.333
equilibration = 100
sweeps = 1000
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "small.toml"
    path.write_text(text)
    return path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("equilibrium")


@pytest.fixture(scope="module")
def finished(place: Path) -> Path:
    """A run of replicas, of which the tests here only read."""
    succeed("run", write(place, REPLICAS), "--out", place / "replicas", "--threads", 2)
    return place / "replicas"


def test_check_says_what_an_input_means(tmp_path: Path) -> None:
    text = succeed("check", write(tmp_path, REPLICAS))
    for part in ("37 sites, 18 of them A at the start; 1 shell layer", "2 values of model.kT x 3 values of crystal.shell",
                 "12 in all, 200 + 4000 sweeps each, 400 samples", "exchange over crystal.shell.stiffness every 20 sweeps"):
        assert part in text
    # What it resolves to is an input that means the same.
    resolved = text.split("Every key, resolved:\n\n")[1]
    assert resolved in succeed("check", write(tmp_path, resolved))


def test_a_run_leaves_a_record_and_nothing_half_done(finished: Path) -> None:
    assert sorted(path.name for path in finished.iterdir() if path.name != "lock") == ["input.toml", "record.h5"]
    with h5py.File(finished / "record.h5") as file:
        assert file.attrs["kind"] == b"equilibrium"
        assert [key.decode() for key in file["sweep"].attrs["keys"]] == ["model.kT", "crystal.shell.stiffness"]
        assert file["sweep/crystal.shell.stiffness"][:].tolist() == [4.0, 4.5, 5.0] * 2
        assert sorted(file["points"]) == [str(k) for k in range(6)]
        assert file["points/5/sigma/value"].shape == (2, 3, 61)
        assert file["points/5/observables/f_U"].shape == (2, 400)
        assert file["ladders/1/point"][:].tolist() == [3, 4, 5]
        assert file["ladders/1/reduced_energy"].shape == (3, 2, 400, 3)
        # The energies of a sample at its own point are those that were measured there.
        energy = file["points/4/observables/energy"][:]
        assert np.allclose(file["ladders/1/reduced_energy"][1, :, :, 1], energy / 0.8, rtol=1e-10, atol=1e-10)


def test_averages_are_those_of_the_samples(finished: Path) -> None:
    with h5py.File(finished / "record.h5") as file:
        names = [name for name in file["averages"] if name != "heat_capacity"]
        assert {"composition", "core_composition", "energy", "f_U", "f_U1", "f_unclassified"} <= set(names)
        for point in range(6):
            samples = file[f"points/{point}/observables"]
            for name in names:
                assert math.isclose(file[f"averages/{name}/mean"][point], samples[name][:].mean(), rel_tol=1e-12, abs_tol=1e-14)
            assert np.allclose(samples["f_U"][:], samples["f_U1"][:] + samples["f_U2"][:], rtol=0, atol=1e-15)
            kT = file["sweep/model.kT"][point]
            variance = file["averages/energy/variance"][point]
            assert math.isclose(file["averages/heat_capacity/mean"][point], variance / kT**2, rel_tol=1e-12)
            # The core keeps its composition, and the shell its species.
            sigma = file[f"points/{point}/sigma/value"][:]
            shell = file["crystals/0/layer"][:] == 1
            assert (sigma[:, :, shell] == -1).all()
            assert ((sigma[:, :, ~shell] == 1).sum(axis=2) == 18).all()


def test_summary_prints_the_averages_of_the_record(finished: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(succeed("summary", finished, "--csv"))))
    with h5py.File(finished / "record.h5") as file:
        assert [float(row["model.kT"]) for row in rows] == file["sweep/model.kT"][:].tolist()
        for name in file["averages"]:
            for what in file[f"averages/{name}"]:
                values = [float(row[f"{name}_{what}"]) for row in rows]
                assert np.array_equal(values, file[f"averages/{name}/{what}"][:], equal_nan=True), (name, what)
        text = succeed("summary", finished)
        table = [line.split() for line in text.splitlines() if re.match(r" *0\.[68] ", line)]
        assert len(table) == 6
        head = next(line.split() for line in text.splitlines() if "model.kT" in line)
        for point, row in enumerate(table):
            shown, error = re.fullmatch(r"([-.\d]+)\((\d+)\)\??", row[head.index("f_U")]).groups()
            digits = len(shown.partition(".")[2])
            assert math.isclose(float(shown), file["averages/f_U/mean"][point], abs_tol=0.51 * 10**-digits)
            # Two digits at the most: 5 % or half a unit of the last.
            claimed = int(error) * 10**-digits
            assert math.isclose(claimed, file["averages/f_U/standard_error"][point], rel_tol=0.06, abs_tol=0.51 * 10**-digits)
        trips = [int(file[f"ladders/{k}/round_trips"][:].sum()) for k in range(2)]
        for k in range(2):
            assert f"replicas over crystal.shell.stiffness = 4 to 5: {trips[k]} round trips; " in text


def test_info_says_where_a_record_comes_from(finished: Path) -> None:
    text = succeed("info", finished)
    for part in ("equilibrium", "6 points, 12 chains, seed 2021", "model.kT = 0.6, 0.8", "% accepted", "drift", "PNAS 118"):
        assert part in text


def test_export_is_read_by_ase(finished: Path) -> None:
    frames = ase.io.read(io.StringIO(succeed("export", finished, "--xyz")), index=":", format="extxyz")
    assert len(frames) == 6 * 2 * 3
    with h5py.File(finished / "record.h5") as file:
        for k, frame in enumerate(frames):
            point, chain, number = k // 6, k // 3 % 2, k % 3
            assert (frame.info["point"], frame.info["chain"]) == (point, chain)
            assert frame.info["sweep"] == file[f"points/{point}/sigma/sweep"][number]
            assert np.array_equal(frame.arrays["sigma"], file[f"points/{point}/sigma/value"][chain, number])
            assert np.array_equal(frame.arrays["layer"], file["crystals/0/layer"][:])
        assert "model.kT = 0.8" in frames[-1].info["sweep_of"]
    assert "--trajectory" in refused("export", finished, "--xyz", "--trajectory", 0)


def test_strain_of_every_point_is_recorded_and_exported(tmp_path: Path) -> None:
    path = write(tmp_path, REPLICAS + '[observables]\nstrain = true\nprofile = "y"\n')
    out = tmp_path / "out"
    succeed("run", path, "--out", out, "--threads", 2)
    frames = ase.io.read(io.StringIO(succeed("export", out, "--xyz")), index=":", format="extxyz")
    with h5py.File(out / "record.h5") as file:
        assert file["averages/area_deviation_rms/mean"].shape == (6,)
        assert np.all(file["averages/area_deviation_rms/mean"][:] > file["averages/area_deviation_std/mean"][:])
        for frame in frames:
            point, chain = frame.info["point"], frame.info["chain"]
            observables = file[f"points/{point}/observables"]
            k = list(file[f"points/{point}/clock/sweep"][:]).index(frame.info["sweep"])
            deviation = frame.arrays["area_deviation"][frame.arrays["layer"] > 2]  # the shell is layer 1
            assert np.isclose(np.sqrt(np.mean(deviation**2)), observables["area_deviation_rms"][chain, k], rtol=0, atol=1e-8)
            # The rows of a core of side 4 in one layer of B have 5, 6, 7, 8, 9, 8, 7, 6, 5 sites.
            profile = [observables[f"profile_y_{row}"][chain, k] for row in range(9)]
            sites = np.array([5, 6, 7, 8, 9, 8, 7, 6, 5])
            assert np.isclose(profile @ sites / sites.sum(), observables["composition"][chain, k], rtol=0, atol=1e-14)


def test_a_swept_species_and_a_lone_point_are_exported_too(tmp_path: Path) -> None:
    path = write(tmp_path, CHAINS)
    quick = ("--set", "monte_carlo.sweeps=400")
    succeed("run", path, "--out", tmp_path / "species", *quick, "--set", 'sweep.crystal.shell.species=["A", "B"]')
    frames = ase.io.read(io.StringIO(succeed("export", tmp_path / "species", "--xyz")), index=":", format="extxyz")
    assert [frame.info["sweep_of"] for frame in frames[::6]] == [f"crystal.shell.species = {s}" for s in "AB"]
    succeed("run", path, "--out", tmp_path / "one", *quick)
    out = tmp_path / "frames.xyz"
    assert succeed("export", tmp_path / "one", "--xyz", "--output", out) == ""
    frames = ase.io.read(out, index=":", format="extxyz")
    assert len(frames) == 6
    assert "N = 61, 2 chains" in succeed("summary", tmp_path / "one")


def test_a_periodic_crystal_has_a_cell_in_which_every_site_has_six_neighbours(tmp_path: Path) -> None:
    succeed("run", write(tmp_path, PERIODIC), "--out", tmp_path / "out", "--set", "monte_carlo.frames=1")
    frame = ase.io.read(io.StringIO(succeed("export", tmp_path / "out", "--xyz")), format="extxyz")
    assert frame.pbc.tolist() == [True, True, False]
    assert (frame.arrays["sigma"] == 1).sum() == 17
    first, distance = ase.neighborlist.neighbor_list("id", frame, 1.2)
    assert np.bincount(first).tolist() == [6] * 54
    assert np.allclose(distance, 1.0, atol=1e-5)


def test_a_run_starts_from_a_record_with_its_composition(finished: Path, tmp_path: Path) -> None:
    text = CHAINS.replace('start = ["random", "separated"]', 'start = "record"')
    path = write(tmp_path, text.replace("sweeps = 4000", "sweeps = 30"))
    exchange = tmp_path / "exchange.toml"
    exchange.write_text('[crystal]\nshape = "hexagon"\nside = 4\n[ensemble]\ntrajectories = 2\nfirst = 3\n[record.sigma]\nlinear = 9\n')
    succeed("run", exchange, "--out", tmp_path / "exchange")
    one_point = tmp_path / "one.toml"
    one_point.write_text(CHAINS)
    succeed("run", one_point, "--out", tmp_path / "one", "--set", "monte_carlo.sweeps=400")

    with h5py.File(tmp_path / "exchange" / "record.h5") as file:
        of_exchange = file["points/0/sigma/value"][1, 2]
    with h5py.File(tmp_path / "one" / "record.h5") as file:
        core = file["crystals/0/layer"][:] > 1
        of_equilibrium = file["points/0/sigma/value"][1, -1][core]
    for record, unit, frame, expected in (("exchange", 4, 2, of_exchange), ("one", 1, -1, of_equilibrium)):
        out = tmp_path / f"from-{record}"
        succeed("run", path, "--out", out, "--set", f"monte_carlo.start_record='{tmp_path / record}'",
                "--set", f"monte_carlo.start_unit={unit}", "--set", f"monte_carlo.start_frame={frame}")
        with h5py.File(out / "record.h5") as file:
            sigma = file["points/0/sigma/value"][0]
            assert file["points/0/units/start"].asstr()[:].tolist() == ["record"]
        assert (sigma[:, ~core] == -1).all()
        assert ((sigma[:, core] == 1).sum(axis=1) == (expected == 1).sum()).all()

    def start_of(record: object, *settings: str) -> str:
        arguments = ("--set", f"monte_carlo.start_record='{record}'")
        for setting in settings:
            arguments += ("--set", setting)
        message = refused("run", path, "--out", tmp_path / "bad", *arguments)
        assert refused("check", path, *arguments) == message
        assert not (tmp_path / "bad" / "input.toml").exists()
        return message

    assert "nowhere" in start_of(tmp_path / "nowhere")
    assert "6 points; to start from, it must have one" in start_of(finished)
    assert "2 chains, none is number 2" in start_of(tmp_path / "one", "monte_carlo.start_unit=2")
    assert "3 frames, none is number 3" in start_of(tmp_path / "one", "monte_carlo.start_frame=3")
    assert "3 frames, none is number -4" in start_of(tmp_path / "one", "monte_carlo.start_frame=-4")
    assert "numbers 3 to 4" in start_of(tmp_path / "exchange", "monte_carlo.start_unit=0")
    assert "core of 37 sites, the one to start here has 61" in start_of(tmp_path / "one", "crystal.side=5")


def test_a_record_that_lacks_something_is_refused(finished: Path, tmp_path: Path) -> None:
    record = tmp_path / "record.h5"
    with h5py.File(finished / "record.h5") as file:
        names = ["points/3", "points/0/units/accepted", "averages/f_U/variance", "averages/heat_capacity", "sweep", "warnings",
                 "ladders", "ladders/1/overlap", "ladders/0/exchanged", "parameters", "potential", "input"]
        assert all(name in file for name in names)
    for name in names:
        for is_gone in (True, False):
            shutil.copy(finished / "record.h5", record)
            with h5py.File(record, "r+") as file:
                del file[name]
                if not is_gone:
                    file[name] = np.arange(3)
            message = refused("summary", record)
            assert str(record) in message, name
            assert len(message) < 1000


def test_annealing_runs_and_is_summarised_stage_by_stage(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text(succeed("init", "annealing"))
    checked = succeed("check", path)
    for line in ("2 in all, each through 3 stages, seed 2021", "stage 2     kT = 0.5; 5000 + 20000 sweeps, 2000 samples",
                 "stage 3     kT = 0.2; 20000 + 100000 sweeps, 10000 samples"):
        assert line in checked
    assert checked.split("Every key, resolved:\n\n")[1].count("[[stage]]") == 3
    out = tmp_path / "out"
    quick = ("--set", "monte_carlo.equilibration=50", "--set", "monte_carlo.sweeps=400",
             "--set", "stage.3.equilibration=50", "--set", "stage.3.sweeps=600")
    succeed("run", path, "--out", out, *quick)
    assert "3 stages, 2 chains" in succeed("summary", out)
    described = succeed("info", out)
    for line in ("3 stages, 2 chains, seed 2021", "stage 1     kT = 1, sweeps = 400",
                 "stage 3     equilibration = 50, sweeps = 600"):
        assert line in described
    rows = list(csv.DictReader(io.StringIO(succeed("summary", out, "--csv"))))
    assert [(row["stage"], row["model.kT"]) for row in rows] == [("1", "1"), ("2", "0.5"), ("3", "0.2")]
    with h5py.File(out / "record.h5") as file:
        assert [float(row["energy_mean"]) for row in rows] == file["averages/energy/mean"][:].tolist()
        assert [file[f"points/{stage}/observables/energy"].shape for stage in range(3)] == [(2, 40), (2, 40), (2, 60)]
        assert np.all(np.diff(file["averages/energy/mean"][:]) < 0)  # it cools


LONG = ("--set", "monte_carlo.sweeps=240000", "--set", "monte_carlo.sample_interval=2000")


@pytest.mark.parametrize(("text", "kill"), [(SWEEP, signal.SIGINT), (REPLICAS, signal.SIGKILL)], ids=["chains", "replicas"])
def test_a_run_that_is_stopped_can_be_read_and_goes_on_to_the_same_record(tmp_path: Path, text: str, kill: signal.Signals) -> None:
    path = write(tmp_path, text)
    out = tmp_path / "cut"
    process = subprocess.Popen([PROGRAM, "run", str(path), "--out", str(out), "--checkpoint-seconds", "0.02", *LONG],
                               stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 600
    # Until a first unit is finished, all of it written, and another has a checkpoint.
    def written() -> int:
        return max((part.stat().st_size for part in out.glob("parts/*.part")), default=0)
    def is_under_way() -> bool:
        before = written()
        time.sleep(0.05)
        return before > 1000 and written() == before and bool(list(out.glob("parts/*.checkpoint")))
    while not is_under_way() and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.send_signal(kill)
    message = process.communicate(timeout=900)[1]
    assert process.returncode == (3 if kill == signal.SIGINT else -signal.SIGKILL), message
    assert ("--resume" in message) == (kill == signal.SIGINT)
    assert not (out / "record.h5").exists()

    unfinished = re.search(r"6 points, unfinished: (\d+) of 12 chains(?:, and the first samples of (\d+) more)?", succeed("info", out))
    finished, under_way = int(unfinished[1]), int(unfinished[2] or 0)
    assert 0 < finished < 12
    assert unfinished[0] in succeed("summary", out)
    rows = list(csv.DictReader(io.StringIO(succeed("summary", out, "--csv"))))
    assert sum(int(row["chains"]) for row in rows) == finished + under_way
    frames = succeed("export", out, "--xyz").count("Properties=")
    assert 3 * finished <= frames <= 3 * (finished + under_way)

    assert "--resume" in refused("run", path, "--out", out, *LONG)
    message = refused("run", path, "--out", out, "--resume", *LONG, "--set", "sweep.model.kT=[0.6]")
    assert "[sweep]: other keys or values" in message
    succeed("run", path, "--out", out, "--resume", "--threads", 1, *LONG)
    succeed("run", path, "--out", tmp_path / "whole", *LONG)
    assert contents(out / "record.h5") == contents(tmp_path / "whole" / "record.h5")


def test_a_finished_record_is_not_written_over_unless_told_to(finished: Path, place: Path, tmp_path: Path) -> None:
    before = (finished / "record.h5").read_bytes()
    path = write(tmp_path, REPLICAS)
    assert "--overwrite" in refused("run", path, "--out", finished)
    assert "model.kT" in refused("run", path, "--out", finished, "--resume", "--set", "model.kT=0.7", "--set",
                                 "sweep.model.kT=[0.7, 0.8]")
    assert (finished / "record.h5").read_bytes() == before
    # Nor by a run of another kind.
    exchange = tmp_path / "exchange.toml"
    exchange.write_text('[crystal]\nshape = "hexagon"\nside = 4\n')
    assert "--overwrite" in refused("run", exchange, "--out", finished)
    refused("run", exchange, "--out", finished, "--resume")
    assert (finished / "record.h5").read_bytes() == before


def test_a_run_too_short_for_its_errors_says_so(tmp_path: Path) -> None:
    path = write(tmp_path, CHAINS)
    done = misfit("run", path, "--out", tmp_path / "out", "--set", "monte_carlo.sweeps=100")
    assert done.returncode == 0
    warning = "too few samples for an error of f_U: 16 a chain are the least; sweeps = 160 would do"
    assert f"misfit: warning: {warning}" in done.stderr
    text = succeed("summary", tmp_path / "out")
    assert f"warning: {warning}" in text
    with h5py.File(tmp_path / "out" / "record.h5") as file:
        assert warning in file["warnings"].asstr()[:].tolist()


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (("[sweep]", "[swep]"), ["small.toml:17", "swep", "did you mean [sweep]?"]),
        (('"model.kT"', '"model.kt"'), ["small.toml:18", "sweep.model.kt", "did you mean model.kT?"]),
        (("[0.6, 0.8]", "[0.6, -0.8]"), ["small.toml:18", "sweep.model.kT = -0.8", "above 0"]),
        (("[0.6, 0.8]", "[]"), ["small.toml:18", "list of values"]),
        (("[4.0, 4.5, 5.0]", "[4.0, 5.0, 4.5]"), ["small.toml:19", "must ascend", "5 stands before 4.5"]),
        (('over = "crystal.shell', 'over = "crystal.shel'), ["small.toml:22", "must be a key of [sweep]"]),
        (("frames = 3", "composition = 1.5"), ["small.toml:15", "composition = 1.5", "from 0 to 1"]),
        (("frames = 3", "frames = 3\n[[stage]]\nkT = 0.5"), ["small.toml:17", "stage.1.kT = 0.5", "[sweep]"]),
        (("frames = 3", "[kmc]"), ["[kmc]", "does not go with [monte_carlo]"]),
        (("layers = 1", "layers = 100000"), ["crystal.shell.layers = 100000", "GiB", "shell layers fit"]),
        (("side = 4", 'side = 4\nboundary = "periodic"'), ["small.toml:5", "free", "hexagon"]),
    ],
)
def test_bad_input_is_named_with_its_place(tmp_path: Path, change: tuple[str, str], parts: list[str]) -> None:
    assert change[0] in REPLICAS
    path = write(tmp_path, REPLICAS.replace(*change))
    for command in (("check", path), ("run", path, "--out", tmp_path / "out")):
        message = refused(*command)
        for part in parts:
            assert part in message
    assert not (tmp_path / "out").exists()
