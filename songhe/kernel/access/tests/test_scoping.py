"""The funnel, the masks, the read log, consents: closed unless opened."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from songhe.kernel import clock
from songhe.kernel.access import consent, reads, rights
from songhe.kernel.access.models import Consent, ReadEntry
from songhe.kernel.access.scoping import Unscoped
from songhe.kernel.areas.models import Area
from songhe.kernel.errors import Forbidden, Refused
from songhe.register.people.models import Person
from songhe.simulation.cast import Cast

pytestmark = pytest.mark.django_db
WHY = "tests look at everything"


@pytest.mark.parametrize("act", [list, len, bool, lambda q: q.count(), lambda q: q.exists(), lambda q: q.first(),
                                 lambda q: q.update(name="x"), lambda q: q.delete(), lambda q: q.aggregate(), lambda q: list(q.iterator())])
def test_a_query_that_nobody_opened_cannot_be_executed(cast: Cast, act: object) -> None:
    with pytest.raises(Unscoped):
        act(Person.objects.filter(name="沈桂芳"))  # type: ignore[operator]
    assert Person.objects.unscoped(WHY).filter(name="沈桂芳").count() == 1


def test_an_opening_wants_a_reason() -> None:
    with pytest.raises(Unscoped):
        Person.objects.unscoped("  ")


def test_related_rows_want_a_scope_too(cast: Cast) -> None:
    with pytest.raises(Unscoped):
        list(cast.shen.relatives.all())


def test_a_post_that_has_ended_opens_nothing(cast: Cast) -> None:
    post = cast.street
    assert Person.objects.visible_to(post).filter(pk=cast.shen.pk).exists()
    post.ends = clock.today()
    assert not Person.objects.visible_to(post).filter(pk=cast.shen.pk).exists()


def test_a_role_without_a_declared_right_sees_no_row(cast: Cast) -> None:
    assert not Person.objects.visible_to(cast.admin).exists()
    assert not Person.objects.visible_to(cast.volunteer).exists()


def test_a_neighbouring_street_sees_nothing(cast: Cast) -> None:
    assert not Person.objects.visible_to(cast.neighbour_street).filter(pk=cast.shen.pk).exists()


@pytest.mark.parametrize(("code", "inside", "outside"), [
    ("310107", "310107005001", "310108005001"), ("310107005", "310107005001", "310107015001"),
    ("310107005000", "310107005002", "310107006001"), ("310107005001", "310107005001", "310107005002"),
])
def test_a_subtree_is_a_prefix(code: str, inside: str, outside: str) -> None:
    Area.objects.bulk_create([Area(code=c, name=c, kind="committee") for c in (inside, outside)])
    assert [a.code for a in Area.objects.filter(rights.area_q("code", code))] == [inside]


def test_a_reveal_wants_a_right_and_a_purpose_and_is_on_record(cast: Cast) -> None:
    with pytest.raises(Refused):
        rights.reveal(cast.shen, "identity_number", cast.street, " ")
    with pytest.raises(Forbidden):
        rights.reveal(cast.shen, "identity_number", cast.carer, "随便看看")
    before = ReadEntry.objects.unscoped(WHY).filter(what="reveal").count()
    assert len(rights.reveal(cast.shen, "identity_number", cast.street, "核对参保信息")) == 18
    entry = ReadEntry.objects.unscoped(WHY).filter(what="reveal").latest("at")
    assert before == 0
    assert (entry.person_id, entry.purpose, entry.fields) == (cast.shen.pk, "核对参保信息", ["identity_number"])


def test_looking_at_oneself_is_no_look(cast: Cast) -> None:
    reads.log(cast.elder, [cast.shen.pk], what="file")
    assert not ReadEntry.objects.unscoped(WHY).filter(person_id=cast.shen.pk).exists()
    reads.log(cast.daughter, [cast.shen.pk, cast.shen.pk, None], what="file")
    assert ReadEntry.objects.unscoped(WHY).filter(person_id=cast.shen.pk).count() == 1


def test_a_disclosure_without_consent_is_refused_and_withdrawal_counts_at_once(cast: Cast) -> None:
    daughter = cast.relatives["daughter"].pk
    consent.require(cast.shen.pk, "family_view", daughter)
    with pytest.raises(Refused):
        consent.require(cast.shen.pk, "family_view", cast.relatives["stranger"].pk)
    Consent.objects.unscoped(WHY).filter(recipient_id=daughter).update(withdrawn_at=clock.now())
    with pytest.raises(Refused):
        consent.require(cast.shen.pk, "family_view", daughter)


def test_consent_is_for_its_period_and_its_data(cast: Cast) -> None:
    stranger = cast.relatives["stranger"].pk
    Consent.objects.create(
        person_id=cast.shen.pk, purpose="care_share", recipient_id=stranger, recipient_name="高芳", data=["levels"],
        given_by="沈桂芳", starts=date(2026, 1, 1), ends=clock.today() + timedelta(days=1),
    )
    assert consent.allowed([cast.shen.pk], "care_share", stranger, "levels") == {cast.shen.pk}
    assert consent.allowed([cast.shen.pk], "care_share", stranger, "diagnosis") == set()
    clock.advance(timedelta(days=2))
    assert consent.allowed([cast.shen.pk], "care_share", stranger, "levels") == set()
