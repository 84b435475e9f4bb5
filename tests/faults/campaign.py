"""Every fault at length, and a table of what was tried: `python3 tests/faults/campaign.py BUILD_FOLDER`.

Kills 500 runs of seconds, lets every call of runs of every kind fail in turn, loses power after each of them. Anything
that does not end as the undisturbed run ends this with an error. About half an hour on 2 processors.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path


def main() -> None:
    """Runs the campaign and prints the table, as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=Path, help="a build folder, as build/release")
    parser.add_argument("--kills", type=int, default=500, help="of all kinds together (500)")
    parser.add_argument("--seed", type=int, default=2021)
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    os.environ["MISFIT_PROGRAM"] = str(build / "misfit")
    os.environ["MISFIT_FAULT_SHIM"] = str(build / "tests/libmisfit_fault_shim.so")
    os.environ["XDG_CACHE_HOME"] = str(build / "test_cache")
    from failing_calls import FAULTS, fail_each_call
    from kills import kill_until_finished
    from power_loss import lose_power
    from runs import KINDS

    rows: list[tuple[str, str, int, str]] = []

    def tell(fault: str, kind: str, tried: int, what: str, begun: float) -> None:
        rows.append((fault, kind, tried, what))
        print(f"{kind}, {fault}: {tried} ({what}), {time.monotonic() - begun:.0f} s", file=sys.stderr)

    share, more = divmod(arguments.kills, 2 * len(KINDS))
    for number, kind in enumerate(KINDS):
        for threads in (1, 2):
            begun = time.monotonic()
            kills = share + (more if (number, threads) == (0, 1) else 0)
            with tempfile.TemporaryDirectory() as folder:
                killed = kill_until_finished(kind, threads, kills, Path(folder), arguments.seed + threads)
            what = f"{threads} threads, a run of {killed.whole_seconds:.1f} s"
            tell("SIGKILL", kind.name, killed.kills, what, begun)
        for fault in FAULTS:
            begun = time.monotonic()
            with tempfile.TemporaryDirectory() as folder:
                failures = fail_each_call(kind, fault, Path(folder))
            what = f"each of {failures.calls} calls, {failures.stopped} stopped the run"
            tell(fault, kind.name, failures.tried, what, begun)
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            losses = lose_power(kind, Path(folder), arguments.seed)
        what = f"after each of {losses.calls} calls, 4 ways; {losses.finished} left the whole record"
        tell("loss of power", kind.name, losses.tried, what, begun)

    print("| fault | run | tried | |\n|---|---|---|---|")
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |")


if __name__ == "__main__":
    main()
