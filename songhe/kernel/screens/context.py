"""What every template may use: the post, the navigation, and whether the people are generated."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse

from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.registry import MenuItem, navigation


def house(request: HttpRequest) -> dict[str, Any]:
    """Context of every page."""
    post: Post | None = getattr(request, "post", None)
    return {
        "post": post,
        "posts": getattr(request, "posts", []),
        "navigation": menu(request, post) if post else [],
        "site_name": settings.SITE_NAME,
        "synthetic": settings.SYNTHETIC,
        "hotline": settings.HOTLINE,
        "today": clock.today(),
        "request_id": getattr(request, "id", ""),
        "map_tiles": settings.MAP_TILES,
        "map_tiles_attribution": settings.MAP_TILES_ATTRIBUTION,
    }


def menu(request: HttpRequest, post: Post) -> list[dict[str, Any]]:
    """The side navigation of a post: groups of items, the current page marked."""
    groups: dict[str, list[dict[str, Any]]] = {}
    paths = _paths(post.role, get_script_prefix())
    best = max((p for _, p in paths if request.path.startswith(p)), key=len, default="")
    for item, path in paths:
        groups.setdefault(item.group, []).append(
            {
                "label": item.label,
                "url": path,
                "icon": item.icon,
                "count": item.count(post) if item.count else None,
                "current": path == best,
            }
        )
    return [{"title": title, "items": entries} for title, entries in groups.items()]


@cache
def _paths(role: str, prefix: str) -> list[tuple[MenuItem, str]]:
    """The items of a role in their order, with their addresses: apps hang them up once, when the house opens."""
    items = sorted((i for i in navigation.values() if role in i.roles), key=lambda i: i.order)
    return [(item, reverse(item.url)) for item in items]
