#!/usr/bin/env python3
"""Checks that every room of src/misfit includes only rooms before it, that nothing includes itself in a circle, not
within a room nor among the viewer's modules either, and that heavy or third-party headers stay where they belong.
ARCHITECTURE.md draws the line of rooms; this keeps it straight.

    tests/layering.py [ROOT]      prints each fault as file:line: message; exit status 1 if there is one
"""

import re
import sys
from pathlib import Path

rooms = ["base", "statistics", "crystal", "elastic", "model", "engine", "measure", "store", "formats", "input", "unit",
         "analysis", "folder", "record", "run", "selfcheck"]

# Folders of viewer/src, each with those that it may import from beside itself.
viewer_folders = {
    "generated": [],
    "shared": ["generated"],
    "engine": ["generated", "shared"],
    "report": ["generated", "shared"],
    "explorer": ["generated", "shared", "engine"],
}

# Header -> where it may be included. A header that compiles slowly, or that is to be replaceable, has one
# place. Tests and benchmarks may include what they like, with the exception of the input and file formats: what a
# test reads of a record without the library, it reads in one place.
confined = [
    (re.compile(r"toml\+\+/"), re.compile(r"src/misfit/input/\w+\.cpp"), 1),
    (re.compile(r"CLI/"), re.compile(r"apps/\w+\.cpp"), 1),
    (re.compile(r"hdf5(_hl)?\.h|H5\w+\.h"), re.compile(r"(src/misfit/store/hdf5\w*\.[ch]pp|tests/(support/record_contents|support/record_layout|fuzz/record_edits)\.cpp)"), None),
    (re.compile(r"Eigen/"), re.compile(r"(src/misfit/elastic/\w+\.cpp|(tests|bench)/.*)"), None),
    (re.compile(r"hwy/"), re.compile(r"(src/misfit/\w+/\w+\.cpp|src/misfit/\w+/\w+\.inc|(tests|bench)/.*)"), None),
    (re.compile(r"pybind11/"), re.compile(r"python/bindings/\w+\.[ch]pp"), None),
    (re.compile(r"Random123/"), re.compile(r"(src/misfit/base/random\.cpp|tests/.*)"), None),
]

include = re.compile(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')


def includes(file):
    for number, line in enumerate(file.read_text().splitlines(), start=1):
        found = include.match(line)
        if found:
            yield number, found[1] or found[2], found[1] is not None


def room_faults(name, number, header, quoted):
    """Faults of one include line in a file of src/misfit."""
    parts = Path(name).parts
    room = parts[2] if len(parts) > 3 else None
    if room not in rooms:
        yield f"{name}:{number}: not in a room ({', '.join(rooms)})"
        return
    target = header.split("/")
    if target[0] != "misfit":
        generated = header.endswith(".inc") and "/" not in header  # lies in the build folder
        if quoted and not generated:
            yield f'{name}:{number}: write "misfit/{room}/{header}", the path from src/'
        return
    if target[1] not in rooms:
        yield f"{name}:{number}: no such room: {header}"
    elif rooms.index(target[1]) > rooms.index(room):
        yield f"{name}:{number}: {room} includes {header}, but {target[1]} comes after {room}"


def circles(edges):
    """Each circle once, as the modules along it; edges maps a module to those that it uses."""
    done, path, found = set(), [], []

    def visit(module):
        if module in path:
            found.append([*path[path.index(module):], module])
        elif module not in done:
            path.append(module)
            for used in sorted(edges.get(module, ())):
                visit(used)
            done.add(path.pop())

    for module in sorted(edges):
        visit(module)
    return found


def pair(name):
    """A header and its source are one module: src/misfit/base/error."""
    return re.sub(r"\.(hpp|cpp|inc)$", "", name)


def pair_circles(root):
    edges = {}
    for file in sorted((root / "src").rglob("*")):
        if file.suffix in (".cpp", ".hpp", ".inc"):
            name = pair(file.relative_to(root).as_posix())
            edges.setdefault(name, set()).update(
                f"src/{pair(header)}" for _, header, _ in includes(file) if f"src/{pair(header)}" != name)
    return circles(edges)


def viewer_faults(root):
    edges = {}
    sources = root / "viewer/src"
    for file in sorted(sources.rglob("*.ts")):
        name = file.relative_to(root).as_posix()
        edges[name] = set()
        for number, line in enumerate(file.read_text().splitlines(), start=1):
            found = re.search(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"'?]*)""", line)
            if not found:
                continue
            target = (file.parent / found[1]).resolve()
            module = target if target.suffix else target.with_suffix(".ts")
            if not module.exists() and module.parent.name != "generated":  # the build writes what is there
                yield f"{name}:{number}: no such file: {found[1]}"
                continue
            edges[name].add(module.relative_to(root).as_posix())
            own, other = (path.relative_to(sources).parts[0] for path in (file, module))
            if own in viewer_folders and other != own and other not in viewer_folders[own]:
                yield f"{name}:{number}: {own} imports {found[1]}, but may import {', '.join(viewer_folders[own]) or 'nothing'} only"
    yield from (f"{circle[0]}: imports itself: {' -> '.join(circle)}" for circle in circles(edges))


def faults(root):
    yield from (f"{circle[0]}: includes itself: {' -> '.join(circle)}" for circle in pair_circles(root))
    yield from viewer_faults(root)
    includers = {pattern: [] for pattern, _, _ in confined}
    files = [file for folder in ("src", "apps", "tests", "bench", "python", "viewer/engine")
             for file in sorted((root / folder).rglob("*")) if file.suffix in (".cpp", ".hpp", ".inc")]
    for file in files:
        name = file.relative_to(root).as_posix()
        for number, header, quoted in includes(file):
            if name.startswith("src/misfit/"):
                yield from room_faults(name, number, header, quoted)
                if header.startswith("misfit/") and not (root / "src" / header).exists():
                    yield f"{name}:{number}: no such file: {header}"
            for pattern, place, _ in confined:
                if pattern.match(header):
                    includers[pattern].append(name)
                    if not place.fullmatch(name):
                        yield f"{name}:{number}: <{header}> may be included by {place.pattern} only"
    for pattern, _, most in confined:
        if most is not None and len(set(includers[pattern])) > most:
            yield f"<{pattern.pattern}> is included by {', '.join(sorted(set(includers[pattern])))}: {most} is enough"


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1]).resolve()
    found = list(faults(root))
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
