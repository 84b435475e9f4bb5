"""Observables of one's own, recorded by a run."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from core_support import CHAINS, PROGRAM, SMALL, TOO_SHORT, expect_same

import misfit

pytestmark = TOO_SHORT

TIMES = "times = [0.0, 1e-3, 0.1, 1.0, 3.0]\n"
#: scalars and frames at the same times, so that a frame says what a sample must be; SMALL ends with those of the frames
EXCHANGE = SMALL + TIMES + "[record.scalars]\nlinear = 4\nlogarithmic = 0\n" + TIMES


def of_sigma(crystal: Any, sigma: np.ndarray) -> Any:
    """The fraction of unlike nearest pairs, of any number of frames."""
    pairs = crystal.bonds[crystal.bond_nearest]
    return (sigma[..., pairs[:, 0]] != sigma[..., pairs[:, 1]]).mean(axis=-1)


def unlike(state: misfit.State) -> float:
    return of_sigma(state.crystal, state.sigma)


@pytest.mark.parametrize("threads", [1, 2])
def test_each_sample_is_of_the_state_at_its_time_on_any_number_of_threads(threads: int) -> None:
    with misfit.run(EXCHANGE, {"sweep.crystal.side": [3, 5]}, threads=threads, observables={"unlike": unlike}) as record:
        for point in record.points:
            expected = of_sigma(point.crystal, point.sigma[()])
            assert np.ptp(expected) > 0
            np.testing.assert_array_equal(point.observables["unlike"], expected)


def test_an_equilibrium_has_its_averages() -> None:
    with misfit.run(CHAINS, {"monte_carlo.sweeps": 200, "monte_carlo.frames": 40}, observables={"unlike": unlike}) as record:
        point = record.points[0]
        expected = of_sigma(point.crystal, point.sigma[()])
        np.testing.assert_array_equal(point.observables["unlike"], expected)
        assert record.averages["unlike"].mean[0] == pytest.approx(expected.mean(), rel=1e-14)


def test_phi_and_the_clock_are_those_of_the_moment() -> None:
    with misfit.run(EXCHANGE, observables={"elastic": lambda state: 0.5 * state.sigma @ state.phi, "events": lambda s: s.step,
                                           "moment": lambda state: state.time}) as record:  # fmt: skip
        energy, own = record.observables["energy_elastic"], record.observables["elastic"]
        np.testing.assert_allclose(own, energy, rtol=0, atol=1e-9)  # 1/2 sigma V dsigma: rows of V add up to 0
        assert (record.observables["moment"] <= record.time).all()
        assert (record.observables["events"][:, -1] == record.trajectories.steps).all()


def test_all_else_is_as_without_it(tmp_path: Path) -> None:
    misfit.run(EXCHANGE, out=tmp_path / "with", observables={"unlike": unlike}).close()
    misfit.run(EXCHANGE, out=tmp_path / "without").close()
    with h5py.File(tmp_path / "with/record.h5") as ours, h5py.File(tmp_path / "without/record.h5") as plain:
        names = []
        plain["points/0"].visit(names.append)
        for name in names:
            if isinstance(plain[f"points/0/{name}"], h5py.Dataset):
                assert (ours[f"points/0/{name}"][()] == plain[f"points/0/{name}"][()]).all(), name


def test_what_is_kept_of_a_state_stays_as_it_was() -> None:
    kept = []

    def keep(state: misfit.State) -> int:
        kept.append(state.sigma)
        return 0

    with misfit.run(EXCHANGE, {"ensemble.trajectories": 1}, threads=1, observables={"nothing": keep}) as record:
        np.testing.assert_array_equal(kept, record.sigma[0])


def test_an_interrupted_run_goes_on_to_the_same_record_with_it_alone(tmp_path: Path) -> None:
    calls = 0

    def stop(state: misfit.State) -> float:
        nonlocal calls
        calls += 1
        if calls > 7:
            raise RuntimeError("enough")
        return unlike(state)

    out = tmp_path / "out"
    with pytest.raises(RuntimeError, match="enough"):
        misfit.run(EXCHANGE, threads=1, out=out, observables={"unlike": stop})
    with pytest.raises(misfit.Error, match='records the observable "unlike", which only the Python program'):
        misfit.run(EXCHANGE, out=out, resume=True)
    refused = subprocess.run([PROGRAM, "run", out, "--resume"], capture_output=True, text=True, check=False)
    assert refused.returncode == 2 and '"unlike"' in refused.stderr
    misfit.run(EXCHANGE, out=out, resume=True, observables={"unlike": unlike}).close()
    with misfit.run(EXCHANGE, observables={"unlike": unlike}) as whole:
        expect_same(out / "record.h5", whole.path)


def test_a_longer_run_needs_what_the_shorter_had(tmp_path: Path) -> None:
    out = tmp_path / "out"
    misfit.run(EXCHANGE, {"ensemble.trajectories": 2}, out=out, observables={"unlike": unlike}).close()
    for given, message in [({}, 'records the observable "unlike"'), ({"unlike": unlike, "more": unlike}, 'not record the observable "more"')]:
        with pytest.raises(misfit.Error, match=message):
            misfit.run(EXCHANGE, {"ensemble.trajectories": 2}, out=out, extend={"trajectories": 3}, observables=given)
    misfit.run(EXCHANGE, {"ensemble.trajectories": 2}, out=out, extend={"trajectories": 3}, observables={"unlike": unlike}).close()
    with misfit.run(EXCHANGE, observables={"unlike": unlike}) as whole:
        expect_same(out / "record.h5", whole.path)


def test_runs_that_observed_different_things_are_not_merged(tmp_path: Path) -> None:
    misfit.run(EXCHANGE, out=tmp_path / "a", observables={"unlike": unlike}).close()
    misfit.run(EXCHANGE, {"ensemble.first": 3}, out=tmp_path / "b").close()
    done = subprocess.run([PROGRAM, "merge", tmp_path / "all", tmp_path / "a", tmp_path / "b"],
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 2 and '"unlike"' in done.stderr
    assert not (tmp_path / "all" / "record.h5").exists()


def test_summary_plots_and_tables_show_it(tmp_path: Path) -> None:
    own = misfit.Observable(unlike, unit="1", description="fraction of unlike nearest pairs", panel="pairs", label="unlike pairs")
    misfit.run(EXCHANGE, out=tmp_path / "out", observables={"unlike": own}).close()
    with misfit.open_record(tmp_path / "out") as record:
        column = record.columns["unlike"]
        assert (column.unit, column.description, column.label) == ("1", own.description, own.label)
    for command in (["summary"], ["export", "--csv"]):
        done = subprocess.run([PROGRAM, *command, tmp_path / "out"], capture_output=True, text=True, check=True)
        assert "unlike" in done.stdout
    subprocess.run([PROGRAM, "plot", tmp_path / "out"], capture_output=True, check=True, env=os.environ | {"MPLBACKEND": "agg"})
    assert (tmp_path / "out/plots/others.svg").exists()


@pytest.mark.parametrize(
    ("name", "function", "message"),
    [
        ("u", lambda state: "x", "observable \"u\": gave 'x': must be a number"),
        ("u", lambda state: state.sigma, "must be a number"),
        ("u", lambda state: float("nan"), 'observable "u": gave nan: must be finite'),
        ("u", 3.0, 'observable "u": 3.0 is not a function of a State'),
        ("composition", unlike, 'observable "composition": the record has this name already'),
        ("time", unlike, 'observable "time": the record has this name already'),
        ("a/b", unlike, 'observable "a/b": a name is a letter, then'),
        ("1st", unlike, 'observable "1st": a name is a letter, then'),
        ("größe", unlike, 'observable "größe": a name is a letter, then'),
    ],
)  # fmt: skip
def test_what_cannot_be_observed(name: str, function: Any, message: str) -> None:
    with pytest.raises(misfit.Error) as caught:
        misfit.run(EXCHANGE, observables={name: function})
    assert message in str(caught.value)
