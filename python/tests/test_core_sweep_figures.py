"""Pictures of sweeps of exchange."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import texts_cut_off
from core_support import SMALL

import misfit
from misfit import sweep_plots

BOX = {
    "crystal": {"shape": "box", "size": [4, 4, 6]}, "model": {"kT": 1.0}, "kmc": {"t_end": 2.0},
    "ensemble": {"trajectories": 2}, "sweep": {"model.kT": [1.0, 2.0]},
}  # fmt: skip


@pytest.mark.parametrize("model", [BOX, SMALL], ids=["one panel", "three"])
@pytest.mark.parametrize("others", [{}, {"sweep.model.delta_mu": [-4.0, 0.0]}], ids=["one curve", "two"])
def test_no_text_of_a_sweep_is_cut_off(model: dict[str, object] | str, others: dict[str, object]) -> None:
    with misfit.run(model, {"sweep.model.kT": [0.5, 1.0], **others}) as record:
        figure = sweep_plots.sweep(record)
        assert len(figure.axes) == (1 if model is BOX else 3)
        assert texts_cut_off(figure) == []


def test_an_observable_of_ones_own_is_drawn_at_every_point() -> None:
    own = misfit.Observable(lambda state: 3.0 * (state.sigma > 0).mean(), unit="epsilon", label="thrice")
    with misfit.run(SMALL, {"sweep.model.kT": [0.5, 1.0]}, observables={"thrice_c": own}) as record:
        figure = sweep_plots.points(record)
        (axes,) = [axes for axes in figure.axes if axes.get_ylabel() == "thrice, epsilon"]
        for line, point in zip(axes.lines, record.points, strict=True):
            np.testing.assert_allclose(line.get_ydata(), 3.0 * point.mean("composition")[0])
        assert texts_cut_off(figure) == []
