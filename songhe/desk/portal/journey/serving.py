"""From the level to care at home: entitlement, choice of a provider, confirmation, beginning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from songhe.care.ltci.entitlement import Entitlement
from songhe.care.ltci.models import Enrolment
from songhe.care.ltci.refusals import explain
from songhe.desk.portal import words
from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.events.queries import Moment

from . import steps
from .stops import Chapter, Link, Stop, line

LABELS = (
    gettext_noop("选护理机构"), gettext_noop("机构确认"), gettext_noop("商定照护计划"), gettext_noop("开始服务"),
)
_AT = {"choosing": 0, "requested": 1, "confirmed": 2, "serving": 3, "suspended": 3}
_DONE = ("requested", "confirmed", "serving", "serving")


def chapter(case: Enrolment, moments: Sequence[Moment], view: tuple[date, Entitlement], post: Post) -> Chapter:
    """The way of one service relation; ``view`` is the entitlement on the day that matters."""
    times = {m.data.get("to"): m.at.astimezone(clock.SHANGHAI).date() for m in moments if m.data.get("to")}
    here = _AT.get(case.state)
    if here is None:
        here = max((at for state, at in _AT.items() if state in times), default=0)
    now = replace(_now(case, moments, post), reasons=view[1].because if case.state != "ended" else ())
    if view[1].entitled and view[0] > clock.today() and case.state != "ended":
        now = replace(now, text=now.text + _("待遇从 %(day)s开始。") % {"day": words.day(view[0])})
    return Chapter(
        key=f"ltci-{case.pk}", title=_("长护险服务（%(form)s）") % {"form": _(case.get_form_display())}, icon="heart-handshake",
        stops=line([_(label) for label in LABELS], here, now, {at: times.get(s) for at, s in enumerate(_DONE)}),
        number=case.number, url=reverse("cases:page", args=["ltci", case.pk]), open=case.state != "ended",
    )


def _now(case: Enrolment, moments: Sequence[Moment], post: Post) -> Stop:
    provider = case.provider.name if case.provider else ""
    if case.state == "choosing":
        said = next((m.reason for m in reversed(moments) if m.kind == "ltci.decline" and m.reason), "")
        text = _("可以选一家护理机构上门服务了。")
        if said:
            text = _("上次选的机构不能接收：%(said)s。请另选一家。") % {"said": said}
        elif any(m.kind == "ltci.lapse" for m in moments):
            text = _("上次选的机构没有按时答复，请另选一家。")
        return Stop("", "current", text, links=[Link(_("选一家护理机构"), reverse("portal:providers"), main=True, acts=True)])
    if case.state == "requested":
        return Stop("", "current", _("已选%(provider)s，等机构确认接收。") % {"provider": provider}, due=case.due_on,
                    certain=case.due_certain)
    if case.state == "confirmed":
        text = _("%(provider)s已确认接收，正在和您商定照护计划。") % {"provider": provider}
        return Stop("", "current", text, due=case.due_on, certain=case.due_certain,
                    links=steps.links(case, post, {"change": gettext_noop("换一家机构")}))
    if case.state == "serving":
        since = words.day(case.started_on) if case.started_on else ""
        text = _("%(provider)s从 %(since)s起上门服务。") % {"provider": provider, "since": since}
        return Stop("", "done", text, on=case.started_on, links=steps.links(case, post, {"change": gettext_noop("换一家机构")}))
    said = next((m.reason for m in reversed(moments) if m.reason), "")
    if case.state == "suspended":
        return Stop("", "current", _("服务暂停：%(said)s。恢复请联系%(provider)s。") % {"said": said, "provider": provider})
    return Stop("", "refused", _("服务已结束：%(said)s") % {"said": said or _("按规定结束")}, on=case.ended_on)


def before(view: tuple[date, Entitlement]) -> Chapter:
    """What is said while no service relation exists: entitled and free to choose, or not and why."""
    (day, answer), title, icon = view, _("长护险服务"), "heart-handshake"
    if answer.entitled:
        text = _("评估结论有效，可以选一家护理机构上门服务。")
        if day > clock.today():
            text += _("待遇从 %(day)s开始。") % {"day": words.day(day)}
        now = Stop(_("选护理机构"), "current", text, reasons=answer.because,
                   links=[Link(_("选一家护理机构"), reverse("portal:providers"), main=True, acts=True)])
        return Chapter("ltci", title, icon, [now, *(Stop(_(label)) for label in LABELS[1:])])
    why = explain(answer.refusals, portal=True)
    text = _("目前不能享受长护险：") + "；".join(b.text for b in why)
    now = Stop(_("核对待遇"), "refused", text, reasons=[*why, *answer.because])
    return Chapter("ltci", title, icon, [now], open=False)
