"""Which observables are drawn together: what a record says, and what pictures of their own show already."""

from __future__ import annotations

from collections.abc import Collection

from misfit.files import RecordFile

#: panels that have pictures of their own, or that are a number of no interest by itself
_ELSEWHERE = ("strain", "profile", "chemical energy", "total energy", "order")
_SHOWN = ("composition", "phases", "energy")


def panels_of(record: RecordFile, there: Collection[str]) -> dict[str, list[str]]:
    """Those of the observables `there` that are drawn together, by the name of their panel; in the order of the record."""
    found: dict[str, list[str]] = {}
    for name, column in record.columns.items():
        if name in there and column.panel not in _ELSEWHERE:
            found.setdefault(column.panel or name, []).append(name)
    order = [*_SHOWN, *found]
    return {name: found[name] for name in dict.fromkeys(order) if name in found}


def others_of(record: RecordFile, there: Collection[str]) -> dict[str, list[str]]:
    """Of these the panels that neither composition nor phases nor energies are."""
    return {name: columns for name, columns in panels_of(record, there).items() if name not in _SHOWN}


def title_of(panel: str) -> str:
    """What stands over a panel that no picture knows."""
    return panel[:1].upper() + panel[1:]


def axis_of(record: RecordFile, panel: str, column: str) -> str:
    """Its vertical axis: its name, and the unit of one of its columns unless that is 1."""
    unit = record.columns[column].unit
    return panel if unit == "1" else f"{panel}, {unit}"
