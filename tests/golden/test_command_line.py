"""The command line itself: order of words, slips of the finger, output that cannot be written, the page of keys."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

PROGRAM = os.environ["MISFIT_PROGRAM"]
SOURCE = Path(__file__).resolve().parents[2]


def misfit(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=900)


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "my.toml"
    path.write_text(misfit("init", "exchange").stdout)
    return path


def test_the_page_of_keys_is_what_the_program_prints() -> None:
    assert (SOURCE / "docs" / "input.md").read_text() == misfit("keys").stdout


def test_a_setting_does_not_swallow_the_words_after_it(template: Path) -> None:
    done = misfit("check", "--set", "model.kT=0.3", template, "--set", "crystal.side=5")
    assert done.returncode == 0, done.stderr
    assert "kT = 0.3" in done.stdout
    assert "side = 5" in done.stdout


def test_an_input_may_come_through_a_pipe(template: Path) -> None:
    with subprocess.Popen([PROGRAM, "init", "exchange"], stdout=subprocess.PIPE) as source:
        done = subprocess.run([PROGRAM, "check", "/dev/stdin"], stdin=source.stdout, capture_output=True, text=True,
                              timeout=900)
    assert done.returncode == 0, done.stderr
    resolved = "Every key, resolved"  # above it stands what memory is free just now
    assert done.stdout.partition(resolved)[2] == misfit("check", template).stdout.partition(resolved)[2] != ""


def test_a_mistyped_command_names_the_nearest_one() -> None:
    done = misfit("chekc")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "misfit: error: there is no command chekc; did you mean check? (see misfit --help)\n"


@pytest.mark.parametrize(("words", "message"), [
    (["run", "my.toml", "--overwrit"], "misfit run has no option --overwrit; did you mean --overwrite? (see misfit run --help)"),
    (["run", "out", "--resum"], "misfit run has no option --resum; did you mean --resume? (see misfit run --help)"),
    (["run", "--thread=2"], "misfit run has no option --thread=2; did you mean --threads? (see misfit run --help)"),
    (["export", "out", "--xzy"], "misfit export has no option --xzy; did you mean --xyz? (see misfit export --help)"),
    (["report", "out", "--out", "a"], "misfit report has no option --out; did you mean --output? (see misfit report --help)"),
    (["info", "out", "--nonsense"], "misfit info has no option --nonsense (see misfit info --help)"),
    (["--versoin"], "misfit has no option --versoin; did you mean --version? (see misfit --help)"),
    (["run", "my.toml", "--max-time", "1h"], "--max-time: 1h: must be a number above 0 (see misfit run --help)"),
    (["run", "my.toml", "--max-time", "0"], "--max-time: 0: must be a number above 0 (see misfit run --help)"),
    (["run"], "INPUT is required (see misfit run --help)"),
])  # fmt: skip
def test_a_mistyped_option_names_the_nearest_one(words: list[str], message: str) -> None:
    done = misfit(*words)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"misfit: error: {message}\n")


def test_help_and_version_are_answers() -> None:
    for arguments in (["--help"], ["run", "--help"], ["--version"]):
        done = misfit(*arguments)
        assert (done.returncode, done.stderr) == (0, "")
        assert "misfit" in done.stdout


def test_output_that_cannot_be_written_is_no_success() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([PROGRAM, "keys"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=900)
    assert done.returncode == 2
    assert "standard output" in done.stderr


def test_a_crystal_that_does_not_fit_is_refused_before_the_folder_is_made(template: Path, tmp_path: Path) -> None:
    done = misfit("run", template, "--out", tmp_path / "out", "--set", "crystal.side=10000")
    assert done.returncode == 2
    for part in ("side = 10000", "available", "fits"):
        assert part in done.stderr
    assert not (tmp_path / "out").exists()
