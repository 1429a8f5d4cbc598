"""One claim line on a page: what was served, what is paid, every reason, and the rules of its day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from songhe.delivery import catalogue as services
from songhe.delivery.visits.models import Visit
from songhe.delivery.visits.rules import FLAGS
from songhe.kernel import clock, money, policy
from songhe.kernel.access.models import Post
from songhe.kernel.because import Because

from . import listing
from .forms import RefuseForm, ReleaseForm
from .models import ClaimLine
from .refusals import SEVERITY_WORDS, catalogue

Pairs = Sequence[tuple[str, Any]]


def context(line: ClaimLine, post: Post, *, may_decide: bool, form: ReleaseForm | None = None) -> dict[str, Any]:
    """Everything the page shows; ``form`` is a decision that could not be taken, with what was typed."""
    known = catalogue()
    return {
        "line": line,
        "statement": line.statement,
        "outcome": listing.outcome(line),
        "sums": sums(line),
        "visit": served(line, post),
        "against": [
            {"refusal": known[code], "severity": SEVERITY_WORDS[known[code].severity]}
            for code in line.refusals if code in known
        ],
        "rules": rules(line),
        "may_release": may_decide and line.outcome == ClaimLine.Outcome.HELD,
        "may_refuse": may_decide and line.outcome != ClaimLine.Outcome.REFUSED,
        "release": form if type(form) is ReleaseForm else ReleaseForm(),
        "refuse": form if isinstance(form, RefuseForm) else RefuseForm(),
        "decision": _decision(line),
    }


def _decision(line: ClaimLine) -> str:
    if not line.decision:
        return ""
    return _("核查后放行") if line.decision == "released" else catalogue()[line.decision].title


def sums(line: ClaimLine) -> Pairs:
    """Minutes or days, price and shares."""
    pairs: list[tuple[str, Any]] = [
        (_("类别"), line.get_kind_display()),
        (_("实际"), listing.quantity(line.kind, line.served)),
        (_("支付"), listing.quantity(line.kind, line.quantity)),
    ]
    if line.bonus_minutes:
        pairs.append((_("其中激励时长"), listing.quantity("visit", line.bonus_minutes)))
    unit = {"visit": _("单价（元/小时）"), "days": _("每日标准（元）"), "cash": _("每月标准（元）")}[line.kind]
    return [
        *pairs, (unit, money.yuan(line.price_fen)), (_("费用（元）"), money.yuan(line.amount_fen)),
        (_("基金支付（元）"), money.yuan(line.fund_fen)), (_("个人支付（元）"), money.yuan(line.person_fen)),
        (_("未支付（元）"), money.yuan(line.refused_fen)),
    ]


def served(line: ClaimLine, post: Post) -> Pairs:
    """The visit behind a line, as far as the post may see it."""
    visit = Visit.objects.visible_to(post).select_related("carer").filter(pk=line.visit_id).first() if line.visit_id else None
    if visit is None:
        return []
    return [
        (_("护理员"), visit.carer.name if visit.carer else None),
        (_("服务人员类别"), services.classes().get(line.staff_class, line.staff_class)),
        (_("计划"), _("%(at)s，%(minutes)d 分钟") % {"at": _hour(visit.planned_start), "minutes": visit.planned_minutes}),
        (_("签到"), _hour(visit.started_at)),
        (_("签退"), _hour(visit.ended_at)),
        (_("完成项目"), "、".join(services.names(visit.done_items)) or None),
        (_("签字"), _("已签字") if visit.signed else _("没有签字")),
        (_("证据提示"), "；".join(FLAGS.get(f, f) for f in visit.flags) or None),
    ]


def _hour(at: Any) -> str | None:
    return at.astimezone(clock.SHANGHAI).strftime("%H:%M") if at else None


def rules(line: ClaimLine) -> list[Because]:
    """The values of the day that the sums come from. Asked again, an old line gives its old rules."""
    day = line.day
    found: list[Because] = []
    if line.kind == "visit":
        if line.level is not None:
            found += _one("ltci.home.hours_per_week", day, level=line.level)
        found += _one("ltci.home.price_fen_per_hour", day, staff_class=line.staff_class)
        found += _one("ltci.home.fund_percent", day)
    elif line.kind == "days":
        found += _one("ltci.institution.day_rate_fen", day, level=line.level)
        found += _one("ltci.institution.fund_percent", day)
    else:
        found += _one("ltci.home.bonus.levels", day) + _one("ltci.home.bonus.cash_through", day)
    rounding = policy.value("ltci.settlement.rounding", on=day)
    return [*found, rounding.because(rounding.note)]


def _one(key: str, day: Any, **where: Any) -> list[Because]:
    try:
        return [policy.value(key, on=day, **where).because()]
    except policy.UnknownPolicy:
        return []
