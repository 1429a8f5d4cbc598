"""Screens of care plans: the list, the editor of a week, one weekly visit."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.delivery import catalogue
from songhe.kernel import vault
from songhe.kernel.access import reads
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import PORTAL, Role
from songhe.kernel.errors import Missing, Refused
from songhe.kernel.screens import screen

from . import actions, queries, rules
from .forms import AboutForm, SlotForm, lowest_class
from .listing import PAGE, READERS
from .models import CarePlan, Slot

MAKERS = frozenset({Role.COORDINATOR, Role.HOME})


def _post(request: HttpRequest) -> Post:
    return request.post  # type: ignore[attr-defined,no-any-return]


@screen("plans.list", roles=READERS)
def index(request: HttpRequest) -> HttpResponseBase:
    """The list of plans."""
    return PAGE.respond(request)


@screen("plans.edit", roles=MAKERS, methods=("GET", "POST"))
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The plan editor: the week against its budget; goals, risks and wishes beside it."""
    post = _post(request)
    plan = queries.find(pk, post)
    if plan.state != "draft":
        messages.info(request, _("该计划已提交或已结束，只能查看。"))
        return redirect("cases:page", "plan", plan.pk)
    form = AboutForm(request.POST or None, plan=plan)
    if request.method == "POST" and form.is_valid():
        d = form.cleaned_data
        try:
            actions.describe(plan, by=post, goals=d["goals"], risks=form.all_risks(), sex_wish=d["sex_wish"], starts=d["starts"])
        except Refused as refused:
            form.add_error(refused.field or None, refused.message)
        else:
            messages.success(request, _("已保存"))
            return _moved(reverse("plans:edit", args=[plan.pk]))
    reads.log(post, [plan.person_id], what="plan", purpose=plan.number)
    week = queries.week_of(plan)
    share = min(100, round(week.minutes * 100 / week.budget)) if week.budget else 100
    context = {"plan": plan, "week": week, "form": form, "share": share - share % 5}
    return render(request, "plans/edit.html", context)


def _moved(url: str) -> HttpResponse:
    response = redirect(url)
    response.status_code = 303
    return response


@screen("plans.slot", roles=MAKERS, methods=("GET", "POST"))
def slot(request: HttpRequest, pk: UUID, slot_id: UUID | None = None) -> HttpResponse:
    """Add a weekly visit, or change one: a page, or a dialog over the week."""
    post = _post(request)
    plan = queries.find(pk, post)
    here = reverse("plans:edit", args=[plan.pk])
    row = _slot_of(plan, slot_id) if slot_id else None
    weekday = request.GET.get("day", "")
    initial = {"weekdays": [int(weekday)] if weekday in set("0123456") else [], "minutes": 60, "earliest": "09:00"}
    form = SlotForm(request.POST or None, plan=plan, slot=row, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            for n, draft in enumerate(form.drafts()):
                actions.put_slot(plan, draft, by=post, replacing=row.pk if row and n == 0 else None)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, _("已保存"))
            if request.headers.get("HX-Request"):
                return HttpResponse(headers={"HX-Redirect": here})
            return _moved(here)
    dialog = bool(request.headers.get("HX-Request"))
    context = {
        "plan": plan, "slot": row, "form": form, "groups": _groups(form), "titles": catalogue.classes(), "back": here,
        "dialog": dialog, "checked": _check(plan, form, row),
    }
    return render(request, "plans/slot_dialog.html" if dialog else "plans/slot.html", context)


def _slot_of(plan: CarePlan, slot_id: UUID) -> Slot:
    row: Slot | None = Slot.objects.unscoped("the plan was opened through its scope").filter(plan=plan, pk=slot_id).first()
    if row is None:
        raise Missing(_("没有找到这次安排，可能已被删除，请刷新页面"))
    return row


def _groups(form: SlotForm) -> list[tuple[str, list[dict[str, Any]]]]:
    """Items under their groups, each with who may do it and whether it is ticked."""
    ticked = {str(v) for v in (form["items"].value() or [])}
    titles = catalogue.classes()
    groups: dict[str, list[dict[str, Any]]] = {}
    for item in catalogue.items():
        few = len(item.staff_classes) < len(titles)
        groups.setdefault(item.group, []).append(
            {
                "item": item, "ticked": str(item.number) in ticked,
                "who": "、".join(titles[c] for c in titles if c in item.staff_classes) if few else "",
            }
        )
    return list(groups.items())


def _check(plan: CarePlan, form: SlotForm, row: Slot | None) -> dict[str, Any] | None:
    """What the week would look like with this visit in it: minutes, and what stands against."""
    if not form.is_bound or not form.is_valid():
        return None
    others = [s for s in actions.slots_of([plan])[plan.pk] if row is None or s.pk != row.pk]
    facts = actions.facts_of(others)
    mine = [d.facts() for d in form.drafts()]
    before = rules.against(facts, plan.weekly_minutes) if facts else []
    after = rules.against([*facts, *mine], plan.weekly_minutes, queries.budget_because(plan))
    wanted = sum(i.minutes for i in (catalogue.item(n) for n in mine[0].items) if i)
    total = rules.weekly_minutes([*facts, *mine])
    known = {r.text for r in before}
    return {
        "wanted": wanted, "total": total, "left": plan.weekly_minutes - total, "staff": catalogue.classes()[mine[0].staff_class],
        "against": [r for r in after if r.text not in known],
    }


@screen("plans.check", roles=MAKERS, methods=("POST",))
def check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """While a visit is filled in: how long its items take, who may do them, what would stand against."""
    plan = queries.find(pk, _post(request))
    slot_id = request.POST.get("slot", "")
    row = _slot_of(plan, UUID(slot_id)) if slot_id else None
    form = SlotForm(request.POST, plan=plan)
    numbers = [int(n) for n in request.POST.getlist("items") if n.isdigit()]
    context = {
        "plan": plan, "checked": _check(plan, form, row),
        "wanted": sum(i.minutes for i in (catalogue.item(n) for n in numbers) if i),
        "staff": catalogue.classes()[lowest_class(numbers)] if numbers else "",
    }
    return render(request, "plans/slot_check.html", context)


@screen("plans.drop", roles=MAKERS, methods=("POST",))
def drop(request: HttpRequest, pk: UUID, slot_id: UUID) -> HttpResponse:
    """Take a weekly visit out of the plan."""
    post = _post(request)
    plan = queries.find(pk, post)
    actions.drop_slot(plan, slot_id, by=post)
    messages.success(request, _("已删除这次安排"))
    return _moved(reverse("plans:edit", args=[plan.pk]))


@screen("plans.revise", roles=MAKERS, methods=("POST",))
def revise(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Adjust a running plan: a new draft with its week, which takes its place once agreed."""
    post = _post(request)
    plan = actions.revise(queries.find(pk, post), by=post)
    if plan.state == "draft":
        messages.success(request, _("已按现行计划建立新计划，原计划继续执行，直到新计划经家属确认。"))
        return _moved(reverse("plans:edit", args=[plan.pk]))
    messages.info(request, _("已有一份调整后的计划在等家属确认。"))
    return _moved(reverse("cases:page", args=["plan", plan.pk]))


@screen("plans.signature", roles=READERS | PORTAL)
def signature(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The signature under an agreed plan, from the vault; the look is on record."""
    post = _post(request)
    plan = queries.find(pk, post)
    if not plan.signature:
        raise Missing(_("这份计划没有手写签名"))
    data = vault.open(plan.signature)
    reads.log(post, [plan.person_id], what="plan", purpose=_("确认签名"))
    response = HttpResponse(data, content_type=vault.sniff(data))
    response["Content-Disposition"] = "inline"
    return response
