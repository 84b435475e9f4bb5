"""Pictures of equilibrium configurations (paper, Figs. 4A and 5A): a panel for each point of the sweep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure, SubFigure
from numpy.typing import NDArray

from misfit.arrangement import arrange, evenly
from misfit.balls import draw_solid, solid_bounds, solid_key
from misfit.cells import draw_cells, frame_cells, hexagons, phase_colors, species_colors
from misfit.crystal import Crystal
from misfit.equilibrium import EquilibriumRecord, Point
from misfit.files import RecordError
from misfit.labels import count_text, phrases, species_key, start_text
from misfit.phases import order_parameter
from misfit.snapshots import SIDE_INCHES, add_key
from misfit.style import DOUBLE_COLUMN, INK, PHASE_KEY, styled

#: panels of one picture
MOST_PANELS = 6
#: share of its own colour in a site whose phase is not defined, the rest is white
_OPACITY = 0.4


@dataclass(frozen=True)
class Configuration:
    """One frame of one chain, with the title of its panel."""

    title: str
    crystal: Crystal
    sigma: NDArray[np.int8]  #: [N]


def pick_configurations(record: EquilibriumRecord, most: int = MOST_PANELS) -> list[Configuration]:
    """The last frame of the first chain at points spread evenly over the sweep.

    With several swept keys: as many along the axis of the curves for each value of the others. Where nothing
    is swept: the first and the last frame of the first chain from each start. Raises RecordError if there
    are no frames of sigma.
    """
    if not any(_has_frames(point) for point in record.points):
        raise RecordError(f"{record.path}: no frames of sigma: no configuration to draw")
    if not record.sweep:
        return _starts_and_ends(record.points[0], most)
    return [
        Configuration(
            phrases(point.values, record.parameters, "\n"), point.crystal, point.sigma[0, -1]
        )
        for point in _spread(record, most)
    ]


def _has_frames(point: Point) -> bool:
    return point.is_finished and len(point.sigma_sweep) > 0


def _spread(record: EquilibriumRecord, most: int) -> list[Point]:
    rows = [
        [record.points[p] for p in row.points if _has_frames(record.points[p])]
        for row in arrange(record).rows
    ]
    rows = [row for row in rows if row]
    along = max(most // len(rows), min(2, most))
    rows = [evenly(row, along) for row in evenly(rows, most // along)]
    # The other keys vary fastest: panels side by side differ in the size of the core, say.
    return [row[k] for k in range(along) for row in rows if k < len(row)]


def _starts_and_ends(point: Point, most: int) -> list[Configuration]:
    starts = list(dict.fromkeys(point.chains.start))[: max(most // 2, 1)]
    frames = sorted({0, len(point.sigma_sweep) - 1})
    return [
        Configuration(
            f"{start_text(start)},\nsweep {count_text(int(point.sigma_sweep[frame]))}",
            point.crystal,
            point.sigma[point.chains.start.index(start), frame],
        )
        for start in starts
        for frame in frames
    ]


@styled
def configurations(record: EquilibriumRecord, most: int = MOST_PANELS) -> Figure:
    """Configurations over the sweep, on one scale, in the colours of the phases.

    Two dimensions: sites without a phase, those of the shell and of the core's outermost layer, are pale, in
    the colours of the species, outside a thin line. Three dimensions: A solid, B translucent. See
    `pick_configurations` for which frames. Raises RecordError as it does.
    """
    chosen = pick_configurations(record, most)
    figure = Figure(figsize=(DOUBLE_COLUMN, configurations_height(chosen)))
    draw_configurations(figure, chosen, species_key(record.parameters))
    return figure


def configurations_height(chosen: list[Configuration]) -> float:
    """Height that suits these panels and their key at double column width [inches]."""
    key = 1.0 if _all_have_a_phase(chosen) else 1.6
    return max(_panels_height(chosen) + 0.08, key)


def draw_configurations(
    figure: Figure | SubFigure, chosen: list[Configuration], species: Mapping[str, str]
) -> None:
    """Fills a figure, or a part of one, with panels and their key; `species` are the colours by what they are called."""
    columns, _ = _grid(len(chosen))
    width, height = figure.bbox.width / figure.dpi, figure.bbox.height / figure.dpi
    panel, title = _panel_height(chosen), _title_height(chosen)
    room = (width - SIDE_INCHES - 0.05) / columns
    top = (height + _panels_height(chosen)) / 2
    panels = []
    for k, configuration in enumerate(chosen):
        row, column = divmod(k, columns)
        left = SIDE_INCHES + column * room + 0.02
        bottom = top - (row + 1) * (panel + title)
        axes = figure.add_axes([left / width, bottom / height, (room - 0.04) / width, panel / height])
        draw_configuration(axes, configuration.crystal, configuration.sigma)
        axes.set_title(configuration.title, fontsize=8, pad=3, linespacing=1.1)
        panels.append(axes)
    one_scale(panels)
    _add_keys(figure, panels[0], chosen, species)


def draw_configuration(axes: Axes, crystal: Crystal, sigma: NDArray[np.int8]) -> None:
    """One crystal: phases in two dimensions, species in three; `sigma` is [N]."""
    if crystal.dimension == 3:
        # A shell of A would hide the core.
        shown = crystal.core if crystal.shell_species > 0 else np.ones(crystal.size, dtype=bool)
        draw_solid(
            axes, replace(crystal, point=crystal.point[shown], position=crystal.position[shown]), sigma[shown]
        )
        return
    cells = hexagons(_wrapped(crystal))
    interior = crystal.interior
    colors = phase_colors(order_parameter(crystal, sigma))
    colors[~interior] = _pale(species_colors(sigma[~interior]))
    # The interior last: its edges lie over those of the pale sites.
    order = np.argsort(interior, kind="stable")
    draw_cells(axes, cells[order], colors[order])
    if not interior.all():
        # In grey print pale B is like S2: a line parts what has a phase from what has none.
        axes.add_collection(
            LineCollection(_border(cells[interior]), colors=INK, linewidths=0.6, capstyle="round")
        )
    frame_cells(axes, cells)


def _border(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Edges that belong to one of the cells only, [edges, 2 ends, 2]."""
    edges = np.stack([cells, np.roll(cells, -1, axis=1)], axis=2).reshape(-1, 2, 2)
    middles = edges.mean(axis=1).round(3)
    _, first, times = np.unique(middles, axis=0, return_index=True, return_counts=True)
    return edges[first[times == 1]]


def _wrapped(crystal: Crystal) -> NDArray[np.float64]:
    """Positions [N, 2], those of a periodic parallelogram moved by periods into an upright cell."""
    if not crystal.is_periodic:
        return crystal.position
    low = crystal.position[:, 0].min()
    x = (crystal.position[:, 0] - low) % crystal.period[0]
    return np.stack([x, crystal.position[:, 1]], axis=-1)


def _pale(colors: NDArray[np.float64]) -> NDArray[np.float64]:
    """As if translucent on white; true transparency would show the overlapping edges of the cells."""
    return 1.0 - _OPACITY * (1.0 - colors)


def _grid(panels: int) -> tuple[int, int]:
    """Columns and rows."""
    columns = panels if panels <= 4 else 3
    return max(columns, 1), -(-panels // columns)


def _panels_height(chosen: list[Configuration]) -> float:
    """Of all rows of panels with their titles [inches]."""
    return _grid(len(chosen))[1] * (_panel_height(chosen) + _title_height(chosen))


def _panel_height(chosen: list[Configuration]) -> float:
    """As the shape of the crystals asks for, within bounds [inches]."""
    width = (DOUBLE_COLUMN - SIDE_INCHES - 0.05) / max(_grid(len(chosen))[0], 3) - 0.04
    across, high = np.max([_extent(configuration.crystal) for configuration in chosen], axis=0)
    return float(min(width * high / across, 3.4))


def _extent(crystal: Crystal) -> NDArray[np.float64]:
    """Width and height of its picture, lattice spacings."""
    if crystal.dimension == 2:
        return np.ptp(_wrapped(crystal), axis=0) + 1
    low, high = solid_bounds(crystal)
    return high - low


def _title_height(chosen: list[Configuration]) -> float:
    return 0.1 + 0.14 * max(1 + configuration.title.count("\n") for configuration in chosen)


def _all_have_a_phase(chosen: list[Configuration]) -> bool:
    return all(c.crystal.is_periodic or c.crystal.dimension == 3 for c in chosen)


def one_scale(panels: list[Axes]) -> None:
    """Gives all panels limits of the same extent, each about its own middle."""
    limits = np.array([[axes.get_xlim(), axes.get_ylim()] for axes in panels])  # [panels, 2, 2]
    middle, half = limits.mean(axis=2), np.diff(limits, axis=2).max(axis=0)[:, 0] / 2
    for axes, (x, y) in zip(panels, middle):
        axes.set_xlim(x - half[0], x + half[0])
        axes.set_ylim(y - half[1], y + half[1])


def _add_keys(
    figure: Figure | SubFigure, beside: Axes, chosen: list[Configuration], species: Mapping[str, str]
) -> None:
    if chosen[0].crystal.dimension == 3:
        add_key(figure, beside, "s", solid_key(chosen[0].crystal, species))
        return
    if _all_have_a_phase(chosen):
        add_key(figure, beside, "h", PHASE_KEY)
        return
    pale = {name: tuple(_pale(np.array(to_rgb(color)))) for name, color in species.items()}
    rim = "rim, shell:" if any(c.crystal.shell_layers > 0 for c in chosen) else "rim:"
    add_key(figure, beside, "h", PHASE_KEY, shift=0.3)
    add_key(figure, beside, "h", pale, title=rim, shift=-0.48)
