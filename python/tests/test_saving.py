"""Figures that several processes write are those that one writes, and a fault in one is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import MakeRecord, hexagon

from misfit import open_record, plots
from misfit.saving import save_all
from misfit.style import save


@pytest.mark.parametrize("processors", [1, 3])
def test_figures_are_those_of_one_process(
    make_record: MakeRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processors: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(processors)))
    with open_record(make_record(hexagon(3), trajectories=2)) as record:
        draws = {"composition": plots.composition, "phases": plots.phases}
        paths = save_all({name: draw(record) for name, draw in draws.items()}, tmp_path / "all")
        alone = [path for name, draw in draws.items() for path in save(draw(record), tmp_path / "alone", name)]
    assert [path.name for path in paths] == [path.name for path in alone]
    assert [path.read_bytes() for path in paths] == [path.read_bytes() for path in alone]


def test_a_figure_is_written_in_the_formats_that_are_asked_for(make_record: MakeRecord, tmp_path: Path) -> None:
    with open_record(make_record(hexagon(3), trajectories=2)) as record:
        written = [
            save_all({"phases": plots.phases(record)}, tmp_path / folder, ["pdf", "svg"]) for folder in ("one", "other")
        ]
    assert [path.name for path in written[0]] == ["phases.pdf", "phases.svg"]
    pdf = written[0][0].read_bytes()
    assert pdf.startswith(b"%PDF-") and b"/FontFile2" in pdf  # fonts whole, not as Type 3
    assert [path.read_bytes() for path in written[0]] == [path.read_bytes() for path in written[1]]


def test_a_folder_that_cannot_be_written_is_named(make_record: MakeRecord, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with open_record(make_record(hexagon(3))) as record:
        figures = {"composition": plots.composition(record), "phases": plots.phases(record)}
        with pytest.raises(OSError, match="file"):
            save_all(figures, tmp_path / "file")
