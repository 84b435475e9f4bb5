"""python3 -m misfit.explorer."""

from __future__ import annotations

from pathlib import Path

import pytest

from misfit import explorer


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    page = tmp_path / "a page.html"
    page.write_text("<title>misfit explorer</title>", encoding="utf-8")
    monkeypatch.setattr(explorer, "PAGE", page)
    return page


def test_the_page_is_opened_and_its_place_printed(
    built: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(explorer.webbrowser, "open", opened.append)
    assert explorer.main([]) == 0
    assert opened == [built.as_uri()]
    assert capsys.readouterr().out == f"{built}\n"


def test_a_copy_can_be_had(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explorer.webbrowser, "open", lambda address: pytest.fail("nothing is to be opened"))
    assert explorer.main(["--out", str(tmp_path / "kept.html")]) == 0
    assert (tmp_path / "kept.html").read_bytes() == built.read_bytes()


def test_where_it_was_not_built_it_is_said_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(explorer, "PAGE", tmp_path / "explorer.html")
    assert explorer.main([]) == 2
    told = capsys.readouterr().err
    assert "a release has explorer.html" in told and "--target explorer" in told
