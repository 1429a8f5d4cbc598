"""What the steps of a service relation do to their rows, inside the transaction of the step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from songhe.delivery.plans.access import require_may_act
from songhe.delivery.plans.models import CarePlan
from songhe.kernel import bulk, clock, policy
from songhe.kernel.access.posts import system
from songhe.kernel.errors import Refused
from songhe.kernel.process.firing import Firing, effect, fire, writes
from songhe.register.people.models import Stay

from .actions import contracted
from .models import Enrolment, Pause
from .process import ENROLMENT

WHY = "a step of the service relation"
Rows = Sequence[Enrolment]
NO_PLAN = "请先编制照护计划并请长者或家属确认。"


@effect(ENROLMENT, "choose", "change")
def _family_may_act(rows: Rows, firing: Firing) -> None:
    require_may_act({r.person_id for r in rows}, firing.by)


@effect(ENROLMENT, "choose")
@writes("provider", "bonus")
def _choose(rows: Rows, firing: Firing) -> None:
    """The provider chosen must hold a contract and must not have declined this person."""
    provider_id = UUID(str(firing.data.get("provider") or UUID(int=0)))
    for form in {r.form for r in rows}:
        if provider_id not in {o.pk for o in contracted(firing.today, form)}:
            raise Refused("ltci.provider", "所选机构没有有效的长护险定点协议，请另选一家", field="provider")
    bonus = firing.data.get("bonus")
    fixed = bool(policy.value("ltci.home.bonus.choice_fixed", on=firing.today).value)
    for row in rows:
        if str(provider_id) in row.declined_by:
            raise Refused("ltci.declined", "该机构此前表示不能接收，请另选一家", field="provider")
        if bonus and fixed and row.bonus and bonus != row.bonus:
            raise Refused("ltci.bonus_fixed", f"居家激励已选「{row.get_bonus_display()}」，一个评估有效期内不变更", field="bonus")
        row.provider_id = provider_id
        row.bonus = bonus or row.bonus
        firing.note(row, provider=str(provider_id))


@effect(ENROLMENT, "decline", "lapse")
@writes("provider", "declined_by")
def _decline(rows: Rows, firing: Firing) -> None:
    for row in rows:
        row.declined_by = [*row.declined_by, str(row.provider_id)]
        firing.note(row, provider=str(row.provider_id))
        row.provider_id = None


@effect(ENROLMENT, "start")
@writes("started_on")
def _start(rows: Rows, firing: Firing) -> None:
    """Home care starts with an agreed plan; care in a home with the residence there."""
    plans = _running_plans(rows)
    stays = _residence(rows)
    for row in rows:
        if row.form == "home":
            plan = plans.get(row.person_id)
            if plan is None or plan.provider_id != row.provider_id:
                raise Refused("ltci.no_plan", f"{row.number} 还没有经家属确认的照护计划，不能开始服务", remedy=NO_PLAN)
            row.started_on = row.started_on or plan.starts
        else:
            moved_in = stays.get((row.person_id, row.provider_id))
            if moved_in is None:
                raise Refused("ltci.not_moved_in", f"{row.number} 没有入住登记，不能开始机构照护",
                              remedy="请先在长者档案的「住院与入住」中登记入住。")
            begins = row.started_on or firing.data.get("started_on") or firing.today
            if begins < moved_in:
                raise Refused("ltci.started_on", f"开始日不能早于入住日 {moved_in}", field="started_on")
            row.started_on = begins


@effect(ENROLMENT, "suspend")
def _suspend(rows: Rows, firing: Firing) -> None:
    """Begin a pause. A stay keeps the plan, which goes on after it; otherwise the plan ends with the service."""
    kind, since = firing.data.get("kind", Pause.Kind.MANUAL), firing.data.get("since") or firing.today
    bulk.insert([Pause(enrolment=r, kind=kind, starts=since + timedelta(days=1)) for r in rows])
    if kind != Pause.Kind.STAY:
        _end_plans(rows, firing)


@effect(ENROLMENT, "resume")
def _resume(rows: Rows, firing: Firing) -> None:
    """Close the pause on the day service goes on. Home care needs a plan that runs."""
    plans = _running_plans(rows)
    for row in rows:
        plan = plans.get(row.person_id)
        if row.form == "home" and (plan is None or plan.provider_id != row.provider_id):
            raise Refused("ltci.no_plan", f"{row.number} 没有执行中的照护计划，不能恢复服务", remedy=NO_PLAN)
    _close_pauses(rows, firing.data.get("on") or firing.today)


@effect(ENROLMENT, "change", "end")
@writes("ended_on")
def _stop(rows: Rows, firing: Firing) -> None:
    """The last day still belongs to the relation. Dates by row come in ``data["each"]``."""
    each: dict[UUID, date] = firing.data.get("each", {})
    for row in rows:
        row.ended_on = each.get(row.pk) or firing.data.get("ended_on") or firing.today
    _close_pauses(rows, firing.today + timedelta(days=1))
    _end_plans(rows, firing)


def _close_pauses(rows: Rows, on: date) -> None:
    """Open pauses end on a day; one that would be empty was none."""
    pauses = list(Pause.objects.unscoped(WHY).filter(enrolment__in=[r.pk for r in rows], ends__isnull=True))
    empty = [p.pk for p in pauses if p.starts >= on]
    if empty:
        Pause.objects.unscoped(WHY).filter(pk__in=empty).delete()
    kept = [p for p in pauses if p.starts < on]
    for pause in kept:
        pause.ends = on
    bulk.update(kept, ["ends"])


def _running_plans(rows: Rows) -> dict[UUID, CarePlan]:
    plans = CarePlan.objects.unscoped(WHY).filter(person_id__in=[r.person_id for r in rows], state="active", funding="ltci")
    return {p.person_id: p for p in plans}


def _residence(rows: Rows) -> dict[tuple[Any, Any], date]:
    """Since when residents live in which home."""
    housed = [r.person_id for r in rows if r.form == "institution"]
    if not housed:
        return {}
    stays = Stay.objects.unscoped(WHY).filter(person_id__in=housed, kind="institution", ends__isnull=True)
    return {
        (pid, home): starts.astimezone(clock.SHANGHAI).date()
        for pid, home, starts in stays.values_list("person_id", "organisation_id", "starts")
    }


def _end_plans(rows: Rows, firing: Firing) -> None:
    """The plans that rest on these relations fall with them; a plan paid otherwise goes on."""
    running = CarePlan.objects.unscoped(WHY).filter(
        person_id__in=[r.person_id for r in rows if r.form == "home"], state__in=["active", "proposed"], funding="ltci"
    )
    fire(list(running), "end", by=system(), reason=firing.reason or firing.step.label)
