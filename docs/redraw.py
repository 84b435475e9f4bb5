#!/usr/bin/python3
"""Draws the pictures of README.md and docs/ anew, or says which no longer look like what the program draws.

    docs/redraw.py                    # those that take a minute together
    docs/redraw.py core-shell fig9    # these; `all` for every one: half an hour
    docs/redraw.py --check            # draws them aside and compares; exit status 1 where one is stale

What they are of is run into --work and kept there. MISFIT_PROGRAM names the program, else it is build/release/misfit.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = os.environ.get("MISFIT_PROGRAM", str(ROOT / "build/release/misfit"))
#: pixels along the side of the squares by which pictures are compared: edges of letters may differ a little
_BLOCK = 8
#: by how much the mean colour of such a square may differ, of 1
_SAME = 0.12
#: share of the squares that may differ: times are the same to nine digits on every machine, not their last bits
_FEW = 0.002
#: of the paper's figures in docs/validation.md, pixels
_PAPER_WIDTH = 1000


class Missing(Exception):
    """What a picture needs is not on this machine."""


@dataclass(frozen=True)
class Picture:
    """One file of docs/images."""

    file: str
    draw: Callable[[Path, Path], None]  #: into a file, with a folder for runs
    is_quick: bool = False
    #: what is compared, shares of its width and height: left, top, right, bottom
    region: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)


def misfit(*words: str | Path) -> None:
    subprocess.run([PROGRAM, *map(str, words)], check=True, stdout=subprocess.DEVNULL)


def run(name: str, work: Path) -> Path:
    """The record of examples/<name>; one that is finished stays."""
    misfit("run", ROOT / "examples" / name / "input.toml", "--out", work / name, "--resume")
    return work / name


def plotted(record: Path, which: str, to: Path) -> None:
    folder = record.parent / f"{record.name}-plots"
    misfit("plot", record, "--out", folder)
    keep(folder / f"{which}.png", to)


def keep(made: Path, to: Path, width: int = 0) -> None:
    """At most so wide, and with a palette: a third of the bytes, and no eye sees it."""
    to.parent.mkdir(parents=True, exist_ok=True)
    image = Image.open(made).convert("RGB")
    if 0 < width < image.width:
        image = image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)
    image.quantize(256, dither=Image.Dither.NONE, kmeans=8).save(to, optimize=True)


def overview(to: Path, work: Path) -> None:
    plotted(run("exchange", work), "overview", to)


def relaxation(to: Path, work: Path) -> None:
    plotted(run("relaxation", work), "snapshots", to)


def report(to: Path, work: Path) -> None:
    """The first screen of the quickstart's report, coloured by phase."""
    script = ROOT / "viewer/test/browser/picture.mjs"
    if not (ROOT / "viewer/node_modules").is_dir() or not shutil.which("node"):
        raise Missing("the viewer was not built")
    if not shutil.which("chromium"):
        raise Missing("there is no chromium")
    page, made = work / "report.html", work / "report.png"
    misfit("report", run("exchange", work), "-o", page)
    subprocess.run(["node", script, page, made], check=True)
    keep(made, to)


def core_shell(to: Path, work: Path) -> None:
    figure("fig6", work)
    plotted(work / "paper/fig6/records/core-1657", "overview", to)


def figure(name: str, work: Path) -> Path:
    misfit("reproduce", name, "--out", work / "paper")
    return work / "paper" / name


def of_paper(name: str, file: str = "") -> Callable[[Path, Path], None]:
    return lambda to, work: keep(figure(name, work) / f"{file or name}.png", to, _PAPER_WIDTH)


PICTURES = {
    "overview": Picture("overview.png", overview, is_quick=True),
    "relaxation": Picture("relaxation.png", relaxation, is_quick=True),
    # The crystal alone: a browser has the fonts of its machine.
    "report": Picture("report.png", report, is_quick=True, region=(0.0, 0.12, 0.5, 0.67)),
    "core-shell": Picture("core-shell.png", core_shell),
    **{
        name: Picture(f"paper/{name}.png", of_paper(name), is_quick=name == "fig3")
        for name in ("fig1b", "fig2", "fig3", "fig4", "fig5", "fig6", "fig7", "fig8", "fig9", "fig10", "figS1")
    },
    "fig10-site-order": Picture("paper/fig10-site-order.png", of_paper("fig10", "fig10-site-order")),
}


def differing(one: Path, other: Path, region: tuple[float, float, float, float]) -> float:
    """Share of the squares of two pictures, within a region, whose colours differ; 1 where their sizes do."""
    images = [Image.open(path).convert("RGB") for path in (one, other)]
    if images[0].size != images[1].size:
        return 1.0
    box = [round(share * length) for share, length in zip(region, images[0].size * 2)]
    a, b = (np.asarray(image.crop(box), dtype=np.float64) / 255 for image in images)
    rows, columns = (length // _BLOCK for length in a.shape[:2])
    squares = (a - b)[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK, 3)
    # The mean of each, so that a line half a pixel beside itself is the same.
    return float((np.abs(squares.mean(axis=(1, 3))).max(axis=-1) > _SAME).mean())


def is_stale(name: str, images: Path, work: Path) -> bool:
    picture = PICTURES[name]
    shown, drawn = images / picture.file, work / "drawn" / picture.file
    picture.draw(drawn, work)
    share = differing(shown, drawn, picture.region) if shown.exists() else 1.0
    if share <= _FEW:
        return False
    print(f"{picture.file} is not what is drawn today ({100 * share:.1f} % of it): docs/redraw.py {name}")
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="all, " + ", ".join(PICTURES))
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    parser.add_argument("--images", type=Path, default=ROOT / "docs/images", help="where the pictures are")
    parser.add_argument("--work", type=Path, default=ROOT / "build/pictures", help="where runs are kept")
    given = parser.parse_args()
    quick = [name for name, picture in PICTURES.items() if picture.is_quick]
    names = list(PICTURES) if "all" in given.names else given.names or quick
    unknown = [name for name in names if name not in PICTURES]
    if unknown:
        parser.error(f"there is no picture {unknown[0]}; there are: all, {', '.join(PICTURES)}")
    given.work.mkdir(parents=True, exist_ok=True)
    stale = 0
    for name in names:
        try:
            if given.check:
                stale += is_stale(name, given.images, given.work)
            else:
                PICTURES[name].draw(given.images / PICTURES[name].file, given.work)
                print(given.images / PICTURES[name].file)
        except Missing as reason:
            print(f"{PICTURES[name].file} left out: {reason}")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
