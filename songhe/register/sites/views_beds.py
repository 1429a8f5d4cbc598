"""Beds of a site by room on a day, and what its keeper does with them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.errors import Forbidden, Missing, Refused
from songhe.kernel.screens import screen

from . import bedding, queries
from .access import BED_READERS, keeps_site, under
from .faces import beside, day_of, form_page, post_of
from .forms import BedChangeForm, BedsForm
from .models import Bed, BedKind, Site

TONES = {BedKind.Kind.NURSING: "info", BedKind.Kind.DEMENTIA: "warn", BedKind.Kind.OUT: "bad", BedKind.Kind.BASIC: "ok"}


def _seen(pk: UUID, post: Post) -> Site:
    """The site, if this post may see its single beds: those of a neighbour are not there for it."""
    site = queries.site(pk)
    own = post.role == Role.HOME and site.organisation_id == post.organisation_id and post.organisation_id is not None
    if not own and not (post.role != Role.HOME and under(post, site.area_code)):
        raise Missing(_("没有这个设施。"))
    return site


@screen("sites.beds", roles=BED_READERS)
def beds(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Beds by room on a day."""
    post, day = post_of(request), day_of(request)
    site = _seen(pk, post)
    return render(request, "sites/beds.html", _context(site, post, day, BedChangeForm(post=post)))


@screen("sites.beds_change", roles={Role.BUREAU, Role.HOME}, methods=("POST",))
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Do one thing with the beds that were ticked."""
    post = post_of(request)
    site = _kept(pk, post)
    form = BedChangeForm(request.POST, post=post)
    chosen = queries.chosen_beds(site.pk, _ids(request.POST.getlist("bed")), post)
    if form.is_valid() and not chosen:
        form.add_error(None, _("没有勾选床位，请先勾选再办理"))
    if form.is_valid():
        try:
            _act(site, chosen, form.cleaned_data, post)
        except Refused as refusal:
            beside(form, refusal)
        else:
            text = ngettext("已办理 %(n)d 张床位", "已办理 %(n)d 张床位", len(chosen)) % {"n": len(chosen)}
            messages.success(request, text)
            return redirect("sites:beds", pk)
    context = _context(site, post, clock.today(), form)
    return render(request, "sites/beds.html", {**context, "ticked": {bed.pk for bed in chosen}}, status=422)


@screen("sites.beds_add", roles={Role.BUREAU, Role.HOME}, methods=("GET", "POST"))
def add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put beds into a room."""
    post = post_of(request)
    site = _kept(pk, post)
    form = BedsForm(request.POST or None, post=post, initial={"starts": clock.today()})
    if request.method == "POST" and form.is_valid():
        v = form.cleaned_data
        try:
            made = bedding.add_beds(site, v["room"].strip(), form.numbers(), v["kinds"], v["starts"], by=post)
        except Refused as refusal:
            beside(form, refusal)
        else:
            messages.success(request, _("已登记 %(n)d 张床位") % {"n": len(made)})
            return redirect("sites:beds", pk)
    back = reverse("sites:beds", args=[pk])
    return form_page(request, form, _("新增床位：%(name)s") % {"name": site.name}, back)


def _kept(pk: UUID, post: Post) -> Site:
    site = _seen(pk, post)
    if not keeps_site(post, site):
        raise Forbidden(_("您的岗位无权登记该设施的床位"))
    return site


def _ids(texts: list[str]) -> list[str]:
    """Ids of beds; what is no id is left out."""
    found = []
    for text in texts[:2000]:
        try:
            found.append(str(UUID(text)))
        except ValueError:
            continue
    return found


def _act(site: Site, chosen: list[Bed], values: dict[str, Any], post: Post) -> None:
    if values["act"] == "move":
        bedding.move(site, chosen, values["room"].strip(), by=post)
    elif values["act"] == "count":
        bedding.count_as(site, chosen, values["kind"], values["starts"], by=post)
    else:
        bedding.stop_counting(site, chosen, values["kind"], values["starts"], by=post)


def _tags(kinds: list[BedKind]) -> list[tuple[str, str, str]]:
    """What is worth saying of a bed: that it is approved goes without saying."""
    tags = [
        (str(k.get_kind_display()), TONES.get(BedKind.Kind(k.kind), "mute"), k.status)
        for k in kinds if k.kind != BedKind.Kind.APPROVED
    ]  # fmt: skip
    if len(tags) == len(kinds):
        tags.insert(0, ("未核定", "mute", ""))
    return tags


def _context(site: Site, post: Post, day: Any, form: BedChangeForm) -> dict[str, Any]:
    rooms = queries.rooms(site.pk, day, post)
    return {
        "site": site,
        "day": day,
        "rooms": [
            (room, [(bed, _tags(kinds)) for bed, kinds in rows]) for room, rows in rooms
        ],
        "counts": queries.beds_of(site.pk, day),
        "total": sum(len(rows) for _, rows in rooms),
        "form": form,
        "keeps": keeps_site(post, site),
        "ticked": set(),
    }  # fmt: skip
