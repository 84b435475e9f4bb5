"""What is claimed, by whom, what was expected, what was found, and whether the one is the other.

"pass": the criterion is met. "fail": a number is off its expected value, or what must hold does not.
"not seen": an effect that the paper reports does not show in these runs. The criterion of each claim stands
beside it, and whose the expectation is.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from misfit.files import RecordError

#: numbers that differ by more standard errors than this differ: by chance 1 in 150 000 does so
AGREEMENT_LIMIT = 4.5
#: one number exceeds another if it does so by more standard errors than this: by chance 1 in 740
EXCESS_LIMIT = 3.0

PASS, FAIL, NOT_SEEN = "pass", "fail", "not seen"

#: whose the expectation is
PAPER, OTHER_PROGRAM, THEORY, OWN = "the paper", "another program", "theory", "a longer run of misfit"


@dataclass(frozen=True)
class Claim:
    """One line of claims.csv."""

    claim: str
    expected: str
    found: str
    verdict: str
    criterion: str
    source: str = PAPER


def agrees(
    claim: str, expected: float, found: float, error: float, expected_error: float = 0.0,
    source: str = OTHER_PROGRAM,
) -> Claim:
    """A number against its expected value; each may have a standard error."""
    both = math.hypot(error if math.isfinite(error) else 0.0, expected_error)
    if both == 0.0:
        return _exactly(claim, expected, found, source)
    z = (found - expected) / both
    return Claim(
        claim, number(expected, expected_error), number(found, error),
        PASS if abs(z) < AGREEMENT_LIMIT else FAIL,
        f"{_beside(z, AGREEMENT_LIMIT, '+')} standard errors apart, at most {AGREEMENT_LIMIT}", source,
    )  # fmt: skip


def _beside(value: float, limit: float, sign: str = "") -> str:
    """A number with one decimal, or as many as show on which side of its limit it is."""
    decimals = next((k for k in (1, 2, 3) if round(abs(value), k) != limit), 4)
    return f"{value:{sign}.{decimals}f}"


def _exactly(claim: str, expected: float, found: float, source: str) -> Claim:
    met = math.isclose(expected, found, rel_tol=1e-9, abs_tol=1e-12)
    verdict = PASS if met else FAIL
    return Claim(claim, f"{expected:.9g}", f"{found:.9g}", verdict, "equal to all digits given", source)


def exceeds(
    claim: str, expected: str, larger: tuple[float, float], smaller: tuple[float, float] = (0.0, 0.0),
    source: str = PAPER,
) -> Claim:
    """One number, (value, standard error), above another one, or above a number without an error."""
    difference = larger[0] - smaller[0]
    both = math.hypot(*(e if math.isfinite(e) else 0.0 for e in (larger[1], smaller[1])))
    met = difference > EXCESS_LIMIT * both
    by = "is above"
    if both > 0:
        by = f"by {_beside(difference / both, EXCESS_LIMIT)} standard errors, asked is more than {EXCESS_LIMIT:g}"
    return Claim(
        claim, expected, f"{number(*larger)} against {number(*smaller)}", PASS if met else NOT_SEEN, by, source
    )  # fmt: skip


def holds(
    claim: str, expected: str, found: str, met: bool, criterion: str, otherwise: str = NOT_SEEN, source: str = PAPER,
) -> Claim:
    """A criterion that is met or not."""
    return Claim(claim, expected, found, PASS if met else otherwise, criterion, source)


def number(value: float, error: float = 0.0) -> str:
    """A number with its standard error in the last two digits, 0.6012(14); four digits without an error."""
    if not math.isfinite(value):
        return "-"
    if not (math.isfinite(error) and error > 0):
        return f"{value:.5g}"
    decimals = 1 - math.floor(math.log10(error))
    if round(error * 10**decimals) >= 100:
        decimals -= 1
    if decimals > 9:
        return f"{value:.3g} +- {error:.1g}"
    if decimals <= 1:
        places = max(decimals, 0)
        return f"{value:.{places}f}({error:.{places}f})"
    return f"{value:.{decimals}f}({round(error * 10**decimals)})"


_HEAD = ("claim", "expected", "expected by", "found", "verdict", "criterion")
#: how many of them a terminal has room for
_SHOWN = 5


def _row(claim: Claim) -> tuple[str, ...]:
    return (claim.claim, claim.expected, claim.source, claim.found, claim.verdict, claim.criterion)


def write_claims(path: Path, claims: Iterable[Claim]) -> None:
    """claims.csv: a line a claim below the names of the columns."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEAD)
        writer.writerows(map(_row, claims))


def read_claims(path: Path) -> list[Claim]:
    """What `write_claims` wrote; RecordError if it is something else."""
    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    if not rows or tuple(rows[0]) != _HEAD or any(len(row) != len(_HEAD) for row in rows):
        raise RecordError(
            f"{path}: not a table of claims, or one of an earlier version: `misfit reproduce {path.parent.name}` makes it anew"
        )
    return [Claim(*row[:2], *row[3:], row[2]) for row in rows[1:]]


def text_table(claims: Sequence[Claim]) -> str:
    """Claims for the terminal, one a line, columns aligned."""
    rows = [_HEAD[:_SHOWN], *(_row(claim)[:_SHOWN] for claim in claims)]
    widths = [max(len(row[k]) for row in rows) for k in range(_SHOWN)]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(row, widths)).rstrip() for row in rows)


def markdown_table(claims: Sequence[Claim]) -> str:
    """Claims as a table of Markdown."""
    lines = [f"| {' | '.join(_HEAD)} |", "|" + "---|" * len(_HEAD)]
    for claim in claims:
        cells = [cell.replace("|", "\\|") for cell in _row(claim)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def tally(claims: Sequence[Claim]) -> str:
    """How many passed, failed, were not seen."""
    counts = {verdict: sum(c.verdict == verdict for c in claims) for verdict in (PASS, FAIL, NOT_SEEN)}
    return f"{counts[PASS]} passed, {counts[FAIL]} failed, {counts[NOT_SEEN]} not seen"
