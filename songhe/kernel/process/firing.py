"""Taking steps: lock, check, act, write the event. For one case or for thousands alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from songhe.kernel import bulk, clock, events
from songhe.kernel.access.models import Post
from songhe.kernel.because import Because
from songhe.kernel.errors import Conflict, Forbidden, Missing, Refused

from .models import Case, take_numbers
from .table import Process, Step

C = TypeVar("C", bound=Case)

#: What a timeline calls the beginning of a case; screens translate it.
_OPENED = gettext_noop("建立")


@dataclass
class Firing:
    """One taking of a step: who, when, with what, on which cases."""

    step: Step
    by: Post
    at: datetime
    reason: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    #: What each case's event carries besides its states; effects add to it.
    event_data: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    #: What follows once the cases have moved, inside the same transaction.
    followers: list[Callable[[], None]] = field(default_factory=list)

    def afterwards(self, act: Callable[[], None]) -> None:
        """Do something once the cases stand in their new state: tell others, open what comes next."""
        self.followers.append(act)

    @property
    def today(self) -> date:
        """The day on which the step is taken."""
        return self.at.date()

    def note(self, case: Case, **facts: Any) -> None:
        """Put facts into the case's event."""
        self.event_data.setdefault(case.pk, {}).update(facts)


Effect = Callable[[Sequence[Any], Firing], None]
_effects: dict[tuple[str, str], list[Effect]] = {}


def effect(process: Process, *steps: str) -> Callable[[Effect], Effect]:
    """Register what a step does to its cases, inside its transaction. It gets the whole set.

    An effect may change fields of the cases; ``fire`` saves the fields that the effect
    lists in ``effect.writes``.
    """

    def register(function: Effect) -> Effect:
        for name in steps:
            if name not in process.by_step:
                raise ValueError(f"{process.name} has no step {name}")
            _effects.setdefault((process.name, name), []).append(function)
        return function

    return register


def writes(*fields: str) -> Callable[[Effect], Effect]:
    """Say which fields of the case an effect changes, so that they are saved with the state."""

    def mark(function: Effect) -> Effect:
        function.writes = fields  # type: ignore[attr-defined]
        return function

    return mark


def open_cases(cases: Sequence[C], *, by: Post, data: Mapping[UUID, Mapping[str, Any]] | None = None) -> list[C]:
    """Number and store new cases in their start state, with an ``opened`` event each."""
    if not cases:
        return []
    process = cases[0].process
    at = clock.now()
    start = process.by_state[process.start]
    with transaction.atomic():
        for case, number in zip(cases, take_numbers(process.number_prefix, len(cases)), strict=True):
            case.number, case.state, case.state_since, case.opened_at = number, process.start, at, at
            limit = case.limit(start, at.date())
            case.due_on, case.due_certain = (limit.on, limit.certain) if limit else (None, True)
        bulk.insert(cases)
        events.record_many(
            [events.New(f"{process.name}.opened", c, data=(data or {}).get(c.pk, {})) for c in cases], by=by
        )
    return list(cases)


def refusals(case: Case, step: Step, by: Post, data: Mapping[str, Any] | None = None) -> list[Because]:
    """Reasons why ``by`` cannot take ``step`` on ``case`` now: for greyed buttons. Empty when it can."""
    if by.role not in step.who:
        return [Because("您的岗位不办理此环节")]
    if case.state not in step.sources:
        return [Because(f"当前状态为「{case.state_now.label}」，不能{step.label}")]
    return list(step.guard(case, dict(data or {}))) if step.guard else []


def fire(
    cases: C | Iterable[C],
    step_name: str,
    *,
    by: Post,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> list[C]:
    """Take a step on one case or many, all or none, in one transaction.

    Raises :class:`Forbidden` without the role, :class:`Missing` where a case is outside the
    post's scope, :class:`Conflict` where somebody moved a case first, and
    :class:`Refused` with reasons where a guard objects or a needed reason is missing.
    """
    given = [cases] if isinstance(cases, Case) else list(cases)
    if not given:
        return []
    process, model = given[0].process, type(given[0])
    step = process.by_step[step_name]
    if by.role not in step.who:
        raise Forbidden(f"您的岗位（{by.get_role_display()}）不办理「{step.label}」")
    if step.reason_required and len(reason.strip()) < 2:
        raise Refused("reason_missing", f"请填写{step.label}的理由", field="reason")
    firing = Firing(step, by, at or clock.now(), reason.strip(), dict(data or {}))
    with transaction.atomic():
        locked = _lock(model, [c.pk for c in given], by)
        before = {c.pk: c.state for c in locked}
        for case in locked:
            _check(case, step, firing)
        fields = _run(process, step, locked, firing)
        _move(process, step, locked, firing, fields)
        events.record_many(
            [
                events.New(
                    process.event_of(step), c, reason=firing.reason, at=firing.at,
                    data={"from": before[c.pk], "to": c.state, **firing.event_data.get(c.pk, {})},
                )
                for c in locked
            ],
            by=by,
        )
        for act in firing.followers:
            act()
    for old, new in zip(sorted(given, key=lambda c: c.pk), locked, strict=True):
        old.__dict__.update({k: v for k, v in new.__dict__.items() if k != "_state"})
    return locked


def _lock(model: type[C], ids: list[UUID], by: Post) -> list[C]:
    """The rows, locked in the order of their ids so that two sets never wait for each other."""
    seen = model.objects.visible_to(by).filter(pk__in=ids)
    locked = list(
        model.objects.unscoped("locked after the scope was asked")
        .select_for_update(of=("self",))
        .filter(pk__in=seen.values("pk"))
        .order_by("pk")
    )
    if len(locked) != len(set(ids)):
        raise Missing("没有找到该办件，或它不在您的管辖范围内")
    return locked


def _check(case: Case, step: Step, firing: Firing) -> None:
    if case.state not in step.sources:
        raise Conflict(
            "moved_on",
            f"{case.number} 当前为「{case.state_now.label}」，已不能{step.label}",
            remedy="可能已由他人办理，请刷新页面查看最新状态。",
        )
    if step.guard and (reasons := list(step.guard(case, firing.data))):
        raise Refused(
            f"{case.process.name}.{step.name}",
            f"不能{step.label}：" + "；".join(r.text for r in reasons),
            reasons=reasons,
        )


def _run(process: Process, step: Step, cases: Sequence[Case], firing: Firing) -> set[str]:
    fields: set[str] = set()
    for function in _effects.get((process.name, step.name), ()):
        function(cases, firing)
        fields.update(getattr(function, "writes", ()))
    return fields


def _move(
    process: Process, step: Step, cases: Sequence[Case], firing: Firing, fields: set[str]
) -> None:
    target = process.by_state[step.target] if step.target else None
    if target is not None:
        for case in cases:
            case.state, case.state_since = target.name, firing.at
            limit = case.limit(target, firing.today)
            case.due_on, case.due_certain = (limit.on, limit.certain) if limit else (None, True)
            case.closed_at = firing.at if target.final else None
        fields |= {"state", "state_since", "due_on", "due_certain", "closed_at"}
    if not fields:
        return
    bulk.update(cases, sorted(fields))


def fire_due(model: type[C], *, by: Post, on: date | None = None) -> int:
    """Take the clock's own steps on all cases whose time limit has passed. Run by the schedule."""
    day = on or clock.today()
    moved = 0
    for step in model.process.steps:
        if not step.when_due:
            continue
        late = list(
            model.objects.unscoped("the clock acts on every case")
            .filter(Q(due_on__lt=day), state__in=step.sources)
            .order_by("pk")[:5000]
        )
        moved += len(fire(late, step.name, by=by))
    return moved


def declare_events(process: Process, *, portal_opened: bool = True) -> None:
    """Declare one kind of event per step, from the table."""
    events.declare(f"{process.name}.opened", f"{process.title}：{_OPENED}", portal=portal_opened, icon="file-plus")
    for step in process.steps:
        events.declare(
            process.event_of(step), step.sentence or f"{process.title}：{step.label}", portal=step.portal, icon=step.icon
        )
