"""The program as a user meets it: every command on small input, and every kind of bad input.

Bad input is one message on stderr that starts with "misfit: error: ", exit status 2, and nothing written over.
"""

from __future__ import annotations

import csv
import io
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import ase.io
import h5py
import numpy as np
import pytest

from misfit import RecordError, open_record

PROGRAM = os.environ["MISFIT_PROGRAM"]

SMALL = """
[crystal]
shape = "hexagon"
side = 4
[kmc]
t_end = 20.0
stop_at_composition = 0.0
[ensemble]
trajectories = 6
[record.scalars]
linear = 11
logarithmic = 11
log_start = 1e-24
[record.sigma]
linear = 5
logarithmic = 0
"""


def misfit(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=900, **options)


def succeed(*arguments: object) -> str:
    done = misfit(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def refused(*arguments: object) -> str:
    """The one message of a refused command."""
    done = misfit(*arguments)
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    assert done.stderr.startswith("misfit: error: "), done.stderr
    assert done.stderr.count("misfit: error") == 1
    return done.stderr


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(SMALL)
    return path


@pytest.fixture
def finished(small: Path, tmp_path: Path) -> Path:
    out = tmp_path / "out"
    succeed("run", small, "--out", out)
    return out


def contents(record: Path) -> dict[str, object]:
    """Every dataset and attribute outside /provenance."""
    found: dict[str, object] = {}
    with h5py.File(record) as file:
        def visit(name: str, item: h5py.Group | h5py.Dataset) -> None:
            if name.startswith("provenance"):
                return
            for key, value in item.attrs.items():
                if key.endswith("_LIST"):  # names of dimensions: places in the file
                    continue
                found[f"{name}@{key}"] = np.asarray(value).tolist()
            if isinstance(item, h5py.Dataset):
                found[name] = item[()].tolist() if item.shape else item[()]
        file.visititems(visit)
    return found


@pytest.mark.parametrize("name", ["elastic", "exchange", "exchange-3d", "ising", "noninteracting"])
def test_init_prints_an_input_that_runs_as_it_is(name: str, tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text(succeed("init", name))
    succeed("check", path)
    # Full crystals, a small ensemble, and no further than a few thousand events.
    succeed("run", path, "--out", tmp_path / "out", "--set", "ensemble.trajectories=2", "--set", "kmc.max_events=2000")


def test_init_alone_lists_what_there_is() -> None:
    assert "exchange-3d" in succeed("init")


def test_check_says_what_an_input_means(small: Path) -> None:
    text = succeed("check", small)
    assert "37, of which 18 at the surface" in text
    assert "kT = 0.2" in text


def test_a_run_leaves_a_record_and_nothing_half_done(finished: Path) -> None:
    assert sorted(path.name for path in finished.iterdir() if path.name != "lock") == ["input.toml", "record.h5"]
    with h5py.File(finished / "record.h5") as file:
        assert file["points/0/sigma/value"].shape == (6, 5, 37)
        assert file["points/0/observables/composition"].shape == (6, 21)


def test_the_record_does_not_depend_on_the_number_of_threads(small: Path, tmp_path: Path, finished: Path) -> None:
    succeed("run", small, "--out", tmp_path / "one", "--threads", 1)
    assert contents(tmp_path / "one" / "record.h5") == contents(finished / "record.h5")


def test_a_trajectory_run_alone_is_the_same(small: Path, tmp_path: Path, finished: Path) -> None:
    alone = tmp_path / "alone"
    succeed("run", small, "--out", alone, "--set", "ensemble.first=4", "--set", "ensemble.trajectories=1")
    with h5py.File(alone / "record.h5") as one, h5py.File(finished / "record.h5") as all_of_them:
        assert np.array_equal(one["points/0/sigma/value"][0], all_of_them["points/0/sigma/value"][4])
        assert one["points/0/units/steps"][0] == all_of_them["points/0/units/steps"][4]


def test_summary_prints_means_and_errors_of_the_record(finished: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(succeed("summary", finished, "--csv"))))
    with h5py.File(finished / "record.h5") as file:
        values = file["points/0/observables/composition"][:]
        assert [float(row["time"]) for row in rows] == file["points/0/clock/time"][:].tolist()
    mean = [float(row["composition_mean"]) for row in rows]
    error = [float(row["composition_standard_error"]) for row in rows]
    assert np.allclose(mean, values.mean(axis=0), rtol=1e-14, atol=0)
    assert np.allclose(error, values.std(axis=0, ddof=1) / np.sqrt(6), rtol=1e-12, atol=1e-16)
    assert "composition: 6" in succeed("summary", finished)
    assert len(list(csv.DictReader(io.StringIO(succeed("summary", finished, "--csv", "--ends"))))) == 6


def test_the_table_of_a_summary_ends_when_every_trajectory_has(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    succeed("run", small, "--out", out, "--set", "record.scalars.linear=400", "--set", "kmc.t_end=1e4")
    lines = succeed("summary", out).splitlines()
    head = next(k for k, line in enumerate(lines) if line.split()[:1] == ["time"])
    table = [line.split() for line in lines[head + 1 : -1]]
    with h5py.File(out / "record.h5") as file:
        times = file["points/0/clock/time"][:]
        after = times[times >= file["points/0/units/end_time"][:].max()][0]
    assert len(table) > 2
    assert float(table[0][0]) == 0.0
    assert float(table[-1][0]) == pytest.approx(after, rel=1e-3)
    assert all("e-" not in cell for row in table for cell in row[1:])
    assert lines[-1] == f"({len(table)} of {len(times)} times, until every trajectory had ended; all of them: --csv)"


def test_info_says_where_a_record_comes_from(finished: Path) -> None:
    text = succeed("info", finished)
    for part in ("N = 37", "6 trajectories, seed 2021", "closed form", "PNAS 118", "drift"):
        assert part in text


def test_plot_draws_every_figure(finished: Path) -> None:
    for line in succeed("plot", finished).split():
        assert Path(line).stat().st_size > 1000
    assert {path.name for path in (finished / "plots").iterdir()} >= {"overview.png", "overview.svg", "phases.png"}


def test_pictures_are_in_the_formats_that_are_asked_for(finished: Path, small: Path, tmp_path: Path) -> None:
    (one, two) = (["--out", tmp_path / "one"], ["--out", tmp_path / "two"])
    alone = [Path(line).name for line in succeed("plot", "--format", "pdf", finished, *one).splitlines()]
    assert {"composition.pdf", "overview.pdf"} <= set(alone) and all(name.endswith(".pdf") for name in alone)
    both = succeed("plot", finished, finished, *two, "--format", "pdf", "--format", "png").splitlines()
    assert [Path(line).name for line in both] == ["comparison.pdf", "comparison.png"]
    (map_of_V,) = [line for line in succeed("potential", small, *one, "--format", "svg").splitlines() if "." in line and "/" in line]
    assert Path(map_of_V).name == "potential.svg"
    assert "--format: eps not in {png,svg,pdf}" in refused("plot", finished, "--format", "eps")


def test_snapshots_are_not_drawn_at_times_that_the_record_lacks(finished: Path) -> None:
    assert "t = 1000" in refused("plot", finished, "--times", "3", "1000")


def test_a_record_larger_than_the_disk_is_warned_of(small: Path) -> None:
    done = misfit("check", small, "--set", "ensemble.trajectories=10000000", "--set", "record.sigma.linear=1000000")
    assert "the record may take" in done.stderr
    assert misfit("check", small).stderr == ""


def test_potential_prints_its_properties_and_draws_it(small: Path, tmp_path: Path) -> None:
    text = succeed("potential", small, "--out", tmp_path / "picture")
    assert "18 zero" in text  # 6 (n - 1) zero eigenvalues
    assert (tmp_path / "picture" / "potential.png").exists()


def test_export_is_read_by_ase(finished: Path) -> None:
    frames = ase.io.read(io.StringIO(succeed("export", finished, "--xyz", "--trajectory", 3)), index=":", format="extxyz")
    assert len(frames) == 5
    with h5py.File(finished / "record.h5") as file:
        for k, frame in enumerate(frames):
            assert np.array_equal(frame.arrays["sigma"], file["points/0/sigma/value"][3, k])
        assert np.allclose(frames[0].positions[:, :2], file["crystals/0/position"][:], atol=1e-6)


def interior(frame: ase.Atoms, name: str) -> np.ndarray:
    """The local deviations of the sites that are not at the surface."""
    return frame.arrays[name][frame.arrays["layer"] > 1]


@pytest.mark.parametrize(
    ("crystal", "name", "profile"),
    [('shape = "hexagon"\nside = 4', "area_deviation", "y"), ('shape = "box"\nsize = [3, 4, 5]', "volume_deviation", "z")],
)
def test_strain_and_profile_are_recorded_and_exported(tmp_path: Path, crystal: str, name: str, profile: str) -> None:
    path = tmp_path / "strain.toml"
    times = "linear = 0\nlogarithmic = 9\nlog_start = 1e-24"
    text = SMALL.replace('shape = "hexagon"\nside = 4', crystal).replace("linear = 11\nlogarithmic = 11\nlog_start = 1e-24", times).replace("linear = 5\nlogarithmic = 0", times)
    path.write_text(text + f'[observables]\nstrain = true\nmismatch = 0.2\nprofile = "{profile}"\n')
    out = tmp_path / "out"
    succeed("run", path, "--out", out, "--threads", 1)
    succeed("run", path, "--out", tmp_path / "two", "--threads", 2)
    assert contents(out / "record.h5") == contents(tmp_path / "two" / "record.h5")
    frames = ase.io.read(io.StringIO(succeed("export", out, "--xyz", "--trajectory", 2)), index=":", format="extxyz")
    with h5py.File(out / "record.h5") as file:
        observables = file["points/0/observables"]
        assert np.array_equal(file["points/0/clock/time"][:], file["points/0/sigma/time"][:])
        bonds = file["crystals/0/bonds"][:][file["crystals/0/bond_nearest"][:] == 1]
        place = file["crystals/0/position"][:, "xyz".index(profile)]
        layers = np.unique(np.round(place, 3), return_inverse=True)[1]
        for k, frame in enumerate(frames):
            deviation = interior(frame, name)
            assert np.isclose(np.sqrt(np.mean(deviation**2)), observables[f"{name}_rms"][2, k], rtol=0, atol=1e-8)
            assert np.isclose(np.std(deviation), observables[f"{name}_std"][2, k], rtol=0, atol=1e-8)
            # From the positions as a picture has them, which are rounded to 1e-6.
            moved = frame.positions + frame.arrays["displacement"]
            length = np.linalg.norm(moved[bonds[:, 1]] - moved[bonds[:, 0]], axis=1) ** len(file["crystals/0/position"][0])
            ends = np.bincount(bonds.ravel(), minlength=len(frame))
            mean = np.bincount(bonds.ravel(), weights=np.repeat(length - 1, 2), minlength=len(frame)) / ends
            assert np.allclose(mean, frame.arrays[name], rtol=0, atol=1e-5)
            is_A = file["points/0/sigma/value"][2, k] == 1
            for layer in range(layers.max() + 1):
                assert observables[f"profile_{profile}_{layer}"][2, k] == is_A[layers == layer].mean()
        assert np.max(observables[f"{name}_rms"][2]) > 1e-3


def test_an_observable_that_the_crystal_does_not_have_is_refused(small: Path) -> None:
    message = refused("check", small, "--set", "observables.profile=z")
    assert 'observables.profile = "z": must be "none" or "y" for the triangular lattice' in message


def test_a_trajectory_is_named_by_its_number(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    succeed("run", small, "--out", out, "--set", "ensemble.first=4", "--set", "ensemble.trajectories=2")
    assert "trajectory=5" in succeed("export", out, "--xyz", "--trajectory", 5)
    succeed("plot", out, "--trajectory", 5)
    for command in (("export", out, "--xyz"), ("plot", out)):
        assert "numbers 4 to 5" in refused(*command, "--trajectory", 6)


def test_cache_lists_and_clears(small: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    misfit("run", small, "--out", tmp_path / "out", env=environment)
    assert "1 potential," in misfit("cache", env=environment).stdout
    assert "removed 1 potential " in misfit("cache", "--clear", env=environment).stdout
    assert "0 potentials" in misfit("cache", env=environment).stdout


# Without a driving force nothing ends a trajectory before its number of events: some seconds in all.
LONG = ("--set", "model.kT=1.0", "--set", "model.delta_mu=0.0", "--set", "kmc.t_end=1e7", "--set", "crystal.side=8",
        "--set", "ensemble.trajectories=3", "--set", "kmc.max_events=600000")


@pytest.mark.parametrize("kill", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_run_that_is_stopped_goes_on_to_the_same_record(small: Path, tmp_path: Path, kill: signal.Signals) -> None:
    succeed("run", small, "--out", tmp_path / "whole", *LONG)
    command = ["run", small, "--out", tmp_path / "cut", "--checkpoint-seconds", "0.05", *LONG]
    process = subprocess.Popen([PROGRAM, *map(str, command)], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not list((tmp_path / "cut").glob("parts/*.checkpoint")) and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(kill)
    message = process.communicate(timeout=900)[1]
    if kill == signal.SIGKILL:
        assert process.returncode == -signal.SIGKILL
    else:
        assert process.returncode == 3, message
        assert "--resume" in message
    assert not (tmp_path / "cut" / "record.h5").exists()
    assert "unfinished" in succeed("info", tmp_path / "cut")
    succeed("run", small, "--out", tmp_path / "cut", "--resume", "--threads", 1, *LONG)
    assert contents(tmp_path / "cut" / "record.h5") == contents(tmp_path / "whole" / "record.h5")


def test_what_is_said_of_a_run_without_a_finished_trajectory_names_its_folder(small: Path, tmp_path: Path) -> None:
    process = misfit("run", small, "--out", tmp_path / "begun", "--max-time", "0.2", *LONG, "--set", "kmc.max_events=100000000")
    assert process.returncode == 3, process.stderr
    begun = tmp_path / "begun"
    for command, said in [
        (["plot", begun], ": nothing to draw"), (["report", begun], ": nothing to show"), (["animate", begun], ""),
        (["export", begun, "--xyz"], ""), (["plot", begun, begun], ": nothing to draw"),
    ]:  # fmt: skip
        assert refused(*command) == f"misfit: error: {begun}: no trajectory is finished yet{said}\n", command
    with open_record(begun) as record, pytest.raises(RecordError, match=rf"^{begun}: no observable 'nothing'"):
        record.observables["nothing"]
    (line,) = [line for line in succeed("info", begun).splitlines() if line.startswith(("made", "begun"))]
    assert re.fullmatch(r"begun       \S+Z on \S+, \d+ threads?; not finished", line)


def test_a_run_within_a_time_limit_ends_in_several_goes(small: Path, tmp_path: Path) -> None:
    succeed("run", small, "--out", tmp_path / "whole", *LONG)
    command = ["run", small, "--out", tmp_path / "cut", "--resume", *LONG, "--max-time"]
    goes = 0
    # Ever longer, so that a slow machine too comes to the end.
    while (process := misfit(*command, 0.2 + 0.1 * goes)).returncode == 3:
        assert "the time limit is reached; all work is saved" in process.stderr
        assert not (tmp_path / "cut" / "record.h5").exists()
        goes += 1
    assert process.returncode == 0, process.stderr
    assert goes > 0
    assert contents(tmp_path / "cut" / "record.h5") == contents(tmp_path / "whole" / "record.h5")


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (("side = 4", "sied = 4"), ["small.toml:4", "sied", "side"]),
        (("[kmc]", "[kcm]"), ["kcm", "kmc"]),
        (("side = 4", 'side = "four"'), ["small.toml:4", "crystal.side", "four"]),
        (("side = 4", "side = 4.5"), ["small.toml:4", "crystal.side", "4.5"]),
        (("side = 4", "side = -4"), ["small.toml:4", "crystal.side", "-4", "2"]),
        (("side = 4", "size = [4, 4, 4]"), ["crystal"]),
        (("t_end = 20.0", "t_end = nan"), ["small.toml:6", "kmc.t_end"]),
        (("t_end = 20.0", "t_end = "), ["small.toml:6"]),
        (("[kmc]", "[model]\nkT = 0\n[kmc]"), ["small.toml:6", "model.kT", "0"]),
        (("side = 4", "side = 10000"), ["10000", "GiB", "fits"]),
    ],
)
def test_bad_input_is_named_with_its_place(small: Path, tmp_path: Path, change: tuple[str, str], parts: list[str]) -> None:
    small.write_text(SMALL.replace(*change))
    for command in (("check", small), ("run", small, "--out", tmp_path / "out")):
        message = refused(*command)
        for part in parts:
            assert part in message
    assert not (tmp_path / "out").exists()


def test_a_setting_is_named_as_given(small: Path) -> None:
    assert "model.kT" in refused("check", small, "--set", "model.kT=-1")
    assert "trajectories" in refused("check", small, "--set", "ensemble.trajectory=3")


def test_a_missing_input_is_named(tmp_path: Path) -> None:
    assert "nowhere.toml" in refused("check", tmp_path / "nowhere.toml")


def test_a_folder_that_cannot_be_written_is_named(small: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert str(tmp_path / "file") in refused("run", small, "--out", tmp_path / "file" / "out")


def test_a_finished_record_is_not_written_over_unless_told_to(small: Path, finished: Path) -> None:
    before = (finished / "record.h5").read_bytes()
    assert "--overwrite" in refused("run", small, "--out", finished)
    assert (finished / "record.h5").read_bytes() == before
    succeed("run", small, "--out", finished, "--overwrite", "--set", "ensemble.trajectories=2")
    with h5py.File(finished / "record.h5") as file:
        assert file["points/0/sigma/value"].shape[0] == 2


def test_resume_with_another_input_is_refused_with_the_difference(small: Path, finished: Path) -> None:
    before = (finished / "record.h5").read_bytes()
    message = refused("run", small, "--out", finished, "--resume", "--set", "model.kT=0.25")
    assert "model.kT" in message
    assert "0.25" in message
    assert (finished / "record.h5").read_bytes() == before


def test_resume_of_a_finished_run_leaves_it_as_it_is(small: Path, finished: Path) -> None:
    before = (finished / "record.h5").read_bytes()
    succeed("run", small, "--out", finished, "--resume")
    assert (finished / "record.h5").read_bytes() == before


def test_a_record_of_a_later_version_is_refused(finished: Path) -> None:
    with h5py.File(finished / "record.h5", "r+") as file:
        file.attrs["format_version"] = np.array([3, 0], dtype=file.attrs["format_version"].dtype)
    for command in ("info", "summary", "plot"):
        assert "version" in refused(command, finished)


def test_what_is_no_record_is_refused(tmp_path: Path) -> None:
    (tmp_path / "record.h5").write_text("no record")
    for path in (tmp_path / "record.h5", tmp_path / "missing.h5", tmp_path):
        for command in ("info", "summary", "plot"):
            refused(command, path)


def test_an_unknown_command_or_option_is_refused() -> None:
    refused("rnu")
    refused("run", "--nonsense")


def test_a_damaged_record_is_named_by_every_reader(tmp_path: Path) -> None:
    toml = tmp_path / "my.toml"
    toml.write_text(SMALL)
    succeed("run", toml, "--out", tmp_path / "out")
    record = tmp_path / "out/record.h5"
    damaged = bytearray(record.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    record.write_bytes(damaged)
    for arguments in (
        ["summary", record], ["info", tmp_path / "out"], ["plot", record], ["report", record],
        ["animate", record], ["export", "--csv", record], ["run", toml, "--out", tmp_path / "out", "--resume"],
    ):  # fmt: skip
        assert "record.h5: damaged, or changed since it was written" in refused(*arguments)
    with pytest.raises(RecordError, match="record.h5: damaged, or changed since it was written"):
        open_record(record)


def test_a_finished_run_is_extended_to_what_a_longer_one_gives(tmp_path: Path) -> None:
    toml = tmp_path / "my.toml"
    toml.write_text(SMALL)
    succeed("run", toml, "--out", tmp_path / "out")
    extended = misfit("run", toml, "--out", tmp_path / "out", "--extend", "t_end=40")
    assert extended.returncode == 0 and "no event happens" not in extended.stderr  # before, there were some
    # The resolved input of the extended run is that of one long run.
    succeed("run", tmp_path / "out/input.toml", "--out", tmp_path / "long")
    assert succeed("summary", "--csv", tmp_path / "out") == succeed("summary", "--csv", tmp_path / "long")
    assert "40" in succeed("summary", "--csv", tmp_path / "out").splitlines()[-1].split(",")
    assert "--extend t_end=30: must be a number above 40" in refused(
        "run", tmp_path / "out/input.toml", "--out", tmp_path / "out", "--extend", "t_end=30"
    )


def test_the_folder_of_a_run_is_enough_to_go_on_with_it(tmp_path: Path) -> None:
    toml, out = tmp_path / "my.toml", tmp_path / "out"
    toml.write_text(SMALL)
    succeed("run", toml, "--out", tmp_path / "whole", *LONG)
    cut = misfit("run", toml, "--out", out, "--max-time", "0.01", *LONG)
    assert cut.returncode == 3, cut.stderr
    toml.unlink()
    assert "is a folder; to go on with the run in it, add --resume or --extend" in refused("run", out)
    assert "leave --out away" in refused("run", out, "--resume", "--out", tmp_path / "other")
    assert "leave --set away" in refused("run", out, "--resume", "--set", "model.kT=0.5")
    succeed("run", out, "--resume")
    assert succeed("summary", "--csv", out) == succeed("summary", "--csv", tmp_path / "whole")
    succeed("run", out, "--resume")  # nothing is left to do
    succeed("run", out, "--extend", "trajectories=9")
    succeed("run", tmp_path / "whole/input.toml", "--out", tmp_path / "more", "--set", "ensemble.trajectories=9")
    assert succeed("summary", "--csv", out) == succeed("summary", "--csv", tmp_path / "more")
    (tmp_path / "empty").mkdir()
    assert "is a folder without a run" in refused("run", tmp_path / "empty", "--resume")
    assert "--out FOLDER is needed" in refused("run", tmp_path / "whole/input.toml")
