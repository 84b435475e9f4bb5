"""What misfit raises for a cause outside the program: an input, a geometry, a file, a folder."""

from __future__ import annotations


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
