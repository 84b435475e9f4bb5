"""For pip (pyproject.toml): CMake builds as the preset `release` says, and installs into the package, the program too."""

import json
import re
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

from skbuild import setup


def without_trace(package: str) -> bool:
    """True for a package that is here without pip's knowing, as Debian's h5py is: pip would fetch another."""
    try:
        distribution(package)
    except PackageNotFoundError:
        return find_spec(package) is not None
    return False


PRESETS = json.loads(Path("CMakePresets.json").read_text(encoding="utf-8"))["configurePresets"]
RELEASE = next(preset for preset in PRESETS if preset["name"] == "release")["cacheVariables"]
VERSION = re.search(r"project\(misfit VERSION (\S+)", Path("CMakeLists.txt").read_text(encoding="utf-8"))

setup(
    version=VERSION[1],
    install_requires=[package for package in ("numpy", "h5py", "matplotlib") if not without_trace(package)],
    packages=["misfit", "misfit.report", "misfit.reproduce"],
    package_dir={"": "python"},
    include_package_data=False,
    # The library for C++ is not for pip.
    cmake_process_manifest_hook=lambda files: [file for file in files if "python/misfit/" in file],
    cmake_args=[
        *(f"-D{name}={value}" for name, value in RELEASE.items()),
        "-DMISFIT_BUILD_TESTS=OFF",
        "-DMISFIT_BUILD_BENCH=OFF",
        "-DMISFIT_PYTHON_INSTALL_DIR=python",
        "-DCMAKE_INSTALL_BINDIR=python/misfit/bin",
        "-DCMAKE_INSTALL_DATADIR=python/misfit/share",
    ],
)
