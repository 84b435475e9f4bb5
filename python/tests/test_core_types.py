"""python/misfit/_core.pyi says of the compiled module what is so, and the package works without that module."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import misfit
from misfit import _core

PACKAGE = Path(__file__).resolve().parents[1] / "misfit"
STUB = ast.parse((PACKAGE / "_core.pyi").read_text())

Definitions = dict[str, ast.stmt]


def definitions(body: list[ast.stmt]) -> Definitions:
    """Functions, classes and annotated names that are public, by name."""
    found: Definitions = {}
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found[node.name] = node
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = node
    return found


def members(owner: object) -> set[str]:
    """Public names, and the special ones that a user writes: Thing(...) and len(thing)."""
    special = {"__init__", "__len__"} if inspect.isclass(owner) else set()
    constructible = "__init__" in vars(owner)
    names = {name for name in vars(owner) if not name.startswith("_") or name in special}
    return names if constructible else names - {"__init__"}


def arguments(function: object) -> list[str]:
    """Names of the arguments, from the first line of a docstring: name(self: Type, side: int = 2) -> Result."""
    signature = (inspect.getdoc(function) or "").splitlines()[0]
    depth, names, word = 0, [], ""
    for letter in signature[signature.index("(") + 1 :]:
        depth += (letter in "([{<") - (letter in ")]}>")
        if depth < 0:
            break
        if letter == "," and depth == 0:
            names.append(word)
            word = ""
        else:
            word += letter
    names.append(word)
    return [name.split(":")[0].strip() for name in names if name.strip()]


def stub_arguments(node: ast.FunctionDef) -> list[str]:
    spec = node.args
    stars = ["*"] if spec.kwonlyargs else []
    return [a.arg for a in spec.args] + stars + [a.arg for a in spec.kwonlyargs]


def test_every_public_name_is_in_the_stub() -> None:
    assert members(_core) == set(definitions(STUB.body))


@pytest.mark.parametrize("name", [node.name for node in STUB.body if isinstance(node, ast.ClassDef)])
def test_every_member_is_in_the_stub(name: str) -> None:
    node = definitions(STUB.body)[name]
    assert isinstance(node, ast.ClassDef)
    bound = vars(getattr(_core, name))
    stub = definitions(node.body)
    assert members(getattr(_core, name)) - {"__init__"} == set(stub) - {"__init__"}
    for member, definition in stub.items():
        assert isinstance(definition, ast.FunctionDef)
        if isinstance(bound[member], property):
            assert [ast.unparse(d) for d in definition.decorator_list] == ["property"], member
        else:
            function = getattr(getattr(_core, name), member)
            if member != "__len__":
                assert arguments(function) == stub_arguments(definition), member


@pytest.mark.parametrize("name", [node.name for node in STUB.body if isinstance(node, ast.FunctionDef)])
def test_every_function_has_the_arguments_of_the_stub(name: str) -> None:
    node = definitions(STUB.body)[name]
    assert isinstance(node, ast.FunctionDef)
    assert arguments(getattr(_core, name)) == stub_arguments(node)
    assert len(inspect.getdoc(getattr(_core, name)).splitlines()) > 2, "it needs a docstring"


def test_the_package_offers_what_the_compiled_module_has() -> None:
    assert set(misfit._COMPILED) == members(_core) - {"run_input", "RecordFile"}
    for name in misfit._COMPILED:
        assert getattr(misfit, name) is getattr(_core, name)
        assert name in dir(misfit)


def test_without_the_compiled_module_records_can_be_read_and_the_rest_says_what_is_missing(tmp_path: Path) -> None:
    bare = tmp_path / "misfit"
    bare.mkdir()
    for item in Path(misfit.__file__).parent.iterdir():
        if not item.name.startswith("_core."):
            (bare / item.name).symlink_to(item)
    script = """
import sys, misfit
assert misfit.open_record and misfit.order_parameter
from misfit import plots
for ask in (lambda: misfit.Crystal, lambda: misfit.run("[crystal]\\n"), lambda: __import__("misfit", fromlist=["Kmc"]).Kmc):
    try:
        ask()
    except ImportError as error:
        assert "compiled module misfit._core" in str(error) and "PYTHONPATH" in str(error)
    else:
        sys.exit("no ImportError")
try:
    misfit.nothing
except AttributeError:
    sys.exit(0)
"""
    source = {"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1", "PATH": "/usr/bin"}
    done = subprocess.run([sys.executable, "-c", script], env=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_importing_the_package_loads_nothing_and_has_every_name() -> None:
    script = """
import sys
before = set(sys.modules)
import misfit
loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
heavy = loaded & {"numpy", "h5py", "matplotlib", "json"} | {"misfit._core"} & set(sys.modules)
if heavy:
    sys.exit(f"loads {sorted(heavy)}")
for name in [*misfit.__all__, *misfit._COMPILED]:
    assert name in dir(misfit)
    assert getattr(misfit, name) is not None and name in vars(misfit), name
assert set(misfit.__all__) == set(misfit._PLACES)
from misfit import *
assert open_record is misfit.record.open_record
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
