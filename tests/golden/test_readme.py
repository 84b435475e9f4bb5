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


def test_what_quickstart_builds_is_a_whole_package():
    build = Path(program).parent
    targets = re.search(r"--target (misfit_cli [\w ]+?) --parallel", (root / "quickstart").read_text())[1].split()
    done = subprocess.run(["ninja", "-C", build, "-t", "commands", *targets], capture_output=True, text=True, check=False)
    if "unknown target 'misfit_python'" in done.stderr:
        pytest.skip("this build has no compiled module")
    assert done.returncode == 0, done.stderr
    for made in ("misfit/table.json", "/_core."):
        assert made in done.stdout
