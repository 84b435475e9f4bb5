"""Fig. S1: rods in a shell of B at equilibrium."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure as Picture

from misfit.balls import solid_key
from misfit.configurations import draw_configuration
from misfit.equilibrium import EquilibriumRecord
from misfit.labels import phrase
from misfit.reproduce.claims import Claim, holds
from misfit.reproduce.job import Figure, Job, Run
from misfit.reproduce.patterns import profile_along_z
from misfit.reproduce.rods import rod_stripes
from misfit.snapshots import add_key
from misfit.style import DOUBLE_COLUMN, INK, SERIES, styled, trim


def reproduce(job: Job) -> list[Claim]:
    record = job.equilibrium("rods")
    job.save(draw(record))
    rows: dict[str, list[object]] = {name: [] for name in (
        *record.sweep, "start", "stripes", "mean distance [lattice spacings]", "strongest wave [lattice spacings]",
    )}  # fmt: skip
    for point in record.points:
        for chain, start in enumerate(point.chains.start):
            stripes = rod_stripes(point.crystal, point.sigma[chain, -1])
            values = (*point.values.values(), start, len(stripes.places), stripes.spacing, stripes.period)
            for column, value in zip(rows.values(), values, strict=True):
                column.append(value)
    job.table("stripes", rows)
    has = np.array(rows["stripes"]) >= 3
    distances = np.array(rows["mean distance [lattice spacings]"])[has]
    found = ", ".join(f"{distance:.1f}" for distance in distances) or "none"
    return [
        holds(
            "stripes like those of exchange at equilibrium in a shell", "stripes along the rod",
            f"{int(has.sum())} of {len(has)} last frames striped (distances {found})", _both_starts(rows, has),
            "somewhere, from every start, three maxima of c(z) stand out by 3 standard errors",
        )
    ]  # fmt: skip


def _both_starts(rows: dict[str, list[object]], good: np.ndarray) -> bool:
    """Whether at some point every start has led to stripes."""
    keys = list(rows)[: list(rows).index("start")]
    points = list(zip(*(rows[key] for key in keys)))
    return any(all(good[k] for k, other in enumerate(points) if other == point) for point in set(points))


@styled
def draw(record: EquilibriumRecord) -> Picture:
    """A row of rods for each number of layers, below each its profile (from all starts)."""
    layers = sorted(set(record.sweep["crystal.shell.layers"]))
    stiffness = sorted(set(record.sweep["crystal.shell.stiffness"]))
    width, rod, curve, title, bottom = DOUBLE_COLUMN, 2.1, 0.85, 0.32, 0.4
    row = rod + curve + title + bottom
    key = 0.2
    height = row * len(layers) + key
    picture = Picture(figsize=(width, height))
    room = (width - 0.75) / len(stiffness)
    for point in record.points:
        values = point.values
        i, j = layers.index(values["crystal.shell.layers"]), stiffness.index(
            values["crystal.shell.stiffness"],
        )
        left, base = 0.75 + j * room, height - (i + 1) * row
        above = picture.add_axes(
            (left / width, (base + bottom + curve) / height, (room - 0.06) / width, rod / height),
        )
        draw_configuration(above, point.crystal, point.sigma[0, -1])
        above.set_title(
            phrase("crystal.shell.stiffness", values["crystal.shell.stiffness"], record.parameters), pad=2,
        )
        below = picture.add_axes(
            (left / width, (base + bottom) / height, (room - 0.16) / width, (curve - 0.12) / height),
        )
        for chain, start in enumerate(point.chains.start):
            color, _, line = SERIES[chain]
            profile = profile_along_z(point.crystal, point.sigma[chain, -1])
            below.plot(
                np.arange(1, len(profile) + 1), profile, color=color, linestyle=line, linewidth=1.0,
                label=f"start {start}",
            )
        below.set_ylim(-0.03, 1.03)
        below.set_yticks([0, 0.5, 1])
        below.set_xticks(range(0, len(profile) + 1, 10))
        below.tick_params(labelleft=j == 0)
        below.set_xlabel("$z$", labelpad=1)
        trim(below)
        if j == 0:
            below.set_ylabel("$c(z)$", labelpad=2)
            picture.text(
                0.01, (base + row - 0.16) / height,
                phrase("crystal.shell.layers", float(values["crystal.shell.layers"]), record.parameters),
                ha="left", va="center", fontsize=9, color=INK,
            )
            if i == 0:
                first, handles = above, below.get_legend_handles_labels()
    add_key(picture, first, "s", solid_key(record.points[0].crystal))
    picture.legend(*handles, loc="lower center", ncol=2, borderaxespad=0.1)
    return picture


FIGURE = Figure(
    "figS1",
    "rods in a shell at equilibrium",
    [
        Run(
            "rods",
            {
                "crystal.size": [4, 4, 20], "monte_carlo.equilibration": 1000, "monte_carlo.sweeps": 2000,
                "sweep.crystal.shell.stiffness": [1.0, 3.0],
            },
        )
    ],
    reproduce,
)  # fmt: skip
