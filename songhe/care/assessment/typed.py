"""What a phone or a plain browser sent, read into entries. Faults are said in words, never guessed away."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from songhe.engines import scoring
from songhe.kernel import clock
from songhe.kernel.errors import Refused
from songhe.kernel.ids import uuid7
from songhe.kernel.text import printable_all

from . import instruments
from .merging import Entry

MOST_ENTRIES = 500
Entries = dict[str, list[Entry]]


def from_json(body: bytes) -> tuple[Entries, list[str], datetime | None]:
    """Entries by instrument, names of those who agreed to recording, and the phone's time of sending."""
    try:
        sent = printable_all(json.loads(body))
        lines = sent["entries"]
        sent_at = _moment(sent.get("sent_at"))
        if not isinstance(lines, list) or len(lines) > MOST_ENTRIES:
            raise ValueError(f"more than {MOST_ENTRIES} entries")
        entries: Entries = {}
        agreed: list[str] = []
        for line in lines:
            if line["kind"] == "consent":
                agreed.append(str(line["value"]))
            elif line["instrument"] in instruments.NAMES:
                entries.setdefault(line["instrument"], []).append(_entry(line))
            else:
                raise ValueError("unknown instrument")
    except (ValueError, TypeError, KeyError) as error:
        raise Refused(
            "assessment.unreadable", "上传内容无法识别，没有保存", remedy="内容仍在本机。请刷新页面后重试，仍不行请联系管理员。"
        ) from error
    return entries, agreed, sent_at


def _entry(line: Mapping[str, Any]) -> Entry:
    at = _moment(line["at"])
    key = str(line["id"])
    if at is None or not 8 <= len(key) <= 64:
        raise ValueError("an entry needs an id and a time")
    return Entry(key, str(line["kind"]), str(line["item"]), line["value"], at)


def _moment(text: Any) -> datetime | None:
    if text is None:
        return None
    at = datetime.fromisoformat(str(text))
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at.astimezone(clock.SHANGHAI)


def from_form(posted: Mapping[str, str]) -> Entries:
    """What a browser without scripts posted: only fields that differ from what its page showed.

    Sending back everything would overwrite what the other assessor has typed in the meantime.
    """
    try:
        base = json.loads(posted.get("base", "{}"))
    except ValueError:
        base = {}
    entries: Entries = {}
    for name in instruments.NAMES:
        shown = base.get(name) if isinstance(base, dict) else None
        shown = shown if isinstance(shown, dict) else {}
        found = [*_answers(name, posted, shown), *_facts(name, posted, shown)]
        if found:
            entries[name] = found
    return entries


def _answers(name: str, posted: Mapping[str, str], shown: Mapping[str, Any]) -> list[Entry]:
    found = []
    for item in scoring.load(name).items:
        value = _whole(posted.get(f"{name}.answer.{item.id}", ""))
        if value is not None and shown.get("answers", {}).get(item.id) != value:
            found.append(_now("answer", item.id, value))
        note = posted.get(f"{name}.note.{item.id}")
        if note is not None and note.strip() != shown.get("notes", {}).get(item.id, ""):
            found.append(_now("note", item.id, note.strip()))
    return found


def _facts(name: str, posted: Mapping[str, str], shown: Mapping[str, Any]) -> list[Entry]:
    found = []
    for field in scoring.load(name).context:
        if f"{name}.context.{field.id}.shown" not in posted:
            continue
        raw = posted.get(f"{name}.context.{field.id}", "")
        value: Any = bool(raw) if field.kind == "flag" else _whole(raw)
        if raw and value is None:
            continue  # no browser sends it from a field for numbers, and what is known stays
        before = shown.get("context", {}).get(field.id)
        if value != before and not (before is None and value in (False, None)):
            found.append(_now("context", field.id, value))
    return found


def _whole(text: str) -> int | None:
    """A whole number as a form sends it; nothing else is one."""
    return int(text) if len(text) < 7 and text.removeprefix("-").isdecimal() else None


def _now(kind: str, item: str, value: Any) -> Entry:
    return Entry(str(uuid7()), kind, item, value, clock.now())
