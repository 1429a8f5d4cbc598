"""Forgetting a person."""

from __future__ import annotations

from datetime import date, timedelta

from songhe.kernel.access import reads
from songhe.kernel.access.models import Account, ReadEntry
from songhe.kernel.events import chain
from songhe.kernel.events.models import Event
from songhe.kernel.registry import shredders
from songhe.register.people import actions, search
from songhe.register.people.models import CareLevel, Diagnosis, Person, Relative
from songhe.simulation.cast import Cast

from .test_access import fill


def forget(cast: Cast) -> None:
    assert shredders.get("people").erase([cast.shen.pk], date(2026, 11, 18)) == 1


def test_what_identifies_her_is_gone(cast: Cast) -> None:
    fill(cast.shen)
    number, phone = cast.shen.identity_number, cast.shen.phone
    forget(cast)
    person = Person.objects.visible_to(cast.bureau).get(pk=cast.shen.pk)
    for value in person.__dict__.values():
        for secret in ("沈桂芳", "shen", number, phone, "曹杨路"):
            assert secret not in str(value)
    assert person.birth_date == date(1944, 1, 1)
    assert person.area_code == "310107005000"
    rows = Person.objects.visible_to(cast.bureau)
    for text in ("沈", "shen", number, number[-4:], phone):
        assert cast.shen not in search.search(rows, text), text
    unscoped = {"person": cast.shen}
    assert not Relative.objects.unscoped("test").filter(**unscoped).exists()
    assert not Diagnosis.objects.unscoped("test").filter(**unscoped).exists()
    assert CareLevel.objects.unscoped("test").filter(**unscoped).exists(), "what was decided stays, nameless"


def test_words_are_gone_and_the_chain_holds(cast: Cast) -> None:
    actions.correct(cast.shen.pk, {"living": "lone"}, by=cast.street, reason="沈桂芳本人来窗口")
    reads.log(cast.street, [cast.shen.pk], what="reveal", purpose="沈桂芳来电")
    reads.log(cast.daughter, [cast.shen.pk], what="file")
    assert chain.seal(grace=timedelta(0)) > 0
    forget(cast)
    assert not chain.verify()
    assert not Event.objects.unscoped("test").filter(person_id=cast.shen.pk).exclude(reason="").exists()
    entries = ReadEntry.objects.unscoped("test").filter(person_id=cast.shen.pk)
    assert {(e.purpose, "陆敏" in e.reader) for e in entries} == {("", False)}


def test_her_account_and_her_daughters_are_closed(cast: Cast) -> None:
    forget(cast)
    for part in ("elder", "daughter"):
        account = Account.objects.get(pk=cast.posts[part].account_id)
        assert not account.is_active
        assert account.name == "已删除"
    assert Account.objects.get(pk=cast.neighbour.account_id).is_active


def test_a_neighbour_is_untouched(cast: Cast) -> None:
    forget(cast)
    dai = Person.objects.unscoped("test").get(pk=cast.people["dai"].pk)
    assert (dai.name, dai.phone) == ("戴建国", cast.people["dai"].phone)
    assert Relative.objects.unscoped("test").filter(person=dai).exists()


def test_twice_is_once(cast: Cast) -> None:
    forget(cast)
    before = Person.objects.unscoped("test").get(pk=cast.shen.pk).identity_index
    forget(cast)
    assert Person.objects.unscoped("test").get(pk=cast.shen.pk).identity_index == before
