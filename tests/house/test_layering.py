"""layering.py finds each kind of fault, and none in a sound tree."""

import subprocess
import sys
from pathlib import Path

import pytest

script = Path(__file__).resolve().parents[1] / "layering.py"

sound = {
    "src/misfit/base/error.hpp": "#include <string>\n",
    "src/misfit/crystal/crystal.hpp": '#include "misfit/base/error.hpp"\n',
    "src/misfit/elastic/potential.cpp": '#include <Eigen/Dense>\n#include "misfit/crystal/crystal.hpp"\n',
    "src/misfit/store/hdf5.cpp": "#include <hdf5.h>\n",
    "src/misfit/run/templates.cpp": '#include "generated.inc"\n',
    "src/misfit/input/toml_input.cpp": "#include <toml++/toml.h>\n",
    "apps/main.cpp": '#include <CLI/CLI.hpp>\n#include "misfit/store/hdf5.hpp"\n',
    "src/misfit/elastic/potential.hpp": '#include "misfit/elastic/rows.hpp"\n',
    "src/misfit/elastic/rows.hpp": "#include <vector>\n",
    "viewer/src/shared/dom.ts": 'import { format } from "./format";\n',
    "viewer/src/shared/format.ts": 'import uPlot from "uplot";\n',
    "viewer/src/report/main.ts": 'import { element } from "../shared/dom";\nimport "../shared/dom.ts";\n',
    "viewer/src/engine/engine.ts": "export const STOPS = [];\n",
    "viewer/src/explorer/worker.ts": 'import { Engine } from "../engine/engine";\n',
    "tests/unit/crystal_test.cpp": "#include <Eigen/Dense>\n",
}


def faults(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return subprocess.run([sys.executable, script, root], capture_output=True, text=True, check=False)


def test_a_sound_tree_has_no_fault(tmp_path):
    result = faults(tmp_path, sound)
    assert (result.returncode, result.stdout) == (0, "")


@pytest.mark.parametrize(
    "name, line, expected",
    [
        ("src/misfit/base/a.cpp", '#include "misfit/crystal/crystal.hpp"', "crystal comes after base"),
        ("src/misfit/crystal/a.cpp", '  #  include "misfit/elastic/potential.cpp"', "elastic comes after crystal"),
        ("src/misfit/base/a.cpp", '#include "error.hpp"', "the path from src/"),
        ("src/misfit/base/a.cpp", '#include "misfit/base/gone.hpp"', "no such file"),
        ("src/misfit/base/a.cpp", '#include "misfit/utils/a.hpp"', "no such room"),
        ("src/misfit/a.cpp", "#include <string>", "not in a room"),
        ("src/misfit/elastic/a.hpp", "#include <Eigen/Core>", "may be included by"),
        ("src/misfit/record/record.cpp", "#include <hdf5.h>", "may be included by"),
        ("src/misfit/input/spec.cpp", "#include <toml++/toml.h>", "1 is enough"),
        ("src/misfit/input/spec.cpp", "#include <CLI/CLI.hpp>", "may be included by"),
        ("src/misfit/elastic/rows.cpp", '#include "misfit/elastic/potential.hpp"', "potential -> src/misfit/elastic/rows -> src"),
        ("viewer/src/shared/format.ts", 'import { element } from "./dom";', "dom.ts -> viewer/src/shared/format.ts -> viewer"),
        ("viewer/src/shared/format.ts", 'import type { Engine } from "../engine/engine";', "may import generated only"),
        ("viewer/src/generated/table.ts", 'import { spin } from "../shared/format";', "may import nothing only"),
        ("viewer/src/report/main.ts", 'export { STOPS } from "../engine/engine";', "may import generated, shared only"),
        ("viewer/src/explorer/worker.ts", 'const late = import("../report/main");', "may import generated, shared, engine only"),
        ("viewer/src/explorer/worker.ts", 'import { gone } from "../shared/gone";', "no such file"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path, name, line, expected):
    result = faults(tmp_path, sound | {name: f"// first line\n{line}\n"})
    assert result.returncode == 1
    assert expected in result.stdout
    assert name in result.stdout or name.removesuffix(".cpp") in result.stdout
