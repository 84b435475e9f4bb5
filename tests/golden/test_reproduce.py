"""`misfit reproduce --quick`: pictures, data and claims of every figure; finished and interrupted runs."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

PROGRAM = os.environ["MISFIT_PROGRAM"]
FIGURES = ["fig1b", "fig2", "fig3", "fig4", "fig5", "fig6", "fig7", "fig8", "fig9", "fig10", "figS1"]


def reproduce(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [PROGRAM, "reproduce", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=600)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("reproduction")
    done = reproduce("all", "--quick", "--out", out)
    assert done.returncode == 0, done.stderr
    return out


def claims(folder: Path) -> list[dict[str, str]]:
    with (folder / "claims.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_without_a_figure_they_are_listed() -> None:
    done = reproduce()
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[0] for line in done.stdout.splitlines()[1:]] == FIGURES


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_leaves_pictures_data_and_claims(made: Path, name: str) -> None:
    for kind in ("png", "svg"):
        assert (made / name / f"{name}.{kind}").stat().st_size > 10_000
    tables = [path for path in (made / name).glob("*.csv") if path.name != "claims.csv"]
    assert tables
    for path in tables:
        rows = list(csv.reader(path.open(newline="")))
        assert len(rows) > 1
        assert {len(row) for row in rows} == {len(rows[0])}
    assert claims(made / name)
    for claim in claims(made / name):
        assert claim["criterion"]
        assert claim["verdict"] in ("pass", "not seen"), claim


def test_the_summary_holds_all_claims(made: Path) -> None:
    text = (made / "claims.md").read_text()
    for name in FIGURES:
        assert f"## {name}: " in text
        assert all(claim["claim"] in text for claim in claims(made / name))


def test_finished_runs_are_not_run_again(made: Path) -> None:
    records = {path: path.stat().st_mtime_ns for path in made.glob("fig[26]/records/*/record.h5")}
    assert len(records) >= 4
    done = reproduce("fig2", "fig6", "--quick", "--out", made)
    assert done.returncode == 0, done.stderr
    assert {path: path.stat().st_mtime_ns for path in records} == records


def test_an_interrupted_figure_is_gone_on_with(tmp_path: Path) -> None:
    command = [PROGRAM, "reproduce", "fig5", "--quick", "--out", tmp_path, "--threads", "1"]
    parts = tmp_path / "fig5" / "records" / "shells" / "parts"
    # A group of its own, as a terminal makes one: the interrupt reaches all of it.
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                          start_new_session=True) as child:
        give_up = time.monotonic() + 120
        while not any(parts.glob("*")) and time.monotonic() < give_up:
            time.sleep(0.01)
        os.killpg(child.pid, signal.SIGINT)
        _, errors = child.communicate(timeout=120)
    assert child.returncode == 3, errors
    assert "interrupted; all work is saved" in errors
    assert not (tmp_path / "fig5" / "claims.csv").exists()
    done = reproduce("fig5", "--quick", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert claims(tmp_path / "fig5")


def test_an_unknown_figure_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    done = reproduce("fig2", "fig12", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert done.stderr.startswith("misfit: error: there is no figure fig12; there are: fig1b, fig2")
    assert not (tmp_path / "out").exists()


def test_another_run_in_the_folder_is_not_replaced(made: Path) -> None:
    done = reproduce("fig3", "fig5", "--out", made)  # the full run, where the quick one is
    assert done.returncode == 2
    assert "fig5" in done.stderr
    assert claims(made / "fig3")
