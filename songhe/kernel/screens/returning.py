"""The way back 返回: where a form was opened, if that is an address of this house."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def way_back(request: HttpRequest, default: str) -> str:
    """The address in ``next``, posted or asked for; ``default`` for every other place or word.

    It must begin with a slash: a bare word would be taken for the name of a view.
    """
    asked = request.POST.get("next") or request.GET.get("next") or ""
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure()):
        return asked
    return default
