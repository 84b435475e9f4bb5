#!/usr/bin/env python3
"""Plants the bugs of planted_bugs.toml one at a time in a copy of the tree, builds, runs the fast tests and names
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
BUGS = SOURCE / "tests" / "planted_bugs.toml"
EXECUTABLES = ["misfit_unit", "misfit_exact", "misfit_statistical", "misfit_resume"]
TIMEOUT_SECONDS = 900  # a bug that makes a test run for ever is a bug caught


def load_bugs():
    with open(BUGS, "rb") as file:
        return tomllib.load(file)["bug"]


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


def configure(tree, build):
    command = ["cmake", "-S", tree, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
               "-DCMAKE_CXX_FLAGS_RELEASE=-O2", "-DMISFIT_BUILD_BENCH=OFF"]
    if shutil.which("ccache"):
        command.append("-DCMAKE_CXX_COMPILER_LAUNCHER=ccache")
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def build_tests(build, jobs):
    """The compiler's output if the build fails, otherwise None."""
    result = subprocess.run(["ninja", "-C", build, f"-j{jobs}", *EXECUTABLES],
                            capture_output=True, text=True)
    return result.stdout[-3000:] if result.returncode != 0 else None


def run_fast_tests(build, cache):
    """The name of the first test that fails, or None. The cache of potentials is a fresh one, so that no
    potential of another build is read."""
    shutil.rmtree(cache, ignore_errors=True)
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    for name in EXECUTABLES:
        try:
            result = subprocess.run([build / "tests" / name, "--gtest_fail_fast", "--gtest_brief=1"], cwd=build,
                                    env=environment, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            return f"{name} (no end after {TIMEOUT_SECONDS} s)"
        if result.returncode != 0:
            failed = re.search(r"^\[  FAILED  \] ([^ ,\n]+)", result.stdout, re.MULTILINE)
            return failed.group(1) if failed else f"{name} (status {result.returncode})"
    return None


def plant(bug, tree, build, jobs, cache):
    """(outcome, detail): "caught", "survived" or "broken"."""
    path = tree / bug["file"]
    original = path.read_text()
    path.write_text(original.replace(bug["find"], bug["replace"]))
    try:
        failure = build_tests(build, jobs)
        if failure is not None:
            return "broken", f"does not build:\n{failure}"
        caught_by = run_fast_tests(build, cache)
        return ("caught", f"by {caught_by}") if caught_by else ("survived", "")
    finally:
        path.write_text(original)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--list", action="store_true", help="name the bugs and check that each can be planted")
    parser.add_argument("--only", metavar="TEXT", help="plant only bugs whose name contains TEXT")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="compilers at once")
    parser.add_argument("--folder", type=pathlib.Path, help="copy and build here, and keep it for another time")
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
        failure = build_tests(build, options.jobs)
        if failure is not None:
            sys.exit(f"the tree itself does not build:\n{failure}")
        failed = run_fast_tests(build, cache)
        if failed is not None:
            sys.exit(f"{failed} fails without any bug planted")
        for bug in plantable:
            start = time.monotonic()
            outcome, detail = plant(bug, tree, build, options.jobs, cache)
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
