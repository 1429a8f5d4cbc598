"""What this room hangs up for others: faces, worklists, navigation, benefits, the elder file, indicators."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Sum

from songhe.kernel import registry
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.policy import whatif

from . import benefits, face, indicators, jobs, listing, subsidies, trial  # noqa: F401 - jobs register themselves
from .models import ClaimLine, Enrolment

_FILE_READERS = listing.READERS | {Role.ELDER, Role.FAMILY}


def in_file(person: Any, post: Post) -> Mapping[str, Any] | None:
    """The person's service relations, and what the last months cost."""
    rows = list(Enrolment.objects.visible_to(post).filter(person_id=person.pk).select_related("provider").order_by("-opened_at")[:6])
    if not rows:
        return None
    months = (
        ClaimLine.objects.visible_to(post).filter(person_id=person.pk).exclude(statement__state__in=["drafted", "reversed"])
        .values("statement__month").annotate(lines=Count("pk"), fund=Sum("fund_fen"), own=Sum("person_fen"), refused=Sum("refused_fen"))
        .order_by("-statement__month")[:6]
    )
    return {"rows": rows, "months": list(months)}


def erase(people: list[UUID], on: date) -> int:
    """Lines and relations carry no personal words of their own but the officers' notes, which go."""
    return ClaimLine.objects.unscoped("erasing a person").filter(person_id__in=people).exclude(note="").update(note="")


def hang_up() -> None:
    """Called once, when the app is ready."""
    registry.case_faces.add("ltci", face.ENROLMENT_FACE)
    registry.case_faces.add("settlement", face.STATEMENT_FACE)
    helpers = listing.PROVIDERS | {Role.ADVISOR, Role.STREET}
    registry.worklists.add("ltci", registry.Worklist("长护险服务", "ltci", helpers, listing.waiting, 20))
    registry.worklists.add(
        "ltci.replan", registry.Worklist("需调整照护计划", "ltci", listing.PROVIDERS, listing.to_replan, 25)
    )
    registry.worklists.add(
        "settlement",
        registry.Worklist(
            "月度结算", "settlement", listing.PROVIDERS | {Role.INSURER}, listing.waiting_statements, 40, about="provider"
        ),
    )
    registry.navigation.add("ltci", registry.MenuItem("长护险", "长护险服务", "ltci:list", "heart-handshake", listing.READERS, 40))
    registry.navigation.add("ltci.statements", registry.MenuItem("长护险", "月度结算", "ltci:statements", "receipt", listing.MONEY, 45))
    registry.entitlements.add("ltci", benefits.insurance)
    registry.entitlements.add("subsidy", subsidies.subsidies)
    registry.file_panels.add("ltci", registry.FilePanel("长护险", "ltci/file_panel.html", in_file, frozenset(_FILE_READERS), 30))
    registry.shredders.add("ltci", registry.Shredder("长护险服务关系、结算明细与审核说明", "结算凭证按会计档案保存", erase))
    whatif.estimators.add("ltci.", trial.estimate)
    for indicator in indicators.INDICATORS:
        registry.indicators.add(indicator.code, indicator)
