"""Claims and their tables; the table of figures and its inputs."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure as Picture
from matplotlib.image import imread

from misfit import RecordError
from misfit.reproduce.claims import (
    THEORY,
    Claim,
    agrees,
    exceeds,
    holds,
    markdown_table,
    number,
    read_claims,
    tally,
    text_table,
    write_claims,
)
from misfit.reproduce.command import chosen_figures, paper_inputs, write_summary
from misfit.reproduce.figures import FIGURES
from misfit.reproduce.job import Job, Settings, toml


def test_numbers_with_errors() -> None:
    assert number(0.60123, 0.0014) == "0.6012(14)"
    assert number(39.7, 0.21) == "39.70(21)"
    assert number(975.2, 9.5) == "975.2(9.5)"
    assert number(0.0996, 0.00996) == "0.100(10)"
    assert number(0.25) == "0.25"
    assert number(float("nan"), 0.1) == "-"


def test_agreement_is_judged_by_both_errors() -> None:
    assert agrees("x", 1.0, 1.4, 0.1).verdict == "pass"
    assert agrees("x", 1.0, 1.5, 0.1).verdict == "fail"
    assert agrees("x", 1.0, 1.5, 0.1, 0.1).verdict == "pass"
    assert agrees("x", 1.0, 1.0, 0.0).verdict == "pass"
    assert agrees("x", 1.0, 1.0001, 0.0).verdict == "fail"
    assert agrees("x", 1.0, 1.4, np.nan, 0.1).verdict == "pass"


def test_an_excess_within_its_error_is_not_found() -> None:
    assert exceeds("x", "more", (1.5, 0.1), (1.0, 0.1)).verdict == "pass"
    assert exceeds("x", "more", (1.3, 0.1), (1.0, 0.1)).verdict == "not seen"
    assert exceeds("x", "more", (0.9, 0.0), (1.0, 0.0)).verdict == "not seen"
    assert holds("x", "yes", "no", False, "it is so").verdict == "not seen"
    assert holds("x", "yes", "no", False, "it must be so", "fail").verdict == "fail"


def test_a_criterion_says_on_which_side_of_its_limit_a_number_is() -> None:
    just = exceeds("x", "more", (1.2984, 0.1), (1.0, 0.0))
    assert (just.verdict, just.criterion) == ("not seen", "by 2.98 standard errors, asked is more than 3")
    assert exceeds("x", "more", (1.5, 0.1), (1.0, 0.0)).criterion == "by 5.0 standard errors, asked is more than 3"
    close = agrees("x", 1.0, 1.4501, 0.1)
    assert (close.verdict, close.criterion) == ("fail", "+4.501 standard errors apart, at most 4.5")


def test_a_claim_says_whose_the_expectation_is() -> None:
    assert holds("x", "yes", "no", True, "it is so").source == "the paper"
    assert exceeds("x", "more", (1.5, 0.1)).source == "the paper"
    assert agrees("x", 1.0, 1.1, 0.1).source == "another program"
    assert agrees("x", 1.0, 1.0, 0.0, source=THEORY).source == "theory"
    assert "another program" in text_table([agrees("x", 1.0, 1.1, 0.1)])


def test_claims_are_written_and_read(tmp_path: Path) -> None:
    claims = [Claim('a, "b"', "1|2", "3", "pass", "why", THEORY), Claim("c", "d", "e", "not seen", "f")]
    path = tmp_path / "claims.csv"
    write_claims(path, claims)
    assert path.read_text().splitlines()[0] == "claim,expected,expected by,found,verdict,criterion"
    assert read_claims(path) == claims
    assert tally(claims) == "1 passed, 0 failed, 1 not seen"
    assert text_table(claims).splitlines()[0].split() == ["claim", "expected", "expected", "by", "found", "verdict"]
    assert "1\\|2" in markdown_table(claims)
    path.write_text("something,else\n")
    with pytest.raises(RecordError, match="not a table of claims"):
        read_claims(path)


def test_figures_are_chosen_in_the_order_of_the_paper() -> None:
    assert [figure.name for figure in chosen_figures(["fig4", "fig2"])] == ["fig2", "fig4"]
    assert len(chosen_figures(["all"])) == len(FIGURES) == 11
    with pytest.raises(RecordError, match="there is no figure fig11; there are: fig1b, fig2"):
        chosen_figures(["fig11"])


def test_every_run_has_an_input_and_every_input_a_run() -> None:
    folder = paper_inputs()
    wanted = {f"{figure.name}/{run.name}.toml" for figure in FIGURES.values() for run in figure.runs}
    assert wanted == {str(path.relative_to(folder)) for path in folder.glob("*/*.toml")}


def test_every_quick_key_is_one_of_the_input_or_new_to_it() -> None:
    """A misspelt table would only be seen when the program refuses it."""
    tables = {"crystal", "model", "kmc", "ensemble", "monte_carlo", "sweep", "record"}
    for figure in FIGURES.values():
        for run in figure.runs:
            text = (paper_inputs() / figure.name / f"{run.name}.toml").read_text()
            given = tomllib.loads(text)
            for key in run.quick or {}:
                assert key.split(".")[0] in tables & set(given), (figure.name, key)


def test_values_as_toml() -> None:
    assert toml([6, 6, 24]) == "[6, 6, 24]"
    assert toml(True) == "true"
    assert toml("exact") == '"exact"'
    assert toml(0.5) == "0.5"


def test_data_are_written_with_their_header_and_of_one_length(tmp_path: Path) -> None:
    settings = Settings(Path("misfit"), tmp_path, tmp_path / "out", quick=True, threads=1)
    with Job(FIGURES["fig2"], settings) as job:
        job.table("data", {"t [1/k0]": np.array([0.0, 1.5]), "kind": ["a", "b"]})
        assert (tmp_path / "out/fig2/data.csv").read_text().splitlines() == ["t [1/k0],kind", "0.0,a", "1.5,b"]
        with pytest.raises(ValueError):
            job.table("data", {"x": [1], "y": [1, 2]})


def test_the_summary_holds_every_figure_of_the_folder(tmp_path: Path) -> None:
    for name in ("fig9", "fig2"):
        (tmp_path / name).mkdir()
        write_claims(tmp_path / name / "claims.csv", [Claim(f"of {name}", "", "", "pass", "")])
    text = write_summary(Settings(Path("misfit"), tmp_path, tmp_path, quick=False, threads=1)).read_text()
    assert text.index("## fig2") < text.index("## fig9")
    assert "2 passed" in text


def test_quick_figures_say_so_above_what_the_full_ones_show(tmp_path: Path) -> None:
    def height(name: str, quick: bool) -> tuple[int, str]:
        settings = Settings(Path("misfit"), paper_inputs(), tmp_path, quick=quick, threads=1)
        picture = Picture(figsize=(3.0, 2.0))
        with Job(FIGURES[name], settings) as job:
            job.save(picture)
            png, _ = job.paths
        words = " ".join(text.get_text() for text in picture.texts)
        return imread(png).shape[0], words

    assert height("fig2", quick=False) == (400, "")
    tall, words = height("fig2", quick=True)
    assert tall == 440
    assert words.startswith("quick: ")
    # The run of Fig. 3 takes a moment, and --quick changes nothing of it.
    assert height("fig3", quick=True) == (400, "")
