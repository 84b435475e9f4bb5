"""A report of a sweep of exchange: when exchange is complete over the swept key, and the trajectories of every point."""

from __future__ import annotations

from typing import Any

import numpy as np

from misfit.arrangement import Row, arrange, evenly
from misfit.files import RecordError
from misfit.labels import count_text, value_text
from misfit.record import Record
from misfit.report.about import Notes, about, crystal_header, crystals_text, heading, values_text
from misfit.report.bundle import Bundle
from misfit.report.exchange import ensemble_header, facts, shares
from misfit.report.sweep import axis_header, row_header, sweep_curve
from misfit.sweep_quantities import Estimates, LargestFraction, Quantity, estimates, quantities

#: points whose trajectories a page holds at the most
_MOST_POINTS = 24


def exchange_sweep_report(record: Record) -> tuple[dict[str, Any], Bundle]:
    """The header and the arrays of a page about all points of a sweep of exchange.

    Raises RecordError for a record without a finished trajectory.
    """
    finished = [point for point in record.points if point.is_finished]
    if not finished:
        raise RecordError(f"{record.path}: no trajectory is finished yet: nothing to show")
    bundle, notes = Bundle(), Notes(_completeness(record, finished))
    shown = evenly(finished, _MOST_POINTS)
    if len(shown) < len(finished):
        notes.hints.append(
            f"The trajectories of {len(shown)} of {count_text(len(finished))} points are in this report, evenly chosen; `misfit report --point K` shows any point."
        )
    ensembles = _ensembles(shown, bundle, notes)
    arrangement = arrange(record)
    header = {
        "kind": "exchange sweep",
        "title": "Exchange",
        "heading": heading(record, crystals_text([point.crystal for point in finished]), record.sweep),
        "axis": axis_header(arrangement),
        "rows": [row_header(row) for row in arrangement.rows],
        "points": [_point(point, ensembles.get(point.number)) for point in record.points],
        "panels": _panels(record, arrangement.rows),
        "notes": notes.header(),
        "about": about(record, [("Points", count_text(len(record.points))), *facts(finished)]),
    }
    return header, bundle


def _completeness(record: Record, finished: list[Record]) -> list[str]:
    if record.complete:
        return []
    done = sum(len(point.trajectories) for point in finished)
    planned = sum(point.planned_trajectories for point in record.points)
    return [
        f"This run is not finished: {count_text(done)} of {count_text(planned)} trajectories, at {count_text(len(finished))} of {count_text(len(record.points))} points, are in its record."
    ]


def _ensembles(shown: list[Record], bundle: Bundle, notes: Notes) -> dict[int, dict[str, Any]]:
    """What the page has of every point that is shown, by its number."""
    crystals: dict[str, dict[str, Any]] = {}
    ensembles = {}
    of_points = Notes()
    for point, share in zip(shown, shares(shown)):
        name = point._places.crystal(point._file, point.number)
        if name not in crystals:
            crystals[name] = crystal_header(bundle, point.crystal, name)
        part = bundle.under(f"points/{point.number}/")
        ensembles[point.number] = ensemble_header(point, part, crystals[name], share, None, of_points)
    # What is so at every point is said once.
    notes.warnings += dict.fromkeys(of_points.warnings)
    notes.hints += dict.fromkeys(of_points.hints)
    strained = [number for number, ensemble in ensembles.items() if ensemble["deviations"] is not None]
    if strained:
        where = "every point" if len(strained) == len(shown) else f"points {', '.join(map(str, strained))}"
        notes.hints.append(
            f"Local strain can be seen of the first trajectories at {where}; `misfit report --point K --strain` chooses others."
        )
    return ensembles


def _point(point: Record, ensemble: dict[str, Any] | None) -> dict[str, Any]:
    completion = point.completion_time()
    return {
        "label": values_text(point.values),
        "complete": None if completion is None else completion.text(),
        "ensemble": ensemble,
    }


def _panels(record: Record, rows: list[Row]) -> list[dict[str, Any]]:
    """A panel for each quantity that some point has."""
    panels = []
    for quantity in quantities(record):
        found = [estimates(record, row, quantity) for row in rows]
        if any(np.isfinite(estimate.value).any() for estimate in found):
            panels.append(_panel(quantity, found))
    return panels


def _panel(quantity: Quantity, found: list[Estimates]) -> dict[str, Any]:
    if isinstance(quantity, LargestFraction):
        name, said, color = f"largest_f_{quantity.phase}", quantity.phase, quantity.phase
        title, label = f"Largest fraction of {quantity.phase}", f"largest f of {quantity.phase}"
    else:
        goal = "the end of exchange" if quantity.composition is None else f"c = {value_text(quantity.composition)}"
        name, said, color = "completion", "time", "composition"
        title, label = "Time to complete exchange", f"time to {goal} (1/k₀)"
    curves = [
        sweep_curve(k, name, said, color, row.value, row.error, ~row.is_bound) for k, row in enumerate(found)
    ]
    return {"name": name, "title": title, "label": label, "curves": curves}
