"""Fig. 1B: configurations of three models on their way from A to B."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure as Picture

from misfit.cells import draw_species
from misfit.phases import phase_fractions
from misfit.record import Record
from misfit.reproduce.analysis import Estimate, mean_estimate
from misfit.reproduce.claims import Claim, exceeds, holds
from misfit.reproduce.job import Figure, Job, Run
from misfit.reproduce.patterns import largest_cluster, unlike_pairs
from misfit.snapshots import add_key
from misfit.style import DOUBLE_COLUMN, SPECIES_COLORS, styled, time_text

_MODELS = {"noninteracting": "noninteracting", "ising": "Ising", "elastic": "elastic"}
_SHOWN = (0.8, 0.6, 0.4, 0.2, 0.05)
#: composition at which the models are compared
_COMPARED = 1 / 3


def _frames(record: Record, trajectory: int, compositions: tuple[float, ...]) -> list[int]:
    composition = (np.asarray(record.sigma[trajectory]) > 0).mean(axis=1)
    return [int(np.abs(composition - c).argmin()) for c in compositions]


def reproduce(job: Job) -> list[Claim]:
    records = {name: job.exchange(name) for name in _MODELS}
    job.save(draw(records))
    rows: dict[str, list[object]] = {name: [] for name in (
        "model", "trajectory", "t [1/k0]", "c", "unlike pairs / random mixture",
        "largest cluster of A / all A", "f_S1 + f_S2",
    )}  # fmt: skip
    found: dict[str, dict[str, Estimate]] = {}
    for name, record in records.items():
        measured = [_measure(record, k) for k in range(len(record.trajectories))]
        for k, row in enumerate(measured):
            for column, value in zip(rows, (name, k, *row)):
                rows[column].append(value)
        names = ("t", "c", "unlike", "cluster", "S")
        found[name] = {key: mean_estimate(np.array(values)) for key, values in zip(names, zip(*measured))}
    job.table("patterns", rows)
    ising, elastic, free = found["ising"], found["elastic"], found["noninteracting"]
    return [
        exceeds(
            "Ising: fewer unlike pairs than random, c = 1/3", "sharp A/B interface", (1.0, 0.0),
            ising["unlike"],
        ),
        holds(
            "Ising: A is one compact core, c = 1/3", "one cluster",
            f"{ising['cluster'].value:.3f} of A in one cluster", ising["cluster"].value > 0.9,
            "more than 9 in 10",
        ),
        exceeds(
            "elastic: more unlike pairs than with Ising", "no A/B interface", elastic["unlike"],
            ising["unlike"],
        ),
        exceeds(
            "elastic: more S1, S2 than without interactions", "motifs of S1, S2", elastic["S"], free["S"],
        ),
        exceeds("elastic: more S1, S2 than with Ising", "motifs of S1, S2", elastic["S"], ising["S"]),
    ]  # fmt: skip


def _measure(record: Record, trajectory: int) -> tuple[float, ...]:
    frame = _frames(record, trajectory, (_COMPARED,))[0]
    sigma = np.asarray(record.sigma[trajectory, frame])
    fractions = phase_fractions(record.crystal, sigma)
    return (
        float(record.sigma_time[frame]), float((sigma > 0).mean()), float(
            unlike_pairs(record.crystal, sigma),
        ),
        largest_cluster(record.crystal, sigma), float(fractions["f_S1"] + fractions["f_S2"]),
    )  # fmt: skip


@styled
def draw(records: dict[str, Record]) -> Picture:
    """A row of crystals for each model, the first trajectory."""
    left, row, title = 0.4, 1.0, 0.22
    width, height = DOUBLE_COLUMN, len(records) * (row + title) + 0.05
    picture = Picture(figsize=(width, height))
    room = (width - left - 0.75) / len(_SHOWN)
    for j, (name, record) in enumerate(records.items()):
        bottom = height - (j + 1) * (row + title)
        for k, frame in enumerate(_frames(record, 0, _SHOWN)):
            axes = picture.add_axes(
                ((0.75 + left + k * room) / width, bottom / height, (room - 0.06) / width, row / height)
            )
            sigma = np.asarray(record.sigma[0, frame])
            draw_species(axes, record.crystal, sigma)
            axes.set_title(f"$t = {time_text(float(record.sigma_time[frame]))}$", fontsize=7, pad=2)
        picture.text(0.02, (bottom + row / 2) / height, _MODELS[name], ha="left", va="center", fontsize=9)
        if j == 0:
            first = axes
    add_key(picture, first, "h", SPECIES_COLORS, shift=-0.45)
    return picture


FIGURE = Figure(
    "fig1b",
    "configurations of three models",
    [Run(name, {"ensemble.trajectories": 10}) for name in _MODELS],
    reproduce,
)
