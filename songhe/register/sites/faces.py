"""How rows of the register look, and what its pages share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from songhe.kernel import clock, policy
from songhe.kernel.access.models import Post
from songhe.kernel.areas import queries as areas
from songhe.kernel.errors import Refused

from .models import Licence, Site

POSITIONS = {"approximate": "示意位置", "surveyed": "实测位置", "unknown": "位置不明"}
ICONS = {
    Site.Kind.CARE_HOME: "building-hospital", Site.Kind.SMALL_HOME: "home-heart", Site.Kind.DAY_CARE: "calendar-time",
    Site.Kind.HUB: "building-community", Site.Kind.DOORSTEP: "home", Site.Kind.SPORTS_HOME: "heart-rate-monitor",
    Site.Kind.NEIGHBOUR: "users", Site.Kind.ACTIVITY_ROOM: "calendar-event", Site.Kind.CANTEEN: "soup",
    Site.Kind.MEAL_POINT: "tools-kitchen-2", Site.Kind.ADVISOR_POINT: "message-circle",
    Site.Kind.NURSING_STATION: "nurse", Site.Kind.HOME_SERVICE: "heart-handshake", Site.Kind.COMPLEX: "sitemap",
    Site.Kind.PROPERTY_POINT: "building", Site.Kind.AIDS_POINT: "wheelchair", Site.Kind.HEALTH_CENTRE: "stethoscope",
    Site.Kind.HEALTH_STATION: "first-aid-kit", Site.Kind.HOSPITAL: "emergency-bed",
    Site.Kind.ASSESSMENT: "clipboard-check", Site.Kind.SERVICE_WINDOW: "id",
}  # fmt: skip


@dataclass(frozen=True)
class Face:
    """The state of a site as lists draw it."""

    label: str
    tone: str
    final: bool


def face(site: Site) -> Face:
    """In use, closed, not yet open."""
    today = clock.today()
    if site.ends and site.ends <= today:
        return Face("已停用", "mute", True)
    if site.starts and site.starts > today:
        return Face("未启用", "info", False)
    return Face("在用", "ok", True)


def towns_of(post: Post) -> list[tuple[str, str]]:
    """Towns of a post's district: facilities of the neighbour street are nobody's secret."""
    return [(node.code, node.name) for node in areas.towns(post.area_code[:6] or "31")]


@dataclass(frozen=True)
class Tag:
    """A word and its tone."""

    word: str
    tone: str


def licence_face(row: Licence) -> Tag:
    """How a licence's term stands; warns as early as the district has set."""
    today = clock.today()
    if row.ends is None:
        return Tag(_("长期"), "ok")
    if row.ends < today:
        return Tag(_("已过期"), "bad")
    if row.starts > today:
        return Tag(_("未生效"), "info")
    warn = policy.value("register.licence.warn_days", on=today).value
    if row.ends <= today + timedelta(days=warn):
        return Tag(_("%(n)d 天后到期") % {"n": (row.ends - today).days}, "warn")
    return Tag(_("有效"), "ok")


def post_of(request: HttpRequest) -> Post:
    """The post that acts."""
    return request.post  # type: ignore[attr-defined, no-any-return]


def day_of(request: HttpRequest, name: str = "on") -> date:
    """A day from the address; today where none or no day is given."""
    try:
        return parse_date(request.GET.get(name, "")) or clock.today()
    except ValueError:
        return clock.today()


def form_page(
    request: HttpRequest, form: Form, heading: str, back: str, *, template: str = "sites/form.html", **extra: Any
) -> HttpResponse:
    """A page that is one form; 422 where it came back with faults."""
    context = {"form": form, "heading": heading, "back": back, "submit": "保存", **extra}
    return render(request, template, context, status=422 if form.errors else 200)


def beside(form: Form, refusal: Refused) -> None:
    """Put a refusal beside its field, with what to do."""
    text = f"{refusal.message}。{refusal.remedy}" if refusal.remedy else refusal.message
    form.add_error(refusal.field if refusal.field in form.fields else None, text)
