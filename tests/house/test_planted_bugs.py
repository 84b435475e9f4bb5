"""Every bug that tests/plant_bugs.py plants still has a place in the source."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUGS = [bug for path in sorted((ROOT / "tests" / "planted_bugs").glob("*.toml")) for bug in tomllib.loads(path.read_text())["bug"]]


def test_each_bug_s_text_is_in_its_file_exactly_once() -> None:
    counts = {bug["name"]: (ROOT / bug["file"]).read_text().count(bug["find"]) for bug in BUGS}
    assert {name: count for name, count in counts.items() if count != 1} == {}


def test_names_of_bugs_are_their_own() -> None:
    assert len({bug["name"] for bug in BUGS}) == len(BUGS)
