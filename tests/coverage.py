#!/usr/bin/env python3
"""What the tests that ran in a build with --coverage have covered: lines and branches by folder, and the lines that
nothing ran.

    tests/coverage.py [BUILD]     default build/coverage; ./check --coverage builds and runs it. The lines that
                                  nothing ran are also written to BUILD/uncovered.txt
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GCOVR = ["gcovr", "--root", ROOT, "--filter", f"{ROOT}/src/", "--filter", f"{ROOT}/apps/", "--json",
         "--exclude-throw-branches", "--exclude-unreachable-branches",
         # An assertion holds: its other branch is a bug's.
         "--exclude-lines-by-pattern", r"\s*(static_)?assert\(.*"]


def measured(build: Path) -> dict[str, list[dict]]:
    """The lines of each file, as gcovr counts them."""
    report = subprocess.run([*GCOVR, build], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return {file["file"]: [line for line in file["lines"] if not line["gcovr/noncode"]]
            for file in json.loads(report)["files"]}


def folder_of(file: str) -> str:
    return str(Path(file).parent)


def summary(files: dict[str, list[dict]]) -> list[tuple[str, int, int, int, int]]:
    """By folder and in all: lines, those that ran, branches, those taken."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for file, lines in files.items():
        branches = [branch["count"] for line in lines for branch in line["branches"]]
        for name in (folder_of(file), "all"):
            for k, number in enumerate((len(lines), sum(line["count"] > 0 for line in lines), len(branches),
                                        sum(count > 0 for count in branches))):
                counts[name][k] += number
    return [(name, *counts[name]) for name in sorted(counts, key=lambda name: (name == "all", name))]


def uncovered(files: dict[str, list[dict]]) -> list[str]:
    """Runs of lines that nothing ran: "src/misfit/store/files.cpp:12-14: text of the first"."""
    found = []
    for file, lines in sorted(files.items()):
        text = (ROOT / file).read_text().splitlines()
        missed = [line["line_number"] for line in lines if line["count"] == 0]
        executable = [line["line_number"] for line in lines]
        while missed:
            last = 0
            position = executable.index(missed[0])
            while last + 1 < len(missed) and executable[position + last + 1] == missed[last + 1]:
                last += 1
            place = f"{missed[0]}" if last == 0 else f"{missed[0]}-{missed[last]}"
            found.append(f"{file}:{place}: {text[missed[0] - 1].strip()}")
            del missed[: last + 1]
    return found


def main() -> None:
    build = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build" / "coverage").resolve()
    files = measured(build)
    print(f"note: {'folder':<24}{'lines':>7}{'run':>9}{'branches':>10}{'taken':>9}")
    for name, lines, ran, branches, taken in summary(files):
        print(f"note: {name:<24}{lines:>7}{ran / max(lines, 1):>9.1%}{branches:>10}{taken / max(branches, 1):>9.1%}")
    missed = uncovered(files)
    (build / "uncovered.txt").write_text("".join(line + "\n" for line in missed))
    print("Lines that nothing ran:", *missed, sep="\n  ")


if __name__ == "__main__":
    main()
