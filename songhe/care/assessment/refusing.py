"""The refusal of a step: it names the case, so that one among hundreds is found."""

from __future__ import annotations

from collections.abc import Sequence

from songhe.kernel.because import Because
from songhe.kernel.errors import Refused

from .models import Assessment


def refuse(
    case: Assessment, step: str, code: str, reasons: Sequence[Because], field: str = "", remedy: str = ""
) -> Refused:
    """「PG2026-000123 不能派单：…」 with the reasons and their sources."""
    return Refused(
        f"assessment.{code}", f"{case.number} 不能{step}：" + "；".join(r.text for r in reasons),
        reasons=reasons, field=field, remedy=remedy,
    )
