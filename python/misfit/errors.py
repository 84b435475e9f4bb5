"""What misfit raises for a cause outside the program: an input, a geometry, a file, a folder."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice

_FEW = 20  # every observable but those of a profile, a column for each layer


def listed(items: Collection[str]) -> str:
    """A list as far as it helps in a message: "f_U1, f_S1 and 40 more"; "none"."""
    if len(items) <= _FEW + 1:
        return ", ".join(items) or "none"
    return f"{', '.join(islice(items, _FEW))} and {len(items) - _FEW} more"


class Error(Exception):
    """The message is one that a user can act on."""


class InputError(Error):
    """A fault of an input file; the message is made of the parts below, and what is not known is empty."""

    def __init__(
        self,
        message: str,
        *,
        file: str = "",
        line: int = 0,
        column: int = 0,
        key: str = "",
        given: str = "",
        allowed: str = "",
    ) -> None:
        super().__init__(message)
        self.file = file  #: or the setting: "--set model.kT=x"
        self.line = line  #: from 1; 0: not in a file
        self.column = column
        self.key = key  #: "model.kT"
        self.given = given  #: the value as it was written
        self.allowed = allowed  #: what would do
