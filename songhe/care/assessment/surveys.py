"""Writing the on-site survey: saves from several phones, materials, handing in, filling in again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from songhe.engines import scoring
from songhe.kernel import bulk, clock, events
from songhe.kernel.access.models import Post
from songhe.kernel.because import Because
from songhe.kernel.errors import Missing, Refused
from songhe.kernel.process.firing import Firing

from . import instruments, merging
from .models import Assessment, Attachment, Survey

_OPENED = "the case was opened through its own scope"
_FORM_FIELDS = ("answers", "notes", "context", "answered_at", "log", "revision")
#: Whose signature the survey needs; the elder's or a relative's is one of two.
SIGNERS = ("assessor_a", "assessor_b")
FOR_THE_ELDER = frozenset({"elder", "family"})


@dataclass(frozen=True)
class Batch:
    """What one phone sends for one instrument of one case."""

    assessment_id: UUID
    instrument: str
    entries: Sequence[merging.Entry]


@dataclass(frozen=True)
class Saved:
    """What became of a batch: per entry ``applied``, ``older``, ``known``, ``late`` or a fault in words."""

    survey: Survey
    outcome: Mapping[str, str]


def prepare(cases: Sequence[Assessment]) -> None:
    """An empty survey for each instrument of each case."""
    Survey.objects.bulk_create(
        [
            Survey(assessment=case, instrument=name, version=instruments.version(name))
            for case in cases
            for name in instruments.NAMES
        ],
        ignore_conflicts=True, batch_size=1000,
    )


def save_answers(batches: Sequence[Batch], *, by: Post, sent_at: datetime | None = None) -> list[Saved]:
    """Merge what phones typed, per field the latest; the same entry twice changes nothing.

    An entry that the form cannot hold is answered with the fault and leaves the others alone; an
    entry that comes after the survey was handed in is logged as late and changes nothing.
    Raises :class:`Missing` where a case is not the assessor's own.
    """
    received = clock.now()
    ids = {b.assessment_id for b in batches}
    with transaction.atomic():
        states = dict(Assessment.objects.visible_to(by).filter(pk__in=list(ids)).values_list("pk", "state"))
        if ids - set(states):
            raise Missing("没有找到该评估办件，或您不是本次评估的评估员")
        rows = {
            (s.assessment_id, s.instrument): s
            for s in Survey.objects.unscoped(_OPENED).select_for_update(of=("self",)).filter(
                assessment__in=list(ids), instrument__in={b.instrument for b in batches}
            ).order_by("pk")
        }
        began: list[Survey] = []
        saved = []
        for batch in batches:
            survey = rows.get((batch.assessment_id, batch.instrument))
            if survey is None:
                raise Missing("该评估尚未预约上门，还不能填写")
            if survey.started_at is None and states[batch.assessment_id] == "scheduled":
                survey.started_at = received
                began.append(survey)
            saved.append(_merge(survey, batch, states[batch.assessment_id], by, sent_at, received))
        bulk.update(list(rows.values()), [*_FORM_FIELDS, "started_at"])
        _tell_began(began, by)
    return saved


def _merge(
    survey: Survey, batch: Batch, state: str, by: Post, sent_at: datetime | None, received: datetime
) -> Saved:
    instrument = scoring.load(survey.instrument)
    form = merging.Form(
        survey.answers, survey.notes, survey.context, survey.answered_at, survey.log, survey.revision
    )
    faults = {e.id: words for e in batch.entries if (words := merging.fault(instrument, e))}
    good = [replace(e, at=merging.corrected(e.at, sent_at, received)) for e in batch.entries if e.id not in faults]
    outcome = merging.merge(form, good, who=str(by.holder_id or by.pk), apply=state == "scheduled")
    survey.revision = form.revision
    return Saved(survey, {**outcome, **faults})


def _tell_began(surveys: Sequence[Survey], by: Post) -> None:
    cases = Assessment.objects.unscoped(_OPENED).in_bulk({s.assessment_id for s in surveys})
    others = set(
        Survey.objects.unscoped(_OPENED)
        .filter(assessment__in=list(cases), started_at__isnull=False)
        .exclude(pk__in=[s.pk for s in surveys])
        .values_list("assessment_id", flat=True)
    )
    events.record_many([events.New("assessment.began", c) for pk, c in cases.items() if pk not in others], by=by)


def unfinished(case: Assessment, surveys: Mapping[str, Survey], signers: set[str]) -> list[Because]:
    """What is still missing before the survey can be handed in; items by name."""
    found: list[Because] = []
    for name in instruments.NAMES:
        instrument = scoring.load(name)
        survey = surveys.get(name)
        missing = [i.name for i in instrument.items if survey is None or i.id not in survey.answers]
        if missing:
            shown = "、".join(missing[:5])
            more = len(missing) > 5
            found.append(Because(
                f"《{instrument.short_title}》未完成：{shown} 等 {len(missing)} 项" if more else
                f"《{instrument.short_title}》未完成：{shown}", source=instrument.rule,
            ))
    absent = [Attachment.Signer(s).label for s in SIGNERS if s not in signers]
    if not signers & FOR_THE_ELDER:
        absent.append("长者本人或家属")
    if absent:
        found.append(Because(f"缺少签字：{'、'.join(absent)}"))
    return found


def signed(case_ids: Sequence[UUID]) -> dict[UUID, set[str]]:
    """Who has signed, by case."""
    found: dict[UUID, set[str]] = {pk: set() for pk in case_ids}
    rows = Attachment.objects.unscoped(_OPENED).filter(assessment__in=list(case_ids), kind=Attachment.Kind.SIGNATURE)
    for pk, signer in rows.values_list("assessment_id", "signer"):
        found[pk].add(signer)
    return found


def hand_in(cases: Sequence[Assessment], firing: Firing) -> None:
    """Both instruments scored with reasons, once everything is there; the levels go onto the cases."""
    rows: dict[UUID, dict[str, Survey]] = {c.pk: {} for c in cases}
    locked = Survey.objects.unscoped(_OPENED).select_for_update(of=("self",)).filter(assessment__in=list(rows)).order_by("pk")
    for survey in locked:
        rows[survey.assessment_id][survey.instrument] = survey
    signers = signed(list(rows))
    done: list[Survey] = []
    for case in cases:
        if missing := unfinished(case, rows[case.pk], signers[case.pk]):
            raise Refused(
                "assessment.unfinished", f"{case.number} 还不能提交：" + "；".join(b.text for b in missing),
                reasons=missing, remedy="请补齐后再提交，已填内容都在。",
            )
        for survey in rows[case.pk].values():
            survey.result = instruments.result(survey.instrument, survey.answers, survey.context)
            survey.submitted_at = firing.at
            done.append(survey)
        case.national_level = rows[case.pk][instruments.SCHEMES["national"]].result["level"]
        case.gbt_level = rows[case.pk][instruments.SCHEMES["gbt42195"]].result["level"]
        firing.note(case, national=case.national_level, gbt42195=case.gbt_level)
    bulk.update(done, ["result", "submitted_at"])


def reopen(cases: Sequence[Assessment]) -> None:
    """Back to the assessors: answers stay, results go, and what was signed has to be signed anew."""
    ids = [c.pk for c in cases]
    Survey.objects.unscoped(_OPENED).filter(assessment__in=ids).update(result={}, submitted_at=None)
    _set_aside_signatures(ids, "退回补评前的签字")


def start_over(cases: Sequence[Assessment]) -> None:
    """Another agency begins with an empty form; the log keeps what the first one wrote."""
    ids = [c.pk for c in cases]
    rows = list(Survey.objects.unscoped(_OPENED).filter(assessment__in=ids, revision__gt=0))
    for survey in rows:
        survey.answers, survey.notes, survey.context, survey.answered_at = {}, {}, {}, {}
        survey.started_at, survey.revision = None, survey.revision + 1
    bulk.update(rows, [*_FORM_FIELDS, "started_at"])
    _set_aside_signatures(ids, "改派前的签字")


def _set_aside_signatures(case_ids: Sequence[UUID], caption: str) -> None:
    Attachment.objects.unscoped(_OPENED).filter(assessment__in=case_ids, kind=Attachment.Kind.SIGNATURE).update(
        kind=Attachment.Kind.DOCUMENT, caption=caption
    )


def facts_of(survey: Survey) -> dict[str, Any]:
    """The state of a survey as a phone keeps it."""
    return {
        "instrument": survey.instrument, "revision": survey.revision, "answers": survey.answers,
        "notes": survey.notes, "context": survey.context, "stamps": {k: v[0] for k, v in survey.answered_at.items()},
    }
