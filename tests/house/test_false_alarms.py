"""The probability that a right program fails the suite, if its random numbers were others.

Every statistical test says how often it asks chance, and at what alpha, in a line of its comment:

    // False alarms: 40 x 1e-6.

(`False alarms: none.` where nothing is random.) Seeds are fixed, so in fact a run fails always or never.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

root = Path(__file__).resolve().parents[2]
MOST = 1e-3
STATED = re.compile(r"False alarms: (?:(none)|(\d+) x (\d+e-\d+))\b")

# Who asks one of these asks chance.
STATISTICS = re.compile(r"\b(chi_square_p|kolmogorov_p|normal_p|support::Comparison|expect_honest|check_laws)\b")
# Here all tests do.
FOLDERS = ("tests/statistical/", "tests/validation/")


def unwrapped(text: str) -> str:
    """With comments of several lines in one."""
    return re.sub(r"\n *(//|#) *", " ", text)


def alarms(text: str) -> float:
    """What the lines of a file add up to."""
    return sum(int(count) * float(alpha) for _, count, alpha in STATED.findall(unwrapped(text)) if count)


def cases_of(text: str) -> list[tuple[str, str]]:
    """Each test of a C++ file: its name, and its comment and body together."""
    starts = [match.start() for match in re.finditer(r"^TEST(_[FP])?\(", text, flags=re.MULTILINE)]
    found = []
    for start in starts:
        comment = re.search(r"(?:^ *//.*\n)*\Z", text[:start], flags=re.MULTILINE)[0]
        body = text[start : text.index("\n", start)]  # one line, or to the brace that stands alone
        if not body.endswith("}"):
            body = text[start : text.index("\n}\n", start)]
        found.append((re.match(r"\w+\((\w+, \w+)\)", body)[1], comment + body))
    return found


def unstated(name: str, text: str) -> list[str]:
    """Statistical tests of a file that do not say what they risk, and those whose alpha is not their code's."""
    faults = []
    constant = re.search(r"constexpr double alpha = (\S+);", text)
    for test, code in cases_of(text):
        stated = STATED.findall(unwrapped(code))
        if not stated and (name.startswith(FOLDERS) or STATISTICS.search(code)):
            faults.append(f"{name}: {test} does not state its false alarms")
        if constant and re.search(r"\balpha\)", code) and any(alpha and alpha != constant[1] for *_, alpha in stated):
            faults.append(f"{name}: {test} states another alpha than its code has")
    return faults


def sources() -> dict[str, str]:
    listed = subprocess.run(["git", "-C", root, "ls-files", "--cached", "--others", "--exclude-standard", "--", "tests",
                             "python/tests", "viewer/test"], capture_output=True, text=True, check=True).stdout.split("\n")
    return {name: (root / name).read_text() for name in listed
            if name.endswith((".cpp", ".py", ".ts")) and not name.startswith("tests/house/") and (root / name).exists()}


def test_the_whole_suite_fails_a_right_program_less_than_once_in_a_thousand() -> None:
    by_file = {name: alarms(text) for name, text in sources().items()}
    total = sum(by_file.values())
    assert 0.0 < total < MOST, {name: f"{value:.1e}" for name, value in by_file.items() if value}


def test_the_page_on_reliability_states_that_total() -> None:
    stated = re.search(r"add up to (\S+e-\d+)\b", (root / "docs/reliability.md").read_text())
    assert stated and f"{sum(map(alarms, sources().values())):.1e}" == stated[1]


def test_every_statistical_test_states_its_false_alarms() -> None:
    faults = [fault for name, text in sources().items() if name.endswith(".cpp") for fault in unstated(name, text)]
    assert faults == []


SOUND = """constexpr double alpha = 1e-6;
// Null: nothing. False alarms: 2 x 1e-6.
TEST(a, b) {
    EXPECT_GT(support::normal_p(z), alpha);
}
"""


@pytest.mark.parametrize("name, change, faults", [
    ("tests/unit/a_test.cpp", ("", ""), 0),
    ("tests/unit/a_test.cpp", (" False alarms: 2 x 1e-6.", ""), 1),
    ("tests/unit/a_test.cpp", ("2 x 1e-6", "2 x 1e-9"), 1),
    ("tests/unit/a_test.cpp", ("2 x 1e-6", "two"), 1),
    ("tests/statistical/a_test.cpp", (" False alarms: 2 x 1e-6.", ""), 1),
    ("tests/statistical/a_test.cpp", ("2 x 1e-6", "none"), 0),
])
def test_a_fault_is_seen(name: str, change: tuple[str, str], faults: int) -> None:
    assert len(unstated(name, SOUND.replace(*change))) == faults
    assert alarms(SOUND) == 2e-6
