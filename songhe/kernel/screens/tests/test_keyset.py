"""Paging by key: no row twice, none left out, forwards and back, whatever the cursor says."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from songhe.kernel.areas.models import Area
from songhe.kernel.screens import keyset

pytestmark = pytest.mark.django_db


def fill(names: list[str]) -> None:
    Area.objects.all().delete()
    Area.objects.bulk_create([Area(code=f"{n:012d}", name=name, kind="town") for n, name in enumerate(names)])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from("甲乙丙丁"), max_size=17), st.integers(1, 6), st.sampled_from([["name", "code"], ["-name", "code"]]))
def test_pages_put_together_are_the_list(names: list[str], size: int, order: list[str]) -> None:
    fill(names)
    wanted = [a.code for a in Area.objects.order_by(*order)]
    seen: list[str] = []
    cursor, pages = "", []
    while True:
        page = keyset.page(Area.objects.all(), order, cursor=cursor, size=size)
        pages.append(page)
        seen += [a.code for a in page.rows]
        if not page.next:
            break
        cursor = page.next
    assert seen == wanted
    assert page.total == len(names)
    if len(pages) > 1:
        back = keyset.page(Area.objects.all(), order, cursor=pages[-1].previous, size=size)
        assert [a.code for a in back.rows] == [a.code for a in pages[-2].rows]


@pytest.mark.parametrize("cursor", ["", "rubbish", "e30=", "%%%"])
def test_a_cursor_that_makes_no_sense_leads_to_the_first_page(cursor: str) -> None:
    fill(["甲", "乙", "丙"])
    page = keyset.page(Area.objects.all(), ["name", "code"], cursor=cursor, size=2)
    assert len(page.rows) == 2
    assert not page.previous
