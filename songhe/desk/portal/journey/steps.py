"""Which steps of a case the post may take now, as links in family words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.kernel.access.models import Post
from songhe.kernel.process.firing import refusals
from songhe.kernel.process.models import Case

from .stops import Link


def links(case: Case, post: Post, words: Mapping[str, str], *, main: Sequence[str] = ()) -> list[Link]:
    """Links for the steps in ``words`` (step → label) that may be taken now, the main ones first."""
    found = []
    for name, label in words.items():
        step = case.process.by_step[name]
        if not refusals(case, step, post):
            url = reverse("cases:step", args=[case.process.name, case.pk, name])
            found.append(Link(_(label), url, name in main, step.danger, acts=True))
    return sorted(found, key=lambda link: not link.main)
