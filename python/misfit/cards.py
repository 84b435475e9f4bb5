"""What a record says of itself: in a line, and in a notebook as a card with its picture."""

from __future__ import annotations

import base64
import html
import io
from typing import TYPE_CHECKING

from misfit.files import RecordError

if TYPE_CHECKING:
    from misfit.equilibrium import EquilibriumRecord
    from misfit.record import Record

_PICTURE_WIDTH = 640  # pixels, of a card's


def card_line(record: Record | EquilibriumRecord) -> str:
    """<Record: hexagon, side 16, 721 sites, 20 trajectories, out/record.h5>."""
    said = ", ".join(_facts(record).values())
    return f"<{type(record).__name__}: {said}{'' if record.complete else ', unfinished'}>"


def card(record: Record | EquilibriumRecord) -> str:
    """HTML: a table of what it is of, and the overview. Without matplotlib, or anything to draw yet, the table alone."""
    rows = "".join(f"<tr><th style='text-align:left'>{name}</th><td style='text-align:left'>{html.escape(value)}</td></tr>"
                   for name, value in _facts(record).items())  # fmt: skip
    state = "" if record.complete else " (unfinished)"
    return f"<div><b>{record.kind}{state}</b><table>{rows}</table>{_picture(record)}</div>"


def _facts(record: Record | EquilibriumRecord) -> dict[str, str]:
    facts = {"crystal": _crystal(record)}
    swept = [key for key in record.sweep if key != "stage"]
    if len(record.points) > 1:
        facts["points"] = f"{len(record.points)} points" + (f" over {', '.join(swept)}" if swept else "")
        if record.kind == "exchange":
            facts["points"] += f", here point {record.number}"
    if record.kind == "exchange":
        count = len(record.trajectories)
        facts["trajectories"] = f"{count} {'trajectory' if count == 1 else 'trajectories'}"
        completion = record.completion_time() if record.is_finished else None
        if completion is not None:
            facts["completion"] = completion.text()
    else:
        chains = len(record.points[0].chains) if record.points else 0
        facts["chains"] = f"{chains} {'chain' if chains == 1 else 'chains'}"
    return facts | {"file": str(record.path)}


def _crystal(record: Record | EquilibriumRecord) -> str:
    """Of the first point that has one."""
    try:
        crystal = record.crystal if record.kind == "exchange" else record.points[0].crystal
    except (RecordError, IndexError):
        return "no crystal yet"
    return f"{crystal.shape}, {crystal.size} sites"


def _picture(record: Record | EquilibriumRecord) -> str:
    try:
        from misfit import equilibrium_plots, plots

        figure = plots.overview(record) if record.kind == "exchange" else equilibrium_plots.overview(record)
    except (ImportError, RecordError):
        return ""
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=_PICTURE_WIDTH / figure.get_figwidth())
    return f"<img alt='overview' src='data:image/png;base64,{base64.b64encode(png.getvalue()).decode()}'>"
