"""Several figures written at once, by as many processes as there are processors."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path

from matplotlib.figure import Figure

from misfit.style import USUAL_FORMATS, save

#: in a process that writes: what it was given
_given: tuple[Mapping[str, Figure], Path, Sequence[str]] | None = None


def save_all(figures: Mapping[str, Figure], folder: Path, formats: Sequence[str] = USUAL_FORMATS) -> list[Path]:
    """`misfit.style.save` of each under its name; the paths in the order of the figures."""
    processes = min(len(figures), len(os.sched_getaffinity(0)))
    if processes < 2:
        return [path for name, figure in figures.items() for path in save(figure, folder, name, formats=formats)]
    # Forked: a figure is there as it is, and need not be packed to be sent.
    with get_context("fork").Pool(processes, _take, (figures, folder, formats)) as pool:
        # The last one, an overview, takes longest, and so is begun first.
        written = pool.map(_save, list(reversed(figures)), chunksize=1)
    return [path for paths in reversed(written) for path in paths]


def _take(figures: Mapping[str, Figure], folder: Path, formats: Sequence[str]) -> None:
    global _given
    _given = (figures, folder, formats)


def _save(name: str) -> list[Path]:
    assert _given is not None
    figures, folder, formats = _given
    return save(figures[name], folder, name, formats=formats)
