"""Reading what a phone sends: every report is judged by itself, and a bad one is answered in words."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from songhe.delivery import catalogue
from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.errors import Refused

from . import actions, vitals
from .actions import Outcome, PunchReport
from .models import Punch

#: Reports of one sending. A phone that was away for a week has fewer than a hundred.
MOST = 200
_YEARS = range(1970, 2101)


class Unreadable(Exception):
    """One field of one report cannot be taken; the message says which, in Chinese."""


def envelope(body: bytes) -> dict[str, Any]:
    """The sending as a whole. Refused when it is no JSON object with a list of reports."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict) or not isinstance(sent.get("reports"), list):
        raise Refused("visits.unreadable", "上传的内容无法识别", remedy="记录仍保存在手机上，请刷新页面后重试。")
    if len(sent["reports"]) > MOST:
        raise Refused("visits.too_many", f"一次最多上传 {MOST} 条记录", remedy="请刷新页面，系统会分批上传。")
    return sent


def take(sent: Mapping[str, Any], *, by: Post) -> list[Outcome | dict[str, str]]:
    """Record what can be recorded; an outcome for every report, in the order in which they came.

    The same sending twice changes nothing, also when both arrive at the same moment.
    """
    phone_now = moment(sent.get("phone_now"), "手机当前时间") if sent.get("phone_now") else None
    device = _text(sent.get("device"), 64)
    good: dict[int, PunchReport] = {}
    answers: dict[int, Any] = {}
    known = vitals.ranges(clock.today())
    for place, row in enumerate(sent["reports"]):
        try:
            good[place] = read(row, by, phone_now, device, known)
        except Unreadable as trouble:
            answers[place] = {"id": _id_of(row), "status": "refused", "message": str(trouble), "state": ""}
    try:
        outcomes = actions.report(list(good.values()), by=by)
    except IntegrityError:
        # The same reports came twice at once and the other sending was first: now they are known.
        outcomes = actions.report(list(good.values()), by=by)
    answers.update(zip(good, outcomes, strict=True))
    return [answers[place] for place in range(len(sent["reports"]))]


def read(row: Any, by: Post, phone_now: datetime | None, device: str, known: Mapping[str, vitals.Range]) -> PunchReport:
    """One report from plain data. A measure that cannot be true is moved to the note, not lost."""
    if not isinstance(row, dict):
        raise Unreadable("记录格式不对，没有收下")
    kind = row.get("kind")
    if kind not in Punch.Kind.values:
        raise Unreadable("记录既不是签到也不是签退，没有收下")
    lng, lat = _number(row.get("lng"), "经度", 180), _number(row.get("lat"), "纬度", 90)
    accuracy = _number(row.get("accuracy"), "定位精度", 10_000_000)
    measured = _vitals(row.get("vitals"))
    doubts = vitals.doubts(measured, known)
    note = "；".join(filter(None, [_text(row.get("note"), 500), *doubts.values()]))
    return PunchReport(
        id=identifier(row.get("id"), "记录编号"), visit_id=identifier(row.get("visit"), "服务编号"), kind=kind,
        phone_at=moment(row.get("at"), "签到签退时间"), carer_id=by.holder_id, phone_now=phone_now,  # type: ignore[arg-type]
        lng=lng if lat is not None else None, lat=lat if lng is not None else None,
        accuracy=round(accuracy) if accuracy is not None else None, device=device, mocked=row.get("mocked") is True,
        reason=_text(row.get("reason"), 200), items=_items(row.get("items")),
        vitals=tuple((k, v) for k, v in measured.items() if k not in doubts), note=note[:500], signed=row.get("signed") is True,
    )


def _id_of(row: Any) -> str:
    return _text(row.get("id"), 64) if isinstance(row, dict) else ""


def identifier(value: Any, name: str) -> UUID:
    """An id that a phone made; raises :class:`Unreadable`."""
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise Unreadable(f"{name}格式不对，没有收下") from None


def moment(value: Any, name: str) -> datetime:
    """A time as a phone writes it; raises :class:`Unreadable`."""
    try:
        found = datetime.fromisoformat(value)
    except (ValueError, TypeError):
        raise Unreadable(f"{name}格式不对，没有收下") from None
    if found.year not in _YEARS:
        raise Unreadable(f"{name}不合理，没有收下")
    return found.replace(tzinfo=clock.SHANGHAI) if found.tzinfo is None else found


def _number(value: Any, name: str, most: float) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > most or not math.isfinite(value):
        raise Unreadable(f"{name}格式不对，没有收下")
    return float(value)


def _text(value: Any, most: int) -> str:
    """Text without what no database keeps: null characters and halves of surrogate pairs."""
    if not isinstance(value, str):
        return ""
    return value.replace("\0", "").encode("utf-8", "ignore").decode().strip()[:most]


def _items(value: Any) -> tuple[int, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or any(isinstance(n, bool) or not isinstance(n, int) for n in value):
        raise Unreadable("完成项目格式不对，没有收下")
    if unknown := [n for n in value if catalogue.item(n) is None]:
        raise Unreadable(f"服务目录内没有第 {unknown[0]} 项，没有收下")
    return tuple(dict.fromkeys(value))


def _vitals(value: Any) -> dict[str, float]:
    if value is None:
        return {}
    if not isinstance(value, dict) or not set(value) <= set(vitals.BY_KEY):
        raise Unreadable("生命体征格式不对，没有收下")
    measured = {key: _number(number, vitals.BY_KEY[key].name, 10_000) for key, number in value.items()}
    return {key: number for key, number in measured.items() if number is not None}
