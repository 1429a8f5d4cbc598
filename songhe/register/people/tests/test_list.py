"""The list of elders: rows, counts, search, filters, export, budget."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from songhe.kernel.access.models import ReadEntry
from songhe.register.people import actions
from songhe.simulation.cast import Cast

from .conftest import NORTH, someone

URL = "/people/"


def text(client: Client, query: str = "") -> str:
    response = client.get(URL + query)
    assert response.status_code == 200
    return response.content.decode()


def test_an_office_sees_its_elders(cast: Cast, sign_in: Callable[..., Client]) -> None:
    page = text(sign_in(cast.street))
    assert "沈桂芳" in page
    assert "戴建国" not in page
    assert "共 1 条" in page
    assert cast.shen.identity_number not in page
    assert cast.shen.phone not in page
    assert "模拟" in page


def test_a_neighbour_sees_nothing(cast: Cast, sign_in: Callable[..., Client]) -> None:
    client = sign_in(cast.neighbour_street)
    number = cast.shen.identity_number
    for query in ("", "?q=沈", "?q=shen", f"?q={number}", f"?q={number[-4:]}", f"?area={NORTH}", "?living=alone"):
        page = text(client, query)
        assert "沈桂芳" not in page, query
        assert str(cast.shen.pk) not in page, query
    assert "共 1 条" in text(client), "only their own is counted"


@pytest.mark.parametrize("part", ["admin", "elder", "daughter", "carer", "volunteer", "assessor"])
def test_other_roles_are_refused(cast: Cast, sign_in: Callable[..., Client], part: str) -> None:
    assert sign_in(cast.posts[part]).get(URL).status_code == 403


def test_signed_out_goes_to_the_door(cast: Cast) -> None:
    assert Client().get(URL).status_code == 302


def test_a_look_at_the_list_is_on_record(cast: Cast, sign_in: Callable[..., Client]) -> None:
    text(sign_in(cast.street))
    text(sign_in(cast.street), "?q=沈")
    whats = ReadEntry.objects.visible_to(cast.elder).order_by("at", "id").values_list("what", flat=True)
    assert list(whats) == ["list", "search"]


def test_filters_and_orders_are_obeyed(cast: Cast, sign_in: Callable[..., Client]) -> None:
    actions.register(someone(0, name="安老太", living="lone"), by=cast.street)
    client = sign_in(cast.street)
    page = text(client, "?living=lone")
    assert "安老太" in page
    assert "沈桂芳" not in page
    page = text(client, "?sort=name")
    assert page.index("安老太") < page.index("沈桂芳")
    assert "安老太" in text(client, "?living=nonsense"), "an unknown value filters nothing"
    assert "户籍在本辖区" in page
    assert "户籍在本辖区" not in text(sign_in(cast.bureau))


def test_pages_follow_by_key(cast: Cast, sign_in: Callable[..., Client], crowd: Callable[[int], object]) -> None:
    crowd(60)
    client = sign_in(cast.street)
    response = client.get(URL)
    first = {row["row"].pk for row in response.context["rows"]}
    second = client.get(URL, {"after": response.context["list"].next})
    rest = {row["row"].pk for row in second.context["rows"]}
    assert len(first) == 50
    assert len(rest) == 11
    assert not first & rest


def test_the_export_has_the_rows_and_masks_of_the_screen(cast: Cast, sign_in: Callable[..., Client]) -> None:
    response = sign_in(cast.street).get(URL, {"export": "xlsx"})
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))
    cells = [str(cell) for row in book.worksheets[0].iter_rows(values_only=True) for cell in row]
    assert "沈桂芳" in cells
    assert "戴建国" not in cells
    assert cast.shen.identity_number not in cells
    assert cast.shen.phone not in cells
    assert ReadEntry.objects.visible_to(cast.elder).get().what == "export"


def test_a_neighbours_export_is_empty_of_her(cast: Cast, sign_in: Callable[..., Client]) -> None:
    response = sign_in(cast.neighbour_street).get(URL, {"export": "csv", "q": "沈"})
    assert "沈桂芳" not in b"".join(response.streaming_content).decode()


@pytest.mark.parametrize("part", ["advisor", "doctor", "insurer"])
def test_not_everybody_exports(cast: Cast, sign_in: Callable[..., Client], part: str) -> None:
    assert sign_in(cast.posts[part]).get(URL, {"export": "xlsx"}).status_code == 403


def test_the_budget_does_not_grow_with_the_rows(
    cast: Cast, sign_in: Callable[..., Client], crowd: Callable[[int], object],
    django_assert_max_num_queries: Callable[..., object],
) -> None:  # fmt: skip
    client = sign_in(cast.street)
    client.get(URL)
    crowd(4)
    with django_assert_max_num_queries(10) as few:  # type: ignore[attr-defined]
        assert len(client.get(URL).context["rows"]) == 5
    crowd(45)
    with django_assert_max_num_queries(10) as many:  # type: ignore[attr-defined]
        assert len(client.get(URL).context["rows"]) == 50
    assert len(few) == len(many)


def test_the_way_to_a_new_file_is_shown_to_those_who_may(cast: Cast, sign_in: Callable[..., Client]) -> None:
    assert reverse("people:new") in text(sign_in(cast.street))
    assert reverse("people:new") not in text(sign_in(cast.doctor))
