"""The public page: what this is, how to apply, whom to call, where to sign in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from songhe.desk.intake.offers import ASSESSMENT
from songhe.kernel import clock, policy
from songhe.kernel.access.roles import PORTAL
from songhe.kernel.because import Because
from songhe.kernel.registry import SignIn, sign_ins
from songhe.kernel.screens import ANYBODY, screen

from .subject import held


@screen("portal.start", roles=ANYBODY)
def start(request: HttpRequest) -> HttpResponse:
    """Open to everybody; says nothing about anybody."""
    listed = _listed()
    return render(
        request, "portal/start.html",
        {
            "offer": ASSESSMENT, "facts": _facts(),
            "families": [s for s in listed if s.role in PORTAL], "staff": [s for s in listed if s.role not in PORTAL],
        },
    )


def _listed() -> list[SignIn]:
    """Sign-ins of the demonstration that exist; none where real people may be on file."""
    if not settings.SYNTHETIC:
        return []
    offered = list(sign_ins.values())
    known = held([s.username for s in offered])
    return [s for s in offered if s.username in known]


def _facts() -> list[Because]:
    """Who may apply and how long it takes, from the policy library of today."""
    today = clock.today()
    keys = (
        "assessment.minimum_age", "ltci.insurance_kinds", "assessment.deadline.accept", "assessment.deadline.assess",
        "assessment.deadline.notice_days", "assessment.validity_months", "ltci.eligible_levels", "ltci.home.fund_percent",
    )
    return [policy.value(key, on=today).because() for key in keys]
