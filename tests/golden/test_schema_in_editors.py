"""The JSON Schema in Taplo, with which editors check and complete TOML: it judges inputs as the program does."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from test_commands import PROGRAM, succeed
from test_table import EXAMPLES, WRONG

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="module")
def taplo() -> Path:
    """The program, installed in the build as its package-lock.json says."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm, which has Taplo, is not installed")
    folder = Path(PROGRAM).resolve().parent / "taplo"
    program = folder / "node_modules/.bin/taplo"
    shutil.copytree(HERE / "taplo", folder, dirs_exist_ok=True)
    if not program.exists():
        subprocess.run([npm, "ci", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"],
                       cwd=folder, check=True)  # fmt: skip
    return program


def judged(taplo: Path, folder: Path, inputs: dict[str, str]) -> set[str]:
    """Which of these inputs, by name, Taplo finds a fault in."""
    (folder / "misfit.json").write_text(succeed("keys", "--schema"))
    for name, text in inputs.items():
        (folder / f"{name}.toml").write_text("#:schema ./misfit.json\n" + text)
    done = subprocess.run([taplo, "lint", *(f"{name}.toml" for name in inputs)], cwd=folder, capture_output=True, text=True, check=False)
    refused = set(re.findall(r"invalid file error=schema validation failed path=\"?.*?([^/\"]+)\.toml", done.stderr))
    assert (done.returncode == 0) == (not refused), done.stderr
    return refused


def test_it_takes_every_example(taplo: Path, tmp_path: Path) -> None:
    inputs = {f"example{k}": path.read_text() for k, path in enumerate(EXAMPLES)}
    assert judged(taplo, tmp_path, inputs) == set()


def test_it_refuses_every_wrong_key(taplo: Path, tmp_path: Path) -> None:
    inputs = {f"wrong{k}": text for k, text in enumerate(WRONG)}
    assert judged(taplo, tmp_path, inputs) == set(inputs)
