"""What the program knows of keys, observables, phases, species and words: `misfit keys --json`, written by the build.

Nothing of it is typed again in Python.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from misfit.errors import Error

_FILE = Path(__file__).parent / "table.json"


def _read() -> dict[str, Any]:
    try:
        return dict(json.loads(_FILE.read_text(encoding="utf-8")))
    except OSError as error:
        raise Error(
            f"the package is not whole ({_FILE}: {error.strerror}): it is that of the build folder, or the installed one, not the sources"
        ) from error


_TABLE = _read()

#: of the program that this package belongs to
VERSION: str = _TABLE["version"]
#: name and order parameter of every phase, in the order of the succession; then what is in none
PHASES: dict[str, int] = {phase["name"]: phase["order_parameter"] for phase in _TABLE["phases"]}
#: colour of a site by its phase, and of a curve
PHASE_COLORS: dict[str, str] = {phase["name"]: phase["color"] for phase in _TABLE["phases"]}
PHASE_LINE_COLORS: dict[str, str] = {phase["name"]: phase["line_color"] for phase in _TABLE["phases"]}
SPECIES_COLORS: dict[str, str] = {species["name"]: species["color"] for species in _TABLE["species"]}
#: how chains may start, in the order of the input's reference
STARTS: list[str] = _TABLE["starts"]
#: panel and label of each observable, for records that do not say them
PICTURES: dict[str, tuple[str, str]] = {
    column["name"]: (column["panel"], column["label"]) for column in _TABLE["observables"]
}
