"""Corrections, moves, moving away."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from songhe.kernel import clock, hooks
from songhe.kernel.errors import Conflict, Forbidden, Missing, Refused
from songhe.kernel.events.models import Event
from songhe.register.people import actions, search
from songhe.register.people.models import Person
from songhe.simulation.cast import CHANGSHOU, Cast

from .conftest import someone


def test_codes_are_told_and_values_are_not(cast: Cast) -> None:
    actions.correct(
        cast.shen.pk, {"name": "沈桂芬", "phone": "13811112222", "living": "lone"}, by=cast.street, reason="核对证件"
    )
    event = Event.objects.unscoped("test").get(kind="person.corrected")
    assert event.data == {"fields": ["living", "name", "phone"], "codes": {"living": ["alone", "lone"]}}
    for secret in ("沈桂芳", "沈桂芬", "1381111", "1380000"):
        assert secret not in json.dumps(event.data, ensure_ascii=False)
    rows = Person.objects.visible_to(cast.street)
    assert search.search(rows, "shenguifen").get().name == "沈桂芬"
    assert search.search(rows, "13811112222").exists()
    assert not search.search(rows, "13800000001").exists()


def test_a_new_number_brings_birth_date_and_sex(cast: Cast) -> None:
    right = someone(9)
    actions.correct(cast.shen.pk, {"identity_number": right.identity_number}, by=cast.street, reason="录入有误")
    person = Person.objects.visible_to(cast.street).get(pk=cast.shen.pk)
    assert person.birth_date.isoformat() == "1940-01-10"


def test_a_number_that_has_a_file_is_refused(cast: Cast) -> None:
    number = cast.people["dai"].identity_number
    with pytest.raises(Refused, match="已建档"):
        actions.correct(cast.shen.pk, {"identity_number": number}, by=cast.street, reason="录入有误")


def test_nothing_changed_is_no_event(cast: Cast) -> None:
    actions.correct(cast.shen.pk, {"living": "alone"}, by=cast.street, reason="核对")
    assert not Event.objects.unscoped("test").filter(kind="person.corrected").exists()


def test_a_correction_says_why(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        actions.correct(cast.shen.pk, {"living": "lone"}, by=cast.street, reason=" ")
    assert refused.value.field == "reason"


def test_who_was_slower_overwrites_nothing(cast: Cast) -> None:
    seen = cast.shen.updated_at
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        actions.correct(cast.shen.pk, {"living": "lone"}, by=cast.street, reason="核对", seen=seen)
    with pytest.raises(Conflict):
        actions.correct(cast.shen.pk, {"living": "family"}, by=cast.bureau, reason="核对", seen=seen)
    assert Person.objects.visible_to(cast.street).get(pk=cast.shen.pk).living == "lone"


def test_a_neighbour_corrects_nothing(cast: Cast) -> None:
    with pytest.raises(Missing):
        actions.correct(cast.shen.pk, {"living": "lone"}, by=cast.neighbour_street, reason="核对")
    with pytest.raises(Forbidden):
        actions.correct(cast.shen.pk, {"living": "lone"}, by=cast.elder, reason="核对")


def test_moving_house_moves_the_file(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    monkeypatch.setitem(hooks._listeners, "person.moved", [lambda ids, **facts: told.append((ids, facts["area_code"]))])
    new = actions.Home(f"{CHANGSHOU}001", "长寿路 1 号")
    actions.move_house(cast.shen.pk, home=new, by=cast.street, reason="随子女居住")
    person = Person.objects.visible_to(cast.neighbour_street).get(pk=cast.shen.pk)
    assert (person.address, person.lng) == ("长寿路 1 号", None)
    assert told == [([cast.shen.pk], new.area_code)]
    assert cast.shen in Person.objects.visible_to(cast.street), "she is still registered here"
    event = Event.objects.unscoped("test").get(kind="person.moved")
    assert "长寿路 1 号" not in json.dumps(event.data, ensure_ascii=False)


def test_a_new_registration_alone_is_no_move(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(hooks._listeners, "person.moved", [lambda ids, **facts: pytest.fail("nobody moved")])
    actions.move_house(cast.shen.pk, hukou=actions.Home("310000000000"), by=cast.street, reason="户籍迁移")


def test_who_moved_away_may_come_back(cast: Cast) -> None:
    actions.move_out([cast.shen.pk], by=cast.street, reason="迁往外省")
    assert Person.objects.visible_to(cast.street).get(pk=cast.shen.pk).status == "moved"
    actions.move_house(cast.shen.pk, home=actions.Home(cast.shen.area_code, "原址"), by=cast.street, reason="迁回")
    assert Person.objects.visible_to(cast.street).get(pk=cast.shen.pk).status == "living"
