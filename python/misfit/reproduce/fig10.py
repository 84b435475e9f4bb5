"""Fig. 10: a rod: its profile while it exchanges, and when it relaxes after an interrupted exchange."""

from __future__ import annotations

import h5py
import numpy as np
from matplotlib.figure import Figure as Picture
from matplotlib.figure import SubFigure
from numpy.typing import NDArray

from misfit.balls import solid_key
from misfit.record import Record
from misfit.reproduce.analysis import at_time
from misfit.reproduce.claims import OTHER_PROGRAM, Claim, agrees, holds, number
from misfit.reproduce.job import Figure, Job, Run
from misfit.reproduce.patterns import profile_along_z
from misfit.reproduce.rods import absent, draw_rods, present
from misfit.reproduce.stages import frame_at
from misfit.snapshots import add_key
from misfit.strain_plots import draw_profiles
from misfit.style import DOUBLE_COLUMN, letter, styled, time_text

#: frames drawn, of the exchange and after t_init
_EXCHANGE_TIMES = (0.0724, 0.3, 0.6, 1.5)
_RELAXATION_TIMES = (0.0, 1.93, 9.54, 11.3)
#: stage of the relaxation, counted from 1
_RELAXING = 2
_RUNS = ("exchange", "relaxation", "relaxation-late")
#: the paper's own times of A and B
_PAPER_TIMES = (0.0724, 7.23, 11.8, 13.5)


def reproduce(job: Job) -> list[Claim]:
    exchange, relaxation, late = (job.exchange(name) for name in _RUNS)
    frames = {
        "exchange": (exchange, [(t, frame_at(exchange, 1, t)) for t in _EXCHANGE_TIMES]),
        "relaxation": (relaxation, [(t, frame_at(relaxation, _RELAXING, t)) for t in _RELAXATION_TIMES]),
    }
    job.save(draw(frames))
    mixed = job.exchange("site-order")
    frames["site-order"] = (mixed, [(t, frame_at(mixed, 1, t)) for t in _PAPER_TIMES])
    job.save(draw({"site-order": frames["site-order"]}), "fig10-site-order")
    for name, (record, chosen) in frames.items():
        profiles = [profile_along_z(record.crystal, record.sigma[0, frame]) for _, frame in chosen]
        table: dict[str, object] = {"z [lattice spacings]": np.arange(1, len(profiles[0]) + 1)}
        table |= {f"c(z) at t = {t:g}": profile for (t, _), profile in zip(chosen, profiles)}
        job.table(f"profiles-{name}", table)
    claims = []
    if exchange.crystal.size == 5000:
        c = at_time(exchange.time, exchange.observables["composition"], 0.6)
        claims.append(
            holds(
                "A: c = 0.05 at t = 0.6 with one site order", "0.05", number(*c),
                abs(c.value - 0.05) < 0.005 + 3 * c.error, "0.05 when rounded, within 3 standard errors",
                "fail", OTHER_PROGRAM,
            )
        )  # fmt: skip
    for t in (0.0724, 0.3, 0.6):
        claims.append(
            absent(
                f"B: no stripes while exchanging, t = {t:g}",
                "none with one site order (the paper: stripes)", exchange.crystal,
                _rods(exchange, frame_at(exchange, 1, t)),
            )
        )  # fmt: skip
    end = 12.0
    return [
        *claims,
        *present(
            "C, D: stripes after relaxation, early start", "8 to 10", relaxation.crystal,
            _rods(relaxation, frame_at(relaxation, _RELAXING, end)),
        ),
        absent(
            "C, D: none after relaxation, late start", "none", late.crystal,
            _rods(late, frame_at(late, _RELAXING, end)),
        ),
        *_site_order(mixed),
    ]  # fmt: skip


def _site_order(mixed: Record) -> list[Claim]:
    """What the paper's Fig. 10A, B shows, with V in the site order of its program."""
    if mixed.crystal.size != 5000:
        return []
    claims = []
    for t, expected, error in ((7.23, 0.156, 0.005), (13.5, 0.043, 0.003)):
        c = at_time(mixed.time, mixed.observables["composition"], t)
        claims.append(
            agrees(f"A, B: c at t = {t:g} with V in a mixed-up site order", expected, *c, expected_error=error)
        )
    profile = np.array([mixed.mean(f"profile_z_{z}")[0][mixed.time.searchsorted(13.5)] for z in range(50)])
    inside = np.arange(1, 49)
    peaks = inside[(profile[inside] > profile[inside - 1]) & (profile[inside] > profile[inside + 1])]
    highest = np.sort(peaks[np.argsort(profile[peaks])[-4:]])
    claims.append(
        holds(
            "B: the paper's stripes come of that order: c(z) at t = 13.5 is highest at", "9, 20, 30, 40",
            ", ".join(map(str, highest)), bool(np.all(np.abs(highest - [9, 20, 30, 40]) <= 1)),
            "the four highest maxima of the mean profile, each within one layer", "fail",
        )
    )  # fmt: skip
    return claims


def mixed_potential(job: Job) -> dict[str, str]:
    """V as the paper's program used it: written in x-fastest site order, read in z-fastest order."""
    own = job.potential_matrix(SITE_ORDER)
    mixed = own.with_name("V-mixed.h5")
    with h5py.File(own) as file:
        V, point = file["V"][()], file["point"][()]
    size = point.max(axis=0) + 1
    z_fastest = point[:, 2] + size[2] * (point[:, 1] + size[1] * point[:, 0])
    with h5py.File(mixed, "w") as file:
        file["V"] = V[np.ix_(z_fastest, z_fastest)]
    return {"model.potential_file": str(mixed)}


def _rods(record: Record, frame: int) -> NDArray[np.int8]:
    return np.asarray(record.sigma[:, frame])


@styled
def draw(frames: dict[str, tuple[Record, list[tuple[float, int]]]]) -> Picture:
    """A, B above, C, D below: rods, and beside them their profiles."""
    width, each = DOUBLE_COLUMN, 3.0
    picture = Picture(figsize=(width, len(frames) * each))
    parts = picture.subfigures(len(frames), 2, width_ratios=(4.1, 2.9), squeeze=False)
    for row, (name, (record, chosen)), letters in zip(parts, frames.items(), ("AB", "CD")):
        _draw_row(row[0], row[1], record, chosen, name == "relaxation")
        for part, text in zip(row, letters):
            letter(part, text)
    return picture


def _draw_row(
    left: SubFigure, right: SubFigure, record: Record, chosen: list[tuple[float, int]], relaxing: bool
) -> None:
    sigma = [np.asarray(record.sigma[0, frame]) for _, frame in chosen]
    symbol = r"t - t_\mathrm{init}" if relaxing else "t"
    titles = [f"${symbol} = {time_text(t)}$" for t, _ in chosen]
    first = draw_rods(left, record.crystal, sigma, titles)
    if not relaxing:
        add_key(left, first, "s", solid_key(record.crystal))
    axes = right.add_axes((0.16, 0.14, 0.5, 0.75))
    draw_profiles(
        axes, [profile_along_z(record.crystal, each) for each in sigma],
        [f"${time_text(t)}$" for t, _ in chosen]
    )
    axes.get_legend().set_title(f"${symbol}$", prop={"size": 7})


_QUICK = {"crystal.size": [6, 6, 24], "ensemble.trajectories": 3}
SITE_ORDER = Run("site-order", _QUICK, prepare=mixed_potential)
FIGURE = Figure(
    "fig10", "a rod: exchange and relaxation", [*(Run(name, _QUICK) for name in _RUNS), SITE_ORDER], reproduce
)
