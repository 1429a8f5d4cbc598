"""What holds of every visit."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q

from songhe.kernel import vault
from songhe.kernel.invariants import Violation, invariant

from .models import Evidence, Punch, Visit

_WHY = "invariants look at every visit"



def _reports(kind: str) -> Exists:
    return Exists(Punch.objects.unscoped(_WHY).filter(visit=OuterRef("pk"), kind=kind))


@invariant("visits.proved", "服务中和已完成的上门都有签到，已完成的都有签退")
def proved() -> Iterator[Violation]:
    """A visit begins and ends by reports of a phone and by nothing else."""
    rows = Visit.objects.unscoped(_WHY)
    for pk in rows.filter(~_reports("in"), state__in=("started", "done")).values_list("pk", flat=True)[:1000]:
        yield Violation(f"visit {pk}", "没有签到记录却已开始")
    for pk in rows.filter(~_reports("out"), state="done").values_list("pk", flat=True)[:1000]:
        yield Violation(f"visit {pk}", "没有签退记录却已完成")


@invariant("visits.folded", "签到过的上门不会停留在未开始的状态")
def folded() -> Iterator[Violation]:
    """No check-in was taken and forgotten."""
    rows = Visit.objects.unscoped(_WHY).filter(_reports("in"), state__in=("planned", "assigned", "missed", "cancelled"))
    for pk, state in rows.values_list("pk", "state")[:1000]:
        yield Violation(f"visit {pk}", f"已有签到记录，状态却是 {state}", "请重新上传该次记录或联系系统管理员")


@invariant("visits.times", "签退不早于签到，时长与之相符，不在将来")
def times() -> Iterator[Violation]:
    """Times are in order."""
    begun = Q(state__in=("planned", "assigned"), started_at__isnull=False)
    rows = Visit.objects.unscoped(_WHY).filter(Q(ended_at__lt=F("started_at")) | begun)
    for pk in rows.values_list("pk", flat=True)[:1000]:
        yield Violation(f"visit {pk}", "签到签退时间前后颠倒或与状态不符")


@invariant("visits.carer", "已排班的上门都有护理员，护理员与服务机构一致")
def carers() -> Iterator[Violation]:
    """Who goes works for the provider."""
    rows = Visit.objects.unscoped(_WHY)
    for pk in rows.filter(state__in=("assigned", "started", "done"), carer__isnull=True).values_list("pk", flat=True)[:1000]:
        yield Violation(f"visit {pk}", "没有护理员")
    strangers = rows.filter(carer__isnull=False).exclude(carer__organisation_id=F("provider_id"))
    for pk in strangers.values_list("pk", flat=True)[:1000]:
        yield Violation(f"visit {pk}", "护理员不是该服务机构人员")


@invariant("visits.grounded", "待上门的服务都有执行中的照护计划，长者在世")
def grounded() -> Iterator[Violation]:
    """What lies ahead rests on a plan that runs and on somebody who lives."""
    waiting = Visit.objects.unscoped(_WHY).filter(state__in=("planned", "assigned"))
    for pk in waiting.filter(plan__state__in=("draft", "proposed", "discarded")).values_list("pk", flat=True)[:1000]:
        yield Violation(f"visit {pk}", "计划尚未经家属确认")
    for pk in waiting.filter(person__death_date__lt=F("day")).values_list("pk", flat=True)[:1000]:
        yield Violation(f"visit {pk}", "长者已故，仍有待上门的服务", "请取消该次服务")


@invariant("visits.evidence", "照片和签字的文件都在材料库中")
def kept() -> Iterator[Violation]:
    """No row points to a file that is gone."""
    for pk, file in Evidence.objects.unscoped(_WHY).values_list("pk", "file").iterator():
        if not vault.exists(file):
            yield Violation(f"evidence {pk}", "文件不在材料库中")
