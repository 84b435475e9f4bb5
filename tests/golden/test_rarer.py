"""What commands say in the rarer cases: ends of runs, words that a shell would take apart, files that cannot be written."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from misfit import open_record

PROGRAM = os.environ["MISFIT_PROGRAM"]

TINY = """
[crystal]
shape = "hexagon"
side = 3
[kmc]
t_end = 5.0
max_events = 20
[ensemble]
trajectories = 2
"""


def misfit(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=900)


def succeed(*arguments: object) -> str:
    done = misfit(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.toml"
    path.write_text(TINY)
    return path


def test_the_next_commands_can_be_pasted_whatever_the_folder_is_called(tiny: Path, tmp_path: Path) -> None:
    folder = tmp_path / "it's mine"
    said = succeed("run", tiny, "--out", folder)
    following = said.rpartition("next: ")[2].split("; ")[0].replace("misfit", PROGRAM, 1)
    assert subprocess.run(following, shell=True, capture_output=True, timeout=900).returncode == 0


def test_a_limit_of_events_is_an_end_like_others(tiny: Path, tmp_path: Path) -> None:
    assert "or after 20 events" in succeed("check", tiny)
    succeed("run", tiny, "--out", tmp_path / "out")
    rows = succeed("summary", tmp_path / "out", "--ends").splitlines()[-2:]
    assert [row.split()[1] for row in rows] == ["max_events", "max_events"]
    assert [row.split()[3] for row in rows] == ["20", "20"]


def test_a_potential_that_was_written_is_one_to_be_read(tiny: Path, tmp_path: Path) -> None:
    matrix = tmp_path / "V.h5"
    assert str(matrix) in succeed("potential", tiny, "--out", tmp_path / "pictures", "--matrix", matrix)
    setting = f'model.potential_file="{matrix}"'
    assert f"from {matrix}" in succeed("check", tiny, "--set", setting)
    succeed("run", tiny, "--out", tmp_path / "own")
    succeed("run", tiny, "--out", tmp_path / "read", "--set", setting)
    # The same events; V that is projected once more differs in the last digits.
    assert succeed("summary", tmp_path / "own", "--ends") == succeed("summary", tmp_path / "read", "--ends")


def test_a_start_from_a_record_is_told(tiny: Path, tmp_path: Path) -> None:
    succeed("run", tiny, "--out", tmp_path / "first")
    source = ("--set", 'kmc.start="record"', "--set", f'kmc.start_record="{tmp_path / "first"}"')
    assert f"from {tmp_path / 'first'}" in succeed("check", tiny, *source)


def test_an_export_that_cannot_be_written_is_refused(tiny: Path, tmp_path: Path) -> None:
    succeed("run", tiny, "--out", tmp_path / "out")
    nowhere = tmp_path / "nowhere" / "a.xyz"
    done = misfit("export", tmp_path / "out", "--xyz", "-o", nowhere)
    assert (done.returncode, done.stderr) == (2, f"misfit: error: {nowhere}: cannot be written\n")
    done = misfit("export", tmp_path / "out", "--xyz", "-o", "/dev/full")
    assert (done.returncode, done.stderr) == (2, "misfit: error: /dev/full: cannot be written\n")
    with open("/dev/full", "w") as full:
        done = subprocess.run([PROGRAM, "export", tmp_path / "out", "--xyz"], stdout=full, stderr=subprocess.PIPE,
                              text=True, timeout=900)
    assert (done.returncode, done.stderr) == (2, "misfit: error: standard output: cannot be written\n")


def test_a_python_that_is_not_there_is_named(tiny: Path, tmp_path: Path) -> None:
    succeed("run", tiny, "--out", tmp_path / "out")
    done = subprocess.run([PROGRAM, "plot", tmp_path / "out"], capture_output=True, text=True, timeout=900,
                          env=os.environ | {"MISFIT_PYTHON": str(tmp_path / "python")})
    assert done.returncode == 2
    assert str(tmp_path / "python") in done.stderr


def test_the_end_of_stages_is_told_by_the_clock_of_the_pictures(tiny: Path, tmp_path: Path) -> None:
    staged = tiny.read_text().replace("[kmc]\nt_end = 5.0\nmax_events = 20\n", "")
    tiny.write_text(staged + "[[stage]]\nt_end = 0.5\n[[stage]]\ndelta_mu = 0.0\nt_end = 2.0\n")
    succeed("run", tiny, "--out", tmp_path / "out")
    for command in ("summary", "info"):
        (end,) = [line for line in succeed(command, tmp_path / "out").splitlines() if line.startswith("end time")]
        assert end.split(maxsplit=2)[2] == "2.5 since the run began, 2 of them in stage 2"
    with open_record(tmp_path / "out") as record:
        assert record.elapsed[-1] == 2.5
