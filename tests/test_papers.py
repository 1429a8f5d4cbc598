"""The papers say what is so: declared dependencies, commands and capabilities appear in them."""

import json
import re
from pathlib import Path

import pytest

from songhe.cli import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
CAPABILITIES = (
    [f"A{n}" for n in range(1, 7)] + [f"B{n}" for n in range(1, 12)] + [f"C{n}" for n in range(1, 19)]
    + [f"D{n}" for n in range(1, 8)] + [f"E{n}" for n in range(1, 5)]
)


def declared():
    for name in ("runtime", "test", "build", "node"):
        for line in (ROOT / "requirements" / f"{name}.in").read_text().splitlines():
            if match := re.match(r"[A-Za-z][A-Za-z0-9._-]*", line):
                yield match[0]
    yield from json.loads((ROOT / "package.json").read_text())["dependencies"]


def listed():
    return re.findall(r"^\| ([\w@/.-]+) \|", (ROOT / "docs/dependencies.md").read_text("utf-8"), re.MULTILINE)


def test_every_dependency_has_its_line_and_every_line_its_dependency():
    rows = [name for name in listed() if name not in ("package", "---")]
    assert sorted(rows) == sorted(declared())


@pytest.mark.parametrize("name", ["runtime", "test", "build", "node"])
def test_locked_files_carry_hashes_and_no_address(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    packages = re.findall(r"^[A-Za-z0-9][^\s=]*(?:\[[^\]]*\])?==", text, re.MULTILINE)
    assert packages
    assert text.count("--hash=sha256:") >= len(packages)
    assert "://" not in text


def test_the_npm_lock_carries_no_address_of_a_package():
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


@pytest.mark.parametrize("paper", ["README.md", "README.zh-CN.md"])
def test_the_readme_lists_every_capability_once(paper):
    text = (ROOT / paper).read_text("utf-8")
    assert re.findall(r"^\| \[?([A-E]\d+)\b", text, re.MULTILINE) == CAPABILITIES


def test_the_changelog_names_every_command():
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert [name for name in COMMANDS if name not in text] == []


@pytest.mark.parametrize("paper", sorted(p.relative_to(ROOT).as_posix() for p in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]))
def test_links_between_the_papers_lead_somewhere(paper):
    here = (ROOT / paper).parent
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", (ROOT / paper).read_text("utf-8"))
    assert [t for t in targets if not (here / t).exists()] == []
