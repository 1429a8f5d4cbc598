"""Whose portal it is: the elder herself, or the elder whom a relative may see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from songhe.kernel.access import consent, reads
from songhe.kernel.access.models import Account, Post
from songhe.kernel.access.roles import PORTAL, Role
from songhe.kernel.screens import screen
from songhe.register.people.models import Person, Relative

View = Callable[..., HttpResponseBase]


def whose(post: Post) -> Person | None:
    """The elder this post is about; nobody where her consent is missing or was withdrawn."""
    found: Person | None = Person.objects.visible_to(post).order_by("pk").first()
    return found


def may_act(post: Post, person_id: UUID) -> bool:
    """Whether this post may apply, agree and cancel for the elder: herself, or a relative with her consent."""
    if post.role == Role.ELDER:
        return post.holder_id == person_id
    relative_id = post.holder_id or UUID(int=0)
    named = Relative.objects.visible_to(post).filter(pk=relative_id, person_id=person_id, may_act=True)
    return named.exists() and bool(consent.allowed([person_id], "family_act", relative_id))


def held(usernames: Sequence[str]) -> set[str]:
    """Which of these accounts exist, for the sign-ins of a demonstration."""
    return set(Account.objects.filter(username__in=usernames).values_list("username", flat=True))


def mine(name: str, title: str, *, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """A screen of the portal: opens for the elder the post is about, puts a relative's look on record.

    The view takes the person after the request. Without an elder to show, the page says why.
    """

    def wrap(view: View) -> View:
        @screen(name, roles=PORTAL, methods=methods)
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            post: Post = request.post  # type: ignore[attr-defined]
            person = whose(post)
            if person is None:
                return closed(request)
            if request.method == "GET":
                reads.log(post, [person.pk], what="file", purpose=title)
            return view(request, person, *args, **kwargs)

        return opened

    return wrap


def closed(request: HttpRequest) -> HttpResponse:
    """No elder to show: the consent is missing, over or withdrawn."""
    return render(request, "portal/closed.html", status=403)
