"""Every state, step and role of a call for help: what the table allows is allowed, all else is refused."""

from __future__ import annotations

import itertools

import pytest

from songhe.desk.intake.actions import Call, ask_for_help, forget
from songhe.desk.intake.models import HelpRequest
from songhe.desk.intake.process import PROCESS
from songhe.kernel import clock
from songhe.kernel.errors import Conflict, Forbidden, Missing
from songhe.kernel.process.firing import fire
from songhe.simulation.cast import Cast

PARTS = ("street", "advisor", "elder", "daughter", "bureau", "coordinator", "stranger", "admin")


def put(cast: Cast, state: str) -> HelpRequest:
    call = ask_for_help([Call(cast.shen)], by=cast.elder)[0]
    if state == "answered":
        fire(call, "answer", by=cast.street, reason="已回电")
    elif state == "withdrawn":
        fire(call, "withdraw", by=cast.elder)
    return call


@pytest.mark.parametrize("state, step", list(itertools.product(PROCESS.by_state, PROCESS.by_step)))
def test_a_step_is_taken_only_from_its_states_and_by_its_roles(state: str, step: str, cast: Cast) -> None:
    declared = PROCESS.by_step[step]
    call = put(cast, state)
    for part in PARTS:
        post = cast.posts[part]
        call.refresh_from_db(from_queryset=HelpRequest.objects.unscoped("test"))
        if post.role not in declared.who:
            with pytest.raises(Forbidden):
                fire(call, step, by=post, reason="试一试")
        elif part == "stranger":
            with pytest.raises(Missing):
                fire(call, step, by=post, reason="试一试")
        elif call.state not in declared.sources:
            with pytest.raises(Conflict):
                fire(call, step, by=post, reason="试一试")
        else:
            fire(call, step, by=post, reason="试一试")
            assert call.state == declared.target


def test_only_elder_and_family_call_for_help(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        ask_for_help([Call(cast.shen)], by=cast.street)
    with pytest.raises(Missing):
        ask_for_help([Call(cast.shen)], by=cast.stranger)


def test_erasing_leaves_that_somebody_asked(cast: Cast) -> None:
    call = ask_for_help([Call(cast.shen, words="家里没人", phone="13900000002")], by=cast.elder)[0]
    assert forget([cast.shen.pk], clock.today()) == 1
    call.refresh_from_db(from_queryset=HelpRequest.objects.unscoped("test"))
    assert (call.words, call.phone, call.asked_by, call.state) == ("", "", "", "waiting")
