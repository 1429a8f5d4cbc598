"""The declaration that every view carries: its name and the roles that may open it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any

from django.core.checks import Error, register
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver

from songhe.kernel.access.roles import Role

View = Callable[..., HttpResponseBase]

#: Pages that need no post at all: sign-in, health, the public start page.
ANYBODY: frozenset[str] = frozenset({"*"})

#: Views of libraries, with what guards each of them instead of a declaration of ours.
FOREIGN = {
    "allauth": "its own sign-in rules; shows nothing but the account itself",
    "ninja": "the API's authenticator sets the post and each operation names its roles",
    "django.contrib.staticfiles": "public files",
    "django.views.i18n": "sets the language only",
}


@dataclass(frozen=True)
class Screen:
    """A declared view. ``roles`` may open it; ``signed_in`` screens need an account but no post."""

    name: str
    roles: frozenset[str]
    methods: tuple[str, ...]
    signed_in: bool = False

    @property
    def public(self) -> bool:
        """Whether anybody may open it."""
        return self.roles == ANYBODY

    def admits(self, role: str) -> bool:
        """Whether a post of this role may open it."""
        return self.public or role in self.roles


_screens: dict[str, Screen] = {}


def screen(
    name: str,
    *,
    roles: Collection[str],
    methods: tuple[str, ...] = ("GET",),
    signed_in: bool = False,
) -> Callable[[View], View]:
    """Declare who may open a view. An empty list of roles is a mistake, not an invitation."""
    if not roles:
        raise ValueError(f"screen {name} admits nobody")
    known = {str(r) for r in Role} | {"*"}
    if unknown := {str(r) for r in roles} - known:
        raise ValueError(f"screen {name} names unknown roles {sorted(unknown)}")
    declared = Screen(name, frozenset(str(r) for r in roles), methods, signed_in)
    if name in _screens and _screens[name] != declared:
        raise ValueError(f"screen {name} is declared twice")
    _screens[name] = declared

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in declared.methods and request.method not in ("HEAD", "OPTIONS"):
                return HttpResponseNotAllowed(declared.methods)
            return view(request, *args, **kwargs)

        guarded.screen = declared  # type: ignore[attr-defined]
        return guarded

    return wrap


def screens() -> dict[str, Screen]:
    """Every declared screen by name."""
    return dict(_screens)


def is_foreign(view: Any) -> str:
    """The reason why a library's view may do without a declaration, or an empty string."""
    while isinstance(view, partial):
        view = view.func
    module = getattr(view, "__module__", "") or ""
    for prefix, reason in FOREIGN.items():
        if module == prefix or module.startswith(prefix + "."):
            return reason
    return ""


def all_patterns(resolver: URLResolver | None = None, prefix: str = "") -> list[tuple[str, URLPattern]]:
    """Every URL pattern with its path, for the start-up check and the access table."""
    found: list[tuple[str, URLPattern]] = []
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += all_patterns(pattern, path)
        else:
            found.append((path, pattern))
    return found


@register("songhe")
def every_view_declares_its_rights(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Refuse to start when some URL leads to a view that does not say who may open it."""
    return [
        Error(f"{path}: the view declares no rights", hint="decorate it with @screen(...)", id="songhe.E001")
        for path, pattern in all_patterns()
        if not hasattr(pattern.callback, "screen") and not is_foreign(pattern.callback)
    ]
