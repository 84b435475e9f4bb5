"""What the documents say about the source tree is true: links, paths, packages, presets, version."""

import json
import re
import subprocess
from pathlib import Path

import pytest

root = Path(__file__).resolve().parents[2]


def tracked(*patterns):
    """Files of the repository, new ones that are not ignored included."""
    git = ["git", "-C", root, "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(git, capture_output=True, text=True, check=True).stdout.split("\n")
    return [root / name for name in names if name and (root / name).exists()]


documents = tracked("*.md")


def prose(text):
    """Markdown without its fenced blocks."""
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("document", documents, ids=lambda path: path.relative_to(root).as_posix())
def test_links_lead_to_files_and_headings(document):
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(document.read_text())):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (document.parent / name).resolve() if name else document
        assert path.exists(), f"{document.name} links to {target}"
        if anchor and path.suffix == ".md":
            headings = re.findall(r"^#+ (.*)$", path.read_text(), flags=re.MULTILINE)
            anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in anchors, f"{document.name} links to {target}"


@pytest.mark.parametrize("document", documents, ids=lambda path: path.relative_to(root).as_posix())
def test_paths_in_code_spans_exist(document):
    """`src/...`, `tests/...` and their like; a name with <, *, $ or {} is a pattern, not a path."""
    top = "src|apps|python|tests|bench|examples|docs|cmake|viewer"
    for path in re.findall(rf"`((?:{top})/[^`\s<>*$|{{}}]*)`", prose(document.read_text())):
        assert (root / path).exists(), f"{document.name} speaks of {path}"


def test_numbers_that_the_paper_does_not_give_are_not_called_its():
    rows = [line.split(" | ") for line in (root / "docs/claims.md").read_text().splitlines() if line.startswith("| ")]
    for claim, expected, by, *_ in rows:
        # It compares no two numbers, and knows neither `rates` nor a second site order.
        if re.fullmatch(r"[\d.]+ against [\d.]+", expected) or "published rates" in claim or "one site order" in claim:
            assert by == "another program", claim


def packages():
    lines = (root / "cmake/debian-packages.txt").read_text().splitlines()
    return [line.split()[1] for line in lines if line and not line.startswith("#")]


def test_every_debian_package_has_its_reason():
    listed = packages()
    assert len(listed) == len(set(listed)), "a package is listed twice"
    rows = re.findall(r"^\|(.*)\|$", (root / "docs/dependencies.md").read_text(), flags=re.MULTILINE)
    explained = {name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[0])}
    assert explained == set(listed)


def test_presets_in_documents_exist():
    presets = json.loads((root / "CMakePresets.json").read_text())["configurePresets"]
    known = {preset["name"] for preset in presets if not preset.get("hidden")}
    for document in documents:
        used = set(re.findall(r"--preset[ =](\w+)", document.read_text()))
        assert used <= known, f"{document.name} names presets {used - known}"


def test_version_is_one():
    project = re.search(r"project\(misfit VERSION (\S+)", (root / "CMakeLists.txt").read_text())[1]
    assert re.search(r'^version: "?([^"\n]+)"?$', (root / "CITATION.cff").read_text(), flags=re.MULTILINE)[1] == project
    consumer = (root / "tests/install/consumer/CMakeLists.txt").read_text()
    assert f"find_package(misfit {project.rpartition('.')[0]} REQUIRED)" in consumer


def test_no_file_names_a_place_on_somebodys_machine():
    here = Path(__file__).resolve()
    for path in tracked():
        if path == here or path.suffix in (".png", ".svg", ".h5"):
            continue
        text = path.read_text(errors="replace")
        found = re.search(r"(?<![\w.$}/])/(home|root|work|Users)/\w+|file://", text)
        assert not found, f"{path.relative_to(root)}: {found[0]}"


def test_nothing_is_left_to_do_later():
    here = Path(__file__).resolve()
    for path in tracked("*.cpp", "*.hpp", "*.py", "*.md", "*.ts", "*.css", "*.cmake", "*CMakeLists.txt", "check", "quickstart"):
        found = path != here and re.search(r"\b(TODO|FIXME|XXX|HACK)\b", path.read_text())
        assert not found, f"{path.relative_to(root)}: {found[0]}"


@pytest.mark.parametrize("document", documents, ids=lambda path: path.relative_to(root).as_posix())
def test_no_document_promises(document):
    """What is there is described; "not yet" stays behind when the thing has come."""
    found = re.search(r"\b(not\b[^.|]*\byet|in a later version|for now|so far unsupported)\b", prose(document.read_text()))
    assert not found, f"{document.name}: {found[0]}"


@pytest.mark.parametrize("name", ["ARCHITECTURE.md", "CONTRIBUTING.md", "NOTATION.md", "docs/record.md", "docs/dependencies.md"])
def test_no_table_has_a_row_twice(name):
    for table in re.findall(r"(?:^\|.*\n)+", (root / name).read_text(), flags=re.MULTILINE):
        first = [row.split("|")[1].strip() for row in table.splitlines()]
        named = [cell for cell in first if cell]
        assert len(named) == len(set(named)), f"{name}: {sorted(cell for cell in set(named) if named.count(cell) > 1)}"


def test_words_of_the_record_are_those_of_the_input():
    page = (root / "docs/input.md").read_text()
    record = (root / "docs/record.md").read_text()
    words = re.search(r"^\| `boundary` \| (.*?) \|", page, flags=re.MULTILINE)[1]
    said = re.search(r"`boundary` = (.*?),", record)[1]
    assert re.sub(r" \(.*?\)", "", said) == words


def test_the_version_of_the_record_is_that_which_is_written():
    source = (root / "src/misfit/record/record_places.hpp").read_text()
    written = [re.search(rf"record_version_{part} = (\d+);", source)[1] for part in ("major", "minor")]
    page = (root / "docs/record.md").read_text()
    assert f"in one layout: version {'.'.join(written)}. " in page
    assert f"`format_version` = [{', '.join(written)}]" in page


def test_every_picture_of_a_record_is_on_the_page_about_drawing():
    rows = [row.split("|")[1] for row in (root / "docs/drawing.md").read_text().splitlines() if row.startswith("| `misfit.")]
    listed = {name for row in rows for name in re.findall(r"`(?:misfit\.\w+\.)?(\w+)", row)}
    for module in tracked("python/misfit/*plots.py", "python/misfit/comparison.py"):
        drawn = set(re.findall(r"^def ([a-z]\w*)\([^)]*\) -> Figure:", module.read_text(), flags=re.MULTILINE))
        assert drawn and drawn <= listed, module.name
        assert any(f"`misfit.{module.stem}." in row for row in rows), module.name
