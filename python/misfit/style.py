"""Colours, sizes and fonts of the figures.

The colours differ in luminance as well as in hue, so that they survive grey print and the common colour
blindnesses; tests/test_style.py holds them to that. Sites of a pure phase look like their species: U1 has
the colour of A, U2 that of B.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from string import ascii_uppercase
from typing import Any, ParamSpec

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.patheffects import Normal, Stroke
from matplotlib.transforms import Bbox
from numpy.typing import ArrayLike, NDArray

from misfit.notebook import show_figures
from misfit.table import PHASE_COLORS, PHASE_LINE_COLORS, SPECIES_COLORS

#: single trajectories drawn at the most; more only darken the picture
_MOST_LINES = 100

PHASE_MARKERS: dict[str, str] = {"U1": "o", "S1": "^", "S2": "s", "U2": "D", "unclassified": "v"}
PHASE_LABELS: dict[str, str] = {
    "U1": "$U_1$",
    "S1": "$S_1$",
    "S2": "$S_2$",
    "U2": "$U_2$",
    "unclassified": "unclassified",
}
INK = "#222222"
#: what stands in a key beside pictures of phases
PHASE_KEY: dict[str, str] = {
    (PHASE_LABELS | {"unclassified": "other"})[name]: color for name, color in PHASE_COLORS.items()
}
#: colour, marker and line of curves that belong to no phase, such as those of several core sizes
SERIES: list[tuple[str, str, Any]] = [
    (SPECIES_COLORS["A"], "o", "-"),
    (SPECIES_COLORS["B"], "s", "--"),
    (PHASE_COLORS["S1"], "^", "-."),
    (INK, "D", ":"),
    ("#1f6f5c", "v", (0, (6, 1, 1, 1, 1, 1))),
    (PHASE_COLORS["S2"], "P", (0, (5, 3))),
]
#: of a mean among thin lines of A's blue; of no species and no phase
MEAN_COLOR = INK

#: widths in print [inches]
SINGLE_COLUMN = 3.4
DOUBLE_COLUMN = 7.0
DOTS_PER_INCH = 200
#: height of a line over a figure
_REMARK_INCHES = 0.2

TIME_LABEL = "time  $t$ / $k_0^{-1}$"
COMPOSITION_LABEL = "composition  $c$"
FRACTION_LABEL = r"phase fraction  $f_\alpha$"

#: limits of an axis of fractions: room for half a line at 0 and 1
UNIT_INTERVAL = (-0.02, 1.03)

_RC: dict[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "mathtext.fontset": "dejavusans",
    "font.size": 8,
    "axes.labelsize": 8,
    "axes.titlesize": 8,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "axes.linewidth": 0.6,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.direction": "out",
    "ytick.direction": "out",
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "xtick.minor.size": 1.6,
    "ytick.minor.size": 1.6,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    # The same record gives the same file: fixed names inside SVG, glyphs as paths.
    "svg.hashsalt": "misfit",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,  # whole fonts, which journals ask for
}

#: in which pictures are written unless others are asked for
USUAL_FORMATS = ("png", "svg")
#: what would tell two files of one picture apart
_UNDATED: dict[str, dict[str, Any]] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}

Parameters = ParamSpec("Parameters")


def style_settings() -> dict[str, Any]:
    """What matplotlib must be set to where figures are drawn."""
    return dict(_RC)


def styled(draw: Callable[Parameters, Figure]) -> Callable[Parameters, Figure]:
    """Makes a function draw in the style of this package, whatever the caller's settings are."""

    @wraps(draw)
    def in_style(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Figure:
        show_figures()
        with matplotlib.rc_context(_RC):
            return draw(*args, **kwargs)

    return in_style


def outline(width: float) -> list[Stroke | Normal]:
    """Path effects that put a black outline around a line of `width` points."""
    return [Stroke(linewidth=width + 1.2, foreground="black"), Normal()]


def line_color(phase: str) -> str:
    """Colour of a phase's curve."""
    return PHASE_LINE_COLORS[phase]


def marker(phase: str, line: str = "none") -> dict[str, Any]:
    """Keywords of `plot` for the markers of a phase."""
    return {
        "linestyle": line,
        "linewidth": 1.4,
        "marker": PHASE_MARKERS[phase],
        "markersize": 4.4,
        "markerfacecolor": line_color(phase),
        "markeredgecolor": "black",
        "markeredgewidth": 0.7,
    }


def thin_lines(
    axes: Axes, time: NDArray[np.float64], values: NDArray[np.float64], color: str
) -> None:
    """Single trajectories, values [T, S], under their mean; none if there is but one."""
    if len(values) < 2:
        return
    lines = values[:_MOST_LINES]
    # As pixels in SVG too: a hundred trajectories are some megabytes of path.
    axes.add_collection(
        LineCollection(
            [np.column_stack([time, line]) for line in lines],
            colors=color,
            linewidths=0.35,
            alpha=float(np.clip(6.0 / len(lines), 0.18, 0.6)),
            rasterized=True,
        )
    )


def bold_line(axes: Axes, x: ArrayLike, y: ArrayLike, color: str, width: float) -> Line2D:
    """A curve outlined in black, which one in ink needs not."""
    return axes.plot(
        x,
        y,
        color=color,
        linewidth=width,
        path_effects=None if color == INK else outline(width),
        solid_capstyle="butt",
        solid_joinstyle="round",
    )[0]


def trim(axes: Axes) -> None:
    """Leaves only the two spines that carry a scale."""
    axes.spines["top"].set_visible(False)
    axes.spines["right"].set_visible(False)


def letter(panel: Axes | Figure | SubFigure, text: str, x: float = 0.005) -> None:
    """A bold letter by which a text refers to a panel: above the left corner of axes; in a part of a figure at its top,
    at this share of its width."""
    style: dict[str, Any] = {"fontsize": 10, "fontweight": "bold"}
    if isinstance(panel, Axes):
        panel.annotate(
            text, (0, 1), xycoords="axes fraction", xytext=(-4, 4), textcoords="offset points", ha="right", va="bottom",
            **style,
        )  # fmt: skip
    else:
        panel.text(x, 0.99, text, ha="left", va="top", **style)


def letter_panels(panels: Sequence[Axes | Figure | SubFigure]) -> None:
    """A, B, C and so on; none where there is one panel alone."""
    if len(panels) > 1:
        for panel, text in zip(panels, ascii_uppercase):
            letter(panel, text)


def time_text(time: float) -> str:
    """A time with three digits, as mathtext: "2.98", "3.2 x 10^-20"."""
    if time == 0:
        return "0"
    if 1e-3 <= abs(time) < 1e5:
        return f"{time:.3g}" if abs(time) < 1000 else f"{time:.0f}"
    mantissa, exponent = f"{time:.1e}".split("e")
    return rf"{mantissa} \times 10^{{{int(exponent)}}}"


def save(
    figure: Figure, folder: Path, name: str, remark: str = "", formats: Sequence[str] = USUAL_FORMATS
) -> list[Path]:
    """Writes `name`.png, `name`.svg, ... into the folder, which is made if need be; returns their paths.

    The remark stands on a line of its own over the figure.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.{kind}" for kind in formats]
    page: dict[str, Any] = {"dpi": DOTS_PER_INCH}
    with matplotlib.rc_context(_RC):
        if remark:
            width, height = figure.get_size_inches()
            figure.text(0.005, 1.0 + 0.03 / height, remark, ha="left", va="bottom", fontsize=8, style="italic")
            page["bbox_inches"] = Bbox([[0, 0], [width, height + _REMARK_INCHES]])
        for kind, path in zip(formats, paths):
            figure.savefig(path, format=kind, **page, metadata=_UNDATED.get(kind))
    return paths
