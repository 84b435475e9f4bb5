"""What records, crystals and runs show of themselves in a session and in a notebook."""

from __future__ import annotations

import base64
import re
import struct
from pathlib import Path

import pytest
from core_support import CHAINS, SMALL, TOO_SHORT

import misfit
from misfit.notebook import notebook_progress, progress_html

pytestmark = TOO_SHORT


def test_a_record_is_a_line(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with misfit.run(SMALL, out=out) as record:
        assert repr(record) == f"<Record: hexagon, side 4, 37 sites, 3 trajectories, {record.completion_time().text()}, {out}/record.h5>"
        assert repr(record.crystal) == repr(misfit.Crystal.hexagon(4)) == "<Crystal: hexagon, side 4, 37 sites>"
    with misfit.run(SMALL, {"sweep.model.kT": [0.3, 0.4]}) as record:
        assert "2 points over model.kT, here point 0, 3 trajectories" in repr(record)
        assert "2 points over model.kT, here point 1, 3 trajectories" in repr(record.points[1])
    with misfit.run(CHAINS, {"sweep.crystal.shell.stiffness": [1.0, 4.0]}) as record:
        assert repr(record).startswith("<EquilibriumRecord: hexagon, side 4, 61 sites, 2 points over crystal.shell.stiffness, 1 chain, ")


@pytest.mark.parametrize("text", [SMALL, CHAINS], ids=["exchange", "equilibrium"])
def test_a_card_has_what_it_is_of_and_a_picture(text: str) -> None:
    with misfit.run(text) as record:
        card = record._repr_html_()
    assert "37 sites" in card or "61 sites" in card
    (picture,) = re.findall(r"data:image/png;base64,([A-Za-z0-9+/=]+)'", card)
    width, height = struct.unpack(">II", base64.b64decode(picture)[16:24])
    assert width == 640 and height > 100


def test_names_in_a_card_cannot_be_html(tmp_path: Path) -> None:
    out = tmp_path / "<b>&"
    with misfit.run(SMALL, out=out) as record:
        assert "<b>&" not in record._repr_html_().split("<img")[0].replace("<div><b>exchange", "")


def test_progress_says_how_much_is_left() -> None:
    heard: list[misfit.Progress] = []
    misfit.run(SMALL, on_progress=heard.append).close()
    assert re.fullmatch(r"<progress value='1.0000' max='1'></progress> record, \d+ s", progress_html(heard[-1]))
    assert notebook_progress() is None  # this is none
