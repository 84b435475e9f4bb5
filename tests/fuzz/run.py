#!/usr/bin/env python3
"""Fuzzes the readers: builds the preset `fuzz`, lets libFuzzer drive each target, prints a table.

    tests/fuzz/run.py                          10 million executions of each target, 1 million of `record`
    tests/fuzz/run.py --executions 100000      so many of each
    tests/fuzz/run.py --targets atom_reader     only these
    tests/fuzz/run.py --processes 1            with one process for each target, not one for each processor
    tests/fuzz/run.py --minimise               put what was learnt into the corpus, as few inputs as do

A finding is a crash, a fault that a sanitizer sees, a claim of the target that does not hold, an input that takes
longer than 25 s, a leak, one allocation of more than 1 GiB, or more than 2 GiB in all; its input is kept in
build/fuzz/findings/. Exit status 1 if there is one. What was learnt is kept in build/fuzz/corpus/ for the next time.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

here = Path(__file__).resolve().parent
root = here.parents[1]
build = root / "build/fuzz"

# Longest input in bytes, and executions when nothing else is asked for.
targets = {
    "toml_input": (1024, 10_000_000),
    "atom_reader": (1024, 10_000_000),
    "checkpoint": (1024, 10_000_000),
    "record": (1024, 1_000_000),
}
limits = ["-timeout=25", "-rss_limit_mb=2048", "-malloc_limit_mb=1024"]


def words_of_the_input():
    """The tables, keys and words of the reference page, as a libFuzzer dictionary."""
    text = (root / "docs/input.md").read_text()
    words = set(re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE))
    words |= {f"[{table}]\n" for table in re.findall(r"^## \[+([\w.]+)\]+$", text, flags=re.MULTILINE)}
    words |= {f'"{word}"' for word in re.findall(r'"(\w[\w ]*)"', text)}
    words |= {"[[stage]]\n", "\n--set ", " = ", '"""', "'''", "true", "1e308", "1e-320", "inf", "nan", "0x", "1979-05-27"}
    return words


def dictionary(name):
    words = words_of_the_input() if name == "toml_input" else set()
    if name == "atom_reader":
        words = {"Properties=", "species:S:1", "pos:R:3", "sigma:I:1", "Cd", "Ag", "A", "B", "-1", "1e308", "0.866", "\n"}
        words |= {"Lattice=", "pbc=", "ITEM: ", "TIMESTEP\n", "NUMBER OF ATOMS\n7\n", "BOX BOUNDS", " xy xz yz", " abc origin", " pp"}
        words |= {"ATOMS", "element", "v_sigma", "type", " x y z", " xs ys zs", "Direct\n", "Cartesian\n", "Selective\n"}
    if not words:
        return []
    path = build / f"{name}.dict"
    quoted = [re.sub(r'[\\"\n]', lambda c: f"\\x{ord(c[0]):02x}", word) for word in sorted(words)]
    path.write_text("".join(f'"{word}"\n' for word in quoted))
    return [f"-dict={path}"]


def configure_and_build(names):
    launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if subprocess.run(["which", "ccache"], capture_output=True, check=False).returncode == 0 else []
    for command in (
        ["cmake", "--preset", "fuzz", *launcher],
        ["cmake", "--build", "build/fuzz", "--target", *(f"misfit_fuzz_{name}" for name in names)],
    ):
        result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            sys.exit(result.stdout + result.stderr)


def learnt_of(name):
    folder = build / "corpus" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def last_number(pattern, text):
    return int((re.findall(pattern, text) or ["0"])[-1])


def fuzz(name, executions, processes):
    """Runs one target, each process its share of the executions and all with one corpus; its row of the table, and
    whether it found nothing."""
    findings = build / "findings"
    findings.mkdir(exist_ok=True)
    command = [
        build / f"tests/fuzz/misfit_fuzz_{name}", *limits, f"-runs={-(-executions // processes)}",
        f"-max_len={targets[name][0]}", *dictionary(name), f"-artifact_prefix={findings}/{name}-",
        "-print_final_stats=1", learnt_of(name), here / "corpus" / name,
    ]
    logs = [build / f"{name}-{k}.log" for k in range(processes)]
    running = []
    for log in logs:
        with log.open("w") as out:
            running.append(subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, cwd=build))
    failed = [log for log, process in zip(logs, running, strict=True) if process.wait() != 0]
    texts = [log.read_text(errors="replace") for log in logs]
    executed = sum(last_number(r"number_of_executed_units: (\d+)", text) for text in texts)
    rate = sum(last_number(r"average_exec_per_sec: +(\d+)", text) for text in texts)
    edges = max(last_number(r"cov: (\d+)", text) for text in texts)
    see = ", ".join(str(log.relative_to(root)) for log in failed)
    return [name, executed, rate, edges, f"see {see}" if failed else "none"], not failed


def minimise(name):
    """Puts the fewest inputs that cover what was learnt into the corpus; those that a person named stay."""
    corpus = here / "corpus" / name
    chosen = build / "chosen" / name
    shutil.rmtree(chosen, ignore_errors=True)
    chosen.mkdir(parents=True)
    subprocess.run([build / f"tests/fuzz/misfit_fuzz_{name}", "-set_cover_merge=1", chosen, corpus, learnt_of(name)],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    for path in corpus.iterdir():
        if re.fullmatch("[0-9a-f]{12}", path.name):
            path.unlink()
    named = {path.read_bytes() for path in corpus.iterdir()}
    for path in chosen.iterdir():
        if path.read_bytes() not in named:
            shutil.copy(path, corpus / path.name[:12])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--executions", type=int)
    parser.add_argument("--targets", nargs="+", choices=targets, default=list(targets))
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--minimise", action="store_true")
    arguments = parser.parse_args()
    configure_and_build(arguments.targets)
    print(f"{'target':<12} {'executions':>12} {'a second':>10} {'edges':>8}  findings", flush=True)
    sound = True
    for name in arguments.targets:
        row, found_nothing = fuzz(name, arguments.executions or targets[name][1], arguments.processes)
        sound = sound and found_nothing
        print("{:<12} {:>12} {:>10} {:>8}  {}".format(*row), flush=True)
        if arguments.minimise and found_nothing:
            minimise(name)
    return 0 if sound else 1


if __name__ == "__main__":
    build.mkdir(parents=True, exist_ok=True)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    # An exception costs ten times as much with the checks of stack frames that are gone.
    os.environ["ASAN_OPTIONS"] = "detect_stack_use_after_return=0:malloc_context_size=5:quarantine_size_mb=1:allocator_release_to_os_interval_ms=-1"
    # HDF5 keeps what it allocates in lists of its own, which now and then look lost.
    (build / "lsan.supp").write_text("leak:libhdf5\n")
    os.environ["LSAN_OPTIONS"] = f"suppressions={build}/lsan.supp:print_suppressions=0"
    sys.exit(main())
