"""How what several phones typed becomes one form 合并填写. Pure.

Each field of a survey (an answer, a note, a fact beside the form) keeps the entry with the latest
time, ties going to the greater entry id. The outcome does not depend on the order in which entries
arrive, nor on how often one arrives; every entry is kept in the log, also one that was overtaken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from songhe.engines.scoring import Instrument

#: Clocks of two phones may differ by this much before the server corrects them.
TOLERANCE = timedelta(minutes=2)
NOTE_LENGTH = 300
KINDS = ("answer", "note", "context")
_PLACES = {"answer": "answers", "note": "notes", "context": "context"}


@dataclass(frozen=True)
class Entry:
    """One thing typed: ``id`` is given by the phone, once; ``value`` None takes the field back."""

    id: str
    kind: str
    item: str
    value: Any
    at: datetime

    @property
    def key(self) -> str:
        """Name of the field, unique in a survey."""
        return f"{self.kind}.{self.item}"


@dataclass
class Form:
    """The state of one survey. ``stamps``: field → [time, entry id, who] of the entry that counts."""

    answers: dict[str, int] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)
    stamps: dict[str, list[str]] = field(default_factory=dict)
    log: list[dict[str, Any]] = field(default_factory=list)
    revision: int = 0


def fault(instrument: Instrument, entry: Entry) -> str:
    """Why an entry cannot be taken, in words for the phone's screen; "" when it can."""
    if entry.kind not in KINDS:
        return "无法识别的内容，请刷新页面"
    if entry.kind == "context":
        fields = {f.id: f for f in instrument.context}
        if entry.item not in fields:
            return "本量表没有该项附加情形，请刷新页面"
        return _context_fault(fields[entry.item].kind, fields[entry.item].name, entry.value)
    item = instrument.item_by_id.get(entry.item)
    if item is None:
        return "本量表没有该项目，请刷新页面"
    if entry.value is None:
        return ""
    if entry.kind == "note":
        return "" if isinstance(entry.value, str) and len(entry.value) <= NOTE_LENGTH else f"备注不能超过 {NOTE_LENGTH} 字"
    whole = isinstance(entry.value, int) and not isinstance(entry.value, bool)
    return "" if whole and item.option(entry.value) else f"{item.name}：没有这一选项，请重新选择"


def _context_fault(kind: str, name: str, value: Any) -> str:
    if value is None or (kind == "flag" and isinstance(value, bool)):
        return ""
    if kind == "count" and isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 999:
        return ""
    return f"{name}：应为{'是或否' if kind == 'flag' else '0 至 999 的整数'}"


def corrected(at: datetime, sent_at: datetime | None, received: datetime) -> datetime:
    """The time of an entry by the server's clock.

    A phone whose clock is off by more than the tolerance is set right by the difference it shows
    when it sends; no entry lies in the future.
    """
    if sent_at is not None and abs(received - sent_at) > TOLERANCE:
        at += received - sent_at
    return min(at, received + TOLERANCE)


def merge(form: Form, entries: Iterable[Entry], *, who: str, apply: bool = True) -> dict[str, str]:
    """Take entries into the form; answers what became of each: ``applied``, ``older``, ``known`` or ``late``.

    With ``apply`` false (the survey has been handed in) entries are logged and change nothing.
    """
    known = {line["id"] for line in form.log}
    outcome: dict[str, str] = {}
    for entry in entries:
        if entry.id in known:
            outcome.setdefault(entry.id, "known")
            continue
        known.add(entry.id)
        stamp = [entry.at.isoformat(), entry.id, who]
        line = {"id": entry.id, "field": entry.key, "value": entry.value, "at": stamp[0], "by": who}
        form.log.append(line if apply else {**line, "late": True})
        if not apply:
            outcome[entry.id] = "late"
        elif _later(entry, form.stamps.get(entry.key)):
            _put(form, entry, stamp)
            outcome[entry.id] = "applied"
        else:
            outcome[entry.id] = "older"
    if "applied" in outcome.values():
        form.revision += 1
    return outcome


def _later(entry: Entry, stamp: list[str] | None) -> bool:
    if stamp is None:
        return True
    return (entry.at, entry.id) > (datetime.fromisoformat(stamp[0]), stamp[1])


def _put(form: Form, entry: Entry, stamp: list[str]) -> None:
    place: dict[str, Any] = getattr(form, _PLACES[entry.kind])
    if entry.value is None or entry.value == "":
        place.pop(entry.item, None)
    else:
        place[entry.item] = entry.value
    form.stamps[entry.key] = stamp


def progress(instrument: Instrument, answers: Mapping[str, int]) -> list[tuple[str, int, int]]:
    """(page id, answered, items) of each page of the form."""
    return [(g.id, sum(i.id in answers for i in g.items), len(g.items)) for g in instrument.groups]
