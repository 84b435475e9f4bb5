"""What builds misfit for pip: setuptools with scikit-build, Debian's where they are installed.

pip builds in an environment of its own, which hides Debian's packages, and would fetch from the network what it then
misses. Here they are found again, and only what this machine has not is asked for.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import Any

_DEBIAN = "/usr/lib/python3/dist-packages"
_NEEDED = {"setuptools": "setuptools", "wheel": "wheel", "skbuild": "scikit-build"}

if _DEBIAN not in sys.path:
    sys.path.append(_DEBIAN)


def get_requires_for_build_wheel(config_settings: Any = None) -> list[str]:
    return [package for module, package in _NEEDED.items() if find_spec(module) is None]


def build_wheel(wheel_directory: str, config_settings: Any = None, metadata_directory: str | None = None) -> str:
    from setuptools import build_meta

    return str(build_meta.build_wheel(wheel_directory, config_settings, metadata_directory))


def build_sdist(sdist_directory: str, config_settings: Any = None) -> str:
    from setuptools import build_meta

    return str(build_meta.build_sdist(sdist_directory, config_settings))
