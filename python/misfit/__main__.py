"""`python -m misfit plot RECORD --out DIR`, `report` and `animate RECORD --out FILE`, `potential FILE --out DIR` and
`python -m misfit reproduce FIGURE... --out DIR --program MISFIT`.

Prints the path of each picture on a line. Exit status 2 and one message for bad input.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

matplotlib.use("Agg")

from misfit import equilibrium_plots, other_plots, plots, strain_plots, sweep_plots  # noqa: E402
from misfit.comparison import comparison  # noqa: E402
from misfit.errors import Error  # noqa: E402
from misfit.export import write_csv, write_npz  # noqa: E402
from misfit.panels import others_of  # noqa: E402
from misfit.potential import open_potential, potential  # noqa: E402
from misfit.record import EquilibriumRecord, Record, RecordError, open_record  # noqa: E402
from misfit.report import write_report  # noqa: E402
from misfit.saving import save_all  # noqa: E402
from misfit.style import USUAL_FORMATS, save  # noqa: E402


#: seconds between two lines of progress
_TELL_EVERY = 2.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit status."""
    command = _parser().parse_args(arguments)
    try:
        result = command.run(command)
        return result if isinstance(result, int) else _list(result)
    except BrokenPipeError:  # whoever read what was printed has seen enough of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (Error, OSError) as error:
        print(f"misfit: error: {error}", file=sys.stderr)
        return 2


def _list(paths: list[Path]) -> int:
    for path in paths:
        print(path, flush=True)
    return 0


def _plot(command: argparse.Namespace) -> list[Path]:
    with open_record(command.file, command.called) as record:
        if isinstance(record, EquilibriumRecord):
            figures = _equilibrium_figures(record, command)
        elif record.sweep and command.point is None:
            figures = {"sweep": sweep_plots.sweep(record), "points": sweep_plots.points(record)}
        else:
            figures = _exchange_figures(record.at(command.point or 0), command)
    return save_all(figures, command.out, command.format or USUAL_FORMATS)


def _compare(command: argparse.Namespace) -> list[Path]:
    with ExitStack() as stack:
        records = {}
        for label, file in zip(command.labels, command.files, strict=True):
            record = stack.enter_context(open_record(file, Path(label)))
            if isinstance(record, EquilibriumRecord):
                raise RecordError(f"{label}: is of equilibrium; runs of exchange are laid over each other")
            if record.sweep:
                raise RecordError(f"{label}: has {len(record.points)} points; runs without a sweep are laid over each other")
            records[label] = record
        return save(comparison(records), command.out, "comparison", formats=command.format or USUAL_FORMATS)


def _exchange_figures(record: Record, command: argparse.Namespace) -> dict[str, Figure]:
    figures = {"composition": plots.composition(record), "phases": plots.phases(record)}
    if len(record.sigma_time) > 0:
        figures["snapshots"] = plots.snapshots(record, command.times, command.trajectory or 0)
    if any(name.endswith("_deviation_std") for name in record.observables):
        figures["strain"] = strain_plots.strain(record, command.times, command.trajectory or 0)
    if any(name.startswith("profile_") for name in record.observables):
        figures["profile"] = strain_plots.profile(record)
    if others_of(record, record.observables):
        figures["others"] = other_plots.others(record)
    figures["overview"] = plots.overview(record)
    return figures


def _equilibrium_figures(
    record: EquilibriumRecord, command: argparse.Namespace
) -> dict[str, Figure]:
    for option in ("times", "trajectory", "point"):
        if getattr(command, option) is not None:
            raise RecordError(
                f"{record.path}: --{option} is for records of exchange; this one is of equilibrium"
            )
    return {name: draw(record) for name, draw in equilibrium_plots.figures(record).items()}


def _export(command: argparse.Namespace) -> list[Path]:
    with open_record(command.file, command.called) as record:
        if command.npz:
            write_npz(record, command.out)
        elif command.out is None:
            write_csv(record, sys.stdout)
        else:
            with command.out.open("w", newline="") as file:
                write_csv(record, file)
        sys.stdout.flush()
    return []


def _report(command: argparse.Namespace) -> list[Path]:
    with open_record(command.file, command.called) as record:
        write_report(record, command.out, command.strain, command.toml, command.point)
    return [command.out]


def _animate(command: argparse.Namespace) -> list[Path]:
    # Only here: the other commands need none of it.
    from misfit.movies import write_movie

    told = [0.0]

    def progress(done: int, of: int) -> None:
        now = time.monotonic()
        if now - told[0] > _TELL_EVERY or done == of:
            told[0] = now
            print(f"{done} of {of} frames", file=sys.stderr, flush=True)

    with open_record(command.file, command.called) as record:
        if isinstance(record, EquilibriumRecord):
            raise RecordError(f"{record.path}: is of equilibrium; a movie is of a trajectory of exchange")
        write_movie(record.at(command.point), command.out, command.trajectory, command.rate, progress)
    return [command.out]


def _potential(command: argparse.Namespace) -> list[Path]:
    return save(potential(open_potential(command.file)), command.out, "potential", formats=command.format or USUAL_FORMATS)


def _units(command: argparse.Namespace) -> int:
    from misfit.unit_table import unit_table

    lines = unit_table(
        command.bulk_modulus, command.spacing, command.mismatch, command.temperature,
        thickness_nm=command.thickness, cations=command.cations, kT=command.kT, delta_mu=command.delta_mu,
    )  # fmt: skip
    width = max(len(name) for name, _ in lines)
    for name, text in lines:
        print(f"{name:<{width}}  {text}")
    print("\nEstimates, within a factor of 2 at best: docs/units.md.")
    return 0


def _reproduce(command: argparse.Namespace) -> int:
    # Only here: the other commands need none of it.
    from misfit.reproduce.command import list_text, paper_inputs, reproduce
    from misfit.reproduce.job import Settings

    if not command.figures:
        print(list_text())
        return 0
    out = command.out or Path("reproduction-quick" if command.quick else "reproduction")
    settings = Settings(command.program, paper_inputs(), out, command.quick, command.threads)
    return reproduce(command.figures, settings)


def _add_record(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="record.h5, or the folder of a run")
    parser.add_argument("--called", type=Path, help="what messages call it; by default its path")


def _add_formats(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", action="append", help="png, svg or pdf; may be repeated; by default png and svg")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="misfit", description="Pictures of what misfit computed.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    plot = commands.add_parser("plot", help="the pictures of a record, of exchange or of equilibrium")
    _add_record(plot)
    plot.add_argument("--out", type=Path, required=True, help="folder for the pictures")
    _add_formats(plot)
    plot.add_argument("--times", type=float, nargs="+", help="times of the snapshots (exchange)")
    plot.add_argument("--trajectory", type=int, help="whose snapshots, counted from 0 (exchange)")
    plot.add_argument("--point", type=int, help="of a sweep of exchange: this point alone")
    plot.set_defaults(run=_plot)

    compare = commands.add_parser("compare", help="several runs of exchange over each other")
    compare.add_argument("files", type=Path, nargs="+", help="records, or the folders of runs")
    compare.add_argument("--labels", nargs="+", required=True, help="what to call each")
    compare.add_argument("--out", type=Path, required=True, help="folder for the picture")
    _add_formats(compare)
    compare.set_defaults(run=_compare)

    export = commands.add_parser("export", help="a record as a table or as NumPy arrays")
    _add_record(export)
    kind = export.add_mutually_exclusive_group(required=True)
    kind.add_argument("--csv", action="store_true", help="all scalars as a table")
    kind.add_argument("--npz", action="store_true", help="all arrays as one NumPy file")
    export.add_argument("--out", type=Path, help="file; for --csv by default standard output")
    export.set_defaults(run=_export)

    report = commands.add_parser("report", help="one page of HTML that shows a record in any browser")
    _add_record(report)
    report.add_argument("--out", type=Path, required=True, help="the page")
    report.add_argument("--strain", type=int, nargs="+", help="whose local strain, counted from 0: trajectories or points")
    report.add_argument("--toml", help="the input that reproduces the run")
    report.add_argument("--point", type=int, help="of a sweep of exchange: this point alone")
    report.set_defaults(run=_report)

    animate = commands.add_parser("animate", help="a movie of one trajectory of exchange")
    _add_record(animate)
    animate.add_argument("--out", type=Path, required=True, help="a.mp4, a.webm or a.gif")
    animate.add_argument("--trajectory", type=int, default=0, help="whose, counted from 0")
    animate.add_argument("--point", type=int, default=0, help="of a sweep: at which point")
    animate.add_argument("--rate", type=float, default=12.0, help="frames a second")
    animate.set_defaults(run=_animate)

    potential_map = commands.add_parser("potential", help="map of V seen from two sites")
    potential_map.add_argument("file", type=Path, help="potential.h5")
    potential_map.add_argument("--out", type=Path, required=True, help="folder for the picture")
    _add_formats(potential_map)
    potential_map.set_defaults(run=_potential)

    material = commands.add_parser("units", help="what a material makes of the model's units")
    for option, meaning in [("bulk-modulus", "GPa"), ("spacing", "nm"), ("mismatch", "strain")]:
        material.add_argument(f"--{option}", type=float, required=True, help=meaning)
    material.add_argument("--temperature", type=float, default=300.0, help="K")
    material.add_argument("--thickness", type=float, help="nm, of a sheet")
    material.add_argument("--cations", type=float, default=1.0, help="of a site")
    material.add_argument("--kT", type=float, help="of an input, in epsilon")
    material.add_argument("--delta-mu", type=float, help="of an input, in epsilon")
    material.set_defaults(run=_units)

    paper = commands.add_parser("reproduce", help="figures of the paper: runs, pictures, data, claims")
    paper.add_argument("figures", nargs="*", metavar="FIGURE", help="fig1b, fig2, ..., or all; without it, they are listed")
    paper.add_argument("--program", type=Path, required=True, help="the misfit program")
    paper.add_argument("--quick", action="store_true", help="small runs")
    paper.add_argument("--out", type=Path, help="folder for runs, pictures, data and claims")
    paper.add_argument("--threads", type=int, default=0, help="0: all there are")
    paper.set_defaults(run=_reproduce)
    return parser


if __name__ == "__main__":
    sys.exit(main())
