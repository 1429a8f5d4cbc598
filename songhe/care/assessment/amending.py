"""Amending 补正: changing what was asked for before it is handed in, or after it came back to be completed."""

from __future__ import annotations

from django.db import transaction

from songhe.kernel import bulk, events
from songhe.kernel.access.models import Post
from songhe.kernel.errors import Forbidden, Refused

from . import effects
from .actions import APPLICANTS, Application
from .models import Assessment

FIELDS = ("kind", "applicant", "green_channel", "discharged_on", "priority", "documents", "self_paid", "statement")


def amend(case: Assessment, application: Application, *, by: Post) -> Assessment:
    """Put a new application in the place of a draft's; the rules of intake are asked when it is handed in.

    Papers that the window received stay received where the new application names none.
    """
    if by.role not in APPLICANTS:
        raise Forbidden(f"您的岗位（{by.get_role_display()}）不能提出评估申请")
    effects.require_family_may_act({case.person_id}, by)
    with transaction.atomic():
        seen = Assessment.objects.visible_to(by).filter(pk=case.pk, state="draft")
        rows = Assessment.objects.unscoped("locked after the scope was asked").select_for_update(of=("self",))
        locked: Assessment | None = rows.filter(pk__in=seen.values("pk")).first()
        if locked is None:
            raise Refused("assessment.not_draft", "该申请已经提交，不能再改", remedy="如需更改，请联系受理窗口退回补正。")
        before = {name: getattr(locked, name) for name in FIELDS}
        asked = {name: getattr(application, name) for name in FIELDS}
        asked["documents"] = list(asked["documents"]) or locked.documents
        asked["statement"] = application.statement.strip()
        changed = [name for name in FIELDS if asked[name] != before[name]]
        for name in changed:
            setattr(locked, name, asked[name])
        if changed:
            bulk.update([locked], changed)
            events.record("assessment.amended", by=by, subject=locked, data={"fields": changed})
    return locked
