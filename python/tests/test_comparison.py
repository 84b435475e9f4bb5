"""The time to complete exchange, and several ensembles over each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import MakeRecord, hexagon
from matplotlib.figure import Figure
from numpy.typing import NDArray

from misfit import open_record
from misfit.comparison import comparison
from misfit.completion import CompletionTime
from misfit.record import RecordError


def of(times: list[float], reached: list[bool]) -> CompletionTime:
    return CompletionTime(0.0, 1, np.array(times), np.array(reached), 0.0)


def test_a_mean_is_given_only_if_all_got_there() -> None:
    every = of([1.0, 2.0, 3.0, 4.0], [True] * 4)
    assert every.mean == every.mean_at_least == 2.5
    assert every.median == (2.5, 1.0, 4.0)
    assert every.text() == "c = 0 after 2.5(6), reached by all 4"
    some = of([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 10.0, 10.0], [True] * 7 + [False] * 2)
    assert np.isnan(some.mean)
    assert some.mean_at_least == pytest.approx(48 / 9)
    assert some.median == (5.0, 3.0, 7.0)
    later = CompletionTime(0.25, 2, np.array([3.0, 3.0]), np.array([True, True]), 0.0)
    assert later.text() == "c = 0.25 in stage 2 after 3, reached by all 2"
    none = of([9.0, 9.0], [False, False])
    assert none.text() == "c = 0 reached by none of 2"
    assert np.isnan(none.median).all()


def test_the_median_is_unknown_where_one_was_watched_for_less_long() -> None:
    cut = of([1.0, 2.0, 3.0, 4.0, 5.0, 2.5], [True] * 5 + [False])
    assert np.isnan(cut.median).all()
    assert "median above 2.75" in cut.text()


@pytest.mark.parametrize("log_time", [False, True])
def test_curves_of_several_lie_where_their_means_are(make_record: MakeRecord, log_time: bool, tmp_path: Path) -> None:
    labels = ["kT = 0.2", "kT = 0.25"]
    paths = [make_record(hexagon(side)).rename(tmp_path / f"{side}.h5") for side in (3, 4)]
    records = {label: open_record(path) for label, path in zip(labels, paths)}
    figure = comparison(records, log_time)  # type: ignore[arg-type]
    (composition,) = [axes for axes in figure.axes if "composition" in axes.get_ylabel()]
    assert len(composition.lines) == 2
    for line, record in zip(composition.lines, records.values()):
        assert curve(line.get_ydata()) == pytest.approx(record.observables["composition"].mean(axis=0))  # type: ignore[union-attr]
    styles = {(line.get_linestyle(), line.get_marker(), line.get_color()) for line in composition.lines}
    assert len(styles) == len({style[0] for style in styles}) == len({style[1] for style in styles}) == 2
    assert all(label in " ".join(texts(figure)) for label in labels)
    for record in records.values():
        record.close()


def curve(values: object) -> NDArray[np.float64]:
    return np.asarray(values, dtype=np.float64)


def texts(figure: Figure) -> list[str]:
    keys = [axes.get_legend() for axes in figure.axes]
    return [text.get_text() for key in keys if key is not None for text in key.get_texts()]


def test_more_than_can_be_told_apart_are_refused(make_record: MakeRecord) -> None:
    with open_record(make_record(hexagon(4))) as record, pytest.raises(RecordError, match="at most 6"):
        comparison({str(k): record for k in range(7)})  # type: ignore[misc]
