"""Stays, cover, levels: begin, end, never overlap."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from songhe.kernel import clock, hooks
from songhe.kernel.errors import Forbidden, Missing, Refused
from songhe.kernel.events.models import Event
from songhe.register.people import actions
from songhe.register.people.models import CareLevel, Cover, Stay
from songhe.simulation.cast import Cast


def stay(cast: Cast, days_ago: int = 1, **given: object) -> actions.NewStay:
    starts = clock.now() - timedelta(days=days_ago)
    return actions.NewStay(**{"person_id": cast.shen.pk, "kind": "hospital", "starts": starts, **given})  # type: ignore[arg-type]


def test_into_hospital_and_out(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    for name in ("stay.opened", "stay.closed"):
        monkeypatch.setitem(
            hooks._listeners, name, [lambda ids, *, name=name, at, **facts: told.append((name, list(ids), at))]
        )
    [opened] = actions.open_stays([stay(cast)], by=cast.street)
    actions.close_stays([opened.pk], by=cast.street)
    assert Stay.objects.visible_to(cast.street).get().ends == clock.now()
    assert told == [
        ("stay.opened", [cast.shen.pk], clock.now() - timedelta(days=1)),
        ("stay.closed", [cast.shen.pk], clock.now()),
    ]
    kinds = Event.objects.unscoped("test").filter(person_id=cast.shen.pk).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["stay.opened", "stay.closed"]


def test_overlapping_stays_are_refused_in_plain_words(cast: Cast) -> None:
    actions.open_stays([stay(cast, 3)], by=cast.street)
    with pytest.raises(Refused, match="该时段已有住院、入住或外出记录，不能重叠"):
        actions.open_stays([stay(cast, 1, kind="away")], by=cast.street)
    assert Stay.objects.visible_to(cast.street).count() == 1


def test_a_stay_may_begin_when_the_last_one_ended(cast: Cast) -> None:
    [first] = actions.open_stays([stay(cast, 3)], by=cast.street)
    at = clock.now() - timedelta(days=2)
    actions.close_stays([first.pk], by=cast.street, at=at)
    actions.open_stays([stay(cast, 2, kind="institution")], by=cast.street)


def test_what_has_not_happened_is_not_recorded(cast: Cast) -> None:
    with pytest.raises(Refused, match="尚未发生"):
        actions.open_stays([stay(cast, -1)], by=cast.street)
    [opened] = actions.open_stays([stay(cast, 1)], by=cast.street)
    with pytest.raises(Refused, match="尚未发生"):
        actions.close_stays([opened.pk], by=cast.street, at=clock.now() + timedelta(hours=1))
    with pytest.raises(Refused, match="结束不能早于开始"):
        actions.close_stays([opened.pk], by=cast.street, at=clock.now() - timedelta(days=2))


def test_a_stay_that_is_over_tells_nobody_that_it_began(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(hooks._listeners, "stay.opened", [lambda ids, **facts: pytest.fail("she is home again")])
    actions.open_stays([stay(cast, 9, ends=clock.now() - timedelta(days=5))], by=cast.street)


def test_neighbours_and_other_roles_record_nothing(cast: Cast) -> None:
    with pytest.raises(Missing):
        actions.open_stays([stay(cast)], by=cast.neighbour_street)
    with pytest.raises(Forbidden):
        actions.open_stays([stay(cast)], by=cast.insurer)
    [opened] = actions.open_stays([stay(cast)], by=cast.street)
    with pytest.raises(Missing):
        actions.close_stays([opened.pk], by=cast.neighbour_street)


def test_many_stays_cost_the_same_statements(cast: Cast, crowd: object, django_assert_max_num_queries: object) -> None:
    people = crowd(60)  # type: ignore[operator]  # far more than the budget
    news = [stay(cast, person_id=p.pk) for p in people]
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        opened = actions.open_stays(news, by=cast.street)
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        actions.close_stays([s.pk for s in opened], by=cast.street)


def test_cover_does_not_overlap(cast: Cast) -> None:
    new = actions.NewCover(cast.shen.pk, "resident", date(2020, 1, 1))
    with pytest.raises(Refused, match="该时段已有参保记录"):
        actions.open_covers([new], by=cast.street)
    held = Cover.objects.visible_to(cast.street).get()
    actions.close_covers([held.pk], by=cast.street, on=date(2020, 1, 1))
    actions.open_covers([new], by=cast.street)
    assert Cover.objects.visible_to(cast.street).count() == 2


def level(cast: Cast, starts: date, level: int = 3, **given: object) -> actions.NewLevel:
    facts = {"person_id": cast.shen.pk, "scheme": "shanghai", "level": level, "starts": starts}
    return actions.NewLevel(**{**facts, **given})  # type: ignore[arg-type]


def test_a_new_level_takes_the_place_of_the_old(cast: Cast) -> None:
    actions.set_levels([level(cast, date(2025, 1, 1), ends=date(2027, 1, 1))], by=cast.street)
    actions.set_levels([level(cast, date(2026, 6, 1), 5, ends=date(2028, 6, 1))], by=cast.street)
    held = CareLevel.objects.visible_to(cast.street).order_by("starts")
    assert [(v.level, v.starts, v.ends) for v in held] == [
        (3, date(2025, 1, 1), date(2026, 6, 1)), (5, date(2026, 6, 1), date(2028, 6, 1)),
    ]  # fmt: skip
    assert held[1].label == "照护五级"


def test_schemes_live_side_by_side(cast: Cast) -> None:
    actions.set_levels(
        [level(cast, date(2026, 1, 1)), level(cast, date(2026, 1, 1), scheme="national")], by=cast.street
    )
    assert CareLevel.objects.visible_to(cast.street).count() == 2


def test_a_level_behind_a_later_one_is_refused(cast: Cast) -> None:
    actions.set_levels([level(cast, date(2026, 6, 1))], by=cast.street)
    with pytest.raises(Refused, match="同一体系的照护等级，不能重叠"):
        actions.set_levels([level(cast, date(2026, 1, 1))], by=cast.street)


def test_a_level_ends_before_its_time(cast: Cast) -> None:
    [held] = actions.set_levels([level(cast, date(2026, 1, 1))], by=cast.street)
    actions.close_levels([held.pk], by=cast.street, on=date(2026, 11, 1), reason="终止")
    assert CareLevel.objects.visible_to(cast.street).get().ends == date(2026, 11, 1)
    with pytest.raises(ValueError, match="no level"):
        actions.set_levels([level(cast, date(2026, 12, 1), 7)], by=cast.street)
