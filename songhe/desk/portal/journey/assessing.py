"""Applying and being assessed: one chapter for each assessment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from songhe.care.assessment import face, rules, terms
from songhe.care.assessment.models import Assessment
from songhe.desk.cases.progress import entered
from songhe.desk.portal import words
from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.areas import queries as areas
from songhe.kernel.because import Because
from songhe.kernel.events.queries import Moment

from . import steps
from .stops import Chapter, Link, Stop, line

LABELS = (
    gettext_noop("提交申请"), gettext_noop("街道受理"), gettext_noop("安排评估"), gettext_noop("上门评估"),
    gettext_noop("集体审核"), gettext_noop("结果公示"), gettext_noop("出具结论"), gettext_noop("结果送达"),
)
_AT = {
    "draft": 0, "submitted": 1, "refused": 1, "accepted": 2, "assigned": 2, "scheduled": 3, "surveyed": 4,
    "reviewed": 4, "noticed": 5, "objected": 5, "concluded": 6, "delivered": 7, "expired": 7, "superseded": 7,
}
#: The state whose entry ends each stop.
_LEFT = ("submitted", "accepted", "scheduled", "surveyed", "noticed", "concluded", "concluded", "delivered")
ENDED = ("refused", "withdrawn", "expired", "superseded", "terminated")


def chapter(case: Assessment, moments: Sequence[Moment], post: Post) -> Chapter:
    """The way of one assessment, as far as it has come."""
    times = entered(case, moments)
    done = {at: _day(times.get(state)) for at, state in enumerate(_LEFT)}
    here = _AT.get(case.state)
    if here is None:  # withdrawn or terminated somewhere on the way
        here = max((at for state, at in _AT.items() if state in times), default=0)
    now = replace(SAY[case.state](case, moments, post), reasons=reasons(case, post))
    return Chapter(
        key=f"assessment-{case.pk}", title=f"{_(case.get_kind_display())}", icon="clipboard-list",
        stops=line([_(label) for label in LABELS], here, now, done), number=case.number,
        url=reverse("cases:page", args=["assessment", case.pk]),
        open=case.state not in ("delivered", *ENDED),
    )


def _day(at: datetime | None) -> date | None:
    return at.astimezone(clock.SHANGHAI).date() if at else None


def reasons(case: Assessment, post: Post) -> list[Because]:
    """Why it takes so long, why this agency, why this result."""
    found = [term.because for term in (face.clocks(case, post) or {}).get("terms", ())]
    if case.agency_id and case.state in ("assigned", "scheduled", "surveyed", "reviewed"):
        found += [Because.from_data(b) for b in case.assignment.get("because", [])]
    return found


def _said(moments: Sequence[Moment], step: str) -> str:
    """What the clerk wrote when the step was taken, the last time."""
    return next((m.reason for m in reversed(moments) if m.kind == f"assessment.{step}" and m.reason), "")


def _running(case: Assessment, text: str, links: Sequence[Link] = ()) -> Stop:
    return Stop("", "current", text, due=case.due_on, certain=case.due_certain, links=links)


_WITHDRAW = {"withdraw": gettext_noop("撤回申请")}


def _draft(case: Assessment, moments: Sequence[Moment], post: Post) -> Stop:
    said = _said(moments, "return")
    text = _("申请要补正：%(said)s") % {"said": said} if said else _("申请还没有提交，填到一半先存着。")
    links = [Link(_("接着填，提交申请"), reverse("portal:apply"), main=True, acts=True), *steps.links(case, post, _WITHDRAW)]
    return _running(case, text, links if steps.links(case, post, _WITHDRAW) else ())


def _submitted(case: Assessment, moments: Sequence[Moment], post: Post) -> Stop:
    text = _("%(street)s正在核对材料，决定是否受理。") % {"street": areas.town_name(case.area_code)}
    return _running(case, text, steps.links(case, post, _WITHDRAW))


def _accepted(case: Assessment, moments: Sequence[Moment], post: Post) -> Stop:
    text = _("已经受理，%(street)s正在安排评估机构。") % {"street": areas.town_name(case.area_code)}
    return _running(case, text, steps.links(case, post, _WITHDRAW))


def _assigned(case: Assessment, moments: Sequence[Moment], post: Post) -> Stop:
    text = _("%(agency)s会打电话和您约上门时间，请留意来电。") % {"agency": case.agency.name if case.agency else ""}
    return _running(case, text, steps.links(case, post, _WITHDRAW))


def _scheduled(case: Assessment, moments: Sequence[Moment], post: Post) -> Stop:
    team = _("、").join(w.name for w in (case.assessor_a, case.assessor_b) if w)
    text = _("%(agency)s %(when)s上门评估，评估员%(team)s。请准备好身份证、社保卡和近期病历。") % {
        "agency": case.agency.name if case.agency else "", "team": team,
        "when": words.moment(case.scheduled_at) if case.scheduled_at else "",
    }
    return _running(case, text, steps.links(case, post, _WITHDRAW))


def _surveyed(case: Assessment, moments: Sequence[Moment], post: Post) -> Stop:
    return _running(case, _("已经上门评估，%(agency)s正在集体审核。") % {"agency": case.agency.name if case.agency else ""})


def _reviewed(case: Assessment, moments: Sequence[Moment], post: Post) -> Stop:
    return _running(case, _("审核完成，结果即将公示。"))


def _noticed(case: Assessment, moments: Sequence[Moment], post: Post) -> Stop:
    return _running(
        case, _("结果正在公示。有不同意见，公示期内可以提出。"), steps.links(case, post, {"object": gettext_noop("我有不同意见")})
    )


def _objected(case: Assessment, moments: Sequence[Moment], post: Post) -> Stop:
    return _running(case, _("您提出的异议，%(agency)s正在处理。") % {"agency": case.agency.name if case.agency else ""})


def _concluded(case: Assessment, moments: Sequence[Moment], post: Post) -> Stop:
    text = _("结论：%(level)s。街道会把结果告知书送给您。") % {"level": rules.level_label(case.official_level)}
    return _running(case, text, [_scores()])


def _delivered(case: Assessment, moments: Sequence[Moment], post: Post) -> Stop:
    until = words.day(case.valid_until) if case.valid_until else ""
    text = _("结论：%(level)s，有效到 %(until)s。") % {"level": rules.level_label(case.official_level), "until": until}
    links = [_scores()]
    if asked := face.objecting(case, post):
        word = _("不同意这个结论？%(until)s 前可申请%(what)s") % {"what": _(asked["word"]), "until": words.day(asked["until"])}
        links.append(Link(word, asked["url"], acts=True))
    opens = terms.renewal_opens(case.valid_until, clock.today(), case.area_code) if case.valid_until else None
    if opens and clock.today() >= opens:
        links.insert(0, Link(_("快到期了，申请期末评估"), reverse("portal:apply"), main=True, acts=True))
    return Stop("", "done", text, on=case.delivered_on, links=links)


def _scores() -> Link:
    return Link(_("看评估结果和理由"), reverse("portal:levels"))


def _refused(case: Assessment, moments: Sequence[Moment], post: Post) -> Stop:
    said = _said(moments, "refuse")
    return Stop("", "refused", _("没有受理。理由：%(said)s") % {"said": said}, on=_day(case.closed_at),
                links=[Link(_("重新申请"), reverse("portal:apply"), acts=True)])


def _withdrawn(case: Assessment, moments: Sequence[Moment], post: Post) -> Stop:
    return Stop("", "refused", _("申请已经撤回。"), on=_day(case.closed_at),
                links=[Link(_("重新申请"), reverse("portal:apply"), acts=True)])


def _terminated(case: Assessment, moments: Sequence[Moment], post: Post) -> Stop:
    return Stop("", "refused", _("评估已经终止：%(said)s") % {"said": _said(moments, "terminate")}, on=_day(case.closed_at))


def _expired(case: Assessment, moments: Sequence[Moment], post: Post) -> Stop:
    text = _("结论已经到期，到期后的服务长护险不能支付。")
    return Stop("", "refused", text, on=_day(case.closed_at),
                links=[_scores(), Link(_("申请重新评估"), reverse("portal:apply"), main=True, acts=True)])


def _superseded(case: Assessment, moments: Sequence[Moment], post: Post) -> Stop:
    text = _("结论：%(level)s，已经换成新的结论。") % {"level": rules.level_label(case.official_level)}
    return Stop("", "done", text, on=case.delivered_on)


#: One plain sentence for every state, with who has it and what can be done.
SAY: dict[str, Callable[[Assessment, Sequence[Moment], Post], Stop]] = {
    "draft": _draft, "submitted": _submitted, "accepted": _accepted, "assigned": _assigned, "scheduled": _scheduled,
    "surveyed": _surveyed, "reviewed": _reviewed, "noticed": _noticed, "objected": _objected, "concluded": _concluded,
    "delivered": _delivered, "refused": _refused, "withdrawn": _withdrawn, "terminated": _terminated,
    "expired": _expired, "superseded": _superseded,
}
