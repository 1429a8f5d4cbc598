"""Put the current post on the request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from . import posts
from .models import Post


class PostMiddleware:
    """``request.post`` 当前岗位: chosen in the session, or the only one the account holds."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.post = self._current(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def _current(self, request: HttpRequest) -> Post | None:
        if not request.user.is_authenticated:
            return None
        held = posts.held_by(request.user)
        request.posts = held  # type: ignore[attr-defined]
        if request.user.must_change_password:
            # Somebody else knows the password: no screen and no program is served in any post yet.
            return None
        chosen = request.session.get(posts.SESSION_KEY)
        for post in held:
            if str(post.pk) == chosen:
                return post
        return held[0] if len(held) == 1 else None
