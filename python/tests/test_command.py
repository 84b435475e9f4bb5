from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
from conftest import MakeRecord, box, hexagon
from equilibria import Equilibrium, write_equilibrium
from matplotlib.image import imread
from test_figures import make_potential

import misfit


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """`python -m misfit` as the program calls it."""
    return subprocess.run(
        [sys.executable, "-m", "misfit", *map(str, arguments)],
        cwd=Path(misfit.__file__).parents[1],
        capture_output=True,
        text=True,
    )


def test_plot_writes_every_figure_and_prints_its_path(
    make_record: MakeRecord, tmp_path: Path
) -> None:
    out = tmp_path / "new" / "pictures"
    result = run("plot", make_record(hexagon(4)), "--out", out)
    assert (result.returncode, result.stderr) == (0, "")
    names = ["composition", "phases", "snapshots", "overview"]
    expected = [str(out / f"{name}.{suffix}") for name in names for suffix in ("png", "svg")]
    assert result.stdout.splitlines() == expected
    for path in expected[::2]:
        image = imread(path)
        assert image[..., :3].std() > 0.05
    for path in expected[1::2]:
        assert Path(path).read_text().rstrip().endswith("</svg>")


def test_the_same_record_gives_the_same_files(make_record: MakeRecord, tmp_path: Path) -> None:
    record = make_record(box(2, 2, 2))
    for folder in ("one", "two"):
        assert run("plot", record, "--out", tmp_path / folder).returncode == 0
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_without_frames_there_is_no_picture_of_snapshots(
    make_record: MakeRecord, tmp_path: Path
) -> None:
    result = run("plot", make_record(hexagon(3), frames=0), "--out", tmp_path / "out")
    assert result.returncode == 0
    assert [Path(line).stem for line in result.stdout.splitlines()[::2]] == [
        "composition", "phases", "overview",
    ]  # fmt: skip


def test_plot_of_a_record_of_equilibrium_writes_the_figures_that_apply(tmp_path: Path) -> None:
    key = "crystal.shell.stiffness"
    ladder = Equilibrium({key: [15.0, 16.0, 17.0]}, ladder_key=key)
    names = ["overview", "configurations", "fractions", "susceptibility", "distribution", "chains"]
    for made, expected in ((ladder, names), (Equilibrium({}), ["overview", "configurations", "chains"])):
        record = write_equilibrium(tmp_path / "record.h5", made)
        result = run("plot", record, "--out", tmp_path / "one")
        assert (result.returncode, result.stderr) == (0, "")
        paths = [tmp_path / "one" / f"{name}.{suffix}" for name in expected for suffix in ("png", "svg")]
        assert result.stdout.splitlines() == list(map(str, paths))
        run("plot", record, "--out", tmp_path / "two")
        for path in paths:
            assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_options_of_exchange_are_refused_for_a_record_of_equilibrium(tmp_path: Path) -> None:
    record = write_equilibrium(tmp_path / "record.h5", Equilibrium({}))
    for option in ("--times", "--trajectory"):
        result = run("plot", record, "--out", tmp_path / "out", option, "0")
        assert result.returncode == 2
        assert f"{option} is for records of exchange; this one is of equilibrium" in result.stderr
        assert result.stderr.count("\n") == 1
        assert not (tmp_path / "out").exists()


def test_potential_writes_its_map(tmp_path: Path) -> None:
    path = make_potential(tmp_path / "potential.h5", hexagon(4))
    result = run("potential", path, "--out", tmp_path)
    assert result.returncode == 0
    assert result.stdout.split() == [str(tmp_path / f"potential.{s}") for s in ("png", "svg")]


def test_bad_input_gives_one_message_and_status_2_and_writes_nothing(
    make_record: MakeRecord, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    text = tmp_path / "text.h5"
    text.write_text("no")
    later = make_record(hexagon(2), attributes={"format_version": np.array([9, 0])})
    for arguments in (
        ("plot", tmp_path / "absent.h5"),
        ("plot", text),
        ("plot", later),
        ("potential", text),
        ("potential", later),
    ):
        result = run(*arguments, "--out", out)
        assert result.returncode == 2
        assert result.stdout == ""
        assert result.stderr.startswith("misfit: error: ")
        assert result.stderr.count("\n") == 1
        assert not out.exists()


def test_a_folder_that_cannot_be_made_is_an_error(make_record: MakeRecord, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run("plot", make_record(hexagon(2)), "--out", tmp_path / "file")
    assert result.returncode == 2
    assert result.stderr.startswith("misfit: error: ")
    assert result.stderr.count("\n") == 1
