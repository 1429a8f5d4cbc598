"""The gate: no view runs before its declared rights were asked; refusals become pages that help."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import PORTAL
from songhe.kernel.errors import SongheError
from songhe.kernel.saying import said

from .rights import Screen, is_foreign


class ScreenMiddleware:
    """Asks the view's :class:`Screen` before it runs, and renders what actions refuse."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "post", None) is not None:
            # Pages about people must not stay in a shared computer's cache.
            response.setdefault("Cache-Control", "no-store")
        response.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Sign in, own password, choose a post, prove the second factor, have the role: in this order."""
        declared: Screen | None = getattr(view, "screen", None)
        if declared is None:
            if is_foreign(view):
                return None
            return message(request, 403, _("该页面未声明访问权限，已按规定关闭"))
        if declared.public:
            return None
        if not request.user.is_authenticated:
            if wants_json(request):
                return message(request, 401, _("登录已过期，请重新登录"), code="signed_out")
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        if request.user.must_change_password:
            if wants_json(request):
                return message(request, 401, _("请先修改初始密码"), code="password_change")
            return redirect(change_password_url(request))
        if declared.signed_in:
            return None
        post: Post | None = request.post  # type: ignore[attr-defined]
        if post is None:
            if wants_json(request):
                return message(request, 401, _("请先选择岗位"), code="no_post")
            return redirect(f"{reverse('choose_post')}?next={request.path}")
        if needs_second_factor(request, post):
            return redirect(reverse("second_factor"))
        if not declared.admits(post.role):
            held = post.title or _(post.get_role_display())
            return message(request, 403, _("您当前的岗位是「%(post)s」，无权打开该页面") % {"post": held})
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal that no view caught becomes a page with reasons and remedy."""
        if not isinstance(error, SongheError):
            return None
        return message(
            request, error.status, error.message,
            reasons=getattr(error, "reasons", ()), remedy=getattr(error, "remedy", ""), code=error.code,
        )


def change_password_url(request: HttpRequest) -> str:
    """The page for a new password; in large type for elders and their families."""
    held: list[Post] = request.posts  # type: ignore[attr-defined]
    large = "?elder=1" if any(post.is_portal for post in held) else ""
    return reverse("account_change_password") + large


def needs_second_factor(request: HttpRequest, post: Post) -> bool:
    """Staff who open other people's files prove a second factor, once it is required."""
    if not settings.REQUIRE_SECOND_FACTOR or post.role in PORTAL:
        return False
    from allauth.mfa.utils import is_mfa_enabled

    return not is_mfa_enabled(request.user)


def wants_json(request: HttpRequest) -> bool:
    """A script that speaks to the server (a phone that uploads) and could not read a page."""
    return request.headers.get("Accept", "").startswith("application/json")


def message(request: HttpRequest, status: int, text: str, **extra: Any) -> HttpResponse:
    """The page that says what happened, why, and what to do; the same as JSON for a script."""
    if wants_json(request):
        reasons = [r.as_data() | {"text": said(r.text)} for r in extra.get("reasons", ())]
        body = {"code": extra.get("code", ""), "message": said(text), "remedy": said(extra.get("remedy", "")), "reasons": reasons}
        return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    return render(request, "message.html", {"status": status, "message": text, **extra}, status=status)
