"""Patterns of species: unlike pairs, compact cores, columns and stripes, against shuffled references."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from misfit.crystal import Crystal
from misfit.reproduce.analysis import peaks

Array = NDArray[np.float64]


def unlike_pairs(crystal: Crystal, sigma: NDArray[np.int8]) -> Array:
    """Unlike among the nearest pairs inside (no surface site), divided by 2 x (1 - x), the value of a random
    mixture with their own share x of A; sigma [..., N]. NaN where only one species is left."""
    pairs = crystal.bonds[crystal.bond_nearest & (crystal.layer[crystal.bonds] > 1).all(axis=1)]
    unlike = (sigma[..., pairs[:, 0]] != sigma[..., pairs[:, 1]]).mean(axis=-1)
    share = (sigma[..., crystal.layer > 1] > 0).mean(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(unlike / (2 * share * (1 - share)))


def largest_cluster(crystal: Crystal, sigma: NDArray[np.int8]) -> float:
    """Share of the A sites that hang together in one cluster of nearest neighbours; sigma [N]."""
    is_A = np.asarray(sigma) > 0
    if not is_A.any():
        return float("nan")
    pairs = crystal.bonds[crystal.bond_nearest]
    pairs = pairs[is_A[pairs].all(axis=1)]
    label = np.arange(crystal.size)
    while True:  # every site takes the least label in reach of one bond, then of that label's own label
        before = label.copy()
        least = np.minimum(label[pairs[:, 0]], label[pairs[:, 1]])
        np.minimum.at(label, pairs[:, 0], least)
        np.minimum.at(label, pairs[:, 1], least)
        label = label[label]
        if (label == before).all():
            break
    return float(np.bincount(label[is_A]).max() / is_A.sum())


def box_of(crystal: Crystal, values: NDArray) -> NDArray:
    """Values over the sites of a box, [..., N], as [..., z, y, x]."""
    extent = np.ptp(crystal.point, axis=0) + 1
    return np.asarray(values).reshape(*np.shape(values)[:-1], *extent[::-1])


class Columns(NamedTuple):
    """How many A sites stand in columns, and how many do when the species are shuffled."""

    share: float  #: of the A sites inside
    shuffled: float  #: mean over shuffled configurations
    deviation: float  #: standard deviation of the shuffled ones


def columns(
    crystal: Crystal, sigma: NDArray[np.int8], random: np.random.Generator, shuffles: int = 100
) -> Columns:
    """Columns of A inside a box (its surface left out); sigma [N]. NaN where no A is inside.

    A site of A stands in a column if both its neighbours along one axis are A, and of the four neighbours
    across at least three are B. The reference permutes the species among the sites of equal depth, which keeps
    what only depends on the distance from the surface.
    """
    depth = np.asarray(crystal.layer)
    members = [np.flatnonzero(depth == layer) for layer in range(2, int(depth.max()) + 1)]
    species = np.asarray(sigma) > 0

    def share(is_A: NDArray[np.bool_]) -> float:
        box = box_of(crystal, is_A)
        inside = box[1:-1, 1:-1, 1:-1]
        if not inside.any():
            return float("nan")
        standing = np.zeros(inside.shape, dtype=bool)
        pairs = [np.stack([_shifted(box, axis, step) for step in (-1, 1)]) for axis in range(3)]
        number = sum(pair.sum(axis=0) for pair in pairs)
        for pair in pairs:
            standing |= pair.all(axis=0) & (number - 2 <= 1)
        return float((standing & inside).sum() / inside.sum())

    shuffled = np.empty(shuffles)
    for k in range(shuffles):
        mixed = species.copy()
        for sites in members:
            mixed[sites] = random.permutation(mixed[sites])
        shuffled[k] = share(mixed)
    return Columns(share(species), float(shuffled.mean()), float(shuffled.std(ddof=1)))


def _shifted(box: NDArray[np.bool_], axis: int, step: int) -> NDArray[np.bool_]:
    """For every site inside, its neighbour one step along an axis."""
    inner = [slice(1, -1)] * 3
    inner[axis] = slice(1 + step, box.shape[axis] - 1 + step)
    return box[tuple(inner)]


def profile_along_z(crystal: Crystal, sigma: NDArray[np.int8]) -> Array:
    """c(z): share of A among the core's sites at each height, [..., nz]; sigma [..., N]."""
    heights = crystal.point[:, 2]
    core = crystal.core
    levels = np.unique(heights[core])
    is_A = np.asarray(sigma) > 0
    return np.stack([is_A[..., core & (heights == z)].mean(axis=-1) for z in levels], axis=-1)


class Stripes(NamedTuple):
    """Maxima of a profile that stand out, and its strongest wave."""

    places: list[int]  #: of the maxima
    spacing: float  #: mean distance from one to the next; NaN for fewer than two
    period: float  #: of the strongest wave

    @property
    def found(self) -> bool:
        """Three maxima at least, so two distances."""
        return len(self.places) >= 3


def stripes(profile: Array, sites: int) -> Stripes:
    """Stripes in a profile [nz] of so many sites at each height.

    A maximum counts if the valleys on its two sides lie deeper by three standard errors, each height having the
    error of a random mixture of the mean composition, sqrt(c (1 - c) / sites). What is high at an end is none.
    Of random mixtures of 50 heights 2 in 10,000 have three maxima.
    """
    profile = np.asarray(profile, dtype=np.float64)
    mean = float(profile.mean())
    noise = np.full(len(profile), np.sqrt(mean * (1 - mean) / sites))
    places = peaks(profile, noise, 3.0) if np.ptp(profile) > 0 else []
    spacing = float(np.diff(places).mean()) if len(places) > 1 else float("nan")
    return Stripes(places, spacing, strongest_wave(profile))


def strongest_wave(profile: Array) -> float:
    """Period of the strongest wave in a profile without its straight trend; NaN for a constant one.

    Waves from two periods in all to periods of four spacings are compared, at a quarter of the spacing of the
    discrete Fourier transform.
    """
    count = len(profile)
    frequency = np.arange(2.0, count / 4 + 0.125, 0.25) / count
    if np.ptp(profile) == 0.0 or len(frequency) == 0:
        return float("nan")
    place = np.arange(count)
    flat = profile - np.polynomial.Polynomial.fit(place, profile, 1)(place)
    strength = np.abs(np.exp(-2j * np.pi * np.outer(frequency, place)) @ flat)
    return float(1 / frequency[int(strength.argmax())])
