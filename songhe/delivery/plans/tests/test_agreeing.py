"""Agreeing, declining, revising and ending a plan."""

from datetime import timedelta

import pytest

from songhe.delivery.conftest import TODAY, slot
from songhe.delivery.plans import actions
from songhe.delivery.plans.models import CarePlan, Slot
from songhe.kernel import hooks, vault
from songhe.kernel.access.models import Consent
from songhe.kernel.errors import Conflict, Forbidden, Missing, Refused
from songhe.kernel.events.models import Event
from songhe.kernel.process.firing import fire

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture
def proposed(delivery, cast):
    plan = delivery.draft(slot())
    return fire(plan, "propose", by=cast.coordinator)[0]


def test_a_plan_with_something_against_it_is_not_proposed(delivery, cast):
    plan = delivery.draft(slot(minutes=400, items=(34,)))
    with pytest.raises(Refused) as refused:
        fire(plan, "propose", by=cast.coordinator)
    assert "超过额度" in refused.value.message
    assert any("须由执业护士完成" in r.text and r.status == "recalled-low" for r in refused.value.reasons)
    plan.refresh_from_db()
    assert plan.state == "draft"


def test_the_daughter_agrees_in_her_own_name(proposed, cast):
    fire(proposed, "agree", by=cast.daughter, data={"agreed_by": "别人", "signature": b""})
    proposed.refresh_from_db()
    assert (proposed.state, proposed.agreed_by) == ("active", "陆敏（女儿）")
    assert proposed.due_on is not None


def test_a_provider_says_who_agreed(proposed, cast):
    with pytest.raises(Refused) as refused:
        fire(proposed, "agree", by=cast.coordinator)
    assert refused.value.field == "agreed_by"
    fire(proposed, "agree", by=cast.coordinator, data={"agreed_by": "陆敏", "relation": "女儿"})
    proposed.refresh_from_db()
    assert proposed.agreed_by == "陆敏（女儿）"


def test_a_signature_lies_in_the_vault_and_not_in_the_event(proposed, cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    fire(proposed, "agree", by=cast.elder, data={"signature": PNG})
    proposed.refresh_from_db()
    assert vault.open(proposed.signature) == PNG
    assert len(proposed.signature_digest) == 64
    event = Event.objects.unscoped("test").get(subject_id=proposed.pk, kind="plan.agree")
    assert event.data["signed"] is True
    assert proposed.signature not in str(event.data)


def test_a_signature_that_is_no_picture_is_refused_and_nothing_is_agreed(proposed, cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(Refused, match="格式不符"):
        fire(proposed, "agree", by=cast.elder, data={"signature": b"<svg onload=x>"})
    proposed.refresh_from_db()
    assert proposed.state == "proposed"


@pytest.mark.parametrize("how", ["right", "consent"])
def test_a_relative_without_right_or_consent_to_act_agrees_nothing(proposed, cast, how):
    if how == "right":
        relative = cast.relatives["daughter"]
        relative.may_act = False
        relative.save()
    else:
        Consent.objects.unscoped("test").filter(purpose="family_act").delete()
    with pytest.raises(Forbidden, match="未授权"):
        fire(proposed, "agree", by=cast.daughter)
    proposed.refresh_from_db()
    assert proposed.state == "proposed"


def test_a_stranger_agrees_nothing(proposed, cast):
    with pytest.raises(Missing):
        fire(proposed, "agree", by=cast.stranger)


def test_those_who_listen_find_the_plan_running(proposed, cast, monkeypatch):
    heard = []
    monkeypatch.setitem(hooks._listeners, "plans.agreed", [
        lambda ids, **facts: heard.append(CarePlan.objects.unscoped("test").get(pk=ids[0]).state)
    ])
    fire(proposed, "agree", by=cast.elder)
    assert heard == ["active"]


def test_declining_sends_it_back_with_the_words(proposed, cast):
    fire(proposed, "decline", by=cast.daughter, reason="周四上午要做康复")
    proposed.refresh_from_db()
    assert proposed.state == "draft"
    assert Event.objects.unscoped("test").get(kind="plan.decline").reason == "周四上午要做康复"


def test_revising_copies_the_week_and_leaves_the_plan_running(delivery, cast):
    plan = delivery.active(slot(2), slot(4, carer=cast.workers["carer"].pk), goals="能走路", risks=("跌倒",))
    new = actions.revise(plan, by=cast.coordinator)
    assert (new.state, new.previous_id, new.goals, new.risks) == ("draft", plan.pk, "能走路", ["跌倒"])
    copied = Slot.objects.unscoped("test").filter(plan=new).order_by("weekday").values_list("weekday", "carer_id")
    assert list(copied) == [(2, None), (4, cast.workers["carer"].pk)]
    plan.refresh_from_db()
    assert plan.state == "active"
    assert actions.revise(plan, by=cast.coordinator).pk == new.pk


def test_only_a_running_plan_is_revised_and_only_by_its_maker(proposed, delivery, cast):
    with pytest.raises(Refused, match="执行中"):
        actions.revise(proposed, by=cast.coordinator)
    with pytest.raises(Forbidden):
        actions.revise(proposed, by=cast.street)


def test_a_proposed_plan_cannot_be_changed(proposed, cast):
    for change in (
        lambda: actions.put_slot(proposed, slot(1), by=cast.coordinator),
        lambda: actions.change_slots(proposed, [slot(1)], by=cast.coordinator),
        lambda: actions.describe(proposed, by=cast.coordinator, goals="", risks=[], sex_wish="", starts=TODAY),
    ):
        with pytest.raises(Refused, match="不能再改"):
            change()


def test_a_neighbours_draft_cannot_be_changed(delivery, cast):
    with pytest.raises(Refused):
        actions.put_slot(delivery.draft(), slot(1), by=cast.other_coordinator)


def test_the_carer_asked_for_must_be_of_the_provider(delivery, cast):
    with pytest.raises(Refused, match="不是本机构人员"):
        actions.put_slot(delivery.draft(), slot(1, carer=cast.workers["other_carer"].pk), by=cast.coordinator)


def test_ending_says_why_and_frees_the_day(delivery, cast):
    plan = delivery.active()
    with pytest.raises(Refused, match="理由"):
        fire(plan, "end", by=cast.coordinator)
    fire(plan, "end", by=cast.coordinator, reason="入住养老院")
    plan.refresh_from_db()
    assert (plan.state, plan.ends) == ("ended", TODAY)
    with pytest.raises(Conflict):
        fire(plan, "end", by=cast.coordinator, reason="再来一次")


def test_a_plan_that_has_not_begun_ends_on_its_first_day(delivery, cast):
    plan = delivery.active(starts=TODAY + timedelta(days=9))
    actions.end_for_people([cast.shen.pk], by=cast.system, reason="长者已故")
    plan.refresh_from_db()
    assert plan.ends == plan.starts
