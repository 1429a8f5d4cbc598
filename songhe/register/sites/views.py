"""Pages of sites and organisations: list, map, page, edit, hours, licences."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.errors import Forbidden, Refused
from songhe.kernel.screens import screen
from songhe.register.agreements import queries as agreements
from songhe.register.hours import WEEKDAYS, format_spans
from songhe.register.workforce import queries as workforce

from . import actions, mapping, queries
from .access import BED_READERS, KEEPERS, READERS, keeps_organisation, keeps_site
from .faces import ICONS, POSITIONS, beside, day_of, face, form_page, licence_face, post_of
from .forms import HoursForm, LicenceForm, OrganisationForm, SiteForm
from .listing import LIST
from .listing_organisations import LIST as ORGANISATIONS
from .models import Organisation, Site

GET_POST = ("GET", "POST")


@screen("sites.list", roles=READERS)
def index(request: HttpRequest) -> HttpResponseBase:
    """All sites."""
    return LIST.respond(request, may_add=post_of(request).role == Role.BUREAU)


@screen("sites.organisations", roles=READERS)
def organisations(request: HttpRequest) -> HttpResponseBase:
    """All organisations."""
    return ORGANISATIONS.respond(request, may_add=post_of(request).role == Role.BUREAU)


@screen("sites.map", roles=READERS)
def chart(request: HttpRequest) -> HttpResponse:
    """Sites on the ground, with the same sites as a list."""
    found, chosen, text = LIST.narrowed(request, post_of(request))
    rows = list(found.filter(queries.open_on(clock.today())).order_by("pinyin"))
    context = {
        **mapping.drawing(rows, post_of(request).area_code[:6]),
        "filters": [
            {"key": f.key, "label": f.label, "choices": f.choices(post_of(request)) if f.choices else (),
             "value": chosen.get(f.key, "")}
            for f in LIST.filters if f.key != "status"
        ],
        "q": text,
        "total": len(rows),
        "without": sum(row.lng is None for row in rows),
    }  # fmt: skip
    return render(request, "sites/map.html", context)


@screen("sites.site", roles=READERS)
def page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One site: facts, hours, licences, beds of a day, agreements, staff."""
    post = post_of(request)
    site, day = queries.site(pk), day_of(request)
    organisation = site.organisation
    context: dict[str, Any] = {
        "site": site,
        "state": face(site),
        "icon": ICONS[Site.Kind(site.kind)],
        "position": POSITIONS.get(site.position_status, site.position_status),
        "places": mapping.one(site),
        "week": _week(site),
        "day": day,
        "beds": queries.beds_of(site.pk, day),
        "first_bed_day": queries.first_bed_day(site.pk),
        "sees_beds": post.role in BED_READERS,
        "keeps": keeps_site(post, site),
    }
    if organisation:
        context |= _of_organisation(organisation, post)
    return render(request, "sites/site.html", context)


@screen("sites.organisation", roles=READERS)
def organisation_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One organisation: facts, sites, licences, agreements, staff."""
    post = post_of(request)
    organisation = queries.organisation(pk)
    context = {
        "sites": [(site, face(site)) for site in queries.sites_of(pk)],
        "keeps": keeps_organisation(post, organisation),
        **_of_organisation(organisation, post),
    }
    return render(request, "sites/organisation.html", context)


@screen("sites.add", roles={Role.BUREAU}, methods=GET_POST)
def add(request: HttpRequest) -> HttpResponse:
    """Register a site."""
    post = post_of(request)
    form = SiteForm(request.POST or None, post=post)
    if request.method == "POST" and form.is_valid():
        try:
            site = actions.add_sites([form.facts()], by=post)[0]
        except Refused as refusal:
            beside(form, refusal)
        else:
            messages.success(request, _("已登记“%(name)s”") % {"name": site.name})
            return redirect("sites:site", site.pk)
    return form_page(request, form, _("新增设施"), reverse("sites:list"), draft="site-new")


@screen("sites.edit", roles={Role.BUREAU, Role.HOME}, methods=GET_POST)
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put the facts of a site right."""
    post, site = post_of(request), queries.site(pk)
    if not keeps_site(post, site):
        raise Forbidden(_("您的岗位无权修改该设施"))
    form = SiteForm(request.POST or None, post=post, site=site)
    if request.method == "POST" and form.is_valid():
        try:
            changed = actions.change_site(site, form.facts(), by=post)
        except Refused as refusal:
            beside(form, refusal)
        else:
            messages.success(request, _("已保存") if changed else _("没有改动"))
            return redirect("sites:site", site.pk)
    intro = "" if post.role == Role.BUREAU else _("名称、类型、核定容量等由区民政局登记；如有出入，请联系区民政局。")
    back = reverse("sites:site", args=[pk])
    return form_page(request, form, _("修改设施：%(name)s") % {"name": site.name}, back, intro=intro)


@screen("sites.hours", roles={Role.BUREAU, Role.HOME}, methods=GET_POST)
def hours(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Opening hours of a week."""
    post, site = post_of(request), queries.site(pk)
    if not keeps_site(post, site):
        raise Forbidden(_("您的岗位无权修改该设施"))
    week: dict[int, list[Any]] = {}
    for row in site.hours.all():
        week.setdefault(row.weekday, []).append((row.opens, row.closes))
    form = HoursForm(request.POST or None, hours=week)
    if request.method == "POST" and form.is_valid():
        actions.set_hours(site, form.week(), by=post)
        messages.success(request, _("开放时间已保存"))
        return redirect("sites:site", site.pk)
    intro = _("每天一行，如 08:00-17:00；中午休息的写成 08:00-11:30、13:00-17:00；不开放的留空。")
    back = reverse("sites:site", args=[pk])
    return form_page(request, form, _("开放时间：%(name)s") % {"name": site.name}, back, intro=intro)


@screen("sites.organisation_edit", roles=KEEPERS, methods=GET_POST)
def organisation_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put the facts of an organisation right."""
    post, organisation = post_of(request), queries.organisation(pk)
    if not keeps_organisation(post, organisation):
        raise Forbidden(_("您的岗位无权修改该机构"))
    form = OrganisationForm(request.POST or None, post=post, organisation=organisation)
    if request.method == "POST" and form.is_valid():
        try:
            changed = actions.change_organisation(organisation, form.cleaned_data, by=post)
        except Refused as refusal:
            beside(form, refusal)
        else:
            messages.success(request, _("已保存") if changed else _("没有改动"))
            return redirect("sites:organisation", pk)
    back = reverse("sites:organisation", args=[pk])
    return form_page(request, form, _("修改机构：%(name)s") % {"name": organisation.name}, back)


@screen("sites.licence", roles=KEEPERS, methods=GET_POST)
def licence(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Register a licence of an organisation."""
    post, organisation = post_of(request), queries.organisation(pk)
    if not keeps_organisation(post, organisation):
        raise Forbidden(_("您的岗位无权登记该机构的证照"))
    form = LicenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_licences([(organisation, form.cleaned_data)], by=post)
        except Refused as refusal:
            beside(form, refusal)
        else:
            messages.success(request, _("证照已登记"))
            return redirect("sites:organisation", pk)
    back = reverse("sites:organisation", args=[pk])
    heading = _("登记证照：%(name)s") % {"name": organisation.name}
    return form_page(request, form, heading, back, template="sites/licence.html", kinds=LicenceForm.KINDS)


def _week(site: Site) -> list[tuple[str, str]]:
    spans: dict[int, list[Any]] = {}
    for row in site.hours.all():
        spans.setdefault(row.weekday, []).append((row.opens, row.closes))
    return [(name, format_spans(spans.get(day, []))) for day, name in enumerate(WEEKDAYS)] if spans else []


def _of_organisation(organisation: Organisation, post: Post) -> dict[str, Any]:
    return {
        "organisation": organisation,
        "licences": [(row, licence_face(row)) for row in queries.licences_of(organisation.pk)],
        "agreements": list(agreements.of_party(organisation.pk, post)[:20]),
        "staff": workforce.staff_count(organisation.pk, post),
        "keeps_licences": keeps_organisation(post, organisation),
    }
