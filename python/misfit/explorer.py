"""`python3 -m misfit.explorer` opens the explorer, the model live in a browser, and prints where its page is.

`--out FILE` copies the page instead, to be kept or sent: it needs nothing beside itself.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import webbrowser
from collections.abc import Sequence
from pathlib import Path

from misfit.errors import Error

#: where the build puts it (viewer/README.md)
PAGE = Path(__file__).parent / "pages" / "explorer.html"


def main(arguments: Sequence[str] | None = None) -> int:
    """Carries out the command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python3 -m misfit.explorer", description="Opens the explorer in a browser.")
    parser.add_argument("--out", type=Path, metavar="FILE", help="copy the page there instead")
    out = parser.parse_args(arguments).out
    try:
        print(_copied(out) if out else _opened(), flush=True)
    except (Error, OSError) as error:
        print(f"misfit: error: {error}", file=sys.stderr)
        return 2
    return 0


def page() -> Path:
    """The page; raises Error where it was not built."""
    if not PAGE.exists():
        raise Error(
            "this misfit was built without emscripten, and has no explorer: a release has explorer.html beside its "
            "packages; or `cmake --build build/release --target explorer` where em++ and npm are"
        )
    return PAGE


def _opened() -> Path:
    webbrowser.open(page().resolve().as_uri())
    return page()


def _copied(out: Path) -> Path:
    shutil.copyfile(page(), out)
    return out


if __name__ == "__main__":
    sys.exit(main())
