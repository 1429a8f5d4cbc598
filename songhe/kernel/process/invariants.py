"""What holds of every case, whichever process it lives through."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform

from songhe.kernel.events.models import Event
from songhe.kernel.invariants import Violation, invariant

from .models import Case


def _cases() -> Iterator[tuple[type[Case], QuerySet[Any]]]:
    for model in apps.get_models():
        if issubclass(model, Case):
            yield model, model.objects.unscoped("invariants look at every case").order_by()


@invariant("process.states", "每个办件处于流程表中的状态")
def declared() -> Iterator[Violation]:
    """A state that no table knows has no buttons, no clock and no worklist: the case is lost."""
    for model, cases in _cases():
        for number, state in cases.exclude(state__in=model.process.by_state).values_list("number", "state"):
            yield Violation(f"{model._meta.label_lower} {number}", f"状态 {state} 不在流程表中")


@invariant("process.closed", "办结状态与办结时间一致")
def closed() -> Iterator[Violation]:
    """A final state has its moment, an open one has none."""
    for model, cases in _cases():
        final = [state.name for state in model.process.states if state.final]
        wrong = cases.filter(Q(state__in=final, closed_at__isnull=True) | (~Q(state__in=final) & Q(closed_at__isnull=False)))
        for number, state in wrong.values_list("number", "state"):
            yield Violation(f"{model._meta.label_lower} {number}", f"状态 {state} 与办结时间不一致")


@invariant("process.told", "办件状态与最近一次环节事件一致")
def told() -> Iterator[Violation]:
    """State and event are written in one transaction; if they differ, somebody wrote past the actions."""
    for model, cases in _cases():
        process = model.process
        kinds = [process.event_of(step) for step in process.steps if step.target]
        steps = Event.objects.unscoped("invariants look at every case").filter(subject_id=OuterRef("pk"), kind__in=kinds)
        last = steps.order_by("-id").annotate(to=KeyTextTransform("to", "data")).values("to")[:1]
        wrong = cases.annotate(told=Subquery(last)).filter(told__isnull=False).exclude(told=F("state"))
        for number, state, event in wrong.values_list("number", "state", "told"):
            yield Violation(f"{model._meta.label_lower} {number}", f"状态为 {state}，最近一次环节事件到 {event}")
