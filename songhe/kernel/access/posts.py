"""Posts an account holds, and the choice of the one to act in."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest

from songhe.kernel import clock
from songhe.kernel.errors import Forbidden

from .models import Account, Post
from .roles import Role

SESSION_KEY = "post"
#: The clock has always been there, also on the past days that a simulation lives.
_ALWAYS = date(2000, 1, 1)


def held_by(account: Account) -> list[Post]:
    """Posts the account holds today, with the account attached so that labels cost no query."""
    today = clock.today()
    found = list(
        Post.objects.filter(Q(ends__isnull=True) | Q(ends__gt=today), account=account, starts__lte=today)
    )
    for post in found:
        post.account = account
    return found


def choose(request: HttpRequest, post_id: str) -> Post:
    """Act in another post from now on. Only a post that the account holds."""
    for post in request.posts:  # type: ignore[attr-defined]
        if str(post.pk) == post_id:
            request.session[SESSION_KEY] = post_id
            return post  # type: ignore[no-any-return]
    raise Forbidden("您未担任该岗位，请从列表中选择")


def system(area_code: str = "") -> Post:
    """The post of clocks and jobs: one row, made at first use, that nobody can sign in to."""
    account, _ = Account.objects.get_or_create(
        username="system", defaults={"name": "系统", "password": "!", "is_active": False}
    )
    post, _ = Post.objects.get_or_create(
        account=account, role=Role.SYSTEM, defaults={"title": "自动办理", "area_code": area_code, "starts": _ALWAYS}
    )
    post.account = account
    return post


def end(post_id: UUID) -> None:
    """Take a post away, from today on."""
    Post.objects.filter(pk=post_id).update(ends=clock.today())
