"""The pages that explain a process are what its table says, on the screen and in the documentation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from songhe.desk.cases import diagrams, papers
from songhe.desk.cases.progress import main_path
from songhe.kernel.access.models import Post
from songhe.kernel.process.table import processes
from songhe.simulation.cast import Cast

# Tests of the kernel declare processes of their own in the same run.
PAGES = sorted(p.stem for p in (Path(settings.ROOT) / papers.FOLDER).glob("*.md"))
PRODUCT = ["assessment", "help", "ltci", "plan", "settlement", "visit"]


def test_every_process_of_the_house_has_its_page() -> None:
    assert set(PRODUCT) <= set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_the_documentation_is_what_the_table_says(name: str) -> None:
    written = (Path(settings.ROOT) / papers.FOLDER / f"{name}.md").read_text("utf-8")
    assert written == papers.page(processes()[name.replace("-", "_")]), "run: songhe process-pages --write"


@pytest.mark.parametrize("name", PRODUCT)
def test_every_state_and_step_stands_on_the_page(
    name: str, cast: Cast, sign_in: Callable[[Post], Client]
) -> None:
    process = processes()[name]
    for part in ("street", "elder", "carer"):
        html = sign_in(getattr(cast, part)).get(reverse("cases:process", args=[name])).content.decode()
        assert [s.label for s in process.states if s.label not in html] == []
        assert [s.label for s in process.steps if s.label not in html] == []
    assert "<style" not in html
    assert "style=" not in html


@pytest.mark.parametrize("name", PRODUCT)
def test_the_drawing_follows_the_main_way(name: str) -> None:
    process = processes()[name]
    drawn = diagrams.drawing(process)
    assert [b.state for b in drawn.boxes] == main_path(process)
    assert all(b.step for b in drawn.boxes[1:])
    assert drawn.height >= drawn.boxes[-1].y + diagrams.HEIGHT
