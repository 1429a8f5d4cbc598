"""The assessment application 统一需求评估申请 as the window and the portal offer it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from songhe.care.assessment import actions, forms, queries, rules
from songhe.care.assessment.models import Assessment
from songhe.kernel import clock, policy
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.because import Because
from songhe.kernel.process.deadlines import due
from songhe.kernel.registry import Offer
from songhe.register.people.models import Person

#: Long enough not to be refused for a statement that is still being typed.
_TYPING = "（待填写）"


def usual_kind(facts: rules.Facts, on: date) -> str:
    """The kind of assessment that this person would ask for now."""
    if facts.last is None:
        return Assessment.Kind.FIRST
    return Assessment.Kind.CHANGE if facts.last.in_force(on) else Assessment.Kind.RENEWAL


def check(person: Person, choices: Mapping[str, Any], post: Post) -> tuple[Sequence[Because], Sequence[Because]]:
    """The rules of intake on what has been chosen so far: reasons against, and what to know."""
    today = clock.today()
    facts = queries.facts([person.pk], today)[person.pk]
    kind = str(choices.get("kind") or usual_kind(facts, today))
    if kind not in ("first", "renewal", "change"):
        kind = usual_kind(facts, today)
    verdict = rules.intake(
        rules.Request(
            kind, person.area_code, bool(choices.get("self_paid")), bool(choices.get("green_channel")),
            _day(choices.get("discharged_on")) or (today if choices.get("green_channel") else None),
            str(choices.get("statement") or _TYPING),
        ),
        facts,
        today,
    )
    against = list(verdict.refusals)
    if post.role in (Role.STREET, Role.ADVISOR) and not person.area_code.startswith(post.area_code):
        against.insert(0, Because(_("常住地不在本街镇，应由常住地街镇受理")))
    return against, verdict.notes


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def take(form: forms.ApplyForm, post: Post) -> Assessment:
    """Open the case and hand it in; a street that takes it over its own counter accepts in the next step."""
    with transaction.atomic():
        return actions.submit(actions.apply(form.application(), by=post), by=post)[0]


def afterwards(case: Assessment) -> list[tuple[str, date | None]]:
    """What happens next, with the last day for each as the policy sets it today."""
    day, area = clock.today(), case.area_code
    green = case.green_channel
    accept = due("assessment.deadline.accept", day, area)
    assess_key = "assessment.deadline.green_channel_assess" if green else "assessment.deadline.assess"
    limit = policy.value(assess_key, on=day, area=area)
    notice = policy.value("assessment.deadline.notice_days", on=day, area=area)
    notify = policy.value(
        "assessment.deadline.green_channel_notify" if green else "assessment.deadline.notify", on=day, area=area
    )
    accepted = case.accepted_on
    report = due(assess_key, accepted, area) if accepted else None
    steps: list[tuple[str, date | None]] = []
    if not accepted:
        steps.append((_("街道受理窗口核对材料，决定是否受理"), accept.on if accept else None))
    steps += [
        (_("评估机构打电话约上门时间，两名评估员上门，受理后 %(limit)s 内出报告") % {"limit": limit.shown},
         report.on if report else None),
        (_("评估结果公示 %(limit)s；有不同意见，公示期内可以提出") % {"limit": notice.shown}, None),
        (_("公示期满出结论，%(limit)s 内告知您") % {"limit": notify.shown}, None),
        (_("等级达到长护险规定的，可以选一家护理机构，开始上门服务"), None),
    ]
    return steps


ASSESSMENT = Offer(
    title="老年照护统一需求评估申请",
    icon="clipboard-list",
    summary="申请长护险、养老服务补贴、入住保基本养老机构，都要先做这项评估。",
    roles=frozenset({Role.STREET, Role.ADVISOR, Role.ELDER, Role.FAMILY}),
    needs=(
        "本人身份证、社会保障卡",
        "家属或他人代办的：代办人身份证和委托书",
        "走绿色通道的：出院小结",
        "近期病历等健康资料（有就带上）",
    ),
    form=forms.ApplyForm,
    check=check,
    take=take,
    afterwards=afterwards,
    order=10,
)
