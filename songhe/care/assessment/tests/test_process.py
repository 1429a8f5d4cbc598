"""Every state × step × role of the table: who may, from where, and what is said when not."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

import pytest
from django.db import transaction

from songhe.care.assessment import actions
from songhe.care.assessment.models import Assessment
from songhe.care.assessment.process import PROCESS
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.errors import Conflict, Forbidden, Missing, Refused, SongheError
from songhe.kernel.process.firing import fire
from songhe.simulation.cast import Cast

from .conftest import PANEL, Bring, staff, tomorrow

STATES = [s.name for s in PROCESS.states]
LIVE = [s for s in STATES if s not in ("refused", "withdrawn", "superseded", "terminated")]


def post_of(cast: Cast, role: str) -> Post:
    """Somebody who holds the role and whose scope holds the case, where the role has one."""
    special = {Role.FAMILY: "daughter", Role.ASSESSOR: "assessor"}
    return cast.posts[special.get(Role(role), str(role))]


def data_for(cast: Cast, step: str) -> dict[str, Any]:
    """What the step asks, rightly filled in."""
    a, b = cast.workers["assessor"].pk, cast.workers["assessor_b"].pk
    return {
        "schedule": {"scheduled_at": tomorrow(), "assessor_a": a, "assessor_b": b},
        "reschedule": {"scheduled_at": tomorrow(14)},
        "review": {"official_level": 3, "official_number": "SH-1", "panel": PANEL},
    }.get(step, {})


def states_reached(cast: Cast, bring: Bring) -> Callable[[str], Assessment]:
    """The one case of this test, brought to a state by the shortest way, set there for the rest."""

    def at(state: str) -> Assessment:
        if state in LIVE:
            return bring(state)
        case = bring("draft")
        Assessment.objects.unscoped("test").filter(pk=case.pk).update(state=state)
        case.state = state
        return case

    return at


@pytest.mark.parametrize("state", STATES)
def test_each_role_takes_exactly_the_steps_the_table_gives_it(cast: Cast, bring: Bring, state: str) -> None:
    staff(cast, "other_agency", "A", "B")
    case = states_reached(cast, bring)(state)
    seen = {r for r in Role if Assessment.objects.visible_to(post_of(cast, r)).filter(pk=case.pk).exists()}
    for step in PROCESS.steps:
        for role in Role:
            _try(cast, copy(case), state, step, role, role in seen)


def _try(cast: Cast, case: Assessment, state: str, step: Any, role: Role, seen: bool) -> None:
    """One cell: a right step of a right role moves the case; anything else says why not."""
    outcome = _fired(cast, case, step, post_of(cast, role))
    cell = f"{state} × {step.name} × {role}: {outcome}"
    if role not in step.who:
        assert isinstance(outcome, Forbidden), cell
        assert step.label in outcome.message
    elif not seen:
        assert isinstance(outcome, Missing), cell
    elif state not in step.sources:
        assert isinstance(outcome, Conflict), cell
        assert PROCESS.by_state[state].label in outcome.message
        assert outcome.remedy
    elif (state, step.name) == ("scheduled", "survey"):
        # The form of this case is empty: the one rule beyond the table that stands in the way here.
        assert isinstance(outcome, Refused), cell
        assert outcome.code == "assessment.unfinished"
    else:
        assert outcome == (step.target or state), cell


def _fired(cast: Cast, case: Assessment, step: Any, by: Post) -> str | SongheError:
    """The state the step leads to, or the refusal; undone either way."""
    outcome: list[str] = []
    try:
        with transaction.atomic():
            (moved,) = fire(case, step.name, by=by, reason="测试理由", data=data_for(cast, step.name))
            outcome.append(moved.state)
            raise _Undo
    except _Undo:
        return outcome[0]
    except SongheError as refusal:
        return refusal


class _Undo(Exception):
    """Takes the step back."""


def test_every_step_that_needs_a_reason_refuses_to_go_without(cast: Cast, bring: Bring) -> None:
    for step in PROCESS.steps:
        if not step.reason_required:
            continue
        by = post_of(cast, next(r for r in Role if r in step.who and r != Role.SYSTEM))
        with pytest.raises(Refused, match=f"请填写{step.label}的理由"):
            fire(Assessment(state=step.sources[0]), step.name, by=by, reason=" ")


def test_of_two_clerks_who_accept_at_once_exactly_one_succeeds(cast: Cast, bring: Bring) -> None:
    one = bring("submitted")
    other = Assessment.objects.visible_to(cast.street).get(pk=one.pk)
    actions.accept(one, by=cast.street)
    with pytest.raises(Conflict, match="已不能受理") as conflict:
        actions.accept(other, by=cast.street)
    assert "刷新" in conflict.value.remedy


def test_many_cases_move_together_or_not_at_all(cast: Cast, bring: Bring) -> None:
    one, two = bring("submitted"), bring("submitted", cast.people["dai"])
    with pytest.raises(Missing):
        actions.accept([one, two], by=cast.street)
    one.refresh_from_db(from_queryset=Assessment.objects.unscoped("test"))
    assert one.state == "submitted"
