"""How service relations and statements look on the case page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.delivery.plans.models import CarePlan
from songhe.kernel import money
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.process.firing import fire
from songhe.kernel.registry import CaseFace
from songhe.register.sites.models import Organisation

from . import actions, forms, paying, settlement
from .models import Enrolment, Statement
from .refusals import explain

Facts = Sequence[tuple[str, Sequence[tuple[str, Any]]]]
_PROVIDERS = (Role.COORDINATOR, Role.HOME)


def facts(row: Enrolment, post: Post) -> Facts:
    """The form of care, the provider, since when."""
    pairs: list[tuple[str, Any]] = [
        (_("照护形式"), row.get_form_display()),
        (_("护理机构"), row.provider.name if row.provider else _("尚未选择")),
        (_("机构电话"), row.provider.phone if row.provider and row.provider.phone else None),
        (_("服务开始"), row.started_on),
        (_("服务结束"), row.ended_on),
    ]
    if row.form == Enrolment.Form.HOME:
        pairs.append((_("居家照护激励"), row.get_bonus_display()))
    if row.declined_by:
        pairs.append((_("曾不能接收的机构"), _("%(n)d 家") % {"n": len(row.declined_by)}))
    return [(_("服务关系"), pairs)]


def entitled(row: Enrolment, post: Post) -> Mapping[str, Any] | None:
    """What the person is entitled to, with every rule, its date and its source."""
    if row.is_closed:
        return None
    day, answer = actions.in_view(row.person_id)
    return {"day": day, "answer": answer, "against": explain(answer.refusals, portal=post.is_portal), "form": row.form}


def planned(row: Enrolment, post: Post) -> Mapping[str, Any] | None:
    """The care plans of this relation, and the way to make one."""
    if row.form != Enrolment.Form.HOME or row.state in ("choosing", "requested"):
        return None
    plans = list(
        CarePlan.objects.visible_to(post).filter(source_id=row.pk).order_by("-opened_at")[:5]
    )
    may_make = post.role in _PROVIDERS and row.state in actions.PLANNED
    return {"plans": plans, "url": reverse("ltci:plan", args=[row.pk]) if may_make else ""}


def hangers(row: Enrolment) -> list[UUID]:
    """The plans of a relation tell their story in its timeline."""
    plans = CarePlan.objects.unscoped("the relation was opened through its scope").filter(source_id=row.pk)
    return list(plans.values_list("pk", flat=True))


def summary(row: Enrolment, post: Post) -> str:
    """One line for lists and the portal."""
    return f"{row.get_form_display()}：{row.provider.name if row.provider else row.state_now.label}"


def take(row: Enrolment, step: str, *, by: Post, reason: str = "", data: Mapping[str, Any] | None = None) -> Any:
    """A change of provider ends one relation and opens another; every other step is the table's own."""
    if step == "change":
        asked = (data or {}).get("provider")
        provider = Organisation.objects.filter(pk=asked).first() if asked else None
        return actions.change(row, by=by, reason=reason, provider=provider)
    return fire(row, step, by=by, reason=reason, data=data)


ENROLMENT_FACE = CaseFace(
    model=Enrolment,
    title="长护险服务",
    facts=facts,
    forms={"choose": forms.ChooseForm, "change": forms.ChangeForm, "start": forms.StartForm},
    panels=[("ltci/panel_entitled.html", entitled), ("ltci/panel_plans.html", planned)],
    hangers=hangers,
    summary=summary,
    take=take,
    related=("person", "provider"),
)


def statement_facts(row: Statement, post: Post) -> Facts:
    """Totals of a statement; the lines are on its own page."""
    return [
        (
            _("结算单"),
            [
                (_("护理机构"), row.provider.name), (_("月份"), f"{row.month:%Y-%m}"), (_("次数"), row.run),
                (_("服务人数"), row.people), (_("申报条数"), row.lines_total), (_("通过条数"), row.lines_accepted),
                (_("总费用（元）"), money.yuan(row.amount_fen)), (_("基金支付（元）"), money.yuan(row.fund_fen)),
                (_("个人支付（元）"), money.yuan(row.person_fen)), (_("拒付与扣减（元）"), money.yuan(row.refused_fen)),
            ],
        )
    ]


def statement_link(row: Statement, post: Post) -> Mapping[str, Any]:
    """The way to the lines and the papers."""
    return {"url": reverse("ltci:statement", args=[row.pk])}


def take_statement(row: Statement, step: str, *, by: Post, reason: str = "", data: Mapping[str, Any] | None = None) -> Any:
    """Filing makes the lines once more, paying writes the bank's file; the other steps are the table's own."""
    if step == "submit":
        return settlement.file(row, by=by)
    if step == "pay":
        return paying.pay_out([row], by=by)
    return fire(row, step, by=by, reason=reason, data=data)


STATEMENT_FACE = CaseFace(
    model=Statement,
    title="月度结算",
    facts=statement_facts,
    panels=[("ltci/panel_statement.html", statement_link)],
    summary=lambda row, post: f"{row.provider.name} {row.month:%Y-%m}",
    take=take_statement,
    related=("provider",),
)
