"""Libraries that one function needs and the package does without."""

from __future__ import annotations

import importlib
from typing import Any


def optional(name: str, wanted_by: str) -> Any:
    """The module of this name. Raises ImportError, saying who needs it and how to get it, where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ImportError(
            f"{wanted_by} needs {name}: apt install python3-{name} for Debian's Python, or pip install {name} ({error})"
        ) from error
