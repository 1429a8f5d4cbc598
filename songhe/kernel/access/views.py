"""The administrator's screens: accounts, posts, and the table of who may do what. No elder's data here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.kernel.errors import Missing, Refused
from songhe.kernel.events.queries import history
from songhe.kernel.screens import screen

from . import actions, matrix
from .forms import AccountForm, PostForm, ReasonForm
from .listing import POSTS
from .models import Account, Post
from .roles import Role

ADMIN = frozenset({Role.ADMIN})
#: Who reads the table of rights: those who keep it and those who answer for it.
READERS = frozenset({Role.ADMIN, Role.BUREAU, Role.AUDITOR})
_BOTH = ("GET", "POST")


@screen("access.list", roles=ADMIN)
def posts(request: HttpRequest) -> HttpResponse:
    """Who holds which post."""
    return POSTS.respond(request)  # type: ignore[return-value]


@screen("access.rights", roles=READERS)
def rights(request: HttpRequest) -> HttpResponse:
    """Who may do what, read off the declarations."""
    return render(
        request,
        "access/rights.html",
        {
            "roles": matrix.ROLES, "rooms": matrix.screen_lines(), "rows": matrix.row_lines(),
            "fields": matrix.field_lines(),
        },
    )  # fmt: skip


@screen("access.account", roles=ADMIN)
def account(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One account: its posts, and what was done with it."""
    by: Post = request.post  # type: ignore[attr-defined]
    found = actions.account_of(pk, by)
    held = list(found.posts.filter(role__in=actions.GIVEN).order_by("-starts", "-id"))
    for post in held:
        post.account = found
    moments = history([found.pk, *(p.pk for p in held)])
    return render(
        request,
        "access/account.html",
        {"account": found, "held": held, "moments": list(reversed(moments)), "own": found.pk == by.account_id},
    )


@screen("access.new", roles=ADMIN, methods=_BOTH)
def new(request: HttpRequest) -> HttpResponse:
    """Open an account; its first password is shown once."""
    by: Post = request.post  # type: ignore[attr-defined]
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, password = actions.open_account(**form.cleaned_data, by=by)
        except Refused as refused:
            _refuse(form, refused)
        else:
            return render(request, "access/password.html", {"account": made, "password": password})
    return _form(request, form, _("新建账号"), _("建立账号"), reverse("access:list"))


@screen("access.password", roles=ADMIN, methods=_BOTH)
def password(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new password in place of a lost one; shown once."""
    by: Post = request.post  # type: ignore[attr-defined]
    found = actions.account_of(pk, by)
    if request.method == "POST":
        made = actions.reset_password(pk, by=by)
        return render(request, "access/password.html", {"account": found, "password": made})
    return render(request, "access/reset.html", {"account": found})


@screen("access.give", roles=ADMIN, methods=_BOTH)
def give(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give an account a post."""
    by: Post = request.post  # type: ignore[attr-defined]
    found = actions.account_of(pk, by)
    form = PostForm(request.POST or None, account=found, post=by)
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_post(pk, form.new(), by=by)
        except Refused as refused:
            _refuse(form, refused)
        else:
            return _done(request, found, _("已授予岗位"))
    heading = _("为%(name)s授予岗位") % {"name": found.name}
    return _form(request, form, heading, _("授予"), _url(found))


@screen("access.end", roles=ADMIN, methods=_BOTH)
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a post."""
    by: Post = request.post  # type: ignore[attr-defined]
    post = Post.objects.select_related("account").filter(pk=pk, role__in=actions.GIVEN).first()
    if post is None:
        raise Missing(_("没有这个岗位"))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.end_post(pk, by=by, reason=form.cleaned_data["reason"])
        return _done(request, post.account, _("岗位已终止，即时生效"))
    return _form(request, form, _("终止岗位：%(post)s") % {"post": post.label}, _("终止岗位"), _url(post.account))


@screen("access.active", roles=ADMIN, methods=_BOTH)
def active(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Close an account, or open it again."""
    by: Post = request.post  # type: ignore[attr-defined]
    found = actions.account_of(pk, by)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.set_active(pk, not found.is_active, by=by, reason=form.cleaned_data["reason"])
        return _done(request, found, _("账号已停用") if found.is_active else _("账号已启用"))
    word = _("停用账号") if found.is_active else _("启用账号")
    return _form(request, form, f"{word}：{found.name}", word, _url(found))


def _url(account: Account) -> str:
    return reverse("access:account", args=[account.pk])


def _form(request: HttpRequest, form: Any, heading: str, submit: str, back: str) -> HttpResponse:
    context = {"form": form, "heading": heading, "submit": submit, "back": back}
    return render(request, "formpage.html", context, status=422 if form.is_bound else 200)


def _done(request: HttpRequest, account: Account, text: str) -> HttpResponse:
    messages.success(request, text)
    response = redirect(_url(account))
    response.status_code = 303
    return response


def _refuse(form: Any, refused: Refused) -> None:
    text = f"{refused.message}{refused.remedy}" if refused.remedy else refused.message
    form.add_error(refused.field if refused.field in form.fields else None, text)
