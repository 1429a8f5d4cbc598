from __future__ import annotations

from types import SimpleNamespace

from django.urls import reverse, set_script_prefix

from songhe.kernel.ids import uuid7
from songhe.kernel.screens import links


def test_a_row_has_the_address_that_the_router_gives_it() -> None:
    case = SimpleNamespace(pk=uuid7(), person_id=uuid7())
    assert links.row("people:file", key="person_id")(case) == reverse("people:file", args=[case.person_id])
    assert links.row("cases:page", "ltci")(case) == reverse("cases:page", args=["ltci", case.pk])
    assert links.row("cases:page", "plan")(case) != links.row("cases:page", "ltci")(case)


def test_a_house_under_a_path_of_its_own_links_into_it() -> None:
    case, address = SimpleNamespace(pk=uuid7()), links.row("people:file")
    plain = address(case)
    set_script_prefix("/care/")
    try:
        assert address(case) == reverse("people:file", args=[case.pk]) == f"/care{plain}"
    finally:
        set_script_prefix("/")
    assert address(case) == plain
