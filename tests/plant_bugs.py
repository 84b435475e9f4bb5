#!/usr/bin/env python3
"""Plants the bugs of planted_bugs/ROOM.toml one at a time in a copy of the tree, builds, runs the fast tests and names
any bug that survives them.

Exit status: 0 every bug was caught, 1 a bug survived, 2 a bug could not be planted (its text is no longer in the
source exactly once) or did not build.
"""

import argparse
import filecmp
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib

SOURCE = pathlib.Path(__file__).resolve().parent.parent
BUGS = SOURCE / "tests" / "planted_bugs"  # a file for each room, in `file` the one place that reads `find` becomes `replace`
FOLDERS = ["unit", "exact", "statistical", "resume"]
TIMEOUT_SECONDS = 900  # a bug that makes a test run for ever is a bug caught


def load_bugs():
    return [bug for path in sorted(BUGS.glob("*.toml")) for bug in tomllib.loads(path.read_text())["bug"]]


def problem_with(bug, root):
    """Why the bug cannot be planted, or None."""
    count = (root / bug["file"]).read_text().count(bug["find"]) if (root / bug["file"]).exists() else 0
    return None if count == 1 else f"{bug['file']} has its text {count} times, not once"


def copy_tree(target):
    """The files of the working tree that git would track. What is there already and the same keeps its time, so that
    it is not built again."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=SOURCE, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        source, copy = SOURCE / name, target / name
        if source.is_file() and not (copy.exists() and filecmp.cmp(source, copy, shallow=False)):
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
    for copy in target.rglob("*"):  # of an earlier time, and gone from the source since
        if copy.is_file() and not (SOURCE / copy.relative_to(target)).is_file():
            copy.unlink()


def configure(tree, build):
    command = ["cmake", "-S", tree, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
               "-DCMAKE_CXX_FLAGS_RELEASE=-O2", "-DMISFIT_BUILD_BENCH=OFF"]
    if shutil.which("ccache"):
        command.append("-DCMAKE_CXX_COMPILER_LAUNCHER=ccache")
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def build_tests(build, options):
    """The compiler's output if the build fails, otherwise None."""
    targets = [f"misfit_{folder}" for folder in options.tests]
    result = subprocess.run(["ninja", "-C", build, f"-j{options.jobs}", *targets], capture_output=True, text=True)
    return result.stdout[-3000:] if result.returncode != 0 else None


def failing_tests(build, cache, options):
    """Names of the tests that fail: the first one only, unless all are wanted. The cache of potentials is a fresh one,
    so that no potential of another build is read."""
    shutil.rmtree(cache, ignore_errors=True)
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    failing = []
    for folder in options.tests:
        command = [build / "tests" / f"misfit_{folder}", "--gtest_brief=1"]
        if not options.all_failures:
            command.append("--gtest_fail_fast")
        try:
            result = subprocess.run(command, cwd=build, env=environment, capture_output=True, text=True,
                                    timeout=TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            failing.append(f"{folder} (no end after {TIMEOUT_SECONDS} s)")
        else:
            if result.returncode != 0:
                names = re.findall(r"^\[  FAILED  \] ([^ ,\n]+).* ms\)$", result.stdout, re.MULTILINE)
                failing += names or [f"{folder} (status {result.returncode})"]
        if failing and not options.all_failures:
            return failing[:1]
    return failing


def plant(bug, tree, build, cache, options):
    """(outcome, detail): "caught", "survived" or "broken"."""
    path = tree / bug["file"]
    original = path.read_text()
    path.write_text(original.replace(bug["find"], bug["replace"]))
    try:
        failure = build_tests(build, options)
        if failure is not None:
            return "broken", f"does not build:\n{failure}"
        failing = failing_tests(build, cache, options)
        return ("caught", "by " + ", ".join(failing)) if failing else ("survived", "")
    finally:
        path.write_text(original)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--list", action="store_true", help="name the bugs and check that each can be planted")
    parser.add_argument("--only", metavar="TEXT", help="plant only bugs whose name contains TEXT")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="compilers at once")
    parser.add_argument("--folder", type=pathlib.Path, help="copy and build here, and keep it for another time")
    parser.add_argument("--tests", metavar="FOLDER", nargs="+", choices=FOLDERS, default=FOLDERS,
                        help="run only the tests of these folders")
    parser.add_argument("--all-failures", action="store_true", help="name every test that fails, not only the first")
    options = parser.parse_args()

    bugs = [bug for bug in load_bugs() if not options.only or options.only in bug["name"]]
    outcomes = {"caught": [], "survived": [], "broken": []}
    plantable = []
    for bug in bugs:
        problem = problem_with(bug, SOURCE)
        if problem:
            outcomes["broken"].append(bug["name"])
            print(f"broken    {bug['name']}: {problem}")
        else:
            plantable.append(bug)
            if options.list:
                print(f"{bug['name']}  ({bug['file']})")
    if options.list:
        return 2 if outcomes["broken"] else 0

    with tempfile.TemporaryDirectory(prefix="misfit-planted-") as temporary:
        folder = options.folder or pathlib.Path(temporary)
        tree, build, cache = folder / "tree", folder / "build", folder / "cache"
        copy_tree(tree)
        configure(tree, build)
        failure = build_tests(build, options)
        if failure is not None:
            sys.exit(f"the tree itself does not build:\n{failure}")
        failing = failing_tests(build, cache, options)
        if failing:
            sys.exit(f"without any bug planted these fail: {', '.join(failing)}")
        for bug in plantable:
            start = time.monotonic()
            outcome, detail = plant(bug, tree, build, cache, options)
            outcomes[outcome].append(bug["name"])
            print(f"{outcome:9} {bug['name']}: {detail} ({time.monotonic() - start:.0f} s)", flush=True)

    print(f"{len(outcomes['caught'])} of {len(bugs)} planted bugs were caught")
    for name in outcomes["survived"]:
        print(f"survived: {name}")
    if outcomes["broken"]:
        return 2
    return 1 if outcomes["survived"] else 0


if __name__ == "__main__":
    sys.exit(main())
