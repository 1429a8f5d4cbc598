"""The screens of the elder file: list, file, new person, reveal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.kernel.access import reads, rights
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import DESK, Role
from songhe.kernel.errors import Missing, Refused
from songhe.kernel.events.queries import timeline
from songhe.kernel.identity import parse_identity
from songhe.kernel.registry import file_panels
from songhe.kernel.screens import screen

from . import access, actions, queries
from .forms import PersonForm, RevealForm
from .listing import PEOPLE
from .models import Person, Relative

#: Who may have an elder before them at all: the rows decide whom.
FILE_READERS = DESK | {Role.ASSESSOR, Role.NURSE, Role.CARER}
REGISTRARS = frozenset({Role.BUREAU, Role.STREET})
PAGE = 30


@screen("people.list", roles=DESK)
def people(request: HttpRequest) -> HttpResponse:
    """The list of elders, its export, and its moving part."""
    post: Post = request.post  # type: ignore[attr-defined]
    return PEOPLE.respond(request, may_register=post.role in access.KEEPERS)  # type: ignore[return-value]


@screen("people.new", roles=REGISTRARS, methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Open a file."""
    post: Post = request.post  # type: ignore[attr-defined]
    form = PersonForm(request.POST or None, post=post)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.register(form.new(), by=post)
        except Refused as refused:
            refuse(form, refused)
        else:
            messages.success(request, _("已为 %(name)s 建档") % {"name": person.name})
            return see(reverse("people:file", args=[person.pk]))
    return render(request, "people/new.html", {"form": form}, status=422 if form.is_bound else 200)


@screen("people.identity", roles=REGISTRARS, methods=("POST",))
def identity(request: HttpRequest) -> HttpResponse:
    """What an identity number says, while the form is being filled in: birth date, sex, age, or the fault."""
    post: Post = request.post  # type: ignore[attr-defined]
    context: dict[str, Any] = {}
    try:
        found = parse_identity(request.POST.get("identity_number", ""))
    except Refused as refused:
        context["refused"] = refused
    else:
        context["known"] = queries.by_number(found.number, post)
        context["person"] = Person(
            birth_date=found.birth_date, sex=Person.Sex.MALE if found.sex.value == "male" else Person.Sex.FEMALE
        )
    return render(request, "people/identity.html", context)


def _tabs(person: Person, post: Post, current: str) -> list[dict[str, Any]]:
    """The tabs of a file; only those with something in them for the post."""
    names = [("", _("基本情况"))]
    if any(post.role in panel.roles for panel in file_panels.values()):
        names.append(("services", _("服务与办件")))
    names.append(("timeline", _("时间线")))
    if post.role in access.LOOK_READERS:
        names.append(("looks", _("谁看过")))
    here = reverse("people:file", args=[person.pk])
    return [
        {"label": label, "url": f"{here}?tab={key}" if key else here, "current": key == current, "count": None}
        for key, label in names
    ]


@screen("people.file", roles=FILE_READERS)
def file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One elder: what is known, the family, the periods, the other rooms' sections, the timeline, the looks."""
    post: Post = request.post  # type: ignore[attr-defined]
    person = queries.person_of(pk, post)
    reads.log(post, [person.pk], what="file")
    tab = request.GET.get("tab", "")
    context: dict[str, Any] = {"person": person, "may": may(person, post)}
    match tab:
        case "services":
            context["panels"] = queries.panels(person, post)
        case "timeline":
            context |= _moments(person, post, 0)
        case "looks" if post.role in access.LOOK_READERS:
            context |= _looks(person, post, 0)
        case _:
            tab = ""
            context |= queries.overview(person, post)
    context |= {"tab": tab, "tabs": _tabs(person, post, tab), "hukou_name": queries.hukou_name(person.hukou_area_code)}
    if tab:
        held = queries.levels_in_force([person.pk], post)
        context["held"] = held.get(person.pk, [])
    return render(request, "people/file.html", context)


def may(person: Person, post: Post) -> dict[str, bool]:
    """Which buttons the page has."""
    living = person.status != Person.Status.DECEASED
    keeper = post.role in access.KEEPERS
    return {
        "correct": keeper,
        "move": keeper and living,
        "die": keeper and living,
        "revive": keeper and not living,
        "relatives": post.role in access.RELATIVE_KEEPERS,
        "accounts": post.role in access.ACCOUNT_KEEPERS,
        "consents": post.role in access.CONSENT_KEEPERS and living,
        "stays": post.role in access.STAY_KEEPERS and living,
        "covers": post.role in access.COVER_KEEPERS and living,
    }


def _skip(request: HttpRequest) -> int:
    text = request.GET.get("skip", "0")
    return min(int(text), 100_000) if text.isascii() and text.isdigit() else 0


def _moments(person: Person, post: Post, skip: int) -> dict[str, Any]:
    found = timeline(person.pk, post, limit=PAGE + 1, skip=skip)
    return {"moments": found[:PAGE], "more": skip + PAGE if len(found) > PAGE else 0}


def _looks(person: Person, post: Post, skip: int) -> dict[str, Any]:
    found = queries.looks(person.pk, post, limit=PAGE + 1, skip=skip)
    return {"looks": found[:PAGE], "more": skip + PAGE if len(found) > PAGE else 0}


@screen("people.timeline", roles=FILE_READERS)
def more_moments(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Older lines of the timeline."""
    post: Post = request.post  # type: ignore[attr-defined]
    person = queries.person_of(pk, post)
    return render(request, "people/moments.html", {"person": person, **_moments(person, post, _skip(request))})


@screen("people.looks", roles=access.LOOK_READERS & FILE_READERS)
def more_looks(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Older lines of the record of looks."""
    post: Post = request.post  # type: ignore[attr-defined]
    person = queries.person_of(pk, post)
    return render(request, "people/look_lines.html", {"person": person, **_looks(person, post, _skip(request))})


@screen("people.reveal", roles=FILE_READERS, methods=("GET", "POST"))
def reveal(request: HttpRequest, pk: UUID, field: str) -> HttpResponse:
    """Show one masked value of an elder in full, for a purpose that goes on record."""
    post: Post = request.post  # type: ignore[attr-defined]
    return _reveal(request, queries.person_of(pk, post), field, reverse("people:reveal", args=[pk, field]))


@screen("people.reveal_relative", roles=FILE_READERS, methods=("GET", "POST"))
def reveal_relative(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a relative's telephone in full."""
    post: Post = request.post  # type: ignore[attr-defined]
    return _reveal(request, queries.relative_of(pk, post), "phone", reverse("people:reveal_relative", args=[pk]))


def _reveal(request: HttpRequest, row: Person | Relative, field: str, here: str) -> HttpResponse:
    post: Post = request.post  # type: ignore[attr-defined]
    if rights.field_rule(type(row), field) is None:
        raise Missing(_("没有这一项"))
    form = RevealForm(request.POST or None)
    value = ""
    if not form.is_bound and not rights.may_reveal(row, field, post):
        rights.reveal(row, field, post, "")  # refuses in its own words
    if form.is_bound and form.is_valid():
        value = rights.reveal(row, field, post, form.in_words())
    person = row.person if isinstance(row, Relative) else row
    context = {
        "form": form, "row": row, "person": person, "value": value, "here": here,
        "label": _(queries.FIELD_NAMES[field]), "back": reverse("people:file", args=[person.pk]),
    }  # fmt: skip
    in_dialog = bool(request.headers.get("HX-Request"))
    template = "people/reveal_body.html" if in_dialog else "people/reveal.html"
    return render(request, template, context, status=422 if form.errors and not in_dialog else 200)


def see(url: str) -> HttpResponse:
    """Go and look: a redirect that turns a POST into a GET."""
    response = redirect(url)
    response.status_code = 303
    return response


def refuse(form: Any, refused: Refused) -> None:
    """Put a refusal beside its field, with the way out."""
    text = f"{refused.message}{refused.remedy}" if refused.remedy else refused.message
    form.add_error(refused.field if refused.field in form.fields else None, text)
