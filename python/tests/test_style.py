"""The colours survive grey print and colour blindness."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

from misfit.style import PHASE_COLORS, PHASE_MARKERS, SERIES, SPECIES_COLORS
from misfit.style import time_text
from misfit.table import PHASE_LINE_COLORS

# What the three kinds of dichromats see (Machado, Oliveira, Fernandes 2009; severity 1), linear RGB.
VISION = {
    "all colours": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = np.array([0.95047, 1.0, 1.08883])


def lab(color: str, vision: NDArray[np.float64] = VISION["all colours"]) -> NDArray[np.float64]:
    """CIE L*, a*, b* of a colour as seen with this vision."""
    rgb = np.array(to_rgb(color))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    x, y, z = np.cbrt(np.maximum(XYZ @ np.clip(vision @ linear, 0, 1) / WHITE, 1e-6))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


SERIES_COLORS = {marker: color for color, marker, _ in SERIES}


def pairs(colors: dict[str, str]) -> list[tuple[str, str]]:
    return list(combinations(colors, 2))


@pytest.mark.parametrize("colors", [SPECIES_COLORS, PHASE_COLORS, SERIES_COLORS])
def test_any_two_colors_differ_in_luminance_by_ten(colors: dict[str, str]) -> None:
    for a, b in pairs(colors):
        assert abs(lab(colors[a])[0] - lab(colors[b])[0]) > 10, (a, b)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("colors", [SPECIES_COLORS, PHASE_COLORS, SERIES_COLORS])
def test_any_two_colors_are_far_apart_for_every_vision(
    colors: dict[str, str], vision: str
) -> None:
    for a, b in pairs(colors):
        distance = np.linalg.norm(lab(colors[a], VISION[vision]) - lab(colors[b], VISION[vision]))
        assert distance > 20, (a, b, distance)


def test_the_species_differ_in_luminance_as_dark_from_medium() -> None:
    assert lab(SPECIES_COLORS["B"])[0] - lab(SPECIES_COLORS["A"])[0] > 25


def test_series_have_colors_markers_and_lines_of_their_own() -> None:
    for a, b in combinations(SERIES, 2):
        assert a[0] != b[0] and a[1] != b[1] and a[2] != b[2]


def test_lines_stand_out_from_the_page_and_have_markers_of_their_own() -> None:
    lines = PHASE_LINE_COLORS
    for name, color in lines.items():
        assert np.linalg.norm(lab(color) - lab("white")) > 30, name
    assert len(set(PHASE_MARKERS.values())) == len(PHASE_MARKERS)
    assert set(PHASE_MARKERS) == set(lines)


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (0.0, "0"),
        (2.98, "2.98"),
        (74.8, "74.8"),
        (1000.0, "1000"),
        (0.0415, "0.0415"),
        (4e-28, r"4.0 \times 10^{-28}"),
    ],
)
def test_times_are_written_with_three_digits(time: float, text: str) -> None:
    assert time_text(time) == text
