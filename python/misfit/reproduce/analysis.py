"""Numbers from curves: decay rates, steps, when something is over. Each with its standard error."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from misfit.crystal import Crystal

Array = NDArray[np.float64]


class Estimate(NamedTuple):
    """A number and its standard error."""

    value: float
    error: float


def mean_estimate(values: Array) -> Estimate:
    """Mean of independent numbers and its standard error."""
    values = np.asarray(values, dtype=np.float64)
    if len(values) == 0:
        return Estimate(np.nan, np.nan)
    error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
    return Estimate(float(values.mean()), float(error))


def at_time(time: Array, values: Array, when: float) -> Estimate:
    """Mean over trajectories of values [T, S] at the sample nearest to a time."""
    return mean_estimate(values[:, int(np.abs(time - when).argmin())])


def laplacian(crystal: Crystal) -> Array:
    """The graph Laplacian of the bonds, [N, N]: number of bonds on the diagonal, -1 at each neighbour."""
    matrix = np.zeros((crystal.size, crystal.size))
    i, j = crystal.bonds.T
    np.add.at(matrix, (i, j), -1.0)
    np.add.at(matrix, (j, i), -1.0)
    np.fill_diagonal(matrix, -matrix.sum(axis=1))
    return matrix


class FreeExchange:
    """Exchange without interactions: dp/dt = -L p - s (out p - in (1 - p)), p_R the chance of A at R.

    L is the Laplacian, s is 1 at the surface, out and in are the rates of exchange there, exp(+-x) with
    x = -delta_mu / 2 kT. One diagonalisation, O(N^3).
    """

    def __init__(self, crystal: Crystal, half_drive: float) -> None:
        surface = (crystal.layer == 1).astype(np.float64)
        out, back = np.exp(half_drive), np.exp(-half_drive)
        matrix = laplacian(crystal) + np.diag(surface * (out + back))
        self.rates, self._modes = np.linalg.eigh(matrix)
        self._steady = np.linalg.solve(matrix, surface * back)
        self._start = self._modes.T @ (1.0 - self._steady)

    def composition(self, time: Array) -> Array:
        """c(t) from all A, [S]."""
        decay = np.exp(-np.outer(time, self.rates)) * self._start
        return self._steady.mean() + decay @ self._modes.mean(axis=0)


def absorbing_rate(crystal: Crystal) -> float:
    """Smallest eigenvalue of the Laplacian where the surface is held at B: the slowest decay of c."""
    inside = crystal.layer > 1
    return float(np.linalg.eigvalsh(laplacian(crystal)[np.ix_(inside, inside)])[0])


def decay_rate(time: Array, values: Array, low: float, high: float) -> Estimate:
    """Rate k of the mean of values [T, S] ~ exp(-k t) while it is between low and high.

    A straight line through log mean, each sample weighted by the square of its relative standard error; the
    error by leaving out one trajectory at a time, as the samples of one trajectory depend on each other.
    """
    mean = values.mean(axis=0)
    used = (mean > low) & (mean < high) & (time > 0)
    if used.sum() < 3 or len(values) < 3:
        return Estimate(np.nan, np.nan)
    x, y = time[used], values[:, used]
    relative = y.std(axis=0, ddof=1) / y.mean(axis=0)
    weight = 1.0 / np.maximum(relative, 1e-9) ** 2

    def slope(curve: Array) -> float:
        center = np.average(x, weights=weight)
        logarithm = np.log(curve)
        return float(
            -np.sum(weight * (x - center) * logarithm) / np.sum(weight * (x - center) ** 2)
        )

    total, count = y.sum(axis=0), len(y)
    left_out = np.array([slope((total - one) / (count - 1)) for one in y])
    error = np.sqrt((count - 1) / count * np.sum((left_out - left_out.mean()) ** 2))
    return Estimate(slope(total / count), float(error))


def peaks(values: Array, errors: Array, limit: float) -> list[int]:
    """Places of the maxima that stand out: those with a valley on both sides, or an end, between them and
    any higher one, that is lower by more than `limit` standard errors of the difference.

    An end of the curve is no valley: a curve that only falls has no peak.
    """
    found: list[int] = []
    place, top, bottom, rising = 0, 0, 0, True
    for place in range(len(values)):
        if rising:
            if values[place] > values[top]:
                top = place
            if _below(values, errors, place, top, limit):
                if _below(values, errors, bottom, top, limit):
                    found.append(top)
                bottom, rising = place, False
        else:
            if values[place] < values[bottom]:
                bottom = place
            if _below(values, errors, bottom, place, limit):
                top, rising = place, True
    return found


def _below(values: Array, errors: Array, low: int, high: int, limit: float) -> bool:
    return bool(values[high] - values[low] > limit * np.hypot(errors[high], errors[low]))


def valleys(values: Array, maxima: list[int]) -> list[int]:
    """The lowest place between each two successive maxima."""
    return [a + int(np.argmin(values[a : b + 1])) for a, b in zip(maxima, maxima[1:])]


def loss_per_decade(time: Array, values: Array, edges: Array) -> tuple[Array, Array]:
    """-dc/dlog10 t between edges (log10 t) for values [T, S]: mean and standard error, each [edges - 1]."""
    at = np.array([np.interp(edges, np.log10(time[time > 0]), row[time > 0]) for row in values])
    slope = -np.diff(at, axis=1) / np.diff(edges)
    return slope.mean(axis=0), slope.std(axis=0, ddof=1) / np.sqrt(len(values))


def last_time_above(time: Array, values: Array, level: float) -> Array:
    """When each row of values [T, S] is above the level for the last time; 0 if never."""
    above = values > level
    last = values.shape[1] - 1 - above[:, ::-1].argmax(axis=1)
    return np.where(above.any(axis=1), time[last], 0.0)


def first_time_below(time: Array, curve: Array, level: float) -> float:
    """When a curve first comes down to the level; infinite if never."""
    below = curve <= level
    return float(time[below.argmax()]) if below.any() else np.inf


def full_width(x: Array, y: Array, error: Array) -> Estimate:
    """Full width at half height of a peak; NaN if a side is not within the curve.

    The error is that of the height at both crossings over the slope there.
    """
    top = int(np.argmax(y))
    half = y[top] / 2
    sides, errors = [], []
    for part in (np.arange(top, -1, -1), np.arange(top, len(y))):
        under = np.flatnonzero(y[part] < half)
        if len(under) == 0:
            return Estimate(np.nan, np.nan)
        a, b = part[under[0] - 1], part[under[0]]
        slope = (y[b] - y[a]) / (x[b] - x[a])
        sides.append(x[a] + (half - y[a]) / slope)
        errors.append(np.hypot(error[a], 0.5 * error[top]) / abs(slope))
    return Estimate(float(abs(sides[1] - sides[0])), float(np.hypot(*errors)))
