"""How a call for help looks on the case page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from songhe.kernel.access import rights
from songhe.kernel.access.models import Post
from songhe.kernel.registry import CaseFace

from .models import HelpRequest
from .process import PROCESS


def facts(case: HelpRequest, post: Post) -> Sequence[tuple[str, Sequence[tuple[str, Any]]]]:
    """Who asked, about what, and where to ring back."""
    return [
        (
            "求助",
            [
                ("想问什么", case.get_topic_display()),
                ("说明", case.words or None),
                ("求助人", case.asked_by),
                ("回电号码", rights.shown(case, "phone", post) or None),
            ],
        )
    ]


def summary(case: HelpRequest, post: Post) -> str:
    """One line for lists and the portal."""
    return _("请人帮忙：%(topic)s") % {"topic": case.get_topic_display()}


FACE = CaseFace(model=HelpRequest, title=PROCESS.title, facts=facts, summary=summary, related=("person",))


def waiting(post: Post) -> Any:
    """Calls that wait for this post to ring back."""
    return HelpRequest.objects.visible_to(post).filter(state="waiting")
