"""Map of the elastic potential seen from two sites (paper, Fig. 3)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PolyCollection
from matplotlib.colors import SymLogNorm
from matplotlib.figure import Figure
from numpy.typing import NDArray

from misfit.cells import draw_cells, hexagons, squares
from misfit.files import RecordError, open_hdf5
from misfit.style import DOUBLE_COLUMN, letter, styled

#: orange repels like species, purple attracts; apart from the colours of the species
_COLORMAP = "PuOr_r"
#: share of the colour scale's end up to which it is linear; beyond, logarithmic: a neighbour sees ten
#: times what a site some spacings away sees, and both matter
_LINEAR_SHARE = 0.01


@dataclass(frozen=True)
class PotentialSample:
    """Two rows of V, in units of epsilon."""

    shape: str  #: "hexagon, side 10"
    dimension: int
    position: NDArray[np.float64]  #: [N, D], lattice spacings
    point: NDArray[np.int32]  #: [N, 3], lattice coordinates
    V: NDArray[np.float64]  #: [2, N]: seen from a site at the centre, and from one amid an edge
    sites: NDArray[np.int32]  #: [2], those sites


def open_potential(path: str | Path) -> PotentialSample:
    """Reads what `misfit potential` writes. Raises RecordError if the file is missing or something else."""
    path = Path(path)
    with open_hdf5(path) as file:
        try:
            sample = PotentialSample(
                shape=str(file.attrs["shape"]),
                dimension=int(file.attrs["dimension"]),
                position=np.asarray(file["position"], dtype=np.float64),
                point=np.asarray(file["point"], dtype=np.int32),
                V=np.asarray(file["V"], dtype=np.float64),
                sites=np.asarray(file["sites"], dtype=np.int32),
            )
        except (KeyError, OSError, RuntimeError, TypeError, ValueError) as error:
            raise RecordError(f"{path}: not a potential written by misfit") from error
    if sample.V.shape != (len(sample.sites), len(sample.position)):
        raise RecordError(f"{path}: not a potential written by misfit")
    return sample


@styled
def potential(sample: PotentialSample) -> Figure:
    """V(R, R') over R' for both sites R, which are white with a black outline.

    Boxes show the layer of constant z in which R lies. The colours are centred
    on 0, linear near it and logarithmic beyond, and end at the
    largest |V| between R and another site shown; V_RR itself is printed.
    """
    shown = [_plane(sample, site) for site in sample.sites]
    others = [
        np.abs(np.delete(sample.V[k], site)[np.delete(plane, site)])
        for k, (site, plane) in enumerate(zip(sample.sites, shown))
    ]
    limit = max(float(values.max(initial=0.0)) for values in others) or 1.0
    norm = SymLogNorm(_LINEAR_SHARE * limit, linscale=0.5, vmin=-limit, vmax=limit, base=10)
    colors = ScalarMappable(norm, _COLORMAP)

    figure = Figure(figsize=(DOUBLE_COLUMN, 3.0))
    for k, (site, plane) in enumerate(zip(sample.sites, shown)):
        axes = figure.add_axes([0.005 + 0.44 * k, 0.02, 0.43, 0.86])
        letter(figure, "AB"[k], 0.005 + 0.44 * k)
        _draw_map(axes, sample, k, plane, colors)
        place = "the centre" if k == 0 else "an edge"
        axes.set_title(
            rf"seen from {place},  $V(\mathbf{{R}},\mathbf{{R}}) = {sample.V[k, site]:.2f}\,\epsilon$",
            fontsize=8,
        )
    bar = figure.colorbar(colors, cax=figure.add_axes([0.89, 0.12, 0.014, 0.68]))
    powers = [power for power in 10.0 ** np.arange(-9, 9) if _LINEAR_SHARE * limit <= power <= limit]
    bar.set_ticks([-power for power in reversed(powers)] + [0.0] + powers)
    bar.ax.yaxis.set_major_formatter(lambda x, _: f"{x:g}".replace("-", "\N{MINUS SIGN}"))
    bar.ax.minorticks_off()
    # Colours that are not even in V say so: a reader would take a tenth for near nothing.
    bar.set_label(
        r"$V(\mathbf{R},\mathbf{R}^\prime)$ / $\epsilon$, logarithmic beyond $\pm$"
        f"${_LINEAR_SHARE * limit:.1g}$", labelpad=2,
    )  # fmt: skip
    bar.outline.set_linewidth(0.5)
    return figure


def _plane(sample: PotentialSample, site: int) -> NDArray[np.bool_]:
    """Which sites are shown, [N]: all, or in three dimensions those level with R."""
    if sample.dimension == 2:
        return np.ones(len(sample.point), dtype=bool)
    return sample.point[:, 2] == sample.point[site, 2]


def _draw_map(
    axes: Axes, sample: PotentialSample, k: int, plane: NDArray[np.bool_], colors: ScalarMappable
) -> None:
    cells = (hexagons if sample.dimension == 2 else squares)(sample.position[:, :2])
    site = int(sample.sites[k])
    draw_cells(axes, cells[plane], colors.to_rgba(sample.V[k, plane]))
    axes.add_collection(
        PolyCollection(cells[[site]], facecolors="white", edgecolors="black", linewidths=1.2, zorder=3)
    )
