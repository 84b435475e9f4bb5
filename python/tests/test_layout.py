"""What stands where in a figure: insets and keys off the curves, letters, stages, and what is left out."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from conftest import MakeRecord, hexagon, letters, texts
from equilibria import Equilibrium, write_equilibrium
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.legend import Legend

from misfit import EquilibriumRecord, equilibrium_plots, open_record, plots
from misfit.snapshots import pick_snapshots
from misfit.style import MEAN_COLOR, PHASE_COLORS, SPECIES_COLORS


@pytest.mark.parametrize(("c", "is_there"), [(0.02, True), (0.3, True), (0.5, False), (0.7, True), (0.95, True)])
def test_the_inset_covers_no_curve_or_is_not_there(make_record: MakeRecord, c: float, is_there: bool) -> None:
    path = make_record(hexagon(4))
    with h5py.File(path, "r+") as file:
        time = file["observables/time"][()]
        falling = c + (1.0 - c) * np.exp(-20.0 * time / time[-1])
        file["observables/composition"][:] = falling
    with open_record(path) as record:
        figure = plots.composition(record)
        FigureCanvasAgg(figure).draw()
        (axes,) = figure.axes
        assert len(axes.child_axes) == is_there
        for inset in axes.child_axes:
            around = inset.get_tightbbox()
            dense = np.linspace(0.0, axes.get_xlim()[1], 2000)
            for x, y in axes.transData.transform(np.column_stack([dense, np.interp(dense, time, falling)])):
                assert not around.contains(x, y)


def test_the_key_of_the_phases_lies_outside_the_panels(make_record: MakeRecord) -> None:
    with open_record(make_record(hexagon(4))) as record:
        for figure in (plots.overview(record), plots.phases(record)):
            FigureCanvasAgg(figure).draw()
            keys = [key for key in figure.findobj(Legend) if len(key.get_texts()) == 4]
            assert keys
            panels = [axes for axes in figure.findobj(Axes) if axes.axison]
            for key in keys:
                frame = key.get_window_extent()
                assert not any(frame.overlaps(axes.get_window_extent()) for axes in panels)


def test_panels_have_letters_where_there_are_several(make_record: MakeRecord) -> None:
    with open_record(make_record(hexagon(4))) as record:
        assert letters(plots.overview(record)) == ["A", "B", "C"]
        assert letters(plots.phases(record)) == ["A", "B"]
        assert letters(plots.composition(record)) == []
    with open_record(make_record(hexagon(3), frames=0)) as record:
        assert letters(plots.overview(record)) == ["A", "B"]


def test_the_mean_of_the_composition_has_the_color_of_no_phase() -> None:
    assert MEAN_COLOR not in {*PHASE_COLORS.values(), *SPECIES_COLORS.values()}


def staged(path: Path, stages: int) -> Path:
    """Makes of a record one of a run through so many stages of 10, each with as many frames, the last ones still."""
    with h5py.File(path, "r+") as file:
        frames = len(file["sigma/time"])
        each = frames // stages
        file["sigma/stage"] = np.minimum(np.arange(frames) // each, stages - 1).astype(np.int32)
        for stage in range(stages):
            file["parameters"].attrs[f"stage.{stage}.t_end"] = "10.0"
            time = np.linspace(0.0, 10.0, each)
            file["sigma/time"][stage * each : (stage + 1) * each] = time
            if stage > 0:
                file["sigma/value"][:, stage * each : (stage + 1) * each] = file["sigma/value"][:, [each - 1]]
    return path


def test_snapshots_show_how_every_stage_ends_and_two_halfway(make_record: MakeRecord) -> None:
    with open_record(staged(make_record(hexagon(6), frames=42), 2)) as record:
        chosen = pick_snapshots(record)
        c = (np.asarray(record.sigma[0]) > 0).mean(axis=1)
        titles = [axes.get_title() for axes in plots.snapshots(record).axes[:4]]
    # Halfway: of the first stage in composition, of the second, where that is still, in time.
    assert [snapshot.stage for snapshot in chosen] == [1, 1, 2, 2]
    assert [snapshot.time for snapshot in chosen[1:]] == [10.0, 15.0, 20.0]
    assert abs(chosen[0].composition - 0.5 * (c[0] + c[20])) == np.abs(c[:21] - 0.5 * (c[0] + c[20])).min()
    assert titles[2] == f"stage 2\n$t = 15$,  $c = {c[20]:.2f}$"
    with open_record(staged(make_record(hexagon(6), frames=44), 4)) as record:
        assert [(snapshot.stage, snapshot.time) for snapshot in pick_snapshots(record)] == [
            (1, 10.0), (2, 20.0), (3, 30.0), (4, 40.0)
        ]  # fmt: skip


STIFFNESS = "crystal.shell.stiffness"


def write(folder: Path, run: Equilibrium) -> EquilibriumRecord:
    record = open_record(write_equilibrium(folder / "record.h5", run))
    assert isinstance(record, EquilibriumRecord)
    return record


def test_points_that_are_left_out_are_counted_and_panels_ascend(tmp_path: Path) -> None:
    stiffness = [20.0, 19.0, 18.0, 17.0, 16.0, 15.0, 14.0, 13.0, 12.0, 11.0, 10.0]
    with write(tmp_path, Equilibrium({STIFFNESS: stiffness}, side=4)) as record:
        figure = equilibrium_plots.chains(record)
    shown = [float(axes.get_title().rpartition("= ")[2]) for axes in figure.axes]
    assert shown == [10.0, 12.0, 14.0, 16.0, 18.0, 20.0]
    assert "6 of 11 points shown" in texts(figure)
    run = Equilibrium({"crystal.shell.layers": [2, 1, 0], STIFFNESS: [14.0, 15.0, 16.0, 17.0]}, side=4)
    with write(tmp_path, run) as record:
        figure = equilibrium_plots.fractions(record)
    assert [axes.get_title() for axes in figure.axes] == ["no shell", "1 layer", "2 layers"]
    assert not any("shown" in text for text in texts(figure))
