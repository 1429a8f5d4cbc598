"""The documents lead where they say: every relative link resolves, and the index names every page."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *ROOT.glob("policies/*.md"), *ROOT.glob("districts/*/*.md")])
_LINK = re.compile(r"(?<!\\)\]\(([^()\s]+)\)")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_OUTSIDE = re.compile(r"^[a-z]+:", re.IGNORECASE)


def links(page: Path) -> list[str]:
    """Relative targets of a page, without their anchors; what stands in code is no link."""
    text = _CODE.sub("", page.read_text(encoding="utf-8"))
    found = [unquote(target).split("#")[0] for target in _LINK.findall(text) if not _OUTSIDE.match(target)]
    return [target for target in found if target]


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_relative_link_leads_somewhere_in_the_project(page: Path) -> None:
    for target in links(page):
        found = (page.parent / target).resolve()
        assert found.exists(), f"{name(page)}: {target}"
        assert found.is_relative_to(ROOT), f"{name(page)}: {target} leads out of the project"


@pytest.mark.parametrize("folder", ["guides", "capabilities", "processes", "doctrine"])
def test_the_index_of_documents_names_every_page(folder: str) -> None:
    named = {(DOCS / target).resolve() for target in links(DOCS / "README.md")}
    missing = [name(page) for page in sorted((DOCS / folder).glob("*.md")) if page not in named]
    assert not missing


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_a_capability_that_has_a_page_is_linked_from_its_line(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    for page in (DOCS / "capabilities").glob("[A-E][0-9]*-*.md"):
        code = page.name.split("-")[0]
        assert re.search(rf"^\| \[{code}\]\(docs/capabilities/{code}-[^)]+\.md\) \|", text, re.MULTILINE), f"{readme}: {code}"


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("[a](gone.md#x) `[b](code.md)` [c](https://example.org/) [d](#here)", encoding="utf-8")
    assert links(page) == ["gone.md"]
