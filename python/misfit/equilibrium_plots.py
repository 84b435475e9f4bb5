"""Pictures of equilibrium: what changes over a sweep, whether the chains agree (paper, Figs. 5, 6, 9C)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from misfit.arrangement import arrange
from misfit.configurations import (
    configurations,
    configurations_height,
    draw_configurations,
    pick_configurations,
)
from misfit.curves import (
    DistributionSheet,
    FractionsSheet,
    OthersSheet,
    StrainSheet,
    SusceptibilitySheet,
    rows_with_distribution,
)
from misfit.deviations import deviation_name
from misfit.equilibrium import EquilibriumRecord
from misfit.labels import species_key
from misfit.panels import others_of
from misfit.sheets import LINE_INCHES, Part, Sheet, add_remark, alone, remarks
from misfit.style import DOUBLE_COLUMN, PHASE_COLORS, letter_panels, styled
from misfit.traces import ChainsSheet, CourseSheet, chains

__all__ = ["chains", "configurations", "distribution", "fractions", "others", "overview", "strain", "susceptibility"]

#: height of a part of an overview [inches], and what fills it and gives back what has a letter
_Strip = tuple[float, Callable[[Part], list[Part]]]
#: configurations above the curves of an overview
_OVERVIEW_CONFIGURATIONS = 4


@styled
def fractions(record: EquilibriumRecord) -> Figure:
    """Mean phase fractions with standard errors over the swept key (Figs. 5B, 6A, 9C).

    With two swept keys, a panel for each value of the other one, at most six. Where a ladder has a
    transition: reweighted curves with bands of the standard error, the points upon them. Open markers:
    points whose runs were too short. Raises RecordError when nothing is swept or nothing is finished.
    """
    return alone(FractionsSheet(record), record)


@styled
def susceptibility(record: EquilibriumRecord) -> Figure:
    """chi, the variance of f_U, with standard errors over the swept key (Fig. 6B).

    One curve for each value of the second key, at most six. Where a ladder has a transition: its reweighted
    curve with the band of the standard error, and a mark at the peak as wide as the error of its place.
    Raises RecordError when nothing is swept or there is no f_U.
    """
    return alone(SusceptibilitySheet(record), record)


@styled
def distribution(record: EquilibriumRecord) -> Figure:
    """P(f_U) with the band of its standard error where chi is largest, for every ladder with a transition.

    Raises RecordError if there is none.
    """
    return alone(DistributionSheet(record), record)


@styled
def strain(record: EquilibriumRecord) -> Figure:
    """Mean rms local deviation with standard errors over the swept key (Fig. 7C).

    One curve for each value of the second key, at most six. Open markers: points whose runs were too short.
    Raises RecordError when nothing is swept or strain was not recorded.
    """
    return alone(StrainSheet(record), record)


@styled
def others(record: EquilibriumRecord) -> Figure:
    """Means with standard errors over the swept key of the observables that no other picture shows, a panel for each.

    One curve for each value of the second key, at most six. Raises RecordError when nothing is finished.
    """
    return alone(OthersSheet(record), record)


@styled
def overview(record: EquilibriumRecord) -> Figure:
    """One sheet: configurations, below them fractions, susceptibility and, with several sizes, P(f_U).

    Where nothing is swept: the phase fractions and f_U in the course of the run. Raises RecordError when
    nothing is finished.
    """
    strips = _strips(record)
    figure = Figure(figsize=(DOUBLE_COLUMN, sum(height for height, _ in strips)))
    parts = figure.subfigures(len(strips), 1, height_ratios=[height for height, _ in strips], squeeze=False)
    letter_panels([panel for part, (_, fill) in zip(parts[:, 0], strips) for panel in fill(part)])
    return figure


def figures(record: EquilibriumRecord) -> dict[str, Callable[[EquilibriumRecord], Figure]]:
    """The functions of this module that have something to draw, by name."""
    found: dict[str, Callable[[EquilibriumRecord], Figure]] = {"overview": overview}
    if _has_frames(record):
        found["configurations"] = configurations
    if record.sweep and _has_fractions(record):
        found["fractions"] = fractions
        if "f_U" in record.averages:
            found["susceptibility"] = susceptibility
        if rows_with_distribution(arrange(record)):
            found["distribution"] = distribution
    if record.sweep and _has_strain(record):
        found["strain"] = strain
    if record.sweep and others_of(record, record.averages):
        found["others"] = others
    found["chains"] = chains
    return found


def _strips(record: EquilibriumRecord) -> list[_Strip]:
    """The parts of an overview, from above."""
    groups = _groups(record)
    strips = [_strip(group) for group in groups]
    if _has_frames(record):
        chosen = pick_configurations(record, _OVERVIEW_CONFIGURATIONS)

        def show(part: Part) -> list[Part]:
            draw_configurations(part, chosen, species_key(record.parameters))
            return [part]

        strips.insert(0, (configurations_height(chosen) + 0.1, show))
    remark = remarks(record, [sheet for group in groups for sheet in group])
    if remark:

        def say(part: Part) -> list[Part]:
            add_remark(part, remark)
            return []

        strips.insert(0, (LINE_INCHES + 0.05, say))
    return strips


def _groups(record: EquilibriumRecord) -> list[list[Sheet]]:
    """Sheets that stand side by side in an overview."""
    if not (record.sweep and _has_fractions(record)):
        sheet = ChainsSheet(record)
        return [[sheet]] if sheet.count > 1 else [[CourseSheet(record, sheet.points[0]), sheet]]
    first = FractionsSheet(record)
    others: list[Sheet] = []
    if "f_U" in record.averages:
        others.append(SusceptibilitySheet(record))
    if rows_with_distribution(arrange(record)) and first.count > 1:
        others.append(DistributionSheet(record))
    groups = [[first], others] if first.count > 1 else [[first, *others]]
    return [group for group in groups if group]


def _strip(sheets: list[Sheet]) -> _Strip:
    """One sheet over the whole width, or sheets of one panel side by side."""
    lines = max(sheet.lines for sheet in sheets)

    def fill(part: Part) -> list[Part]:
        parts = [part] if sheets[0].count > 1 else list(np.ravel(part.subfigures(1, 2)))
        for each, sheet in zip(parts, sheets):
            sheet.fill(each, lines)
        return parts[: len(sheets)]

    return max(sheet.height(lines) for sheet in sheets), fill


def _has_frames(record: EquilibriumRecord) -> bool:
    return any(point.is_finished and len(point.sigma_sweep) > 0 for point in record.points)


def _has_fractions(record: EquilibriumRecord) -> bool:
    return any(f"f_{name}" in record.averages for name in PHASE_COLORS)


def _has_strain(record: EquilibriumRecord) -> bool:
    return any(f"{deviation_name(dimension)}_rms" in record.averages for dimension in (2, 3))
