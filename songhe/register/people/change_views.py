"""The forms by which a file changes. All alike: find the elder, ask, act, go back to the file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.kernel.access import reads
from songhe.kernel.access.models import Consent, Post
from songhe.kernel.access.roles import DESK, Role
from songhe.kernel.access.scoping import ScopedModel
from songhe.kernel.errors import Missing, Refused
from songhe.kernel.screens import screen

from . import access, actions, forms, queries
from .models import Cover, Person, Relative, Stay
from .views import refuse, see

Take = Callable[[Any], Any]
_BOTH = ("GET", "POST")
_HUMAN = DESK | {Role.NURSE}
KEEPERS = access.KEEPERS & _HUMAN
RELATIVE_KEEPERS = access.RELATIVE_KEEPERS & _HUMAN
CONSENT_KEEPERS = access.CONSENT_KEEPERS & _HUMAN
STAY_KEEPERS = access.STAY_KEEPERS & _HUMAN
COVER_KEEPERS = access.COVER_KEEPERS & _HUMAN


def _ask(
    request: HttpRequest, person: Person, form: Any, take: Take, *,
    heading: str, done: str, submit: str = "", intro: str = "", danger: bool = False,
) -> HttpResponse:  # fmt: skip
    """Draw the form; act on what it says; go back to the file, or to the list where it is out of sight now."""
    post: Post = request.post  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            take(form)
        except Refused as refused:
            refuse(form, refused)
        else:
            messages.success(request, done)
            seen = Person.objects.visible_to(post).filter(pk=person.pk).exists()
            return see(reverse("people:file", args=[person.pk]) if seen else reverse("people:list"))
    if request.method == "GET":
        reads.log(post, [person.pk], what="file", purpose=heading)
    return render(
        request,
        "people/change.html",
        {
            "form": form, "person": person, "heading": heading, "submit": submit or _("保存"), "intro": intro,
            "danger": danger, "back": reverse("people:file", args=[person.pk]),
        },
        status=422 if form.is_bound else 200,
    )  # fmt: skip


def _about(request: HttpRequest, pk: UUID) -> tuple[Person, dict[str, Any]]:
    """The elder, and what every form of hers is made with."""
    post: Post = request.post  # type: ignore[attr-defined]
    person = queries.person_of(pk, post)
    return person, {"data": request.POST or None, "person": person, "post": post}


def _row(request: HttpRequest, model: type[ScopedModel], pk: UUID) -> Any:
    post: Post = request.post  # type: ignore[attr-defined]
    row = model.objects.visible_to(post).filter(pk=pk).first()
    if row is None:
        raise Missing(_("没有找到该记录，或不在您的管辖范围内"))
    return row


@screen("people.correct", roles=KEEPERS, methods=_BOTH)
def correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Correct what is on the file."""
    person, about = _about(request, pk)
    post: Post = request.post  # type: ignore[attr-defined]

    def take(form: forms.CorrectForm) -> None:
        reason = form.cleaned_data["reason"]
        actions.correct(pk, form.changes(), by=post, reason=reason, seen=form.seen_at())

    return _ask(request, person, forms.CorrectForm(**about), take, heading=_("更正档案"), done=_("已更正"))


@screen("people.move", roles=KEEPERS, methods=_BOTH)
def move(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change an address."""
    person, about = _about(request, pk)
    post: Post = request.post  # type: ignore[attr-defined]

    def take(form: forms.MoveForm) -> None:
        reason = form.cleaned_data["reason"]
        actions.move_house(pk, home=form.home(), hukou=form.hukou(), by=post, reason=reason)

    return _ask(
        request, person, forms.MoveForm(**about), take, heading=_("变更住址"), done=_("住址已变更"),
        intro=_("常住地迁到其他街镇后，档案由新的街镇经办，户籍仍在本辖区的仍可查看。"),
    )  # fmt: skip


@screen("people.move_out", roles=KEEPERS, methods=_BOTH)
def move_out(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take somebody who left the district off the register."""
    person, about = _about(request, pk)
    post: Post = request.post  # type: ignore[attr-defined]

    def take(form: forms.ReasonForm) -> None:
        actions.move_out([pk], by=post, reason=form.cleaned_data["reason"])

    return _ask(
        request, person, forms.ReasonForm(**about), take, heading=_("迁出本区"), done=_("已登记迁出"),
        submit=_("登记迁出"), intro=_("档案保留，不再计入在册人数；迁回时用「变更住址」恢复。"), danger=True,
    )  # fmt: skip


@screen("people.death", roles=KEEPERS, methods=_BOTH)
def death(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record a death."""
    person, about = _about(request, pk)
    post: Post = request.post  # type: ignore[attr-defined]

    def take(form: forms.DeathForm) -> None:
        data = form.cleaned_data
        actions.record_deaths({pk: data["death_date"]}, by=post, reason=data["reason"])

    return _ask(
        request, person, forms.DeathForm(**about), take, heading=_("登记去世"), done=_("已登记"),
        submit=_("登记去世"), danger=True,
    )  # fmt: skip


@screen("people.withdraw_death", roles=KEEPERS, methods=_BOTH)
def withdraw_death(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back a death recorded by mistake."""
    person, about = _about(request, pk)
    post: Post = request.post  # type: ignore[attr-defined]

    def take(form: forms.ReasonForm) -> None:
        actions.withdraw_death(pk, by=post, reason=form.cleaned_data["reason"])

    return _ask(
        request, person, forms.ReasonForm(**about), take, heading=_("撤销死亡登记"), done=_("已撤销死亡登记"),
        submit=_("撤销登记"), intro=_("档案恢复在册，参保接续；等级和服务安排需由经办部门重新办理。"),
    )  # fmt: skip


@screen("people.relative_new", roles=RELATIVE_KEEPERS, methods=_BOTH)
def relative_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Enter a relative."""
    person, about = _about(request, pk)
    post: Post = request.post  # type: ignore[attr-defined]

    def take(form: forms.RelativeForm) -> None:
        actions.add_relatives([actions.NewRelative(person_id=pk, **form.cleaned_data)], by=post)

    return _ask(request, person, forms.RelativeForm(**about), take, heading=_("登记家属"), done=_("已登记家属"))


@screen("people.relative_edit", roles=RELATIVE_KEEPERS, methods=_BOTH)
def relative_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a relative's particulars or rights."""
    relative: Relative = _row(request, Relative, pk)
    person, about = _about(request, relative.person_id)
    post: Post = request.post  # type: ignore[attr-defined]

    def take(form: forms.RelativeForm) -> None:
        given = {k: v for k, v in form.cleaned_data.items() if k != "phone" or v}
        actions.change_relative(pk, given, by=post)

    form = forms.RelativeForm(**about, relative=relative)
    return _ask(request, person, form, take, heading=_("修改家属信息"), done=_("已修改"))


@screen("people.relative_remove", roles=RELATIVE_KEEPERS, methods=_BOTH)
def relative_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a relative off the file."""
    relative: Relative = _row(request, Relative, pk)
    person, about = _about(request, relative.person_id)
    post: Post = request.post  # type: ignore[attr-defined]

    def take(form: forms.ReasonForm) -> None:
        actions.remove_relative(pk, by=post, reason=form.cleaned_data["reason"])

    return _ask(
        request, person, forms.ReasonForm(**about), take, danger=True, submit=_("移除"), done=_("已移除"),
        heading=_("移除家属 %(name)s") % {"name": relative.name}, intro=_("其查看和代办权限、相关同意书同时失效。"),
    )  # fmt: skip


@screen("people.consent_new", roles=CONSENT_KEEPERS, methods=_BOTH)
def consent_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record a consent."""
    person, about = _about(request, pk)
    post: Post = request.post  # type: ignore[attr-defined]

    def take(form: forms.ConsentForm) -> None:
        actions.give_consents([form.new(person)], by=post)

    return _ask(
        request, person, forms.ConsentForm(**about), take, heading=_("登记知情同意"), done=_("已登记同意"),
        intro=_("请当面说明向谁提供、提供什么、用来做什么，长者可随时撤回。"),
    )  # fmt: skip


@screen("people.consent_withdraw", roles=CONSENT_KEEPERS, methods=_BOTH)
def consent_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Withdraw a consent."""
    consent: Consent = _row(request, Consent, pk)
    person, about = _about(request, consent.person_id)
    post: Post = request.post  # type: ignore[attr-defined]

    def take(form: forms.ReasonForm) -> None:
        actions.withdraw_consents([pk], by=post, reason=form.cleaned_data["reason"])

    return _ask(
        request, person, forms.ReasonForm(**about), take, heading=_("撤回同意"), done=_("已撤回，即时生效"),
        submit=_("撤回同意"), intro=_("向「%(name)s」提供信息的同意将即时失效。") % {"name": consent.recipient_name},
        danger=True,
    )  # fmt: skip


@screen("people.stay_new", roles=STAY_KEEPERS, methods=_BOTH)
def stay_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record a stay in hospital, in a home, or away."""
    person, about = _about(request, pk)
    post: Post = request.post  # type: ignore[attr-defined]

    def take(form: forms.StayForm) -> None:
        actions.open_stays([form.new(person)], by=post)

    return _ask(
        request, person, forms.StayForm(**about), take, heading=_("登记住院、入住或外出"), done=_("已登记"),
        intro=_("期间不安排上门服务；已安排的自动取消。"),
    )  # fmt: skip


@screen("people.stay_end", roles=STAY_KEEPERS, methods=_BOTH)
def stay_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a stay."""
    stay: Stay = _row(request, Stay, pk)
    person, about = _about(request, stay.person_id)
    post: Post = request.post  # type: ignore[attr-defined]

    def take(form: forms.StayEndForm) -> None:
        actions.close_stays([pk], by=post, at=form.cleaned_data["ends"])

    heading = {"hospital": _("登记出院"), "institution": _("登记离院"), "away": _("登记返回")}[stay.kind]
    return _ask(request, person, forms.StayEndForm(**about), take, heading=heading, done=_("已登记"))


@screen("people.cover_new", roles=COVER_KEEPERS, methods=_BOTH)
def cover_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record a period of health insurance."""
    person, about = _about(request, pk)
    post: Post = request.post  # type: ignore[attr-defined]

    def take(form: forms.CoverForm) -> None:
        actions.open_covers([form.new(person)], by=post)

    return _ask(request, person, forms.CoverForm(**about), take, heading=_("登记参保"), done=_("已登记参保"))


@screen("people.cover_end", roles=COVER_KEEPERS, methods=_BOTH)
def cover_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a period of health insurance."""
    cover: Cover = _row(request, Cover, pk)
    person, about = _about(request, cover.person_id)
    post: Post = request.post  # type: ignore[attr-defined]

    def take(form: forms.CoverEndForm) -> None:
        actions.close_covers([pk], by=post, on=form.first_day_without())

    return _ask(request, person, forms.CoverEndForm(**about), take, heading=_("登记停保"), done=_("已登记停保"))
