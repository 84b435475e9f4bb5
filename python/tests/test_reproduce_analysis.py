"""Fits, steps and peaks on data whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import MakeRecord, hexagon

from misfit import open_record
from misfit.reproduce.analysis import (
    FreeExchange,
    absorbing_rate,
    decay_rate,
    first_time_below,
    full_width,
    laplacian,
    last_time_above,
    loss_per_decade,
    peaks,
    valleys,
)


def test_a_decay_without_noise_has_its_rate() -> None:
    time = np.linspace(0, 20, 101)
    values = np.exp(-0.3 * time) * np.array([[0.9], [1.0], [1.1]])
    rate = decay_rate(time, values, 0.01, 0.5)
    assert rate.value == pytest.approx(0.3, rel=1e-12)
    assert rate.error < 1e-12


def test_the_error_of_a_decay_covers_its_scatter() -> None:
    random = np.random.default_rng(1)
    time = np.linspace(0, 20, 101)
    off = []
    for _ in range(200):
        rates = 0.3 + 0.03 * random.normal(size=(40, 1))
        values = np.exp(-rates * time) * np.exp(0.1 * random.normal(size=(40, 1)))
        rate = decay_rate(time, values, 0.05, 0.5)
        off.append((rate.value - 0.3) / rate.error)
    # 200 numbers of spread 1: the estimate of the spread is off by more than 0.25 once in 10^6. The mean of
    # decays is no decay, which shifts the rate by about -0.03^2 <t> = -0.004, one standard error.
    # False alarms: 1 x 1e-6.
    assert 0.75 < np.std(off) < 1.25


def test_too_few_samples_give_no_rate() -> None:
    assert np.isnan(decay_rate(np.arange(3.0), np.ones((5, 3)), 0.1, 0.5).value)


def test_the_linear_equation_starts_at_one_and_ends_at_its_steady_state(make_record: MakeRecord) -> None:
    with open_record(make_record(hexagon(4))) as record:
        exchange = FreeExchange(record.crystal, 2.0)
        c = exchange.composition(np.array([0.0, 1e4]))
        assert c[0] == pytest.approx(1.0)
        assert c[1] == pytest.approx(1 / (1 + np.exp(4.0)))  # of a site in equilibrium with its surroundings
        # The larger the rates, the more the surface only absorbs.
        fast = FreeExchange(record.crystal, 12.0)
        assert fast.rates[0] == pytest.approx(absorbing_rate(record.crystal), rel=1e-4)
        assert np.allclose(laplacian(record.crystal).sum(axis=1), 0)


def test_peaks_that_stand_out_are_found_and_noise_is_not() -> None:
    x = np.linspace(0, 1, 201)
    curve = np.exp(-(((x - 0.2) / 0.05) ** 2)) + 0.5 * np.exp(-(((x - 0.6) / 0.05) ** 2))
    errors = np.full_like(x, 0.02)
    noisy = curve + 0.02 * np.random.default_rng(2).normal(size=len(x))
    # Among 20,000 pairs of places two differ by 8 standard errors of their difference. False alarms: 2 x 1e-10.
    found = peaks(noisy, errors, 8.0)
    assert [round(float(x[k]), 1) for k in found] == [0.2, 0.6]
    (valley,) = valleys(noisy, found)
    assert 0.3 < x[valley] < 0.5
    assert peaks(errors * np.random.default_rng(3).normal(size=len(x)), errors, 8.0) == []


def test_a_curve_that_only_rises_or_falls_has_no_peak() -> None:
    ramp, errors = np.linspace(0, 1, 50), np.full(50, 0.01)
    assert peaks(ramp, errors, 3.0) == []
    assert peaks(ramp[::-1], errors, 3.0) == []


def test_steps_in_log_time_are_peaks_of_the_loss_per_decade() -> None:
    time = np.concatenate([[0.0], np.logspace(-2, 4, 601)])
    log = np.log10(np.maximum(time, 1e-9))
    c = 1.0 - 0.5 * (np.tanh(3 * log) + 1) / 2 - 0.5 * (np.tanh(3 * (log - 2)) + 1) / 2
    values = c + 0.002 * np.random.default_rng(4).normal(size=(50, 1))
    edges = np.arange(-1.5, 3.6, 0.25)
    loss, error = loss_per_decade(time, values, edges)
    # 20 neighbours, which share an edge: their difference varies by 1.2 of what the errors say. Student's with 49
    # degrees of freedom. False alarms: 1 x 1e-6.
    found = peaks(loss, error + 1e-6, 8.0)
    assert len(found) == 2
    assert (edges[found] + 0.125 - [0, 2] == pytest.approx([0, 0], abs=0.13))
    # What is lost over all decades is what c falls by.
    assert (loss * 0.25).sum() == pytest.approx(c[51] - c[np.abs(log - 3.5).argmin()], abs=0.02)


def test_times_at_which_a_phase_is_gone() -> None:
    time = np.arange(5.0)
    values = np.array([[0.0, 1, 1, 0, 0], [0, 0, 0, 0, 0], [0, 1, 0, 0, 1]])
    assert last_time_above(time, values, 0.0).tolist() == [2.0, 0.0, 4.0]
    assert first_time_below(time, np.array([5.0, 4, 3, 2, 1]), 3.0) == 2.0
    assert first_time_below(time, np.ones(5), 0.5) == np.inf


def test_the_width_of_a_triangle() -> None:
    x = np.linspace(-2, 2, 81)
    y = np.maximum(0, 1 - np.abs(x))
    width = full_width(x, y, np.full_like(x, 0.01))
    assert width.value == pytest.approx(1.0, abs=1e-12)
    assert width.error == pytest.approx(np.sqrt(2) * np.hypot(0.01, 0.005), rel=1e-6)
    assert np.isnan(full_width(x[:50], y[:50], np.full(50, 0.01)).value)  # one side is missing
