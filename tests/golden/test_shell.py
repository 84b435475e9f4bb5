"""The manual page, completion in bash and zsh, and help: what the command line says of itself."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from test_commands import PROGRAM, refused, succeed

COMMANDS = re.findall(r"^  ([a-z]+) {2,}", succeed("--help").partition("Subcommands:")[2], re.MULTILINE)


def completions(line: str, tmp_path: Path) -> set[str]:
    """What bash offers where the line ends."""
    words = line.split(" ")
    script = f"""
source <({PROGRAM} completion bash)
COMP_WORDS=({" ".join(f"'{word}'" for word in words)})
COMP_CWORD={len(words) - 1}
_misfit
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=tmp_path, check=True)
    return set(filter(None, done.stdout.split("\n")))


def test_the_commands_are_found() -> None:
    assert {"init", "run", "merge", "manual"} <= set(COMMANDS)


def test_bash_completes_commands_options_keys_and_files(tmp_path: Path) -> None:
    (tmp_path / "my.toml").touch()
    (tmp_path / "out").mkdir()
    assert completions("misfit ", tmp_path) == {*COMMANDS, "--help", "--version"}
    assert completions("misfit re", tmp_path) == {"report", "reproduce"}
    assert completions("misfit run --re", tmp_path) == {"--resume"}
    assert completions("misfit run my.toml --set model.k", tmp_path) == {"model.kT="}
    assert completions("misfit run m", tmp_path) == {"my.toml"}
    assert completions("misfit run my.toml --out ", tmp_path) == {"out"}
    assert completions("misfit run my.toml --threads ", tmp_path) == set()
    assert completions("misfit init core-shell-", tmp_path) == {"core-shell-3d", "core-shell-layers"}
    assert completions("misfit keys crystal.shel", tmp_path) >= {"crystal.shell", "crystal.shell.layers"}
    assert completions("misfit keys kmc.t", tmp_path) == {"kmc.t_end"}
    assert completions("misfit export out --", tmp_path) >= {"--xyz", "--csv", "--npz", "--output"}


@pytest.mark.skipif(shutil.which("zsh") is None, reason="no zsh here")
def test_zsh_completes_the_same(tmp_path: Path) -> None:
    (tmp_path / "_misfit").write_text(succeed("completion", "zsh"))
    # A terminal of its own, in which keys are pressed; what is offered is printed between two marks.
    script = """
zmodload zsh/zpty
zpty shell 'zsh -f -i'
press() { zpty -w -n shell "$1"; }
press $'PS1=; fpath=('$1$' $fpath); autoload -U compinit; compinit -u -d '$1$'/dump; zstyle ":completion:*" list-grouped no; LISTMAX=1000\\n'
press $'bindkey "^I" complete-word; comppostfuncs=(tell); tell() { print -r -- "<<${compstate[nmatches]}:${compstate[unambiguous]}>>" > '$1$'/told }\\n'
press $'echo re""ady\\n'
zpty -r shell line '*ready*'
press "$2"$'\\t'
for wait in {1..100}; do
    [[ -s $1/told ]] && break
    sleep 0.1
done
cat $1/told
zpty -d shell
"""

    def offered(line: str) -> str:
        told = tmp_path / "told"
        told.unlink(missing_ok=True)
        done = subprocess.run(
            ["zsh", "-f", "-c", script, "zsh", str(tmp_path), line], capture_output=True, text=True, timeout=60, check=False
        )
        return done.stdout.strip()

    assert offered("misfit ") == f"<<{len(COMMANDS)}:>>"
    assert offered("misfit run --resu") == "<<1:--resume>>"
    assert offered("misfit run my.toml --set model.kT") == "<<1:model.kT=>>"
    assert offered("misfit init core-shell-3") == "<<1:core-shell-3d>>"


def test_the_manual_page_has_every_command_and_no_warning_of_groff() -> None:
    page = succeed("manual")
    for command in COMMANDS:
        assert f"\n.SS {command}\n" in page
    if shutil.which("groff") is None:
        pytest.skip("no groff here")
    done = subprocess.run(["groff", "-man", "-Tutf8", "-ww"], input=page, capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_help_is_given_however_it_is_asked_for() -> None:
    assert succeed() == succeed("--help") == succeed("help")
    assert succeed("help", "run") == succeed("run", "--help")
    assert "did you mean run?" in refused("help", "rum")
