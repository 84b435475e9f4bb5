"""Sweeps of exchange, runs joined, and runs beside each other, as a user meets them."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from pathlib import Path

import h5py
import numpy as np
import pytest
from test_commands import SMALL, refused, succeed

import misfit.report.page
from misfit import Record, open_record

SWEEP = SMALL + '[sweep]\ncrystal.side = [3, 4]\n"model.kT" = [0.3, 0.6]\n'


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("swept")
    (folder / "sweep.toml").write_text(SWEEP)
    succeed("run", folder / "sweep.toml", "--out", folder / "out")
    return folder / "out"


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def opened(path: Path) -> Record:
    record = open_record(path)
    assert isinstance(record, Record)
    return record


def test_check_says_what_is_swept(tmp_path: Path) -> None:
    (tmp_path / "sweep.toml").write_text(SWEEP)
    text = succeed("check", tmp_path / "sweep.toml")
    assert "2 values of crystal.side x 2 values of model.kT" in text
    assert "6 trajectories at each point" in text


def test_pictures_of_a_point_do_not_take_the_place_of_another_point_s(swept: Path, tmp_path: Path) -> None:
    record = tmp_path / "record.h5"
    record.write_bytes((swept / "record.h5").read_bytes())
    for point in ("1", "3"):
        succeed("plot", record, "--point", point, "--format", "png")
        assert (tmp_path / f"plots/point-{point}/composition.png").exists()


def test_a_record_of_a_sweep_has_a_record_at_every_point(swept: Path) -> None:
    with opened(swept) as record:
        assert list(record.sweep) == ["crystal.side", "model.kT"]
        assert [point.values for point in record.points] == [
            {"crystal.side": side, "model.kT": kT} for side in (3.0, 4.0) for kT in (0.3, 0.6)
        ]
        assert [point.crystal.size for point in record.points] == [19, 19, 37, 37]
        assert [point.parameters["model.kT"] for point in record.points] == [0.3, 0.6, 0.3, 0.6]
        assert [point.parameters["crystal.side"] for point in record.points] == [3, 3, 4, 4]
        assert all(len(point.trajectories) == 6 for point in record.points)
        assert record.points[3].sigma.shape == (6, 5, 37)
        assert len({point.parameters["ensemble.seed"] for point in record.points}) == 4


def test_a_point_is_run_again_alone_from_what_the_record_tells(swept: Path, tmp_path: Path) -> None:
    with opened(swept) as record:
        point = record.points[3]
        (tmp_path / "alone.toml").write_text(SMALL)
        settings = {key: point.parameters[key] for key in ("crystal.side", "model.kT", "ensemble.seed")}
        arguments = [text for key, value in settings.items() for text in ("--set", f"{key}={value}")]
        succeed("run", tmp_path / "alone.toml", "--out", tmp_path / "alone", *arguments)
        with opened(tmp_path / "alone") as alone:
            assert np.array_equal(alone.sigma[()], point.sigma[()])
            for name in alone.observables:
                assert np.array_equal(alone.observables[name], point.observables[name]), name


def test_summary_has_a_line_for_each_point(swept: Path) -> None:
    lines = succeed("summary", swept).splitlines()
    assert lines[0] == "4 points of 6 trajectories"
    head = next(k for k, line in enumerate(lines) if line.startswith("point"))
    table = [line.split() for line in lines[head + 1 : head + 5]]
    assert [row[:3] for row in table] == [["0", "3", "0.3"], ["1", "3", "0.6"], ["2", "4", "0.3"], ["3", "4", "0.6"]]
    with opened(swept) as record:
        for row, point in zip(table, record.points):
            completion = point.completion_time()
            assert completion is not None and completion.reached.all()
            assert row[3:8] == ["6", "c", "=", "0", "6"]
            assert float(row[8].partition("(")[0]) == pytest.approx(completion.mean, rel=0.02)
            peak = point.observables["f_S2"].max(axis=1).mean()
            assert float(row[10].partition("(")[0]) == pytest.approx(peak, rel=0.05)
    one = succeed("summary", swept, "--point", 2)
    assert "point 2: crystal.side = 4, model.kT = 0.3, 6 trajectories" in one
    assert "--point 4: the record has 4 points, numbers 0 to 3" in refused("summary", swept, "--point", 4)
    assert "which of the 4 points" in refused("summary", swept, "--ends")


def test_tables_tell_the_point_of_each_row(swept: Path) -> None:
    means = rows_of(succeed("summary", swept, "--csv"))
    with opened(swept) as record:
        assert len(means) == 4 * len(record.time)
        last = means[-1]
        assert (last["point"], last["crystal.side"], last["model.kT"]) == ("3", "4", "0.6")
        mean, _ = record.points[3].mean("energy_elastic")
        assert float(means[-3]["energy_elastic_mean"]) == mean[-3]
    assert len(rows_of(succeed("summary", swept, "--csv", "--ends"))) == 4 * 6
    assert {row["point"] for row in rows_of(succeed("summary", swept, "--csv", "--point", 1))} == {"1"}
    scalars = rows_of(succeed("export", swept, "--csv"))
    assert len(scalars) == 4 * 6 * len({row["time"] for row in scalars})
    assert scalars[0]["model.kT"] == "0.3"


def test_pictures_of_a_sweep_and_of_a_point_of_it(swept: Path, tmp_path: Path) -> None:
    names = {Path(line).name for line in succeed("plot", swept, "--out", tmp_path).splitlines()}
    assert names == {"sweep.png", "sweep.svg", "points.png", "points.svg"}
    names = {Path(line).name for line in succeed("plot", swept, "--out", tmp_path, "--point", 3).splitlines()}
    assert {"overview.png", "phases.svg", "snapshots.png"} <= names
    assert "--point K" in refused("plot", swept, "--trajectory", 1)
    xyz = succeed("export", swept, "--xyz", "--point", 3, "--trajectory", 2)
    assert xyz.startswith("37\n") and 'sweep_of="crystal.side = 4, model.kT = 0.6"' in xyz
    assert "--point is for --xyz and --dump" in refused("export", swept, "--csv", "--point", 1)


def test_a_page_of_a_sweep_and_of_a_point_of_it(swept: Path, tmp_path: Path) -> None:
    assert "at which of the 4 points? --point K" in refused("report", swept, "--strain", 1)
    assert "--point 4: the record has 4 points, numbers 0 to 3" in refused("report", swept, "--point", 4)
    if not (Path(misfit.report.page.__file__).parents[1] / "pages/report.html").exists():
        pytest.skip("the page of reports is not built")
    succeed("report", swept, "-o", tmp_path / "all.html")
    succeed("report", swept, "-o", tmp_path / "one.html", "--point", 3, "--strain", 1)
    assert "<title>Exchange: hexagon, side 3 to hexagon, side 4" in (tmp_path / "all.html").read_text()
    assert "<title>Exchange: hexagon, side 4, 37 sites, kT = 0.6" in (tmp_path / "one.html").read_text()


def test_a_movie_is_of_a_point_and_a_trajectory(swept: Path, tmp_path: Path) -> None:
    assert "a movie of which of the 4 points? --point K" in refused("animate", swept)
    assert "trajectory 99: the record has 6 of them" in refused("animate", swept, "--point", 3, "--trajectory", 99)
    if shutil.which("ffprobe") is None:
        pytest.skip("no ffmpeg")
    movie = tmp_path / "a.gif"
    said = succeed("animate", swept, "-o", movie, "--point", 3, "--trajectory", 2, "--rate", 4)
    assert said.splitlines() == [str(movie)]
    with open_record(swept) as record:
        point = record.at(3)
        sigma = np.asarray(point.sigma[point.trajectories.unit.tolist().index(2)])
    last = int(np.flatnonzero((sigma[1:] != sigma[:-1]).any(axis=1))[-1]) + 1
    asked = ["ffprobe", "-v", "error", "-count_frames", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0", str(movie)]
    assert subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip() == str(last + 1)


def test_runs_are_joined_to_the_record_of_one(tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text(SMALL)
    for name, first, count in (("all", 0, 6), ("a", 0, 2), ("b", 2, 3), ("c", 5, 1)):
        succeed("run", tmp_path / "my.toml", "--out", tmp_path / name, "--set", f"ensemble.first={first}", "--set", f"ensemble.trajectories={count}")  # fmt: skip
    succeed("merge", tmp_path / "joined", tmp_path / "c", tmp_path / "a", tmp_path / "b")
    assert succeed("summary", "--csv", tmp_path / "joined") == succeed("summary", "--csv", tmp_path / "all")
    assert (tmp_path / "joined/input.toml").read_text() == (tmp_path / "all/input.toml").read_text()
    missing = refused("merge", tmp_path / "other", tmp_path / "a", tmp_path / "c")
    assert "a (numbers 0 to 1)" in missing and "trajectories 2 to 4 between them are missing" in missing
    assert "holds a run" in refused("merge", tmp_path / "joined", tmp_path / "a", tmp_path / "b")
    assert not (tmp_path / "other").exists()


def test_runs_stand_beside_each_other(tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text(SMALL)
    names = []
    for kT in (0.2, 0.5):
        names.append(tmp_path / f"kT-{kT}")
        succeed("run", tmp_path / "my.toml", "--out", names[-1], "--set", f"model.kT={kT}")
    head, first, second, *_ = succeed("summary", *names).splitlines()
    assert head.split()[:3] == ["run", "model.kT", "trajectories"]
    assert first.split()[:3] == [str(names[0]), "0.2", "6"] and second.split()[1] == "0.5"
    runs = [row["run"] for row in rows_of(succeed("summary", "--csv", *names))]
    assert set(runs) == set(map(str, names)) and runs == sorted(runs, key=list(map(str, names)).index)
    pictures = succeed("plot", *names, "--out", tmp_path / "plots").splitlines()
    assert [Path(line).name for line in pictures] == ["comparison.png", "comparison.svg"]
    assert "are for one run" in refused("summary", "--ends", *names)


def test_the_seed_of_every_point_is_in_the_record(swept: Path) -> None:
    with h5py.File(swept / "record.h5") as file:
        seeds = [int(file[f"points/{p}"].attrs["seed"]) for p in range(4)]
    assert seeds[0] == 2021 and len(set(seeds)) == 4 and min(seeds) >= 0
