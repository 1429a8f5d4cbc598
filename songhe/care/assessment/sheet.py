"""The on-site form as the phone shows it: pages of cards, progress, signatures, what is missing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from songhe.engines import scoring
from songhe.engines.scoring import ContextField, Instrument, Item

from . import instruments, materials, queries, surveys
from .models import Assessment, Attachment, Survey


@dataclass(frozen=True)
class Question:
    """One item with what has been answered so far."""

    item: Item
    name: str
    value: int | None
    note: str


@dataclass(frozen=True)
class Fact:
    """One circumstance beside the form 附加情形: a tick, or how often."""

    field: ContextField
    name: str
    value: Any


@dataclass(frozen=True)
class Page:
    """One page of the form. ``key`` is its anchor."""

    key: str
    title: str
    part: str
    instrument: str
    questions: Sequence[Question] = ()
    facts: Sequence[Fact] = ()

    @property
    def answered(self) -> int:
        """Items answered on this page."""
        return sum(q.value is not None for q in self.questions)


@dataclass(frozen=True)
class Signature:
    """A place to sign: whose, whether done, and whether it must be."""

    key: str
    label: str
    name: str
    done: bool


def pages(rows: Mapping[str, Survey]) -> list[Page]:
    """All question pages of both instruments, in the order in which they are asked."""
    found: list[Page] = []
    for name in instruments.NAMES:
        instrument, survey = scoring.load(name), rows.get(name)
        found += [_page(instrument, name, group, survey) for group in instrument.groups]
        if instrument.context:
            context = survey.context if survey else {}
            facts = [Fact(f, f"{name}.context.{f.id}", context.get(f.id)) for f in instrument.context]
            found.append(Page(f"{name}-context", "附加情形", instrument.short_title, name, facts=facts))
    return found


def _page(instrument: Instrument, name: str, group: Any, survey: Survey | None) -> Page:
    answers, notes = (survey.answers, survey.notes) if survey else ({}, {})
    return Page(
        f"{name}-{group.id}", group.title, instrument.short_title, name,
        [Question(i, f"{name}.answer.{i.id}", answers.get(i.id), notes.get(i.id, "")) for i in group.items],
    )


def signatures(case: Assessment, signed: set[str]) -> list[Signature]:
    """Who signs, in the order in which they do."""
    names = {
        "assessor_a": case.assessor_a.name if case.assessor_a else "", "assessor_b": case.assessor_b.name if case.assessor_b else "",
        "elder": case.person.name,
    }
    return [
        Signature(key, Attachment.Signer(key).label, names.get(key, ""), key in signed)
        for key in ("assessor_a", "assessor_b", "elder", "family")
    ]


def context(case: Assessment) -> dict[str, Any]:
    """Everything the page draws, in four queries."""
    rows = queries.surveys_of(case)
    kept = queries.attachments_of(case)
    signed = {a.signer for a in kept if a.kind == Attachment.Kind.SIGNATURE}
    drawn = pages(rows)
    return {
        "case": case,
        "pages": drawn,
        "total": sum(len(p.questions) for p in drawn),
        "answered": sum(p.answered for p in drawn),
        "signatures": signatures(case, signed),
        "photos": [a for a in kept if a.kind == Attachment.Kind.PHOTO],
        "recording": materials.recording_agreed(case),
        "missing": surveys.unfinished(case, rows, signed),
        "state": state(case, rows, kept),
        "base_json": json.dumps(
            {name: {"answers": s.answers, "notes": s.notes, "context": s.context} for name, s in rows.items()}
        ),
    }


def state(case: Assessment, rows: Mapping[str, Survey], kept: Sequence[Attachment]) -> dict[str, Any]:
    """The server's side of the form, as a phone merges it with its own."""
    return {
        "case": str(case.pk),
        "open": case.state == "scheduled",
        "surveys": [surveys.facts_of(s) for s in rows.values()],
        "signed": sorted({a.signer for a in kept if a.kind == Attachment.Kind.SIGNATURE}),
        "photos": sum(a.kind == Attachment.Kind.PHOTO for a in kept),
        "recording": materials.recording_agreed(case),
    }
