"""The section of the elder file, and how a person's assessments are forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from songhe.kernel import vault
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import PORTAL, Role
from songhe.kernel.registry import FilePanel, Shredder

from . import listing, rules
from .models import Assessment, Attachment, Survey

_ERASING = "a person is forgotten"


def section(person: Any, post: Post) -> Mapping[str, Any] | None:
    """The person's assessments, newest first, as far as the post sees them."""
    cases = list(Assessment.objects.visible_to(post).filter(person=person).select_related("agency").order_by("-opened_at", "-pk")[:10])
    may_apply = post.role in (Role.STREET, Role.ADVISOR) and not any(c.state in rules.OPEN for c in cases)
    return {"cases": [(c, rules.level_label(c.official_level if c.concluded_on else None)) for c in cases], "may_apply": may_apply}


PANEL = FilePanel(
    "统一需求评估", "assessment/file_panel.html", section, frozenset(listing.READERS | PORTAL), order=20, portal=True
)


def erase(person_ids: list[UUID], day: date) -> int:
    """Answers, notes, statements and files go; the case remains with its number, days and level."""
    cases = list(Assessment.objects.unscoped(_ERASING).filter(person_id__in=person_ids).values_list("pk", flat=True))
    with transaction.atomic():
        files = list(Attachment.objects.unscoped(_ERASING).filter(assessment__in=cases).values_list("file", flat=True))
        Attachment.objects.unscoped(_ERASING).filter(assessment__in=cases).delete()
        Survey.objects.unscoped(_ERASING).filter(assessment__in=cases).update(
            answers={}, notes={}, context={}, answered_at={}, log=[], result={}
        )
        Assessment.objects.unscoped(_ERASING).filter(pk__in=cases).update(statement="", documents=[])
        transaction.on_commit(lambda: _remove(files))
    return len(cases)


def _remove(files: list[str]) -> None:
    for file in files:
        vault.remove(file)


SHREDDER = Shredder("评估申请、现场答案和备注、照片和签字", "结论失效满十年（平台设定，未见规定）", erase)
