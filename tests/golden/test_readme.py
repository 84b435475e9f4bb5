"""Every command line and every input that README.md and the documents show is one that the program takes."""

import os
import re
import shlex
import subprocess
from functools import cache
from pathlib import Path

import pytest

root = Path(__file__).resolve().parents[2]
program = os.environ.get("MISFIT_PROGRAM", str(root / "build/release/misfit"))
readme = root / "README.md"
documents = sorted([*root.glob("*.md"), *root.glob("docs/*.md")])


def blocks(document, *languages):
    """(line, text) of each fenced block in one of the languages."""
    text = document.read_text()
    for block in re.finditer(r"^```[ ]*(\w+)[^\n]*\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL):
        if block[1] in languages:
            yield text.count("\n", 0, block.start(2)) + 1, block[2]


def spans(document):
    """(line, text) of each `misfit ...` within a sentence or a table."""
    text = re.sub(r"^```.*?^```", lambda block: "\n" * block[0].count("\n"), document.read_text(), flags=re.MULTILINE | re.DOTALL)
    for span in re.finditer(r"`(misfit [^`]+)`", text):
        yield text.count("\n", 0, span.start()) + 1, span[1]


def commands(shell_text):
    """Each simple command as a list of words: comments, prompts, redirections and variables set before it left out."""
    for line in shell_text.replace("\\\n", " ").splitlines():
        lexer = shlex.shlex(re.sub(r"^\s*\$ ", "", line), posix=True, punctuation_chars=";&|<>")
        lexer.whitespace_split = True
        words, redirected = [], False
        for token in [*lexer, ";"]:
            if set(token) <= set(";&|"):
                while words and re.match(r"\w+=", words[0]):
                    words.pop(0)
                if words:
                    yield words
                words = []
            elif set(token) <= set("<>"):
                redirected = True
            elif redirected:
                redirected = False
            else:
                words.append(token)


def command_lines():
    for document in documents:
        for line, text in [*blocks(document, "sh", "bash", "console", "shell"), *spans(document)]:
            for words in commands(text):
                yield pytest.param(words, id=f"{document.name}:{line}:{' '.join(words)}")


@cache
def help_text(*command):
    result = subprocess.run([*command, "--help"], capture_output=True, text=True, check=False, cwd=root)
    assert result.returncode == 0, f"{' '.join(command)} --help ends with {result.returncode}: {result.stderr}"
    return result.stdout


def options(words):
    return [word.split("=")[0] for word in words if re.match(r"--?[a-zA-Z]", word)]


def require_options(words, help):
    for option in options(words):
        assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", help), f"no option {option}"


@pytest.mark.parametrize("words", command_lines())
def test_command_line_exists(words):
    name = words[0]
    if Path(name).name == "misfit":
        arguments = words[1:]
        main_help = help_text(program)
        if not arguments or arguments[0].startswith("-"):
            require_options(arguments, main_help)
            return
        known = re.search(r"^subcommands:(.*)", main_help, flags=re.IGNORECASE | re.MULTILINE | re.DOTALL)
        assert known and re.search(rf"^\s+{re.escape(arguments[0])}\b", known[1], flags=re.MULTILINE), "no such subcommand"
        require_options(arguments[1:], help_text(program, arguments[0]))
    elif name.startswith("./"):
        assert os.access(root / name, os.X_OK), f"{name} is not here"
        require_options(words[1:], help_text(str(root / name)))


def test_readme_shows_an_input():
    assert readme.exists(), "README.md is missing"
    assert list(blocks(readme, "toml")), "README.md has no ```toml block"


def inputs():
    for line, text in blocks(readme, "toml") if readme.exists() else []:
        yield pytest.param(text, id=f"README.md:{line}")


@pytest.mark.parametrize("text", inputs())
def test_input_is_taken(text, tmp_path):
    (tmp_path / "input.toml").write_text(text)
    result = subprocess.run([program, "check", "input.toml"], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert result.returncode == 0, result.stderr


def shown_summaries():
    """The input of each summary that README.md shows, and its lines."""
    shown = r"^```toml\n([^`]*)^```\n\n^```\n\$ misfit summary out/\n([^`]*)^```"
    for found in re.finditer(shown, readme.read_text(), flags=re.MULTILINE):
        yield pytest.param(found[1], [line for line in found[2].splitlines() if line.strip() != "..."])


def number_and_error(word):
    """"40.26(54)" is 40.26 and 0.54."""
    found = re.fullmatch(r"(-?\d+\.?(\d*))\(([\d.]+)\)", word)
    return found and (float(found[1]), float(found[3]) * (1.0 if "." in found[3] else 10.0 ** -len(found[2])))


def test_a_number_with_its_error_is_read():
    assert number_and_error("40.26(54)") == (40.26, pytest.approx(0.54))
    assert number_and_error("39.2(1.2)") == (39.2, 1.2)
    assert number_and_error("100") is None


@pytest.mark.parametrize(("text", "lines"), shown_summaries())
def test_a_summary_is_what_the_program_prints(text, lines, tmp_path):
    """Word by word; numbers with errors to 4.5 of both, for another machine may round otherwise: error probability 7e-6."""
    (tmp_path / "input.toml").write_text(text)
    for words in (["run", "input.toml", "--out", "out"], ["summary", "out"]):
        result = subprocess.run([program, *words], capture_output=True, text=True, check=False, cwd=tmp_path)
        assert result.returncode == 0, result.stderr
    printed = {tuple(line.split())[:1]: line.split() for line in result.stdout.splitlines() if line.split()}
    assert len(lines) >= 2
    for line in lines:
        words = line.split()
        assert len(printed[words[0],]) == len(words), line
        for ours, found in zip(words, printed[words[0],]):
            one, other = number_and_error(ours), number_and_error(found)
            if one and other:
                assert abs(one[0] - other[0]) <= 4.5 * (one[1] ** 2 + other[1] ** 2) ** 0.5, line
            else:
                assert ours == found, line


def test_what_quickstart_builds_is_a_whole_package():
    build = Path(program).parent
    targets = re.search(r"--target (misfit_cli [\w ]+?) --parallel", (root / "quickstart").read_text())[1].split()
    done = subprocess.run(["ninja", "-C", build, "-t", "commands", *targets], capture_output=True, text=True, check=False)
    if "unknown target 'misfit_python'" in done.stderr:
        pytest.skip("this build has no compiled module")
    assert done.returncode == 0, done.stderr
    for made in ("misfit/table.json", "/_core."):
        assert made in done.stdout
