"""`reproduce`: the figures asked for, one after another, and what came of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import misfit
from misfit.record import RecordError
from misfit.reproduce.claims import Claim, markdown_table, read_claims, tally, text_table, write_claims
from misfit.reproduce.figures import FIGURES
from misfit.reproduce.job import INTERRUPTED, Figure, Interrupted, Job, Settings

_QUICK = "Small runs (`--quick`): a test of the machinery; few of the numbers are the paper's."


def paper_inputs() -> Path:
    """The folder examples/paper of this package where it is installed, or of its source tree.

    Raises RecordError if it is not there.
    """
    package = Path(misfit.__file__).resolve().parent
    installed, in_sources = (above / "examples" / "paper" for above in (package, package.parents[1]))
    folder = installed if installed.is_dir() else in_sources
    if not folder.is_dir():
        raise RecordError(f"{folder}: the inputs of the paper's figures are not there")
    return folder


def list_text() -> str:
    """The figures that there are, a line each."""
    width = max(map(len, FIGURES))
    lines = [f"  {name:<{width}}  {figure.title}" for name, figure in FIGURES.items()]
    return "\n".join(["misfit reproduce FIGURE... runs and draws figures of the paper; all is every one. The figures:", *lines])


def chosen_figures(names: Sequence[str]) -> list[Figure]:
    """The figures of these names, in the order of the paper; "all" is every one. Raises RecordError."""
    unknown = [name for name in names if name not in FIGURES and name != "all"]
    if unknown:
        raise RecordError(f"there is no figure {unknown[0]}; there are: {', '.join(FIGURES)}, all")
    return [figure for name, figure in FIGURES.items() if name in names or "all" in names]


def reproduce(names: Sequence[str], settings: Settings) -> int:
    """Runs, draws and judges the figures; returns the exit status.

    The status is 0 once all is done, whatever the verdicts are: they are the result. A figure that cannot be
    made does not keep the others from being made; the status is then 2.
    """
    status = 0
    for figure in chosen_figures(names):
        try:
            claims = _make(figure, settings)
        except RecordError as error:
            print(f"misfit: error: {error}", file=sys.stderr)
            status = 2
            continue
        except (Interrupted, KeyboardInterrupt):
            print(
                "misfit: interrupted; all work is saved, the same command goes on with it", file=sys.stderr
            )
            return INTERRUPTED
        print(f"\n{text_table(claims)}\n{figure.name}: {tally(claims)}\n", flush=True)
    summary = write_summary(settings)
    print(summary, flush=True)
    return status


def _make(figure: Figure, settings: Settings) -> list[Claim]:
    print(f"{figure.name}: {figure.title}", flush=True)
    with Job(figure, settings) as job:
        runs = [run for run in figure.runs if not (settings.quick and run.quick is None)]
        for number, run in enumerate(runs, start=1):
            print(f"{figure.name}: {run.name}, run {number} of {len(runs)}", flush=True)
            job.run(run)
        claims = figure.reproduce(job)
        path = job.folder / "claims.csv"
        write_claims(path, claims)
        for made in [*job.paths, path]:
            print(made, flush=True)
    return claims


def write_summary(settings: Settings) -> Path:
    """claims.md: the claims of every figure in the folder, those of earlier calls too."""
    parts = []
    every: list[Claim] = []
    for name, figure in FIGURES.items():
        path = settings.out / name / "claims.csv"
        if path.exists():
            claims = read_claims(path)
            every += claims
            parts.append(f"## {name}: {figure.title}\n\n{tally(claims)}\n\n{markdown_table(claims)}\n")
    kind = f"{_QUICK}\n\n" if settings.quick else ""
    path = settings.out / "claims.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"# Claims\n\n{kind}{tally(every)}\n\n" + "\n".join(parts))
    return path
