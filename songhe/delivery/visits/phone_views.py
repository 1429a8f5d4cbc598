"""The carer's phone: today's route, the page of one visit, and what the phone sends back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from songhe.kernel.access.roles import Role
from songhe.kernel.screens.rights import screen

FIELD = (Role.CARER, Role.NURSE)


@screen("visits.today", roles=FIELD)
def today(request: HttpRequest) -> HttpResponse:
    """今日上门: where to go, in order; the next visit on top."""
    return render(request, "visits/phone_today.html")
