"""How a plan looks on the case page, in the elder file and on the worklists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import PORTAL, Role
from songhe.kernel.areas import queries as areas
from songhe.kernel.registry import CaseFace, FilePanel
from songhe.kernel.screens.templatetags.songhe import hours, local

from . import queries
from .forms import AgreeForm
from .listing import READERS
from .models import CarePlan

Facts = Sequence[tuple[str, Sequence[tuple[str, Any]]]]
_MAKERS = (Role.COORDINATOR, Role.HOME)


def facts(plan: CarePlan, post: Post) -> Facts:
    """What was planned for whom, by whom, under which level; who agreed."""
    until = plan.ends.isoformat() if plan.ends else _("长期")
    about: list[tuple[str, Any]] = [
        ("服务机构", plan.provider.name), ("费用来源", _(queries.FUNDING.get(plan.funding, plan.funding))),
        ("照护等级", _("%(n)d 级") % {"n": plan.level}), ("每周额度", hours(plan.weekly_minutes)),
        (_("执行期间"), f"{plan.starts.isoformat()} – {until}"),
        ("护理员性别意愿", {"m": _("男"), "f": _("女")}.get(plan.sex_wish, _("不限"))),
    ]
    if not post.is_portal:
        about.insert(4, ("街镇", areas.town_name(plan.area_code)))
    groups = [(_("计划"), about)]
    if plan.goals or plan.risks:
        groups.append((_("目标与风险"), [("照护目标", plan.goals or None), ("风险提示", "、".join(plan.risks) or None)]))
    if plan.agreed_at:
        groups.append((_("确认"), [("确认人", plan.agreed_by), ("确认时间", local(plan.agreed_at))]))
    return groups


def week(plan: CarePlan, post: Post) -> Mapping[str, Any]:
    """The weekly table, and for its makers what they can do with it."""
    maker = post.role in _MAKERS
    return {
        "week": queries.week_of(plan), "plan": plan,
        "edit_url": reverse("plans:edit", args=[plan.pk]) if maker and plan.state == "draft" else "",
        "revise_url": reverse("plans:revise", args=[plan.pk]) if maker and plan.state == "active" else "",
        "signature_url": reverse("plans:signature", args=[plan.pk]) if plan.signature and post.role in READERS | PORTAL else "",
    }


def summary(plan: CarePlan, post: Post) -> str:
    """「示例·曹杨护理站，每周 5 小时」."""
    return _("%(provider)s，每周额度 %(hours)s") % {"provider": plan.provider.name, "hours": hours(plan.weekly_minutes)}


FACE = CaseFace(
    model=CarePlan, title="照护计划", facts=facts, forms={"agree": AgreeForm}, panels=[("plans/panel_week.html", week)],
    summary=summary, related=("person", "provider"),
)


def section(person: Any, post: Post) -> Mapping[str, Any] | None:
    """The elder file's section: plans as far as the post sees them."""
    plans = queries.of_person(person.pk, post)
    minutes = queries.used(plans)
    return {"plans": [(p, p.state_now, minutes[p.pk]) for p in plans]}


PANEL = FilePanel(
    "照护计划", "plans/file_panel.html", section, frozenset(READERS | PORTAL | {Role.CARER, Role.NURSE}), order=40, portal=True
)
