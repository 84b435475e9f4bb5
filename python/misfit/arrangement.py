"""How the points of a sweep become curves: which key is the horizontal axis, which points make one row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from misfit.equilibrium import EquilibriumRecord, Ladder, Point, Transition
from misfit.files import RecordError
from misfit.labels import value_text
from misfit.record import Record

Item = TypeVar("Item")

#: keys that say how large the core is: they tell curves apart rather than run along an axis
_SIZES = ("crystal.side", "crystal.size")


@dataclass(frozen=True)
class Row:
    """The points along the axis at one value of every other key; arrays [n], by ascending x."""

    others: dict[str, float | str]  #: the other keys and their values; empty if one key is swept
    points: NDArray[np.intp]  #: numbers of the points
    x: NDArray[np.float64]  #: value of the axis' key, or its place among the labels
    ladder: Ladder | None  #: whose points these are, if their chains exchanged replicas

    @property
    def transition(self) -> Transition | None:
        """The reweighted curves along this row, if there are any."""
        return None if self.ladder is None else self.ladder.transition


@dataclass(frozen=True)
class Arrangement:
    """A sweep as rows along one axis."""

    key: str  #: of the axis
    rows: list[Row]
    labels: list[str] | None  #: of the places 0, 1, ... on the axis if the key has words for values


def arrange(record: EquilibriumRecord | Record) -> Arrangement:
    """Rows of points for pictures over the sweep.

    The axis is the key along which replicas are exchanged; else, sizes of the core left aside, the one with
    the most values, of several the first. Where that is the stage, and stages differ in one number, it is that
    number. Raises RecordError if nothing is swept.
    """
    if not record.sweep:
        raise RecordError(f"{record.path}: nothing is swept: no curve to draw")
    along = _axis(record)
    key, values = along, record.sweep[along]
    if along == "stage" and isinstance(record, EquilibriumRecord):
        key, values = _number_of_stages(record)
    labels = None
    if values.dtype.kind == "U":
        names = list(dict.fromkeys(map(str, values)))
        values = np.array([names.index(str(value)) for value in values], dtype=np.float64)
        labels = [value_text(name) for name in names]

    numbers: dict[tuple[float | str, ...], list[int]] = {}
    for point in record.points:
        others = tuple(point.values[name] for name in record.sweep if name != along)
        numbers.setdefault(others, []).append(point.number)
    other_keys = [name for name in record.sweep if name != along]
    rows = []
    for others, members in sorted(numbers.items(), key=lambda row: _ascending(row[0])):
        points = np.array(members)[np.argsort(values[members], kind="stable")]
        ladder = _ladder_of(record, key, set(members))
        rows.append(Row(dict(zip(other_keys, others)), points, values[points], ladder))
    return Arrangement(key, rows, labels)


def in_order(record: EquilibriumRecord) -> list[Point]:
    """The points as pictures over the sweep have them: row by row, ascending along the axis."""
    if not record.sweep:
        return list(record.points)
    return [record.points[k] for row in arrange(record).rows for k in row.points]


def evenly(items: list[Item], most: int) -> list[Item]:
    """At most so many of the items, evenly spaced, the first and the last among them."""
    if len(items) <= most:
        return items
    return [items[k] for k in np.linspace(0, len(items) - 1, most).round().astype(int)]


def share_text(shown: int, there: int, what: str) -> str:
    """What a picture must say that leaves some out: "6 of 11 points shown"; nothing where all are there."""
    return "" if shown >= there else f"{shown} of {there} {what} shown"


def _ascending(values: tuple[float | str, ...]) -> tuple[float, ...]:
    """Rows stand by ascending numbers, whatever the order of the input; words in that order."""
    return tuple(value if isinstance(value, float) else 0.0 for value in values)


def _axis(record: EquilibriumRecord | Record) -> str:
    for ladder in _ladders(record):
        if ladder.key in record.sweep:
            return ladder.key
    keys = [key for key in record.sweep if key not in _SIZES] or list(record.sweep)
    return max(keys, key=lambda key: len(set(record.sweep[key])))


def _ladders(record: EquilibriumRecord | Record) -> list[Ladder]:
    return record.ladders if isinstance(record, EquilibriumRecord) else []


def _number_of_stages(record: EquilibriumRecord) -> tuple[str, NDArray[np.float64]]:
    """What tells the stages apart on an axis: the one number that is another in each, or their own number."""
    for key, values in record.of_stages.items():
        stages = len(set(record.sweep["stage"]))
        if len(record.of_stages) == 1 and len(set(values)) == stages:
            return key, values
    return "stage", record.sweep["stage"]


def _ladder_of(record: EquilibriumRecord | Record, key: str, points: set[int]) -> Ladder | None:
    for ladder in _ladders(record):
        if ladder.key == key and set(map(int, ladder.points)) <= points:
            return ladder
    return None
