from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from conftest import hidden_texts, texts
from equilibria import Equilibrium, species, write_equilibrium
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure
from numpy.typing import NDArray
from test_figures import count, empty_figure, pixels, seen_at

from misfit import EquilibriumRecord, RecordError, open_record, order_parameter
from misfit import equilibrium_plots as plots
from misfit.arrangement import arrange, evenly
from misfit.cells import phase_colors
from misfit.configurations import draw_configuration, pick_configurations
from misfit.labels import estimate_text, start_text
from misfit.style import PHASE_COLORS, SPECIES_COLORS

STIFFNESS = "crystal.shell.stiffness"
COMPOSITION = "monte_carlo.composition"

RUNS = {
    "ladder": Equilibrium(
        {STIFFNESS: [14.0, 15.0, 16.0, 17.0, 18.0]}, side=6, ladder_key=STIFFNESS
    ),
    "sizes": Equilibrium(
        {"crystal.side": [4, 6], STIFFNESS: [14.0, 16.0, 18.0]}, ladder_key=STIFFNESS
    ),
    "layers": Equilibrium({"crystal.shell.layers": [0, 2, 4, 6]}, side=5, middle=3.5),
    "bulk": Equilibrium({COMPOSITION: [0.1, 0.3, 0.5]}, shape="parallelogram", side=5, middle=0.3),
    "box": Equilibrium({STIFFNESS: [1.0, 4.0, 8.0]}, shape="box", side=4, middle=4.0),
    "single": Equilibrium({}, side=6),
    "annealing": Equilibrium({"stage": [0, 1, 2]}, {"model.kT": [1.0, 0.5, 0.2]}, side=6, middle=1.0),
    "stages": Equilibrium(
        {"crystal.shell.layers": [0, 2], "stage": [0, 1, 2, 3]},
        {"model.kT": [1.0, 0.5, 0.5, 0.2], "model.J": [0.0, 0.0, 0.1, 0.1]}, side=5, middle=1.0,
    ),
    "grid": Equilibrium(
        {"model.kT": [0.1, 0.2, 0.3, 0.4, 0.5], "model.J": [0.0, 0.25, 0.5, 0.75, 1.0, 1.25]},
        side=3, middle=0.3, disagreement=12.5, too_short=[3], samples=100,
    ),
}  # fmt: skip


def write(path: Path, run: Equilibrium, complete: bool = True) -> EquilibriumRecord:
    record = open_record(write_equilibrium(path / "record.h5", run, complete))
    assert isinstance(record, EquilibriumRecord)
    return record


def containers(axes: Axes) -> list[ErrorbarContainer]:
    return [c for c in axes.containers if isinstance(c, ErrorbarContainer)]


def bars(container: ErrorbarContainer) -> NDArray[np.float64]:
    """[points, 2 ends, x and y] of the error bars."""
    return np.array(container[2][0].get_segments())


def markers(axes: Axes, open_ones: bool) -> list[NDArray[np.float64]]:
    """Places of the markers, a line each: the filled or the open ones."""
    return [
        np.column_stack([line.get_xdata(), line.get_ydata()])
        for line in axes.lines
        if line.get_marker() not in ("None", "_") and (line.get_markerfacecolor() == "white") == open_ones
    ]


@pytest.mark.parametrize("run", RUNS)
def test_every_figure_of_every_run_has_legible_text_inside_the_page_that_nowhere_overlaps(
    tmp_path: Path, run: str
) -> None:
    with write(tmp_path, RUNS[run]) as record:
        for name, draw in plots.figures(record).items():
            figure = draw(record)
            image = pixels(figure)
            assert figure.get_size_inches()[0] in (pytest.approx(3.4), pytest.approx(7.0))
            assert (image < 0.99).any(axis=-1).mean() > 0.02
            height, width = image.shape[:2]
            canvas = figure.canvas.get_renderer()
            hidden, boxes = hidden_texts(figure), []
            for text in figure.findobj(lambda a: hasattr(a, "get_fontsize") and a.get_visible()):
                if not text.get_text() or text in hidden:
                    continue
                assert text.get_fontsize() >= 7
                box = text.get_window_extent(canvas)
                inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height
                assert inside, (name, text.get_text())
                boxes.append((box, text.get_text()))
            for (a, one), (b, other) in combinations(boxes, 2):
                apart = a.x1 < b.x0 or b.x1 < a.x0 or a.y1 < b.y0 or b.y1 < a.y0
                assert apart, (name, one, other)


def test_only_the_figures_that_apply_are_drawn(tmp_path: Path) -> None:
    every = ["overview", "configurations", "fractions", "susceptibility", "distribution", "chains"]
    applying = {
        "ladder": every,
        "bulk": [name for name in every if name != "distribution"],
        "single": ["overview", "configurations", "chains"],
    }
    for name, expected in applying.items():
        with write(tmp_path, RUNS[name]) as record:
            assert list(plots.figures(record)) == expected
    with write(tmp_path, replace(RUNS["bulk"], frames=0)) as record:
        assert "configurations" not in plots.figures(record)
        assert count(pixels(plots.overview(record)), to_rgb(PHASE_COLORS["S1"])) > 20


def test_fractions_are_the_means_and_errors_of_the_record(tmp_path: Path) -> None:
    with write(tmp_path, RUNS["layers"]) as record:
        (axes,) = plots.fractions(record).axes
        assert axes.get_xlabel() == "shell layers"
        drawn = containers(axes)
        assert len(drawn) == 4
        for name, container, places in zip(PHASE_COLORS, drawn, markers(axes, False)):
            average = record.averages[f"f_{name}"]
            np.testing.assert_array_equal(places[:, 0], [0, 2, 4, 6])
            np.testing.assert_array_equal(places[:, 1], average.mean)
            ends = bars(container)
            np.testing.assert_allclose(ends[:, 0, 1], average.mean - average.standard_error)
            np.testing.assert_allclose(ends[:, 1, 1], average.mean + average.standard_error)
        assert markers(axes, open_ones=True) == []


def test_in_three_dimensions_the_unclassified_are_drawn_too(tmp_path: Path) -> None:
    with write(tmp_path, RUNS["box"]) as record:
        (axes,) = plots.fractions(record).axes
        np.testing.assert_array_equal(
            markers(axes, False)[-1][:, 1], record.averages["f_unclassified"].mean
        )
        assert len(containers(axes)) == 3


def test_fractions_of_a_ladder_are_its_reweighted_curves(tmp_path: Path) -> None:
    with write(tmp_path, RUNS["ladder"]) as record:
        (axes,) = plots.fractions(record).axes
        transition = record.ladders[0].transition
        assert transition is not None
        curves = [line for line in axes.lines if len(line.get_xdata()) == len(transition.x)]
        for name, curve in zip(PHASE_COLORS, curves):
            expected = transition.curves[f"f_{name}"]
            np.testing.assert_array_equal(curve.get_xdata(), transition.x)
            np.testing.assert_array_equal(curve.get_ydata(), expected.value)
        bands = [c for c in axes.collections if c.get_paths() and len(c.get_paths()[0]) > 150]
        low = bands[0].get_paths()[0].vertices[:, 1].min()
        f_U1 = transition.curves["f_U1"]
        assert low == pytest.approx((f_U1.value - f_U1.standard_error).min())
        assert len(curves) == len(bands) == 4


def test_runs_too_short_have_open_markers_and_a_word_on_it(tmp_path: Path) -> None:
    with write(tmp_path, replace(RUNS["layers"], too_short=[1, 3])) as record:
        for draw, name in ((plots.fractions, "f_U1"), (plots.susceptibility, "f_U")):
            figure = draw(record)
            places = markers(figure.axes[0], open_ones=True)[0]
            average = record.averages[name]
            expected = average.mean if name == "f_U1" else average.variance
            assert expected is not None
            np.testing.assert_array_equal(places, np.column_stack([[2, 6], expected[[1, 3]]]))
            assert "run too short: errors not to be trusted" in texts(figure)
    with write(tmp_path, RUNS["layers"]) as record:
        assert "run too short: errors not to be trusted" not in texts(plots.fractions(record))


def test_a_second_key_gives_a_panel_and_a_curve_for_each_value(tmp_path: Path) -> None:
    with write(tmp_path, RUNS["sizes"]) as record:
        panels = plots.fractions(record).axes
        assert [axes.get_title() for axes in panels] == ["core side 4", "core side 6"]
        for axes, points in zip(panels, ([0, 1, 2], [3, 4, 5])):
            expected = record.averages["f_U1"].mean[points]
            np.testing.assert_array_equal(markers(axes, False)[0][:, 1], expected)
        (axes,) = plots.susceptibility(record).axes
        variance = record.averages["f_U"].variance
        assert variance is not None
        drawn = markers(axes, False)
        np.testing.assert_array_equal(np.concatenate(drawn)[:, 1], variance)
        lines = [line for line in axes.lines if len(line.get_xdata()) > 50]
        assert len({line.get_color() for line in lines}) == 2
        assert len({line.get_linestyle() for line in lines}) == 2


def test_the_susceptibility_is_the_variance_with_a_mark_at_the_peak(tmp_path: Path) -> None:
    with write(tmp_path, RUNS["ladder"]) as record:
        figure = plots.susceptibility(record)
        (axes,) = figure.axes
        f_U, transition = record.averages["f_U"], record.ladders[0].transition
        assert transition is not None and f_U.variance is not None and f_U.variance_error is not None
        (places,) = markers(axes, False)
        np.testing.assert_array_equal(places[:, 1], f_U.variance)
        ends = bars(containers(axes)[0])
        np.testing.assert_allclose(ends[:, 1, 1] - ends[:, 0, 1], 2 * f_U.variance_error)
        vertical = [line for line in axes.lines if list(line.get_ydata()) == [0, 1]]
        assert [line.get_xdata()[0] for line in vertical] == [transition.peak_place.value]
        (span,) = [p for p in axes.patches if p.get_alpha() is not None]
        assert np.ptp(span.get_xy()[:, 0]) == pytest.approx(2 * transition.peak_place.standard_error)
        expected = r"peak at $K_\mathrm{shell}$ = " + estimate_text(*transition.peak_place)
        assert expected in texts(figure)


def test_a_susceptibility_largest_at_an_end_has_no_mark(tmp_path: Path) -> None:
    path = write_equilibrium(tmp_path / "record.h5", RUNS["ladder"])
    with h5py.File(path, "r+") as file:
        file["ladders/0/transition"].attrs["peak_inside"] = np.uint8(0)
    with open_record(path) as record:
        figure = plots.susceptibility(record)
        assert "largest at an end of the ladder" in texts(figure)
        assert not [line for line in figure.axes[0].lines if list(line.get_ydata()) == [0, 1]]


def test_the_distribution_is_drawn_for_every_ladder_with_a_transition(tmp_path: Path) -> None:
    with write(tmp_path, RUNS["sizes"]) as record:
        figure = plots.distribution(record)
        for line, ladder in zip(figure.axes[0].lines, record.ladders):
            assert ladder.transition is not None
            density = ladder.transition.distribution
            assert density is not None
            np.testing.assert_array_equal(line.get_xdata(), density.center)
            np.testing.assert_array_equal(line.get_ydata(), density.value)
        assert len(figure.axes[0].lines) == 2
        assert any(text.startswith("core side 6, at ") for text in texts(figure))
    with write(tmp_path, RUNS["layers"]) as record:
        with pytest.raises(RecordError, match="no ladder with a transition"):
            plots.distribution(record)


def test_chains_are_the_samples_in_the_lines_of_their_starts(tmp_path: Path) -> None:
    run = replace(RUNS["layers"], starts=["random", "superlattice"], samples=50)
    with write(tmp_path, run) as record:
        figure = plots.chains(record)
        assert [axes.get_title() for axes in figure.axes] == [
            "no shell", "2 layers", "4 layers", "6 layers",
        ]  # fmt: skip
        for point, axes in zip(record.points, figure.axes):
            assert len(axes.lines) == 4
            for line, samples in zip(axes.lines, point.observables["f_U"]):
                np.testing.assert_array_equal(line.get_xdata(), point.sweep)
                np.testing.assert_array_equal(line.get_ydata(), samples)
            styles = [(line.get_color(), line.get_linestyle()) for line in axes.lines]
            assert styles[0] == styles[1] != styles[2] == styles[3]
            assert styles[0][1] != styles[2][1]
        assert {"random start", "superlattice start"} <= set(texts(figure))
        assert not [text for text in texts(figure) if "disagree" in text]


@pytest.mark.parametrize("start", ["random", "separated", "superlattice", "record", "xyz", "of a later version"])
def test_chains_of_every_start_are_drawn_and_named(tmp_path: Path, start: str) -> None:
    with write(tmp_path, replace(RUNS["ladder"], starts=[start])) as record:
        figure = plots.chains(record)
        FigureCanvasAgg(figure).draw()
    assert start_text(start) in texts(figure)


def test_long_chains_have_the_means_of_blocks_over_them(tmp_path: Path) -> None:
    with write(tmp_path, replace(RUNS["single"], samples=400)) as record:
        lines = plots.chains(record).axes[0].lines
        samples = record.points[0].observables["f_U"]
        assert len(lines) == 8
        np.testing.assert_array_equal(lines[2].get_ydata(), samples[1])
        np.testing.assert_allclose(lines[3].get_ydata(), samples[1].reshape(40, 10).mean(axis=1))


def test_starts_that_disagree_are_named_and_always_shown(tmp_path: Path) -> None:
    layers: list[Any] = list(range(20))
    run = Equilibrium({"crystal.shell.layers": layers}, side=2, middle=9.5, samples=10, disagreement=5.2)
    with write(tmp_path, run) as record:
        figure = plots.chains(record)
        assert len(figure.axes) == 6
        (axes,) = [axes for axes in figure.axes if axes.get_title() == "10 layers"]
        assert [text.get_text() for text in axes.texts] == ["starts disagree by\n5.2 standard errors", "D"]
        assert "chains disagree at 1 of 20 points; 6 of 20 points shown" in texts(figure)
        assert "chains disagree at 1 of 20 points" in texts(plots.fractions(record))
    with write(tmp_path, replace(RUNS["single"], starts=["random"], disagreement=7.0)) as record:
        (axes,) = plots.chains(record).axes
        assert axes.texts[0].get_text() == "chains disagree by\n7.0 standard errors"


def test_chains_show_the_energy_where_f_U_never_changes(tmp_path: Path) -> None:
    path = write_equilibrium(tmp_path / "record.h5", replace(RUNS["single"], samples=20))
    with h5py.File(path, "r+") as file:
        file["points/0/observables/f_U"][:] = 0
    with open_record(path) as record:
        (axes,) = plots.chains(record).axes
        np.testing.assert_array_equal(
            axes.lines[0].get_ydata(), record.points[0].observables["energy"][0]
        )
        assert axes.get_ylabel() == r"energy  $E/\epsilon$"


@pytest.mark.parametrize("run", ["ladder", "bulk"])
def test_configurations_color_every_site_by_phase_or_pale_by_species(
    tmp_path: Path, run: str
) -> None:
    with write(tmp_path, RUNS[run]) as record:
        point = record.points[1]
        crystal, sigma = point.crystal, point.sigma[0, -1]
    figure = empty_figure()
    draw_configuration(figure.axes[0], crystal, sigma)
    place = crystal.position.copy()
    if run == "bulk":
        place[:, 0] = (place[:, 0] - place[:, 0].min()) % crystal.period[0]
        assert np.ptp(place[:, 0]) < crystal.period[0]
    seen = seen_at(figure, pixels(figure), place)
    expected = phase_colors(order_parameter(crystal, sigma))[:, :3]
    interior = crystal.interior
    pale = {k: 1 - 0.4 * (1 - np.array(to_rgb(SPECIES_COLORS["A" if k > 0 else "B"]))) for k in (1, -1)}
    for site in np.flatnonzero(~interior):
        expected[site] = pale[int(sigma[site])]
    np.testing.assert_allclose(seen, expected, atol=0.01)
    assert interior.sum() == (crystal.size if run == "bulk" else 61)
    for name in PHASE_COLORS:
        assert count(seen, to_rgb(PHASE_COLORS[name])) > 2, name


def test_a_line_runs_around_the_sites_that_have_a_phase(tmp_path: Path) -> None:
    with write(tmp_path, RUNS["ladder"]) as record:
        point = record.points[1]
        figure = empty_figure()
        draw_configuration(figure.axes[0], point.crystal, point.sigma[0, -1])
    (border,) = [c for c in figure.axes[0].collections if isinstance(c, LineCollection)]
    edges = np.array(border.get_segments())
    assert len(edges) == 6 * (2 * 5 - 1)  # a hexagon of side 5
    # Each corner of a closed line belongs to two of its edges.
    corners = np.unique(edges.reshape(-1, 2).round(3), axis=0, return_counts=True)
    assert (corners[1] == 2).all()


def test_a_shell_of_A_around_a_box_is_left_out_of_its_picture(tmp_path: Path) -> None:
    for shell_species in (1, -1):
        run = replace(RUNS["box"], shell_species=shell_species)
        with write(tmp_path, run) as record:
            crystal = record.points[0].crystal
        figure = empty_figure()
        sites, layers = run.sites({})
        sigma = species(sites, layers, 0.5, shell_species)
        sigma[crystal.core] = -1
        draw_configuration(figure.axes[0], crystal, sigma)
        image = pixels(figure, 100)
        assert image[150, 150, 0] > image[150, 150, 2] + 0.1  # red of B, not blue


def test_six_configurations_are_picked_evenly_with_their_last_frame(tmp_path: Path) -> None:
    layers: list[Any] = list(range(11))
    with write(tmp_path, Equilibrium({"crystal.shell.layers": layers}, side=2, middle=5.0)) as record:
        chosen = pick_configurations(record)
        assert [c.title for c in chosen] == [
            "no shell", "2 layers", "4 layers", "6 layers", "8 layers", "10 layers",
        ]  # fmt: skip
        np.testing.assert_array_equal(chosen[2].sigma, record.points[4].sigma[0, -1])
    with write(tmp_path, RUNS["sizes"]) as record:
        k = r"$K_\mathrm{shell}$"
        assert [c.title for c in pick_configurations(record, 4)] == [
            f"core side 4\n{k} = 14", f"core side 6\n{k} = 14",
            f"core side 4\n{k} = 18", f"core side 6\n{k} = 18",
        ]  # fmt: skip
    with write(tmp_path, RUNS["single"]) as record:
        titles = [c.title for c in pick_configurations(record)]
        assert titles[1] == "random start,\nsweep 12\N{THIN SPACE}000"
        assert len(titles) == 4
    with write(tmp_path, replace(RUNS["single"], frames=0)) as record:
        with pytest.raises(RecordError, match="no frames of sigma"):
            plots.configurations(record)


def test_panels_of_configurations_have_one_scale(tmp_path: Path) -> None:
    with write(tmp_path, RUNS["layers"]) as record:
        figure = plots.configurations(record)
        extents = {(np.ptp(axes.get_xlim()), np.ptp(axes.get_ylim())) for axes in figure.axes}
    assert len(figure.axes) == 4
    assert np.ptp(list(extents), axis=0).max() < 1e-9


def test_an_overview_has_configurations_above_curves(tmp_path: Path) -> None:
    with write(tmp_path, RUNS["ladder"]) as record:
        image = pixels(plots.overview(record))
    upper, lower = image[len(image) // 2 :], image[: len(image) // 2]
    for name in ("U1", "S1", "S2", "U2"):
        assert count(upper, to_rgb(PHASE_COLORS[name])) > 1000, name
        assert 50 < count(lower, to_rgb(PHASE_COLORS[name])) < 8000, name


def test_an_unfinished_run_is_drawn_as_far_as_it_is(tmp_path: Path) -> None:
    run = replace(RUNS["layers"], unfinished=[2])
    with write(tmp_path, run, complete=False) as record:
        for draw in plots.figures(record).values():
            figure = draw(record)
            FigureCanvasAgg(figure).draw()
            if draw is not plots.configurations:
                assert "unfinished: chains at 3 of 4 points" in texts(figure)
        (axes,) = plots.fractions(record).axes
        np.testing.assert_array_equal(markers(axes, False)[0][:, 0], [0, 2, 6])
    run = replace(RUNS["layers"], unfinished=[0, 1, 2, 3])
    with write(tmp_path, run, complete=False) as record:
        for draw in (plots.overview, plots.fractions, plots.chains):
            with pytest.raises(RecordError, match="no chain is finished yet"):
                draw(record)


def test_numbers_that_are_not_known_leave_a_gap(tmp_path: Path) -> None:
    path = write_equilibrium(tmp_path / "record.h5", RUNS["ladder"])
    with h5py.File(path, "r+") as file:
        for name in ("mean", "standard_error", "variance", "variance_error", "disagreement"):
            for observable in ("f_U", "f_S1"):
                file[f"averages/{observable}/{name}"][1] = np.nan
        part = file["ladders/0/transition"]
        part["chi/value"][:5] = np.nan
        part["chi/standard_error"][:] = np.nan
        part["distribution/standard_error"][:] = np.nan
        part.attrs["peak_place"] = [16.0, np.nan]
    with open_record(path) as record:
        for draw in plots.figures(record).values():
            FigureCanvasAgg(draw(record)).draw()
        figure = plots.susceptibility(record)
        assert r"peak at $K_\mathrm{shell}$ = 16" in texts(figure)
        assert np.isfinite(figure.axes[0].get_ylim()).all()


def test_nothing_swept_is_no_curve(tmp_path: Path) -> None:
    with write(tmp_path, RUNS["single"]) as record:
        for draw in (plots.fractions, plots.susceptibility):
            with pytest.raises(RecordError, match="nothing is swept"):
                draw(record)


def test_stages_are_an_axis_by_what_tells_them_apart(tmp_path: Path) -> None:
    with write(tmp_path, RUNS["annealing"]) as record:
        arrangement = arrange(record)
        assert arrangement.key == "model.kT"
        (row,) = arrangement.rows
        np.testing.assert_array_equal(row.x, [0.2, 0.5, 1.0])
        np.testing.assert_array_equal(row.points, [2, 1, 0])
        assert row.others == {}
        titles = [chosen.title for chosen in pick_configurations(record)]
        assert titles[1] == "stage 2\n" + r"$k_\mathrm{B}T/\epsilon$ = 0.5"
    with write(tmp_path, RUNS["stages"]) as record:  # two numbers differ: neither is the axis
        arrangement = arrange(record)
        assert arrangement.key == "stage"
        np.testing.assert_array_equal(arrangement.rows[1].x, [1, 2, 3, 4])
        assert [row.others for row in arrangement.rows] == [
            {"crystal.shell.layers": 0.0}, {"crystal.shell.layers": 2.0}
        ]
    warm_again = replace(RUNS["annealing"], of_stages={"model.kT": [1.0, 0.5, 1.0]})
    with write(tmp_path, warm_again) as record:
        assert arrange(record).key == "stage"
    both = Equilibrium({"model.J": [0.0, 0.5], "stage": [0, 1, 2]}, {"model.kT": [1.0, 0.5, 0.2]})
    with write(tmp_path, both) as record:
        arrangement = arrange(record)
        assert arrangement.key == "model.kT"
        assert [row.others for row in arrangement.rows] == [{"model.J": 0.0}, {"model.J": 0.5}]
        np.testing.assert_array_equal(arrangement.rows[1].points, [5, 4, 3])


def test_rows_run_along_the_ladder_or_the_key_with_most_values(tmp_path: Path) -> None:
    keys: dict[str, list[Any]] = {"model.kT": [0.3, 0.1, 0.2], COMPOSITION: [0.25, 0.5]}
    run = Equilibrium(keys, side=2, samples=2)
    with write(tmp_path, run) as record:
        arrangement = arrange(record)
        assert arrangement.key == "model.kT"
        assert [row.others for row in arrangement.rows] == [{COMPOSITION: 0.25}, {COMPOSITION: 0.5}]
        np.testing.assert_array_equal(arrangement.rows[1].x, [0.1, 0.2, 0.3])
        np.testing.assert_array_equal(arrangement.rows[1].points, [3, 5, 1])
    keys = {"crystal.side": [2, 3, 4], STIFFNESS: [1.0, 2.0]}
    with write(tmp_path, Equilibrium(keys, samples=2)) as record:
        assert arrange(record).key == STIFFNESS
    words = ["[8, 8, 8]", "[12, 12, 12]"]
    with write(tmp_path, Equilibrium({"crystal.size": words}, shape="box", samples=2)) as record:
        arrangement = arrange(record)
        assert arrangement.labels == ["8 × 8 × 8", "12 × 12 × 12"]
        np.testing.assert_array_equal(arrangement.rows[0].x, [0, 1])
    assert evenly(list(range(11)), 6) == [0, 2, 4, 6, 8, 10]
