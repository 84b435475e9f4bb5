"""What `misfit check` predicts of a run, against the run: events and record within a factor 2, whatever decides them."""

from __future__ import annotations

import os
import re
from pathlib import Path

import misfit as package
import pytest
from test_commands import misfit, succeed

HEXAGON = "[crystal]\nshape = 'hexagon'\nside = 10\n[ensemble]\ntrajectories = 4\n"
RUNS = {
    "exchange": HEXAGON + "[kmc]\nt_end = 100.0\n",
    "to a composition": HEXAGON + "[kmc]\nt_end = 100.0\nstop_at_composition = 0.3\n",
    # Formulas that know the size alone were wrong by 40.
    "a short time": HEXAGON + "[kmc]\nt_end = 1e-6\n",
    "hot": HEXAGON + "[model]\nkT = 1.0\n[kmc]\nt_end = 20.0\n",
    "no strain": HEXAGON + "[model]\nepsilon = 0.0\nJ = 0.5\nkT = 1.0\ndelta_mu = -2.0\n[kmc]\nt_end = 5.0\n",
    "stages": HEXAGON + "[kmc]\nt_end = 1.0\n[[stage]]\nt_end = 2.0\n[[stage]]\nt_end = 5.0\nexchange_rate = 0.0\n",
    "three dimensions": "[crystal]\nshape = 'box'\nsize = [6, 6, 6]\n[model]\nkT = 1.5\ndelta_mu = -200.0\n[kmc]\nt_end = 50.0\n"
                        "[ensemble]\ntrajectories = 3\n[observables]\nstrain = true\n",
    "a sweep of sizes": "[crystal]\nshape = 'hexagon'\nside = 4\n[kmc]\nt_end = 50.0\n[ensemble]\ntrajectories = 3\n"
                        "[sweep]\ncrystal.side = [3, 4, 5, 6, 7, 8, 9]\n",
    "chains": "[crystal]\nshape = 'hexagon'\nside = 6\n[monte_carlo]\nsweeps = 2000\nequilibration = 100\nstart = ['random', 'separated']\n"
              "[sweep]\nmodel.kT = [0.2, 0.4]\n",
    "flips in stages": "[crystal]\nshape = 'hexagon'\nside = 6\n[monte_carlo]\nmoves = 'flip'\nsweeps = 2000\nequilibration = 100\n"
                       "[[stage]]\nkT = 1.0\n[[stage]]\nkT = 0.5\nsweeps = 3000\n",
}  # fmt: skip


def of_each_unit(checked: str) -> float:
    """Events that each trajectory takes, or attempts of each chain, as check says."""
    line = r"^(?:events|attempts) +about ([\d.,]+(?: \w+)?) a (?:trajectory|chain)"
    return as_number(re.search(line, checked, re.MULTILINE)[1])


def as_number(text: str) -> float:
    """1,234 or 5.6 million."""
    digits, _, word = text.replace(",", "").partition(" ")
    return float(digits) * {"": 1.0, "million": 1e6, "billion": 1e9}[word]


@pytest.mark.parametrize("name", RUNS)
def test_events_are_predicted_within_a_factor_two(name: str, tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text(RUNS[name])
    predicted = of_each_unit(succeed("check", path))
    assert misfit("run", path, "--out", tmp_path / "out").returncode == 0
    with package.open_record(tmp_path / "out") as record:
        if record.kind == "exchange":
            units = [steps for point in record.points for steps in point.trajectories.steps]
        else:
            stages = max(1, int(max(record.sweep.get("stage", [1]))))
            units = [stages * attempts for point in record.points for attempts in point.chains.attempts]
    taken = sum(map(float, units)) / len(units)
    assert 0.5 < predicted / taken < 2.0, (predicted, taken)


@pytest.mark.parametrize("name", ["exchange", "three dimensions", "a sweep of sizes", "chains"])
def test_the_record_is_predicted_within_a_factor_two(name: str, tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text(RUNS[name])
    number, unit = re.search(r"^record +about ([\d.]+) (\w+)", succeed("check", path), re.MULTILINE).groups()
    predicted = float(number) * {"B": 1, "kiB": 2**10, "MiB": 2**20, "GiB": 2**30}[unit]
    assert misfit("run", path, "--out", tmp_path / "out").returncode == 0
    assert 0.5 < predicted / (tmp_path / "out/record.h5").stat().st_size < 2.0


def test_a_crystal_whose_v_takes_long_is_predicted_from_smaller_ones(tmp_path: Path) -> None:
    """From two crystals whose V is there soon; that of this one is not built."""
    environment = dict(os.environ, XDG_CACHE_HOME=str(tmp_path / "cache"))
    path = tmp_path / "my.toml"
    path.write_text("[crystal]\nshape = 'parallelogram'\nsize = [80, 60]\n[kmc]\nt_end = 1e-5\n[ensemble]\ntrajectories = 1\n")
    text = misfit("check", path, env=environment).stdout
    assert "to be built in about" in text and f"and kept in {tmp_path}/cache" in text
    assert "by a short trial" in text
    assert misfit("run", path, "--out", tmp_path / "out", env=environment).returncode == 0
    with package.open_record(tmp_path / "out") as record:
        assert 0.5 < of_each_unit(text) / float(record.trajectories.steps[0]) < 2.0
    assert f"in the cache: {tmp_path}/cache" in misfit("check", path, env=environment).stdout


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("[model]\ndelta_mu = 20.0\n", "delta_mu = 20 keeps A in a crystal of A; below 0 it drives B in"),
        ("[record.scalars]\nlogarithmic = 0\n[record.sigma]\nlogarithmic = 0\n[kmc]\nt_end = 1e-200\n", "no event happens before t_end = 1e-200: the first may come later"),
        ("[kmc]\nexchange_rate = 0.0\n", "exchange_rate = 0, and a crystal of A alone has nothing to swap"),
    ],
)
def test_a_run_in_which_nothing_happens_says_so_before_and_after(change: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text(HEXAGON + change)
    assert why in misfit("check", path).stderr
    assert why in misfit("run", path, "--out", tmp_path / "out").stderr
