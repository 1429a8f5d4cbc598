"""What holds of every assessment, whatever happened to it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q

from songhe.kernel import vault
from songhe.kernel.invariants import Violation, invariant
from songhe.register.people.models import CareLevel

from . import rules
from .models import Assessment, Attachment

_WHY = "an invariant looks at every case"
_SURVEYED = ("surveyed", "reviewed", "noticed", "objected", "concluded", "delivered", "expired", "superseded")
_CONCLUDED = ("concluded", "delivered", "expired", "superseded")


@invariant("assessment.team", "上门评估由两名评估员完成，其中一名为 B 类")
def teams() -> Iterable[Violation]:
    """A case that was surveyed names two different assessors."""
    wrong = Assessment.objects.unscoped(_WHY).filter(state__in=_SURVEYED).filter(
        Q(assessor_a__isnull=True) | Q(assessor_b__isnull=True) | Q(assessor_a=F("assessor_b"))
        | ~Q(assessor_b__assessor_class="B")
    )
    for pk in wrong.values_list("pk", flat=True):
        yield Violation(f"assessment.assessment {pk}", "评估员不足两名或没有 B 类评估员", "请核对评估安排。")


@invariant("assessment.official", "作出结论的评估登记有市系统等级、编号、结论日期和有效期")
def conclusions() -> Iterable[Violation]:
    """A conclusion is complete."""
    wrong = Assessment.objects.unscoped(_WHY).filter(state__in=_CONCLUDED).filter(
        Q(official_level__isnull=True) | Q(official_number="") | Q(concluded_on__isnull=True) | Q(valid_until__isnull=True)
    )
    for pk in wrong.values_list("pk", flat=True):
        yield Violation(f"assessment.assessment {pk}", "已作结论，但等级、编号、日期或有效期不全")


@invariant("assessment.levels", "在有效期内的结论在长者档案中有同一等级")
def levels() -> Iterable[Violation]:
    """Every conclusion in force has its care level, and the level says the same."""
    same = CareLevel.objects.unscoped(_WHY).filter(case_id=OuterRef("pk"), scheme="shanghai", level=OuterRef("official_level"))
    wrong = Assessment.objects.unscoped(_WHY).filter(state__in=rules.IN_FORCE).exclude(Exists(same))
    for pk in wrong.values_list("pk", flat=True):
        yield Violation(f"assessment.assessment {pk}", "结论等级与长者档案不一致", "请核对长者档案的照护等级。")


@invariant("assessment.avoidance", "复核、终核不由原评估机构承办")
def avoidance() -> Iterable[Violation]:
    """An objection is never judged by an agency whose work it objects to."""
    wrong = Assessment.objects.unscoped(_WHY).filter(kind__in=("review", "final"), agency__isnull=False).filter(
        Q(agency=F("previous__agency")) | Q(previous__kind="review", agency=F("previous__previous__agency"))
    )
    for pk in wrong.values_list("pk", flat=True):
        yield Violation(f"assessment.assessment {pk}", "由应回避的机构承办", "请改派。")


@invariant("assessment.files", "每份评估材料的文件都在材料库中")
def files() -> Iterable[Violation]:
    """No row without its file."""
    rows = Attachment.objects.unscoped(_WHY).values_list("pk", "file")
    for pk, file in rows.iterator():
        if not vault.exists(file):
            yield Violation(f"assessment.attachment {pk}", "材料文件不在了", "请从备份恢复材料库。")
