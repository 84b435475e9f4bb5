"""The page itself: the built viewer with a run's data in it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from misfit.errors import Error
from misfit.record import EquilibriumRecord, Record, RecordError
from misfit.report.bundle import Bundle
from misfit.report.equilibrium import equilibrium_report
from misfit.report.exchange import exchange_report
from misfit.report.exchange_sweep import exchange_sweep_report

#: where the build puts the viewer (viewer/README.md)
_TEMPLATE = Path(__file__).parents[1] / "pages" / "report.html"
#: what the viewer has in place of the data and of its title
_DATA, _TITLE = "%MISFIT_DATA%", "misfit report"


def write_report(
    record: Record | EquilibriumRecord,
    path: Path,
    strained: Sequence[int] | None = None,
    toml: str | None = None,
    point: int | None = None,
) -> None:
    """Writes one HTML file that shows the record in any browser, without a network.

    Of a sweep of exchange it shows all points, or with `point`, counted from 0, that one alone.
    `strained` are the trajectories (of an equilibrium: points of the sweep) whose local deviations of area or volume are
    computed for it, at most eight; by default the first eight (eight that lie evenly). `toml` is the input that reproduces
    the run, which `misfit report` gives; without it the page has the input's file, without what --set changed. Raises RecordError for a record with
    nothing to show, for a trajectory or a point that is not in it, for `strained` of a whole sweep of exchange and for
    `point` of an equilibrium; Error where the page was not built.
    """
    header, bundle = _report(record, strained, point)
    header["about"]["resolved"] = toml
    page = _template().replace(_TITLE, escape(f"{header['title']}: {header['heading']}"), 1)
    before, _, after = page.partition(_DATA)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(before + bundle.text(header) + after, encoding="utf-8")


def _report(
    record: Record | EquilibriumRecord, strained: Sequence[int] | None, point: int | None
) -> tuple[dict[str, Any], Bundle]:
    if isinstance(record, EquilibriumRecord):
        if point is not None:
            raise RecordError(f"{record.path}: a page of an equilibrium shows all points, not point {point} alone")
        return equilibrium_report(record, strained)
    if point is not None or len(record.points) == 1:
        return exchange_report(record.at(point or 0), strained)
    if strained is not None:
        raise RecordError(f"{record.path}: local strain at which of the {len(record.points)} points? --point K")
    return exchange_sweep_report(record)


def _template() -> str:
    try:
        return _TEMPLATE.read_text(encoding="utf-8")
    except OSError as error:
        raise Error(
            f"the page of reports was not built ({_TEMPLATE}: {error.strerror}); building it needs npm, and then `cmake --build build/release --target viewer`"
        ) from error
