"""Patterns of species: unlike pairs, compact cores, columns and stripes, against shuffled references."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from misfit.crystal import Crystal

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
    """How much more the columns along each axis differ from each other than those of shuffled species do."""

    ratio: Array  #: [x, y, z]: variance of the means of columns over its mean in shuffled configurations
    z: Array  #: [x, y, z]: the excess in standard deviations of the shuffled ones


def columns(
    crystal: Crystal, sigma: NDArray[np.int8], random: np.random.Generator, shuffles: int = 200
) -> Columns:
    """Columns in the inside of a box (its surface left out); sigma [N].

    The reference permutes the species within each layer of equal depth, which keeps what only depends on the
    distance from the surface. A structure of columns along one axis has a large ratio there.
    """
    layer = box_of(crystal, crystal.layer)[1:-1, 1:-1, 1:-1]
    inside = box_of(crystal, np.asarray(sigma, dtype=np.float64))[1:-1, 1:-1, 1:-1]
    members = [np.flatnonzero(layer.ravel() == depth) for depth in np.unique(layer)]

    def variances(box: Array) -> Array:
        return np.array([box.mean(axis=axis).var() for axis in (2, 1, 0)])

    shuffled = np.empty((shuffles, 3))
    for k in range(shuffles):
        flat = inside.ravel().copy()
        for sites in members:
            flat[sites] = random.permutation(flat[sites])
        shuffled[k] = variances(flat.reshape(inside.shape))
    found, mean, deviation = variances(inside), shuffled.mean(axis=0), shuffled.std(axis=0, ddof=1)
    safe = np.where(deviation > 0, deviation, 1.0)
    return Columns(found / np.where(mean > 0, mean, 1.0), (found - mean) / safe)


def profile_along_z(crystal: Crystal, sigma: NDArray[np.int8]) -> Array:
    """c(z): share of A among the core's sites at each height, [..., nz]; sigma [..., N]."""
    heights = crystal.point[:, 2]
    core = crystal.core
    levels = np.unique(heights[core])
    is_A = np.asarray(sigma) > 0
    return np.stack([is_A[..., core & (heights == z)].mean(axis=-1) for z in levels], axis=-1)


class Stripes(NamedTuple):
    """The strongest wave of a profile."""

    period: float  #: lattice spacings
    amplitude: float  #: of the wave of that period
    recurrence: float  #: autocorrelation of the profile one period on
    limit: float  #: three standard deviations of an autocorrelation of noise, 3 / sqrt(heights)

    @property
    def found(self) -> bool:
        """Whether the profile comes back after a period, by more than noise does."""
        return self.recurrence > self.limit


def stripes(profile: Array, margin: int = 3) -> Stripes:
    """The strongest wave in a profile [nz], `margin` heights at each end left out, its straight trend removed.

    Waves from two periods in all to periods of four spacings are compared, at a quarter of the spacing of the
    discrete Fourier transform.
    """
    inner = np.asarray(profile, dtype=np.float64)[margin : len(profile) - margin]
    count = len(inner)
    place = np.arange(count)
    frequency = np.arange(2.0, count / 4 + 0.125, 0.25) / count
    limit = 3 / np.sqrt(count)
    if np.ptp(inner) == 0.0 or len(frequency) == 0:
        return Stripes(float("nan"), 0.0, 0.0, limit)
    flat = inner - np.polynomial.Polynomial.fit(place, inner, 1)(place)
    strength = np.abs(np.exp(-2j * np.pi * np.outer(frequency, place)) @ flat) * 2 / count
    best = int(strength.argmax())
    period = float(1 / frequency[best])
    return Stripes(period, float(strength[best]), autocorrelation(flat, round(period)), limit)


def autocorrelation(values: Array, lag: int) -> float:
    """Of values of mean 0, with the mean over the pairs there are."""
    return float((values[lag:] * values[: len(values) - lag]).mean() / (values**2).mean())
