"""Records made by hand, laid out as in version 1.1, which is read for ever."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

if find_spec("misfit") is None:  # otherwise the build's package, with the compiled module, is on PYTHONPATH
    sys.path.insert(0, str(Path(__file__).parents[1]))

TRIANGULAR_STEPS = [(1, 0, 0), (-1, 1, 0), (0, 1, 0)]
CUBIC_STEPS = [
    (1, 0, 0), (-1, 1, 0), (0, 1, 0), (1, 1, 0), (0, -1, 1), (-1, 0, 1), (0, 0, 1), (1, 0, 1), (0, 1, 1),
]  # fmt: skip


@dataclass
class Sites:
    """A crystal found the slow way: by looking up every neighbour."""

    dimension: int
    shape: str
    point: NDArray[np.int32]
    neighbors: list[list[int]] = field(init=False)  #: those that exist, forward ones first
    layer: NDArray[np.int32] = field(init=False)
    position: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        steps = TRIANGULAR_STEPS if self.dimension == 2 else CUBIC_STEPS
        site_at = {tuple(point): site for site, point in enumerate(self.point)}
        self.neighbors = []
        for point in self.point:
            around = [tuple(point + sign * np.array(step)) for sign in (1, -1) for step in steps]
            self.neighbors.append([site_at[p] for p in around if p in site_at])
        self.layer = np.zeros(len(self.point), dtype=np.int32)
        self.layer[[len(around) < 2 * len(steps) for around in self.neighbors]] = 1
        layer = 1
        while (self.layer == 0).any():
            outer = self.layer == layer
            layer += 1
            for site, around in enumerate(self.neighbors):
                if self.layer[site] == 0 and outer[around].any():
                    self.layer[site] = layer
        x, y = self.point[:, 0].astype(float), self.point[:, 1].astype(float)
        flat = np.stack([x + y / 2, y * np.sqrt(3) / 2], axis=-1)
        position = flat if self.dimension == 2 else self.point.astype(float)
        self.position = position - position.mean(axis=0)

    @property
    def bonds(self) -> NDArray[np.int32]:
        pairs = [(i, j) for i, around in enumerate(self.neighbors) for j in around if i < j]
        return np.array(pairs, dtype=np.int32)


def hexagon(side: int) -> Sites:
    r = side - 1
    points = [
        (x, y, 0) for y in range(-r, r + 1) for x in range(-r, r + 1) if abs(x + y) <= r
    ]
    return Sites(2, f"hexagon, side {side}", np.array(points, dtype=np.int32))


def box(nx: int, ny: int, nz: int) -> Sites:
    points = [(x, y, z) for z in range(nz) for y in range(ny) for x in range(nx)]
    return Sites(3, f"box, size {nx} x {ny} x {nz}", np.array(points, dtype=np.int32))


def shrinking_core(sites: Sites, trajectories: int, frames: int, seed: int = 1) -> NDArray[np.int8]:
    """Something like an exchange, [T, F, N]: all A at first, B from the outside inwards, all B at last."""
    distance = np.linalg.norm(sites.position, axis=1)
    noise = np.random.default_rng(seed).normal(0, 0.6, size=(trajectories, len(distance)))
    reach = (distance.max() + 4.0) * (1 - np.arange(frames) / max(frames - 1, 1)) - 2.0
    return np.where((distance + noise)[:, None, :] < reach[None, :, None], 1, -1).astype(np.int8)


def write_record(
    path: Path,
    sites: Sites,
    sigma: NDArray[np.int8],
    sigma_time: NDArray[np.float64],
    time: NDArray[np.float64],
    observables: dict[str, NDArray[np.float64]],
    *,
    parameters: dict[str, str] | None = None,
    attributes: dict[str, Any] | None = None,
    shell_layers: int = 0,
) -> Path:
    """Writes a record; `attributes` replaces some of the root's."""
    count = len(sigma)
    with h5py.File(path, "w") as file:
        file.attrs["format"] = "misfit record"
        file.attrs["format_version"] = np.array([1, 0], dtype=np.int32)
        file.attrs["complete"] = np.uint8(1)
        file.attrs["citation"] = "Frechette, Dellago, Geissler, PNAS 118, e2114551118 (2021)"
        for name, value in (attributes or {}).items():
            file.attrs[name] = value
        file["input"] = "[model]\nkT = 0.2\n"
        group = file.create_group("parameters")
        texts = {
            "model.kT": "0.2",
            "model.epsilon": "1.0",
            "model.J": "0.0",
            "kmc.rates": '"exact"',
            "crystal.size": "[12, 12, 12]",
            "ensemble.trajectories": str(count),
        }
        for name, text in (texts | (parameters or {})).items():
            group.attrs[name] = text
        crystal = file.create_group("crystal")
        crystal.attrs["lattice"] = "triangular" if sites.dimension == 2 else "simple cubic"
        crystal.attrs["shape"] = sites.shape
        crystal.attrs["dimension"] = sites.dimension
        crystal.attrs["boundary"] = "free"
        crystal.attrs["site_order"] = "ascending z, y, x"
        crystal.attrs["shell_layers"] = shell_layers
        crystal.attrs["shell_stiffness"] = 1.0
        crystal["position"] = sites.position
        crystal["point"] = sites.point
        crystal["layer"] = sites.layer
        crystal["bonds"] = sites.bonds
        steps = np.abs(np.diff(sites.point[sites.bonds], axis=1)[:, 0]).sum(axis=1)
        crystal["bond_nearest"] = ((sites.dimension == 2) | (steps == 1)).astype(np.uint8)
        crystal["bond_stiffness"] = np.ones(len(sites.bonds))
        potential = file.create_group("potential")
        potential.attrs["hash"], potential.attrs["method"] = "abc", "general"
        file.create_dataset("sigma/value", data=sigma)
        file["sigma/time"] = sigma_time
        file["observables/time"] = time
        for name, values in observables.items():
            dataset = file.create_dataset(f"observables/{name}", data=values)
            dataset.attrs["unit"], dataset.attrs["description"] = "1", name
        group = file.create_group("trajectories")
        group["unit"] = np.arange(count, dtype=np.uint32)
        group.create_dataset("end", data=["frozen"] * count, dtype=h5py.string_dtype())
        group["end_time"] = np.full(count, 50.0)
        group["steps"] = np.full(count, 1600, dtype=np.uint64)
        group["events"] = np.full((count, 4), 400, dtype=np.uint64)
        group["events"].attrs["kinds"] = [
            "exchange_A_to_B", "exchange_B_to_A", "swap_nearest", "swap_next_nearest",
        ]  # fmt: skip
        group["phi_deviation"] = np.full(count, 1e-13)
        group["energy_deviation"] = np.full(count, 1e-12)
        provenance = file.create_group("provenance")
        provenance.attrs["host"] = "somewhere"
        provenance.attrs["threads"] = 2
        provenance.attrs["wall_seconds"] = 1.5
    return path


def observables_of(sites: Sites, sigma: NDArray[np.int8]) -> dict[str, NDArray[np.float64]]:
    """Composition exactly, and made-up fractions that sum to 1."""
    composition = (sigma > 0).mean(axis=-1)
    names = ["f_U1", "f_S1", "f_S2", "f_U2"] if sites.dimension == 2 else ["f_U1", "f_U2"]
    columns = {"composition": composition, "f_U1": composition**2, "f_U2": (1 - composition) ** 2}
    rest = 1 - columns["f_U1"] - columns["f_U2"]
    for name in names:
        if name not in columns:
            columns[name] = 0.4 * rest
    columns["f_unclassified"] = 1 - sum(columns[name] for name in names)
    return columns


MakeRecord = Callable[..., Path]


@pytest.fixture
def make_record(tmp_path: Path) -> MakeRecord:
    """make_record(sites, trajectories=3, frames=9, scalars=True, **keywords of write_record) -> path"""

    def make(
        sites: Sites, trajectories: int = 3, frames: int = 9, scalars: bool = True, **keywords: Any
    ) -> Path:
        steps = 41
        time = np.concatenate([[0.0], np.logspace(-20, -1, 15), np.linspace(0.5, 50.0, steps - 16)])
        every = shrinking_core(sites, trajectories, steps)
        kept = np.linspace(0, steps - 1, frames).astype(int)
        observables = observables_of(sites, every) if scalars else {}
        return write_record(
            tmp_path / "record.h5",
            sites,
            every[:, kept],
            time[kept],
            time if scalars else np.zeros(0),
            observables,
            **keywords,
        )

    return make


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(lambda a: hasattr(a, "get_fontsize"))]


def hidden_texts(figure: Figure) -> set[Any]:
    """Numbers beyond the ends of an axis, or of one that is off: matplotlib keeps but does not draw them."""
    hidden = set()
    for axes in figure.findobj(Axes):
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in axis.get_major_ticks():
                if not axes.axison or not low <= tick.get_loc() <= high:
                    hidden |= {tick.label1, tick.label2}
    return hidden


def texts_cut_off(figure: Figure) -> list[str]:
    """What reaches beyond the edges of the page."""
    FigureCanvasAgg(figure).draw()
    page = figure.bbox
    hidden = hidden_texts(figure)
    shown = figure.findobj(lambda a: hasattr(a, "get_fontsize") and a.get_visible() and a.get_text() and a not in hidden)
    boxes = [(text.get_window_extent(), text.get_text()) for text in shown]
    return [text for box, text in boxes if not (page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1)]


def letters(figure: Figure) -> list[str]:
    """What is in bold, from the upper left to the lower right."""
    FigureCanvasAgg(figure).draw()
    bold = figure.findobj(lambda artist: hasattr(artist, "get_fontweight") and artist.get_fontweight() == "bold")
    boxes = [(round(-text.get_window_extent().y0, -2), text.get_window_extent().x0, text.get_text()) for text in bold]
    return [text for _, _, text in sorted(boxes)]
