"""The program `misfit` of a package that pip installed: it lies within."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn


def main() -> NoReturn:
    """Becomes the program, with the arguments of this process; what it draws, this Python draws."""
    os.environ.setdefault("MISFIT_PYTHON", sys.executable)
    os.execv(Path(__file__).with_name("bin") / "misfit", ["misfit", *sys.argv[1:]])
