"""What a page over a sweep draws its curves on, of either method: the axis, the rows of points along it, the numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from misfit.arrangement import Arrangement, Row
from misfit.report.about import axis_text, values_text


def axis_header(arrangement: Arrangement) -> dict[str, Any]:
    """The key along which the points stand."""
    return {"key": arrangement.key, "label": axis_text(arrangement.key), "names": arrangement.labels}


def row_header(row: Row) -> dict[str, Any]:
    """A row of points along the axis."""
    return {"label": values_text(row.others), "points": row.points.tolist(), "x": row.x.tolist()}


def sweep_curve(
    row: int,
    name: str,
    label: str,
    color: str,
    mean: NDArray[np.float64],
    error: NDArray[np.float64],
    trusted: NDArray[np.bool_],
    smooth: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A curve over one row; arrays [n]. A point that is not `trusted` is drawn open."""
    return {
        "row": row,
        "name": name,
        "label": label,
        "color": color,
        "mean": numbers(mean),
        "error": numbers(error),
        "trusted": trusted.tolist(),
        "smooth": smooth,
    }


def numbers(values: NDArray[np.float64]) -> list[float | None]:
    """As JSON has them: None for what is not finite."""
    return [float(value) if np.isfinite(value) else None for value in values]
