"""What holds of every care plan."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Sum

from songhe.kernel import vault
from songhe.kernel.invariants import Violation, invariant

from .models import CarePlan

_WHY = "invariants look at every plan"


@invariant("plans.agreed", "执行过的照护计划都有确认人和确认时间")
def agreed() -> Iterator[Violation]:
    """Nobody is served under a plan that nobody agreed to."""
    rows = CarePlan.objects.unscoped(_WHY).filter(state__in=("active", "superseded"), agreed_at__isnull=True)
    for pk in rows.values_list("pk", flat=True)[:1000]:
        yield Violation(f"plan {pk}", "没有确认时间")


@invariant("plans.budget", "执行中的照护计划不超过每周额度")
def within_budget() -> Iterator[Violation]:
    """The week holds no more than the entitlement gives."""
    rows = CarePlan.objects.unscoped(_WHY).filter(state="active").annotate(used=Sum("slots__minutes"))
    for pk, used, budget in rows.filter(used__gt=F("weekly_minutes")).values_list("pk", "used", "weekly_minutes")[:1000]:
        yield Violation(f"plan {pk}", f"每周安排 {used} 分钟，超过额度 {budget} 分钟")


@invariant("plans.signature", "计划上的签名文件都在材料库中")
def signed() -> Iterator[Violation]:
    """No plan points to a signature that is gone."""
    rows = CarePlan.objects.unscoped(_WHY).exclude(signature="").values_list("pk", "signature")
    for pk, file in rows.iterator():
        if not vault.exists(file):
            yield Violation(f"plan {pk}", "签名文件不在材料库中")
