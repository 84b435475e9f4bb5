"""The pictures of README.md and docs/ are what the program draws: those that take a minute; docs/redraw.py has the others."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs/images"


def redraw(*arguments):
    return subprocess.run(
        [sys.executable, ROOT / "docs/redraw.py", *map(str, arguments)], capture_output=True, text=True, check=False,
        env=os.environ | {"MISFIT_PROGRAM": os.environ.get("MISFIT_PROGRAM", str(ROOT / "build/release/misfit"))},
    )


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    return tmp_path_factory.mktemp("pictures")


def test_pictures_of_the_documents_are_what_is_drawn_today(work):
    done = redraw("--check", "--work", work)
    assert done.returncode == 0, done.stdout + done.stderr
    left_out = re.findall(r"^(\S+) left out: (.*)$", done.stdout, flags=re.MULTILINE)
    if left_out:
        pytest.skip("; ".join(f"{name}: {reason}" for name, reason in left_out))


def test_a_stale_picture_is_named(work, tmp_path):
    """In the colours of an earlier version, and with the curves of another run."""
    images = tmp_path / "images"
    shutil.copytree(IMAGES, images)
    recolored = np.asarray(Image.open(images / "relaxation.png").convert("RGB")).copy()
    is_S2 = (np.abs(recolored - np.array([0xF6, 0xCF, 0x5B])) < 8).all(axis=-1)
    assert is_S2.mean() > 0.02
    recolored[is_S2] = [0xE8, 0xA0, 0x90]
    Image.fromarray(recolored).save(images / "relaxation.png")
    (images / "paper/fig3.png").unlink()
    done = redraw("--check", "--work", work, "--images", images, "relaxation", "fig3")
    assert done.returncode == 1
    assert "relaxation.png is not what is drawn today" in done.stdout
    assert "paper/fig3.png is not what is drawn today (100.0 % of it): docs/redraw.py fig3" in done.stdout


def test_every_picture_has_its_command():
    found = importlib.util.spec_from_file_location("redraw", ROOT / "docs/redraw.py")
    module = importlib.util.module_from_spec(found)
    sys.modules["redraw"] = module
    found.loader.exec_module(module)
    files = {picture.file for picture in module.PICTURES.values()}
    assert files == {str(path.relative_to(IMAGES)) for path in IMAGES.rglob("*.png")}
