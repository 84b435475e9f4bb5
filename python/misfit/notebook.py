"""What is different in a notebook: a run shows a bar that moves, and a figure is shown at the end of a cell."""

from __future__ import annotations

import html
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from misfit._core import Progress


def is_notebook() -> bool:
    """Whether a kernel of Jupyter runs this."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None) is not None  # a terminal's has none


def show_figures() -> None:
    """Has a figure at the end of a cell shown: a kernel learns to from pyplot's first figure, and none of misfit's is."""
    if is_notebook():
        import matplotlib_inline.backend_inline  # noqa: F401


def notebook_progress() -> Callable[[Progress], None] | None:
    """Shows what `on_progress` of misfit.run is told below the cell that runs; None outside of a notebook."""
    if not is_notebook():
        return None
    shown: list[Any] = []

    def show(progress: Progress) -> None:
        from IPython.display import HTML, display

        bar = HTML(progress_html(progress))
        if shown:
            shown[0].update(bar)
        else:
            shown.append(display(bar, display_id=True))

    return show


def progress_html(progress: Progress) -> str:
    """A bar and a line: what goes on, how many of how many, how long so far and, from a tenth on, how long to go."""
    phase = {"potential": "building V", "units": f"{progress.finished} of {progress.total}", "record": "record"}[progress.phase]
    said = [phase, _duration(progress.elapsed_seconds)]
    if 0.1 < progress.fraction < 1:
        said.append(f"{_duration(progress.phase_seconds * (1 / progress.fraction - 1))} left")
    return f"<progress value='{progress.fraction:.4f}' max='1'></progress> {html.escape(', '.join(said))}"


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
