"""Pictures of strain and of profiles: what is drawn is what was recorded."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from conftest import MakeRecord, hexagon, shrinking_core, write_record
from equilibria import Equilibrium, write_equilibrium
from matplotlib.collections import PathCollection
from matplotlib.colors import rgb_to_hsv
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from misfit import EquilibriumRecord, RecordError, equilibrium_plots, open_record
from misfit.deviations import draw_deviations
from misfit.record import Record
from misfit.strain_plots import profile, strain


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """Strain that falls to 0 at sample 30 of 41, and a profile of three layers."""
    sites = hexagon(4)
    sigma = shrinking_core(sites, 3, 9)
    time = np.linspace(0.0, 40.0, 41)
    falling = np.clip(1.0 - time / 30.0, 0.0, None)
    columns = {
        "composition": np.tile(falling, (3, 1)),
        "area_deviation_std": np.array([[0.1], [0.2], [0.3]]) * falling,
    }
    columns |= {f"profile_y_{k}": np.tile((k + 1) / 3 * falling, (3, 1)) for k in range(3)}
    path = write_record(
        tmp_path / "record.h5", sites, sigma, np.linspace(0.0, 40.0, 9), time, columns,
        parameters={"observables.mismatch": "0.1"},
    )  # fmt: skip
    return open_record(path)


def test_strain_is_drawn_until_it_is_gone(record: Record) -> None:
    figure = strain(record)
    curve = (figure.subfigs[-1] if figure.subfigs else figure).axes[0]  # without the compiled module no maps above
    mean = curve.lines[-1]
    np.testing.assert_allclose(mean.get_ydata(), 0.2 * np.clip(1 - record.time / 30.0, 0, None), atol=1e-15)
    assert curve.get_xlim() == (0.0, 30.0)
    assert len(curve.collections[0].get_segments()) == 3


def test_maps_are_there_with_the_compiled_module(record: Record) -> None:
    pytest.importorskip("misfit._core")
    figure = strain(record, times=[5.0, 20.0])
    above = figure.subfigs[0]
    assert [axes.get_title() for axes in above.axes[:2]] == ["$t = 5$", "$t = 20$"]
    corners = sum(len(path.vertices) for path in above.axes[0].collections[0].get_paths())
    assert corners == 37 * 7  # hexagons, closed


def test_profiles_are_the_columns_in_their_order(record: Record) -> None:
    (axes,) = profile(record).axes
    first = axes.lines[0]
    np.testing.assert_allclose(np.array(first.get_xdata()) / first.get_xdata()[0], [1, 2, 3])
    assert first.get_ydata().tolist() == [1, 2, 3]
    assert axes.get_xlabel() == "composition  $c(y)$"


def test_what_was_not_measured_is_said(tmp_path: Path) -> None:
    sites = hexagon(3)
    path = write_record(
        tmp_path / "plain.h5", sites, shrinking_core(sites, 2, 3), np.arange(3.0), np.arange(2.0),
        {"composition": np.ones((2, 2))},
    )  # fmt: skip
    with open_record(path) as plain:
        with pytest.raises(RecordError, match="strain was not measured"):
            strain(plain)
        with pytest.raises(RecordError, match="no profile was measured"):
            profile(plain)


def test_signs_are_seen_by_color_and_by_a_dash(make_record: MakeRecord) -> None:
    with open_record(make_record(hexagon(3))) as record:
        crystal = record.crystal
    values = np.linspace(-1.0, 1.0, crystal.size)
    values[9] = 0.0
    figure = Figure()
    draw_deviations(figure, crystal, np.array([values]), ["t"])
    (cells,) = (c for c in figure.axes[0].collections if isinstance(c, PathCollection))
    colors = np.empty((crystal.size, 3))
    for path, color in zip(cells.get_paths(), cells.get_facecolors()):
        for center in path.vertices.reshape(-1, 7, 2)[:, :6].mean(axis=1):
            colors[np.linalg.norm(crystal.position - center, axis=1).argmin()] = color[:3]
    hue, saturation, value = rgb_to_hsv(colors).T
    assert (hue[:8] > 0.6).all() and (hue[11:] < 0.2).all()  # purple, orange
    assert (saturation[9], value[9]) == pytest.approx((0.0, 0.97), abs=0.02)  # the middle is white
    (dashes,) = figure.axes[0].lines
    np.testing.assert_allclose(np.column_stack(dashes.get_data()), crystal.position[values < 0], atol=1e-12)


def test_corners_do_not_set_the_scale_and_the_key_says_what_a_dash_is(make_record: MakeRecord) -> None:
    with open_record(make_record(hexagon(6))) as record:
        crystal = record.crystal
    values = np.where(crystal.position[:, 0] > 0, 0.1, -0.1)
    rim = np.flatnonzero(crystal.layer == 1)[:3]
    values[rim] = 2.0
    figure = Figure()
    draw_deviations(figure, crystal, np.array([values]), ["t"])
    bar = figure.axes[-1]
    assert bar.get_ylim() == pytest.approx((-0.1, 0.1))
    (key,) = figure.legends
    assert [text.get_text() for text in key.get_texts()] == ["compressed", "expanded"]
    dashes = [line for line in key.findobj(Line2D) if line.get_marker() == "_"]
    assert [line.get_color() for line in dashes] == ["white"]


def test_strain_over_a_sweep_has_points_with_errors(tmp_path: Path) -> None:
    key = "crystal.shell.stiffness"
    path = write_equilibrium(tmp_path / "record.h5", Equilibrium({key: [15.0, 16.0, 17.0]}, ladder_key=key))
    with h5py.File(path, "r+") as file:
        group = file.create_group("averages/area_deviation_rms")
        for name in file["averages/f_U"]:
            group[name] = file[f"averages/f_U/{name}"][()]
    with open_record(path) as record:
        assert isinstance(record, EquilibriumRecord)
        assert "strain" in equilibrium_plots.figures(record)
        (axes,) = equilibrium_plots.strain(record).axes
        np.testing.assert_array_equal(axes.lines[0].get_ydata(), record.averages["area_deviation_rms"].mean)
        assert axes.containers or axes.collections  # error bars
