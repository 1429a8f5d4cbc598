"""Pages of agreements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.kernel import clock, policy
from songhe.kernel.access.rights import area_q
from songhe.kernel.areas import queries as areas
from songhe.kernel.errors import Forbidden, Refused
from songhe.kernel.events import queries as history
from songhe.kernel.intervals import in_force
from songhe.kernel.screens import links, screen
from songhe.kernel.screens.lists import Col, Filter, ListPage, Sort
from songhe.register.sites.faces import beside, form_page, post_of, towns_of

from . import actions, queries
from .access import KEEPERS, READERS, keeps
from .forms import AgreementForm, EndForm
from .models import Agreement


@dataclass(frozen=True)
class Face:
    """The state of an agreement as lists draw it."""

    label: str
    tone: str
    final: bool


def face(agreement: Agreement) -> Face:
    """Not yet in force, in force, ending soon, ended."""
    today = clock.today()
    if agreement.starts > today:
        return Face(_("未生效"), "info", False)
    if agreement.ends is None:
        return Face(_("有效"), "ok", True)
    if agreement.ends <= today:
        return Face(_("已终止"), "mute", True)
    left = (agreement.ends - today).days
    if left <= policy.value("register.licence.warn_days", on=today).value:
        return Face(_("%(n)d 天后到期") % {"n": left}, "warn", False)
    return Face(_("有效"), "ok", True)


def _state(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    today = clock.today()
    if value == "running":
        return rows.filter(in_force(today))
    if value == "ended":
        return rows.filter(ends__lte=today)
    return rows.filter(starts__gt=today).exclude(Q(ends__lte=today))


LIST = ListPage(
    name="agreements.list",
    title="协议",
    rows=queries.agreements,
    columns=[
        Col("number", "协议编号", lambda a, p: a.number, primary=True,
            link=links.row("agreements:page")),
        Col("kind", "类别", lambda a, p: a.get_kind_display()),
        Col("party_a", "甲方", lambda a, p: a.party_a.name),
        Col("party_b", "乙方", lambda a, p: a.party_b.name),
        Col("starts", "生效日期", lambda a, p: a.starts, kind="date"),
        Col("ends", "终止日期", lambda a, p: a.ends, kind="date"),
        Col("state", "状态", lambda a, p: face(a), kind="state"),
    ],
    filters=[
        Filter("kind", "类别", lambda rows, v: rows.filter(kind=v), choices=lambda post: Agreement.Kind.choices),
        Filter("state", "状态", _state,
               choices=lambda post: [("running", "有效"), ("future", "未生效"), ("ended", "已终止")]),
        Filter("town", "街镇", lambda rows, v: rows.filter(area_q("area_code", v)), choices=towns_of),
    ],
    sorts=[Sort("new", "新签的在前", ("-starts", "pk")), Sort("number", "按编号", ("number", "pk"))],
    search=queries.search,
    search_label="编号、机构名称",
    empty="没有协议",
    empty_help="长护险定点协议、医养签约等登记后显示在这里。",
    export_roles=READERS,
    template="agreements/list.html",
)  # fmt: skip


@screen("agreements.list", roles=READERS)
def index(request: HttpRequest) -> HttpResponseBase:
    """Agreements that the post sees."""
    return LIST.respond(request, may_add=post_of(request).role in KEEPERS)


@screen("agreements.page", roles=READERS)
def page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One agreement, and what happened to it."""
    post = post_of(request)
    agreement = queries.agreement(pk, post)
    running = agreement.ends is None or agreement.ends > clock.today()
    context = {
        "agreement": agreement,
        "state": face(agreement),
        "town": areas.town_name(agreement.area_code),
        "may_end": running and keeps(post, agreement),
        "moments": list(reversed(history.history([agreement.pk]))),
    }
    return render(request, "agreements/page.html", context)


@screen("agreements.new", roles=KEEPERS, methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Conclude an agreement."""
    post = post_of(request)
    form = AgreementForm(request.POST or None, post=post)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.conclude([form.terms()], by=post)[0]
        except Refused as refusal:
            beside(form, refusal)
        else:
            messages.success(request, _("协议 %(number)s 已登记") % {"number": made.number})
            return redirect("agreements:page", made.pk)
    return form_page(request, form, _("登记协议"), reverse("agreements:list"), draft="agreement-new")


@screen("agreements.end", roles=KEEPERS, methods=("GET", "POST"))
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End an agreement, with the reason."""
    post = post_of(request)
    agreement = queries.agreement(pk, post)
    if not keeps(post, agreement):
        raise Forbidden(_("您的岗位不能终止这份协议"))
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end(agreement, form.cleaned_data["ends"], by=post, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            beside(form, refusal)
        else:
            messages.success(request, _("协议 %(number)s 已终止") % {"number": agreement.number})
            return redirect("agreements:page", pk)
    heading = _("终止协议：%(number)s") % {"number": agreement.number}
    intro = _("终止后，未生效的结算和派单将不再认可该协议；已结算的不受影响。")
    return form_page(request, form, heading, reverse("agreements:page", args=[pk]), submit="终止协议", intro=intro)
