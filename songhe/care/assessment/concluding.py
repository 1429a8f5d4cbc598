"""What a conclusion does: it replaces the one before and sets the care levels of all three schemes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from songhe.kernel import bulk
from songhe.kernel.because import Because
from songhe.kernel.process.firing import Firing, fire
from songhe.register.people.models import CareLevel

from . import rules, terms
from .instruments import NAMES, SCHEME_OF
from .models import Assessment, Survey

_WHY = "a conclusion sets the care levels of its person"


def replace_earlier(cases: Sequence[Assessment], firing: Firing) -> None:
    """Earlier conclusions of the same people give way; they stay on file as superseded."""
    earlier = list(
        Assessment.objects.unscoped(_WHY)
        .filter(person_id__in=[c.person_id for c in cases], state__in=rules.IN_FORCE)
        .exclude(pk__in=[c.pk for c in cases])
        .order_by("pk")
    )
    fire(earlier, "supersede", by=firing.by, at=firing.at)


def set_levels(cases: Sequence[Assessment]) -> None:
    """The care levels that follow from these conclusions; what held before ends where they begin."""
    results = {
        (s.assessment_id, s.instrument): s.result
        for s in Survey.objects.unscoped(_WHY).filter(assessment__in=[c.pk for c in cases], instrument__in=NAMES).only(
            "assessment_id", "instrument", "result"
        )
    }
    made = [row for case in cases for row in _levels(case, results)]
    starts = {(row.person_id, row.scheme): row.starts for row in made}
    ended = []
    for old in CareLevel.objects.unscoped(_WHY).filter(person_id__in=[c.person_id for c in cases]):
        begin = starts.get((old.person_id, old.scheme))
        if begin and (old.ends is None or old.ends > begin):
            # A level that had not begun yet shrinks to nothing and stays on file.
            old.ends = max(old.starts, begin)
            ended.append(old)
    bulk.update(ended, ["ends"])
    bulk.insert(made)


def _levels(case: Assessment, results: dict[tuple[Any, str], dict[str, Any]]) -> list[CareLevel]:
    assert case.official_level is not None
    official = Because(
        f"市系统结论 {case.official_number}，{case.concluded_on} 公示期满出具",
        rule="assessment.standard_version", source="《上海市老年照护统一需求评估标准（试行）2.0版》", status="sourced",
    )
    made = [
        _level(case, CareLevel.Scheme.SHANGHAI, case.official_level, rules.level_label(case.official_level), True,
               [official.as_data()])
    ]
    for name in NAMES:
        result = results.get((case.pk, name), {})
        if result.get("level") is not None:
            made.append(_level(case, SCHEME_OF[name], result["level"], result["level_name"], False, result["reasons"]))
    return made


def _level(
    case: Assessment, scheme: str, level: int, label: str, official: bool, reasons: list[dict[str, Any]]
) -> CareLevel:
    assert case.concluded_on is not None
    assert case.valid_until is not None
    starts, ends = terms.level_period(scheme, case.concluded_on, case.valid_until, case.area_code)
    return CareLevel(
        person_id=case.person_id, scheme=scheme, level=level, label=label, starts=starts, ends=ends,
        official=official, case_id=case.pk, reasons=reasons,
    )
