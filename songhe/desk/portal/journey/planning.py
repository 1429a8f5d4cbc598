"""The care plan: what is done on which day, agreed by the elder or her family, reviewed in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from songhe.delivery.plans.models import CarePlan, Slot
from songhe.desk.portal import words
from songhe.kernel.access.models import Post
from songhe.kernel.screens.templatetags.songhe import hours

from . import steps
from .stops import Chapter, Link, Stop, line

LABELS = (
    gettext_noop("机构编制"), gettext_noop("您来确认"), gettext_noop("按计划服务"),
)
_AT = {"draft": 0, "proposed": 1, "active": 2, "superseded": 2, "ended": 2, "discarded": 0}


def chapter(plan: CarePlan, slots: Sequence[Slot], post: Post) -> Chapter:
    """The way of one plan."""
    now = _now(plan, slots, post)
    agreed = plan.agreed_at.date() if plan.agreed_at else None
    return Chapter(
        key=f"plan-{plan.pk}", title=_("照护计划"), icon="clipboard-check",
        stops=line([_(label) for label in LABELS], _AT[plan.state], now, {0: None, 1: agreed}),
        number=plan.number, url=reverse("cases:page", args=["plan", plan.pk]), open=plan.state in ("draft", "proposed"),
    )


def said(plan: CarePlan, slots: Sequence[Slot]) -> str:
    """「每周 3 次，共 3 小时」."""
    total = sum(s.minutes for s in slots)
    return _("每周 %(n)d 次，共%(time)s") % {"n": len(slots), "time": hours(total)}


def _now(plan: CarePlan, slots: Sequence[Slot], post: Post) -> Stop:
    if plan.state == "draft":
        return Stop("", "current", _("%(provider)s正在编制计划。") % {"provider": plan.provider.name})
    if plan.state == "proposed":
        text = _("%(provider)s提出的计划：%(what)s，从 %(day)s开始。请您看过后确认。") % {
            "provider": plan.provider.name, "what": said(plan, slots), "day": words.day(plan.starts),
        }
        # Nobody agrees to what she has not seen: the way leads over the plan itself.
        page = reverse("cases:page", args=["plan", plan.pk])
        may = steps.links(plan, post, {"agree": gettext_noop("确认计划")})
        links = [Link(_("看计划，确认"), page, main=True, acts=True)] if may else []
        links += steps.links(plan, post, {"decline": gettext_noop("提修改意见")})
        return Stop("", "current", text, due=plan.due_on, certain=plan.due_certain, links=links)
    if plan.state == "active":
        now = Stop("", "done", said(plan, slots) + _("。"), on=plan.starts)
        if plan.agreed_by:
            now = replace(now, text=now.text + _("由%(who)s确认。") % {"who": plan.agreed_by})
        return now
    return Stop("", "refused", _("这份计划已结束。"), on=plan.ends)
