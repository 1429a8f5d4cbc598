"""The screens on which a window opens, resets and closes the sign-ins of an elder and her family."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.kernel import clock
from songhe.kernel.access import reads
from songhe.kernel.access.models import Post
from songhe.kernel.errors import Refused
from songhe.kernel.screens import screen

from . import access, actions, queries
from .forms import ReasonForm
from .models import Person
from .views import refuse, see

_BOTH = ("GET", "POST")
Hand = Callable[..., actions.Handed]


@screen("people.accounts", roles=access.ACCOUNT_KEEPERS)
def accounts(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who signs in for this elder, and who could."""
    post: Post = request.post  # type: ignore[attr-defined]
    person = queries.person_of(pk, post)
    reads.log(post, [person.pk], what="file", purpose=_("平台账号"))
    return render(request, "people/accounts.html", {"person": person, "lines": queries.sign_ins(person, post)})


@screen("people.account_open", roles=access.ACCOUNT_KEEPERS, methods=_BOTH)
def account_open(request: HttpRequest, pk: UUID, holder: UUID) -> HttpResponse:
    """Open an account; its first password stands on the slip, once."""
    intro = _("系统生成用户名和一次性初始密码，印在凭条上，只显示这一次。请核对本人身份证件和电话后当面交付。")
    return _hand_over(request, pk, holder, actions.open_account, _("开通账号：%(name)s"), _("开通并打印凭条"), intro)


@screen("people.account_reset", roles=access.ACCOUNT_KEEPERS, methods=_BOTH)
def account_reset(request: HttpRequest, pk: UUID, holder: UUID) -> HttpResponse:
    """A new first password in place of a lost one."""
    intro = _("原密码即时失效，系统生成新的一次性密码，只显示这一次。请确认是本人要求。")
    return _hand_over(request, pk, holder, actions.reset_account, _("重设密码：%(name)s"), _("重设并打印凭条"), intro)


@screen("people.account_close", roles=access.ACCOUNT_KEEPERS, methods=_BOTH)
def account_close(request: HttpRequest, pk: UUID, holder: UUID) -> HttpResponse:
    """Close an account."""
    post: Post = request.post  # type: ignore[attr-defined]
    person = queries.person_of(pk, post)
    line = queries.sign_in_of(person, holder, post)
    form = ReasonForm(data=request.POST if request.method == "POST" else None, person=person, post=post)
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_account(pk, holder, by=post, reason=form.cleaned_data["reason"])
        except Refused as refused:
            refuse(form, refused)
        else:
            messages.success(request, _("%(name)s 的账号已关闭，即时生效") % {"name": line.name})
            return see(reverse("people:accounts", args=[pk]))
    intro = _("关闭后不能再用它查看这位长者；档案、家属登记和知情同意不变，可重新开通。")
    return _page(request, person, form, _("关闭账号：%(name)s") % {"name": line.name}, _("关闭账号"), intro, danger=True)


def _hand_over(
    request: HttpRequest, pk: UUID, holder: UUID, hand: Hand, heading: str, submit: str, intro: str
) -> HttpResponse:
    """Ask once more; then the slip, drawn from the answer itself because the password is kept nowhere."""
    post: Post = request.post  # type: ignore[attr-defined]
    person = queries.person_of(pk, post)
    line = queries.sign_in_of(person, holder, post)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            handed = hand(pk, holder, by=post)
        except Refused as refused:
            refuse(form, refused)
        else:
            reads.log(post, [person.pk], what="print", purpose=_("账号凭条"))
            return _slip(request, person, line, handed)
    elif request.method == "GET":
        reads.log(post, [person.pk], what="file", purpose=submit)
    return _page(request, person, form, heading % {"name": line.name}, submit, intro)


def _page(
    request: HttpRequest, person: Person, form: forms.Form, heading: str, submit: str, intro: str, *, danger: bool = False
) -> HttpResponse:
    return render(
        request,
        "people/change.html",
        {
            "form": form, "person": person, "heading": heading, "submit": submit, "intro": intro, "danger": danger,
            "back": reverse("people:accounts", args=[person.pk]),
        },
        status=422 if form.is_bound else 200,
    )  # fmt: skip


def _slip(request: HttpRequest, person: Person, line: queries.SignInLine, handed: actions.Handed) -> HttpResponse:
    address = request.build_absolute_uri(reverse("home"))
    return render(
        request,
        "people/slip.html",
        {
            "person": person, "line": line, "account": handed.account, "password": handed.password, "address": address,
            "today": clock.today(),
        },
    )  # fmt: skip
