"""The scripts of examples/python run, and so does every block of Python in the documents."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import misfit

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted((ROOT / "examples" / "python").glob("*.py"))
SMALL = {"new_observable": ["4", "3"], "crystal_and_potential": ["5"], "run_and_analyse": ["4", "3"]}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_an_example_prints_the_same_table_every_time(script: Path, tmp_path: Path) -> None:
    runs = [
        subprocess.run([sys.executable, script, *SMALL[script.stem]], capture_output=True, text=True, cwd=tmp_path, check=False)
        for _ in range(2)
    ]
    assert runs[0].returncode == 0, runs[0].stderr
    assert len(runs[0].stdout.splitlines()) >= 5
    assert runs[0].stdout == runs[1].stdout
    assert not list(tmp_path.iterdir())


def test_the_example_of_crystal_and_potential_finds_what_is_known(tmp_path: Path) -> None:
    script = ROOT / "examples" / "python" / "crystal_and_potential.py"
    printed = subprocess.run([sys.executable, script, "10"], capture_output=True, text=True, check=True).stdout
    # N = 271: docs/validation.md
    for known in ("271 sites", "+3.638587", "+0.064759", "-0.082897", "54 zero eigenvalues", "3.981945"):
        assert known in printed, printed
    assert "False" not in printed


def python_blocks(document: Path) -> str:
    return "\n".join(re.findall(r"^```python\n(.*?)^```", document.read_text(), flags=re.MULTILINE | re.DOTALL))


def test_the_page_on_python_runs_from_top_to_bottom(capsys: pytest.CaptureFixture[str]) -> None:
    code = python_blocks(ROOT / "docs" / "python.md")
    exec(compile(code, "docs/python.md", "exec"), {"__name__": "docs"})
    assert "model.kT -1" in capsys.readouterr().out


def test_the_page_on_drawing_runs_from_top_to_bottom_and_saves_its_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "agg")
    exec(compile(python_blocks(ROOT / "docs" / "drawing.md"), "docs/drawing.md", "exec"), {"__name__": "docs"})
    saved = {path.name for path in tmp_path.iterdir()}
    assert saved == {"phases.pdf", "core.png", "box.png", "strain.png", "striped.pdf"}


def test_the_blocks_of_the_readme_run_beside_a_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.toml").write_text("[crystal]\nshape = 'hexagon'\nside = 4\n[ensemble]\ntrajectories = 2\n")
    misfit.run("my.toml", out="out").close()
    exec(compile(python_blocks(ROOT / "README.md"), "README.md", "exec"), {"__name__": "docs"})
