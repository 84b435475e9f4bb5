"""The one table of keys, observables, phases, species and words, and the schema that editors read."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import misfit
import pytest
from test_commands import refused, succeed

ROOT = Path(__file__).resolve().parents[2]
TABLE = json.loads(succeed("keys", "--json"))
SCHEMA = json.loads(succeed("keys", "--schema"))
EXAMPLES = sorted(ROOT.glob("examples/**/*.toml"))


def mistakes(text: str) -> list[str]:
    found = jsonschema.Draft7Validator(SCHEMA).iter_errors(tomllib.loads(text))
    return [error.message for error in found]


def test_the_package_has_the_table_of_the_program() -> None:
    assert json.loads((Path(misfit.__file__).parent / "table.json").read_text()) == TABLE


def test_the_table_has_every_key_of_the_reference_with_its_default() -> None:
    reference = (ROOT / "docs/input.md").read_text()
    for key in TABLE["keys"]:
        assert f"| `{key['path'].rpartition('.')[2]}` | {key['allowed']} |" in reference, key["path"]
    by_path: dict[str, Any] = {key["path"]: key for key in TABLE["keys"]}
    assert by_path["model.kT"]["default"] == 0.2 and by_path["model.kT"]["range"] == {"exclusiveMinimum": 0.0}
    assert by_path["crystal.side"]["required"] and by_path["crystal.lattice"]["required_for"] == ["sites"]
    assert by_path["kmc.rates"]["words"] == ["exact", "published"]
    assert not by_path["kmc.start"]["can_be_swept"] and by_path["kmc.t_end"]["can_be_swept"]


def test_every_observable_of_a_record_is_in_the_table(tmp_path: Path) -> None:
    known = {column["name"]: column for column in TABLE["observables"]}
    for number, method in enumerate(("[kmc]\nt_end = 1.0\n", "[monte_carlo]\nsweeps = 1000\nequilibration = 10\n")):
        text = "[crystal]\nshape = 'hexagon'\nside = 3\n[observables]\nstrain = true\n" + method
        (tmp_path / "input.toml").write_text(text)
        succeed("run", tmp_path / "input.toml", "--out", tmp_path / str(number))
        with misfit.open_record(tmp_path / str(number)) as record:
            for name, column in record.columns.items():
                assert column.description == known[name]["description"]
                assert (column.panel, column.label) == (known[name]["panel"], known[name]["label"])


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.relative_to(ROOT / "examples")))
def test_the_schema_takes_every_example(path: Path) -> None:
    assert mistakes(path.read_text()) == []


HEXAGON = "[crystal]\nshape = 'hexagon'\nside = 4\n"


WRONG = [
    "[model]\nkT = 0.2\n",
    HEXAGON + "[model]\nkt = 0.2\n",
    HEXAGON + "[model]\nkT = 0\n",
    HEXAGON + "[model]\nkT = '0.2'\n",
    HEXAGON + "[modle]\nkT = 0.2\n",
    HEXAGON.replace("hexagon", "hexagn"),
    HEXAGON.replace("side = 4", "side = 1"),
    HEXAGON.replace("side = 4", "side = 4.5"),
    HEXAGON + "[kmc]\nrates = 'exactly'\n",
    HEXAGON + "[[stage]]\nt_ned = 3\n",
    HEXAGON + "[[stage]]\nkT = -1.0\n",
    HEXAGON + "[sweep]\nmodel.kT = 0.2\n",
    HEXAGON + "[sweep]\nmodel.kT = [0.2, -1.0]\n",
    HEXAGON + "[sweep]\nensemble.trajectories = [1, 2]\n",
    HEXAGON + "[record.scalars]\ntimes = [-1.0]\n",
    HEXAGON + "[monte_carlo]\nstart = ['random', 'random']\n",
]


def mistyped(path: str) -> str:
    table, _, name = path.rpartition(".")
    heading = "" if table == "crystal" else f"[{table}]\n"
    return f"{HEXAGON}{heading}{name}_ = 1\n"


WRONG += [mistyped(key["path"]) for key in TABLE["keys"]]


@pytest.mark.parametrize("text", WRONG)
def test_the_schema_refuses_what_the_program_refuses(text: str, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(text)
    refused("check", tmp_path / "bad.toml")
    assert mistakes(text)


def test_one_table_of_keys_is_printed_by_its_name() -> None:
    text = succeed("keys", "crystal.shell")
    assert text.startswith("## [crystal.shell]") and "`stiffness`" in text and "kmc" not in text
    assert succeed("keys", "[kmc]") == succeed("keys", "kmc")
    assert "there is no table or key kmcc in the input; did you mean kmc?" in refused("keys", "kmcc")
    assert refused("keys", "kmc", "--json")


def test_one_key_is_printed_by_its_path_or_its_name() -> None:
    head, rule, line = succeed("keys", "kmc.t_end").splitlines()
    (in_table,) = [each for each in succeed("keys", "kmc").splitlines() if each.startswith("| `t_end` ")]
    assert head.startswith("| key |") and rule.startswith("|---|")
    assert line == in_table.replace("`t_end`", "`kmc.t_end`", 1)
    named = [each.split("`")[1] for each in succeed("keys", "linear").splitlines()[2:]]
    assert named == [key["path"] for key in TABLE["keys"] if key["path"].endswith(".linear")] and len(named) > 1
    assert "there is no table or key kmc.t_edn in the input; did you mean kmc.t_end?" in refused("keys", "kmc.t_edn")


def words_of(path: str) -> list[str]:
    return next(key["words"] for key in TABLE["keys"] if key["path"] == path)


def test_colours_and_words_of_the_table_are_typed_nowhere_else() -> None:
    colors = {look[which] for look in TABLE["species"] + TABLE["phases"] for which in ("color", "dark_color")}
    lists = [TABLE[name] for name in ("starts", "arrangements", "stops", "event_kinds")]
    lists += [[look["name"] for look in TABLE["phases"]], *(key["words"] for key in TABLE["keys"])]
    words = {'", "'.join(each) for each in lists if len(each) > 1 and each != ["A", "B"]}
    for path in [*ROOT.glob("python/misfit/**/*.py"), *ROOT.glob("viewer/src/**/*.ts")]:
        if "generated" in path.parts:
            continue
        text = path.read_text().replace("'", '"')
        assert not [color for color in colors if color in text], path
        listed = re.sub(r'"\s*[,|]\s*"', '", "', text)
        assert not [each for each in words if f'"{each}"' in listed], path


def test_the_stubs_have_the_words_of_the_table() -> None:
    stubs = (ROOT / "python/misfit/_core.pyi").read_text()
    found = {name: re.findall('"(.+?)"', words) for name, words in re.findall(r"_(\w+) = Literal\[(.*?)\]", stubs)}
    assert found == {
        "Stop": TABLE["stops"],
        "Rates": words_of("kmc.rates"),
        "Swaps": words_of("kmc.swaps"),
        "Profile": words_of("observables.profile"),
        "Moves": words_of("monte_carlo.moves"),
        "Start": TABLE["arrangements"],
        "Lattice": words_of("crystal.lattice"),
    }
