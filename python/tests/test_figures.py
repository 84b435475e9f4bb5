from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from conftest import MakeRecord, Sites, box, hexagon, letters, shrinking_core
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import rgb_to_hsv, to_rgb
from matplotlib.figure import Figure
from numpy.typing import NDArray

from misfit import open_record, order_parameter, plots
from misfit.balls import draw_balls, solid_key
from misfit.boxes import View, draw_box, key_colors, render
from misfit.cells import draw_cells, draw_phases, draw_species, hexagons, phase_colors
from misfit.potential import PotentialSample, open_potential, potential
from misfit.record import Crystal, RecordError
from misfit.snapshots import PAPER_TIMES, pick_snapshots
from misfit.style import DOTS_PER_INCH, MEAN_COLOR, PHASE_COLORS, SPECIES_COLORS

A, B = (np.array(to_rgb(SPECIES_COLORS[name])) for name in "AB")


def pixels(figure: Figure, dpi: float = DOTS_PER_INCH) -> NDArray[np.float64]:
    """RGB of the drawn figure, [height, width, 3], first row lowest."""
    figure.set_dpi(dpi)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[::-1, :, :3] / 255.0


def count(image: NDArray[np.float64], color: object, tolerance: float = 0.02) -> int:
    """Pixels of this colour."""
    return int((np.abs(image - np.array(color)).max(axis=-1) < tolerance).sum())


def seen_at(
    figure: Figure, image: NDArray[np.float64], position: NDArray[np.float64]
) -> NDArray[np.float64]:
    """RGB of the pixels at these places of the first axes' data."""
    x, y = figure.axes[0].transData.transform(position).astype(int).T
    return image[y, x]


def empty_figure() -> Figure:
    figure = Figure(figsize=(3, 3))
    figure.add_axes([0, 0, 1, 1])
    return figure


def crystal_of(path: Path) -> Crystal:
    with open_record(path) as record:
        return record.crystal


def test_every_site_of_a_hexagon_has_the_color_of_its_species(make_record: MakeRecord) -> None:
    sites = hexagon(5)
    crystal = crystal_of(make_record(sites))
    sigma = shrinking_core(sites, 1, 9)[0, 4]
    figure = empty_figure()
    draw_species(figure.axes[0], crystal, sigma)
    seen = seen_at(figure, pixels(figure), crystal.position)
    np.testing.assert_allclose(seen, np.where(sigma[:, None] > 0, A, B), atol=0.01)


def test_cells_of_one_color_leave_no_seams(make_record: MakeRecord) -> None:
    crystal = crystal_of(make_record(hexagon(6)))
    figure = empty_figure()
    draw_species(figure.axes[0], crystal, np.ones(crystal.size, dtype=np.int8))
    image = pixels(figure)
    radius = 0.85 * np.abs(crystal.position[:, 1]).max()
    u, v = np.meshgrid(np.linspace(-radius, radius, 300), np.linspace(-radius, radius, 300))
    inside = np.column_stack([u.ravel(), v.ravel()])[np.hypot(u, v).ravel() < radius]
    assert np.abs(seen_at(figure, image, inside) - A).max() < 0.03


def test_sites_of_one_color_are_one_path_and_what_comes_later_lies_above(make_record: MakeRecord) -> None:
    crystal = crystal_of(make_record(hexagon(5)))
    (axes,) = (figure := empty_figure()).axes
    cells = hexagons(crystal.position)
    colors = [*["#ff0000"] * 30, *["#00ff00"] * 31]
    drawn = draw_cells(axes, cells, colors)
    assert [len(path.vertices) for path in drawn.get_paths()] == [30 * 7, 31 * 7]
    assert drawn.get_facecolors()[:, :2].tolist() == [[1, 0], [0, 1]]
    seen = seen_at(figure, pixels(figure), crystal.position)
    np.testing.assert_allclose(seen, [to_rgb(color) for color in colors], atol=0.01)


def test_phase_pictures_color_the_interior_and_leave_out_the_perimeter(
    make_record: MakeRecord,
) -> None:
    crystal = crystal_of(make_record(hexagon(6)))
    ordered = (crystal.point[:, 0] - crystal.point[:, 1]) % 3 == 0
    sigma = np.where(ordered & (crystal.position[:, 0] > 0), -1, 1).astype(np.int8)
    figure = empty_figure()
    draw_phases(figure.axes[0], crystal, sigma)
    seen = seen_at(figure, pixels(figure), crystal.position)
    expected = phase_colors(order_parameter(crystal, sigma))[:, :3]
    expected[~crystal.interior] = 1.0
    np.testing.assert_allclose(seen, expected, atol=0.01)
    for name in ("U1", "S1", "unclassified"):
        assert count(expected, to_rgb(PHASE_COLORS[name])) > 3


def red_minus_blue(image: NDArray[np.float64]) -> NDArray[np.float64]:
    drawn = image[image.std(axis=-1) > 0.02]  # neither page nor frame
    return drawn[:, 0] - drawn[:, 2]


def test_where_there_is_no_site_there_is_nothing(make_record: MakeRecord) -> None:
    # Two slabs of B with nothing between them: seen along z, white beside and no more red than of two layers.
    species = np.full((6, 4, 4), -1, dtype=np.int8)
    species[1:5] = 0
    view = View(np.array([1e-9, 1e-9, -1.0]), np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]))
    low, high = np.zeros(2), np.array([4.0, 4.0])
    apart = render(species, view, low, high, (8, 8))
    full = render(np.full((6, 4, 4), -1, dtype=np.int8), view, low, high, (8, 8))
    assert (apart[..., 3] == 1).all()
    # Redness grows with the length within B: 2 of 6 layers.
    assert apart[4, 4, 2] > full[4, 4, 2] + 0.1
    species[[0, 5]] = 0
    assert (render(species, view, low, high, (8, 8))[..., 3] == 0).all()


def draw_species_of_box(crystal: Crystal, sigma: NDArray[np.int8]) -> NDArray[np.float64]:
    figure = empty_figure()
    draw_box(figure.axes[0], crystal, sigma)
    return pixels(figure, 100)


def test_a_box_of_A_is_solid_blue_with_three_shades(make_record: MakeRecord) -> None:
    crystal = crystal_of(make_record(box(4, 4, 6)))
    image = draw_species_of_box(crystal, np.ones(crystal.size, dtype=np.int8))
    assert (red_minus_blue(image) < 0).mean() > 0.98
    for light in (0.75, 1.1, 1.6):
        assert count(image, np.clip(light * A, 0, 1)) > 500


def test_a_box_of_B_is_translucent_red(make_record: MakeRecord) -> None:
    crystal = crystal_of(make_record(box(4, 4, 4)))
    image = draw_species_of_box(crystal, -np.ones(crystal.size, dtype=np.int8))
    assert (red_minus_blue(image) > 0).mean() > 0.98
    assert image[150, 150, 2] > B[2] + 0.1


def test_A_is_seen_through_B_and_the_paler_the_deeper(make_record: MakeRecord) -> None:
    crystal = crystal_of(make_record(box(7, 7, 7)))

    def blue_at_depth(depth: int) -> float:
        core = crystal.layer > depth
        image = draw_species_of_box(crystal, np.where(core, 1, -1).astype(np.int8))
        return float(image[130:150, 150:170, 0].mean())

    shallow, middle, deep = (blue_at_depth(depth) for depth in (0, 1, 2))
    assert shallow < middle < deep < B[0]


@pytest.mark.parametrize("draw", [draw_box, draw_balls])
def test_what_is_seen_in_three_dimensions_is_in_the_key(make_record: MakeRecord, draw: Callable[..., None]) -> None:
    crystal = crystal_of(make_record(box(7, 7, 7)))
    figure = empty_figure()
    draw(figure.axes[0], crystal, np.where(crystal.layer > 1, 1, -1).astype(np.int8))
    image = pixels(figure, 100)
    hue, saturation, _ = rgb_to_hsv(image[image.min(axis=-1) < 0.97]).T
    hue = hue[saturation > 0.1]
    is_blue, is_red = (hue > 0.58) & (hue < 0.7), (hue < 0.06) | (hue > 0.98)
    assert is_blue.mean() > 0.1 and is_red.mean() > 0.1
    assert (is_blue | is_red).mean() > 0.97  # and no purple, but where an edge of one lies upon the other
    for name, color in solid_key(crystal).items():
        hue_of_key = rgb_to_hsv(color)[0]
        assert 0.58 < hue_of_key < 0.7 if name.startswith("A") else hue_of_key < 0.06


FIGURES = {
    "composition": (plots.composition, (3.4, 2.5)),
    "phases": (plots.phases, (7.0, 2.6)),
    "snapshots": (plots.snapshots, None),
    "overview": (plots.overview, None),
}


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("sites", [hexagon(2), hexagon(5), box(4, 4, 4), box(3, 3, 9)])
def test_every_figure_of_every_crystal_shows_its_colors(
    make_record: MakeRecord, name: str, sites: Sites
) -> None:
    draw, size = FIGURES[name]
    with open_record(make_record(sites)) as record:
        figure = draw(record)
        image = pixels(figure)
    if size is not None:
        assert figure.get_size_inches() == pytest.approx(size)
    width, height = figure.get_size_inches()
    assert image.shape[:2] == (int(height * 200), int(width * 200))
    assert (image < 0.99).any(axis=-1).mean() > 0.02
    species = SPECIES_COLORS if sites.dimension == 2 else key_colors()
    colors = {
        "composition": [MEAN_COLOR],
        "phases": [PHASE_COLORS["U1"], PHASE_COLORS["U2"]],
        "snapshots": [species["A"], species["B"]],
        "overview": [species["A"], species["B"], MEAN_COLOR],
    }[name]
    for color in colors:
        assert count(image, to_rgb(color)) > 60, color


def test_curves_lie_where_the_numbers_are(make_record: MakeRecord) -> None:
    with open_record(make_record(hexagon(5), trajectories=4)) as record:
        figure = plots.composition(record)
        image = pixels(figure)
        mean, _ = record.mean("composition")
        places = np.column_stack([record.time, mean])
    places = places[(places[:, 0] > 1) & (places[:, 0] < 0.95 * figure.axes[0].get_xlim()[1])]
    assert len(places) > 10
    seen = seen_at(figure, image, places)
    np.testing.assert_allclose(seen, np.tile(to_rgb(MEAN_COLOR), (len(seen), 1)), atol=0.25)


def test_the_inset_has_log_time_with_interactions_and_log_composition_without(
    make_record: MakeRecord,
) -> None:
    def scales(**parameters: str) -> tuple[str, str]:
        texts = {f"model.{name}": text for name, text in parameters.items()}
        with open_record(make_record(hexagon(4), parameters=texts)) as record:
            (inset,) = plots.composition(record).axes[0].child_axes
        return inset.get_xscale(), inset.get_yscale()

    assert scales(epsilon="1.0", J="0.0") == ("log", "linear")
    assert scales(epsilon="0.0", J="1.0") == ("log", "linear")
    assert scales(epsilon="0.0", J="0.0") == ("linear", "log")


def test_no_more_than_a_hundred_single_trajectories_are_drawn(make_record: MakeRecord) -> None:
    with open_record(make_record(hexagon(2), trajectories=130)) as record:
        (lines,) = plots.composition(record).axes[0].collections[:1]
    assert len(lines.get_segments()) == 100


def test_text_is_at_least_seven_points(make_record: MakeRecord) -> None:
    with open_record(make_record(hexagon(4), attributes={"complete": np.uint8(0)})) as record:
        for draw, _ in FIGURES.values():
            figure = draw(record)
            FigureCanvasAgg(figure).draw()
            texts = figure.findobj(lambda artist: hasattr(artist, "get_fontsize"))
            assert min(text.get_fontsize() for text in texts if text.get_text()) >= 7


def test_an_unfinished_record_says_so_in_the_title(make_record: MakeRecord) -> None:
    path = make_record(
        hexagon(3),
        attributes={"complete": np.uint8(0)},
        parameters={"ensemble.trajectories": "100"},
    )
    with open_record(path) as record:
        for draw in (plots.composition, plots.phases):
            assert draw(record)._suptitle.get_text() == "unfinished: 3 of 100 trajectories"
        above = plots.overview(record).subfigs[0]
        assert above._suptitle.get_text() == "unfinished: 3 of 100 trajectories"


def test_without_scalars_the_curves_come_from_sigma(make_record: MakeRecord) -> None:
    with open_record(make_record(hexagon(4), scalars=False)) as record:
        image = pixels(plots.overview(record))
        line = plots.composition(record).axes[0].lines[0]
        expected = (record.sigma[:] > 0).mean(axis=-1).mean(axis=0)
        np.testing.assert_allclose(line.get_ydata(), expected)
    assert count(image, to_rgb(MEAN_COLOR)) > 60


@pytest.mark.parametrize("trajectories", [1, 2])
def test_few_trajectories_and_no_frames_still_give_curves(
    make_record: MakeRecord, trajectories: int
) -> None:
    with open_record(make_record(hexagon(4), trajectories=trajectories, frames=0)) as record:
        assert count(pixels(plots.composition(record)), to_rgb(MEAN_COLOR)) > 200
        for draw in (plots.phases, plots.overview):
            assert count(pixels(draw(record)), to_rgb(PHASE_COLORS["S1"])) > 20


def test_a_single_due_time_is_drawn(make_record: MakeRecord) -> None:
    with open_record(make_record(hexagon(4), scalars=False, frames=1)) as record:
        for draw, _ in FIGURES.values():
            assert (pixels(draw(record)) < 0.99).any()


def test_an_empty_record_says_that_there_is_nothing_to_draw(make_record: MakeRecord) -> None:
    with open_record(make_record(hexagon(3), scalars=False, frames=0)) as record:
        with pytest.raises(RecordError, match="nothing to draw"):
            plots.overview(record)
    with open_record(make_record(hexagon(3), trajectories=0)) as record:
        with pytest.raises(RecordError, match="no trajectory is finished yet"):
            plots.composition(record)


def test_snapshots_spread_over_the_composition(make_record: MakeRecord) -> None:
    with open_record(make_record(hexagon(6), frames=41)) as record:
        chosen = pick_snapshots(record)
    assert [round(snapshot.composition, 1) for snapshot in chosen] == [0.8, 0.4, 0.2, 0.1]
    assert [snapshot.time for snapshot in chosen] == sorted(snapshot.time for snapshot in chosen)


def test_snapshots_are_those_nearest_to_the_times_asked_for(make_record: MakeRecord) -> None:
    with open_record(make_record(hexagon(3), frames=41)) as record:
        chosen = pick_snapshots(record, times=[record.sigma_time[20], record.sigma_time[30]])
        np.testing.assert_array_equal(chosen[0].sigma, record.sigma[0, 20])
        assert chosen[1].time == record.sigma_time[30]
        with pytest.raises(RecordError, match="no trajectory 3; there are 3"):
            pick_snapshots(record, trajectory=3)


def test_the_papers_times_are_taken_where_they_span_the_succession(
    make_record: MakeRecord,
) -> None:
    path = make_record(hexagon(6), frames=41)
    with h5py.File(path, "r+") as file:
        composition = (file["sigma/value"][0] > 0).mean(axis=1)
        time = np.linspace(80.0, 90.0, 41)
        for paper_time, c in zip(PAPER_TIMES, (0.4, 0.2, 0.08)):
            time[np.abs(composition - c).argmin()] = paper_time
        file["sigma/time"][:] = time
    with open_record(path) as record:
        assert [snapshot.time for snapshot in pick_snapshots(record)] == list(PAPER_TIMES)


def make_potential(path: Path, sites: Sites) -> Path:
    center = int((sites.position**2).sum(axis=1).argmin())
    edge = int(sites.position[:, 0].argmax())
    V = np.empty((2, len(sites.point)))
    for row, site in zip(V, (center, edge)):
        r = np.linalg.norm(sites.position - sites.position[site], axis=1)
        row[:] = 0.2 * np.cos(2 * r) / np.maximum(r, 1) ** 2
        row[site] = 3.6
    with h5py.File(path, "w") as file:
        file["position"], file["point"], file["V"] = sites.position, sites.point, V
        file["sites"] = np.array([center, edge], dtype=np.int32)
        file.attrs["shape"], file.attrs["lattice"] = sites.shape, "-"
        file.attrs["dimension"] = sites.dimension
    return path


@pytest.mark.parametrize("sites", [hexagon(6), box(5, 5, 7)])
def test_the_map_of_V_shows_R_white_and_both_signs(tmp_path: Path, sites: Sites) -> None:
    sample = open_potential(make_potential(tmp_path / "potential.h5", sites))
    figure = potential(sample)
    image = pixels(figure)
    assert image.shape[:2] == (600, 1400)
    for k, site in enumerate(sample.sites):
        axes = figure.axes[k]
        x, y = axes.transData.transform(sample.position[site, :2]).astype(int)
        np.testing.assert_array_equal(image[y, x], [1, 1, 1])
        around = image[max(y - 70, 0) : y + 70, max(x - 70, 0) : x + 70]
        assert count(around, (0, 0, 0)) > 40
        low, high = axes.transAxes.transform([(0, 0), (1, 1)]).astype(int)
        panel = image[low[1] : high[1], low[0] : high[0]]
        assert (panel[..., 0] > panel[..., 2] + 0.1).sum() > 500  # orange: positive
        assert (panel[..., 2] > panel[..., 0] + 0.02).sum() > 500  # purple: negative


def test_the_colors_of_V_are_centered_on_zero_and_end_at_the_other_sites(tmp_path: Path) -> None:
    sample = open_potential(make_potential(tmp_path / "potential.h5", hexagon(6)))
    figure = potential(sample)
    bar = figure.axes[2]
    low, high = bar.get_ylim()
    others = [np.delete(row, site) for row, site in zip(sample.V, sample.sites)]
    assert high == pytest.approx(np.abs(others).max())
    assert low == -high
    # Where the scale is no more even is said, and is so: a tenth more takes less of the bar there.
    edge = float(re.search(r"logarithmic beyond \$\\pm\$\$([0-9.e-]+)\$", bar.get_ylabel())[1])
    even, beyond = (np.diff(bar.transData.transform([(0, v), (0, v + 0.1 * edge)])[:, 1])[0] for v in (0.3 * edge, 10 * edge))
    assert beyond < 0.5 * even
    assert letters(figure) == ["A", "B"]


def test_a_uniform_potential_is_drawn(tmp_path: Path) -> None:
    sites = hexagon(2)
    sample = PotentialSample(
        "", 2, sites.position, sites.point, np.zeros((2, 7)), np.array([3, 6], dtype=np.int32)
    )
    assert count(pixels(potential(sample)), (0, 0, 0)) > 40


def test_a_record_is_not_a_potential(make_record: MakeRecord) -> None:
    with pytest.raises(RecordError, match="not a potential written by misfit"):
        open_potential(make_record(hexagon(2)))
