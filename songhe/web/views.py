"""Pages that belong to no single app: home, choosing a post, language, second factor."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import check_for_language

from songhe.kernel.access import posts
from songhe.kernel.access.roles import EVERYBODY, Role
from songhe.kernel.screens import ANYBODY, screen
from songhe.kernel.screens.returning import way_back

#: Where each role begins its day.
HOMES = {
    Role.CARER: "visits:today",
    Role.NURSE: "visits:today",
    Role.ASSESSOR: "worklist:index",
    Role.ELDER: "portal:home",
    Role.FAMILY: "portal:home",
    Role.ADMIN: "jobs:list",
}


@screen("home", roles=ANYBODY)
def home(request: HttpRequest) -> HttpResponse:
    """Send a post to the page where its day begins, and a visitor to the public page."""
    if not request.user.is_authenticated:
        return redirect("start")
    if request.post is None:  # type: ignore[attr-defined]
        return redirect(f"{reverse('choose_post')}?next={request.path}")
    return redirect(HOMES.get(Role(request.post.role), "worklist:index"))  # type: ignore[attr-defined]


@screen("choose_post", roles=EVERYBODY, methods=("GET", "POST"), signed_in=True)
def choose_post(request: HttpRequest) -> HttpResponse:
    """Choose the post to act in; a person acts in one at a time."""
    target = way_back(request, reverse("home"))
    if request.method == "POST":
        posts.choose(request, request.POST.get("post", ""))
        return redirect(target)
    return render(request, "choose_post.html", {"next": target})


@screen("second_factor", roles=EVERYBODY, signed_in=True)
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask staff to set up a second factor before they open other people's files."""
    return render(request, "second_factor.html")


@screen("language", roles=ANYBODY, methods=("POST",))
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language of the screens."""
    code = request.POST.get("language", "")
    response = redirect(way_back(request, "/"))
    if code in dict(settings.LANGUAGES) and check_for_language(code):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=31_536_000, samesite="Lax", httponly=True)
    return response
