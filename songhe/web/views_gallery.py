"""The sample pages: every layout and component once, with invented content, to look at and to test."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from songhe.kernel import clock
from songhe.kernel.access.roles import STAFF
from songhe.kernel.errors import Missing
from songhe.kernel.screens import screen

from . import gallery

FACES = {"desk", "elder", "phone", "wall"}


@screen("styles", roles=STAFF, methods=("GET", "POST"))
def styles(request: HttpRequest, face: str = "desk") -> HttpResponse:
    """One sample page: `desk`, `elder`, `phone` or `wall`. A posted form is checked and thrown away."""
    if face not in FACES:
        raise Missing("没有这种样式页")
    form = gallery.SampleForm(request.POST, request.FILES) if request.method == "POST" else None
    return render(request, f"styles/{face}.html", gallery.context(clock.today(), form))
