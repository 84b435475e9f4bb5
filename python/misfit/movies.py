"""Movies of one trajectory: every recorded frame, drawn as snapshots are, and put together by ffmpeg."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from misfit.balls import draw_solid, solid_key
from misfit.cells import draw_phases, draw_species
from misfit.errors import Error
from misfit.labels import species_key
from misfit.record import Record, RecordError
from misfit.snapshots import SIDE_INCHES, Snapshot, add_key
from misfit.style import PHASE_KEY, style_settings

#: how ffmpeg writes a file with this suffix; the colours of sRGB as televisions code them, for players look no further
_FORMATS: dict[str, list[str]] = {
    ".mp4": ["-c:v", "libx264", "-crf", "18", "-movflags", "+faststart", "-f", "mp4"],
    ".webm": ["-c:v", "libvpx-vp9", "-crf", "24", "-b:v", "0", "-f", "webm"],
    ".gif": ["-filter_complex", "split[a][b];[a]palettegen[p];[b][p]paletteuse=dither=none", "-f", "gif"],
}
_COLORS = ["-vf", "scale=out_color_matrix=bt709", "-colorspace", "bt709", "-pix_fmt", "yuv420p"]
#: of one crystal [inches], and the line above it
_SIDE, _LINE = 3.0, 0.4
#: pixels an inch; with it all sides are even, as the codecs ask
_DOTS = 180

Progress = Callable[[int, int], None]


def write_movie(
    record: Record, path: Path, trajectory: int = 0, rate: float = 12.0, progress: Progress = lambda done, of: None
) -> None:
    """Writes the frames of a trajectory, `rate` a second, as .mp4, .webm or .gif; ends when nothing changes any more.

    `trajectory` counts from 0, in the record. `progress` is told how many of how many frames are drawn. Raises
    RecordError for a trajectory that is not there and for a record without frames, Error for another suffix, where
    ffmpeg is not there, and for what ffmpeg says.
    """
    if path.suffix not in _FORMATS:
        raise Error(f"{path}: a movie is {', '.join(_FORMATS)}: its name must end so")
    if shutil.which("ffmpeg") is None:
        raise Error("movies are put together by the program ffmpeg, which is not here: it is Debian's package ffmpeg")
    shown = _frames(record, trajectory)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    try:
        _encode(_pictures(record, shown, progress), part, path.suffix, rate)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _frames(record: Record, trajectory: int) -> list[Snapshot]:
    if len(record.trajectories) == 0:
        raise RecordError(f"{record.path}: no trajectory is finished yet")
    if not 0 <= trajectory < len(record.trajectories):
        raise RecordError(f"{record.path}: no trajectory {trajectory}; there are {len(record.trajectories)}")
    sigma = np.asarray(record.sigma[trajectory])
    if len(sigma) == 0:
        raise RecordError(f"{record.path}: the record holds no frames of sigma: nothing to show")
    changes = np.flatnonzero((sigma[1:] != sigma[:-1]).any(axis=1))
    is_staged = len(record.stage_starts) > 1
    return [
        Snapshot(
            float(record.sigma_elapsed[k]), float((sigma[k] > 0).mean()), sigma[k],
            int(record.sigma_stage[k]) if is_staged else 0,
        )
        for k in range(int(changes[-1]) + 2 if len(changes) else 1)
    ]  # fmt: skip


@dataclass
class _Canvas:
    """A figure whose crystals are drawn anew for every frame."""

    figure: Figure
    panels: list[Axes]


def _canvas(record: Record) -> _Canvas:
    flat = record.crystal.dimension == 2
    count = 2 if flat else 1
    # The phases have their key between the two crystals.
    width, height = count * (_SIDE + SIDE_INCHES), _SIDE + _LINE
    figure = Figure(figsize=(width, height), dpi=_DOTS)
    panels = [
        figure.add_axes(
            ((SIDE_INCHES + k * (_SIDE + SIDE_INCHES)) / width, 0.02, _SIDE / width, _SIDE / height - 0.02)
        )
        for k in range(count)
    ]
    if flat:
        add_key(figure, panels[0], "h", species_key(record.parameters))
        add_key(figure, panels[1], "h", PHASE_KEY, left=(SIDE_INCHES + _SIDE) / width)
    else:
        add_key(figure, panels[0], "s", solid_key(record.crystal, species_key(record.parameters)))
    return _Canvas(figure, panels)


def _pictures(record: Record, shown: list[Snapshot], progress: Progress) -> Iterator[tuple[tuple[int, int], bytes]]:
    """Width and height, and RGBA of every frame."""
    with matplotlib.rc_context(style_settings()):
        canvas = _canvas(record)
        agg = FigureCanvasAgg(canvas.figure)
        # At the left, where numbers of any length begin at one place.
        width, height = canvas.figure.get_size_inches()
        said = canvas.figure.text(SIDE_INCHES / width, 1.0 - 0.5 * _LINE / height, "", va="center", fontsize=11)
        for done, snapshot in enumerate(shown):
            for panel in canvas.panels:
                panel.clear()
            if len(canvas.panels) == 2:
                draw_species(canvas.panels[0], record.crystal, snapshot.sigma)
                draw_phases(canvas.panels[1], record.crystal, snapshot.sigma)
            else:
                draw_solid(canvas.panels[0], record.crystal, snapshot.sigma)
            title = snapshot.title.replace("\n", ",  ")
            said.set_text(f"{title},  $c = {snapshot.composition:.2f}$")
            agg.draw()
            yield agg.get_width_height(), bytes(agg.buffer_rgba())
            progress(done + 1, len(shown))


def _encode(pictures: Iterator[tuple[tuple[int, int], bytes]], to: Path, suffix: str, rate: float) -> None:
    size, first = next(pictures)
    command = [
        "ffmpeg", "-hide_banner", "-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgba",
        "-s", f"{size[0]}x{size[1]}", "-r", f"{rate:g}", "-i", "-", *([] if suffix == ".gif" else _COLORS),
        *_FORMATS[suffix], str(to),
    ]  # fmt: skip
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said) as encoder:
            assert encoder.stdin is not None
            try:
                encoder.stdin.write(first)
                for _, picture in pictures:
                    encoder.stdin.write(picture)
                encoder.stdin.close()
            except BrokenPipeError:
                pass  # it has said why
            status = encoder.wait()
        said.seek(0)
        words = said.read().decode(errors="replace").strip()
    if status != 0:
        raise Error(f"{to.with_suffix('')}: ffmpeg ended with status {status}: {words or 'it said nothing'}")
