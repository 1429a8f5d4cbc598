"""Recording a death, and taking it back."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from songhe.kernel import clock, hooks
from songhe.kernel.errors import Missing, Refused
from songhe.kernel.events.models import Event
from songhe.register.people import actions, invariants
from songhe.register.people.models import CareLevel, Cover, Person, Stay
from songhe.simulation.cast import Cast

from .test_access import fill

YESTERDAY = date(2026, 11, 17)


def die(cast: Cast, day: date = YESTERDAY) -> None:
    actions.record_deaths({cast.shen.pk: day}, by=cast.street, reason="死亡医学证明")


def test_everything_ends_with_the_day(cast: Cast) -> None:
    fill(cast.shen)
    planned = CareLevel(
        person=cast.shen, scheme="national", level=3, label="", starts=date(2027, 1, 1), ends=date(2028, 1, 1)
    )
    CareLevel.objects.bulk_create([planned])
    die(cast)
    person = Person.objects.visible_to(cast.street).get(pk=cast.shen.pk)
    assert (person.status, person.death_date, person.age) == ("deceased", YESTERDAY, 82)
    unscoped = {m: m.objects.unscoped("test").filter(person=person) for m in (CareLevel, Cover, Stay)}
    assert unscoped[CareLevel].get(scheme="shanghai").ends == date(2026, 11, 18)
    assert unscoped[CareLevel].get(scheme="national").ends == planned.starts, "what had not begun is empty"
    assert unscoped[Cover].get().ends == date(2026, 11, 18)
    assert unscoped[Stay].get().ends >= datetime(2026, 11, 18, tzinfo=clock.SHANGHAI)
    assert not list(invariants.death_has_a_day())
    assert not list(invariants.nothing_runs_after_death())


def test_periods_that_had_ended_stay_as_they_were(cast: Cast) -> None:
    ended = Stay(person=cast.shen, kind="hospital", starts=clock.now() - timedelta(days=9),
                 ends=clock.now() - timedelta(days=5))  # fmt: skip
    Stay.objects.bulk_create([ended])
    die(cast)
    assert Stay.objects.visible_to(cast.street).get().ends == ended.ends


def test_others_are_told_once_and_within_the_transaction(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    monkeypatch.setitem(hooks._listeners, "person.died", [lambda ids, **facts: told.append(list(ids))])
    both = {cast.shen.pk: YESTERDAY, cast.people["dai"].pk: date(2026, 11, 10)}
    actions.record_deaths(both, by=cast.bureau)
    assert [sorted(ids) for ids in told] == [sorted(both)]
    assert Event.objects.unscoped("test").filter(kind="person.died").count() == 2


def test_a_listener_that_refuses_undoes_the_death(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(ids: object, **facts: object) -> None:
        raise Refused("test", "尚不能登记")

    monkeypatch.setitem(hooks._listeners, "person.died", [refuse])
    with pytest.raises(Refused):
        die(cast)
    assert Person.objects.visible_to(cast.street).get(pk=cast.shen.pk).status == "living"


@pytest.mark.parametrize("day", [date(2026, 11, 19), date(1944, 3, 11)])
def test_an_impossible_day_is_refused(cast: Cast, day: date) -> None:
    with pytest.raises(Refused) as refused:
        die(cast, day)
    assert refused.value.field == "death_date"


def test_nobody_dies_twice_or_by_a_neighbours_hand(cast: Cast) -> None:
    with pytest.raises(Missing):
        actions.record_deaths({cast.shen.pk: YESTERDAY}, by=cast.neighbour_street)
    die(cast)
    with pytest.raises(Refused, match="已于 2026-11-17 登记去世"):
        die(cast)
    with pytest.raises(Refused):
        actions.open_stays([actions.NewStay(cast.shen.pk, "hospital", clock.now())], by=cast.street)


def test_a_mistaken_death_is_taken_back(cast: Cast) -> None:
    die(cast)
    actions.withdraw_death(cast.shen.pk, by=cast.street, reason="同名误登")
    person = Person.objects.visible_to(cast.street).get(pk=cast.shen.pk)
    assert (person.status, person.death_date) == ("living", None)
    assert Cover.objects.visible_to(cast.street).get().ends is None
    with pytest.raises(Refused, match="没有死亡登记"):
        actions.withdraw_death(cast.shen.pk, by=cast.street, reason="同名误登")


def test_many_deaths_cost_the_same_statements(cast: Cast, crowd: object, django_assert_max_num_queries: object) -> None:
    people = crowd(60)  # type: ignore[operator]  # far more than the budget
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        actions.record_deaths({p.pk: YESTERDAY for p in people}, by=cast.street)
