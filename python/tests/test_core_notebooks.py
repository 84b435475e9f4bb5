"""The notebooks of examples/notebooks run from top to bottom, and show what a reader is to see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "examples" / "notebooks").glob("*.ipynb"))
assert len(NOTEBOOKS) == 2


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_shows_bars_cards_and_pictures(path: Path, tmp_path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "is kept without outputs"
    # Raises for a cell that does.
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": tmp_path}}).execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    html = "".join(text_of(output, "text/html") for output in shown)
    assert "<progress value='1.0000' max='1'>" in html
    assert "<table>" in html and "data:image/png;base64," in html
    assert any("image/png" in output.get("data", {}) for output in shown)
    assert not any(output.get("name") == "stderr" for output in shown), "is quiet"
    assert not list(tmp_path.iterdir())


def text_of(output: dict[str, Any], kind: str) -> str:
    return "".join(output.get("data", {}).get(kind, ""))
