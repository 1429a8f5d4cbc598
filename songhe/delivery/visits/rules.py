"""Rules of a visit's evidence. Pure: reports of a phone in, the life of a visit out.

The fold is a function of the *set* of reports. A report that comes twice, late, or before the
one that should precede it leads to the same life, which is what makes an offline phone safe.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from songhe.engines.geo import haversine_metres

#: Remarks on the evidence, as officers and carers read them. None of them blocks.
FLAGS = {
    "outside_fence": "不在住处范围内",
    "no_position": "没有定位",
    "poor_position": "定位精度不足",
    "mocked": "疑似虚拟定位",
    "clock_off": "手机时间不准，已校正",
    "from_future": "手机时间晚于当前时间，已按收到时间记录",
    "late_sync": "离线记录，延迟上传",
    "other_carer": "实际护理员与排班不一致",
    "short": "服务时长不足",
    "long": "服务时长过长",
    "early": "早于计划开始",
    "late": "晚于计划开始",
    "no_signature": "没有签字确认",
    "repeated": "重复打卡，未计入",
    "missed_before": "曾登记为未上门",
}
#: The most that a visit's column of minutes holds.
MOST_MINUTES = 32_767


@dataclass(frozen=True)
class Report:
    """One report of a phone, its time already corrected."""

    id: UUID
    kind: str
    at: datetime
    flags: tuple[str, ...] = ()
    items: tuple[int, ...] = ()
    signed: bool = False


@dataclass(frozen=True)
class Life:
    """What the reports of one visit amount to. ``minutes`` are whole, rounded down.

    ``counted_in`` is the id of the check-in that counts; ``signed`` says that somebody
    signed, on whichever report the signature came.
    """

    state: str
    started_at: datetime | None
    ended_at: datetime | None
    minutes: int | None
    items: tuple[int, ...]
    flags: tuple[str, ...]
    signed: bool = False
    counted_in: UUID | None = None


def fold(reports: Iterable[Report], before: str) -> Life:
    """The life that a set of reports makes of a visit whose state without them is ``before``.

    The first check-in counts and the first check-out after it; further ones are kept and
    marked. A check-out alone waits for its check-in, which may still be in a basement.

    >>> fold([], "assigned").state
    'assigned'
    """
    ordered = sorted(set(reports), key=lambda r: (r.at, r.id))
    start = next((r for r in ordered if r.kind == "in"), None)
    if start is None:
        return Life(before, None, None, None, (), ())
    end = next((r for r in ordered if r.kind == "out" and r.at >= start.at), None)
    flags = [*start.flags, *(end.flags if end else ())]
    if len(ordered) > 1 + (end is not None):
        flags.append("repeated")
    if before == "missed":
        flags.append("missed_before")
    if end is None:
        return Life("started", start.at, None, None, (), _once(flags), False, start.id)
    # A phone whose clock jumped may claim years; no visit is longer than the column holds, and it is flagged anyway.
    minutes = min(int((end.at - start.at).total_seconds() // 60), MOST_MINUTES)
    signed = any(r.signed for r in ordered)
    if not signed:
        flags.append("no_signature")
    return Life("done", start.at, end.at, minutes, end.items, _once(flags), signed, start.id)


def _once(flags: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(flags))


@dataclass(frozen=True)
class Limits:
    """Policy values that the evidence is measured with; metres and minutes."""

    fence: int
    accuracy: int
    skew: int
    sync_minutes: int
    early: int
    late: int
    shortest: int
    longest: int


def corrected(phone_at: datetime, phone_now: datetime | None, now: datetime, limits: Limits) -> tuple[datetime, list[str]]:
    """The true time of a report, from the phone's clock at the moment and at the sync.

    A phone whose clock is off by more than the allowed skew is corrected by that offset; a
    report that would still lie in the future is taken as of now.
    """
    flags: list[str] = []
    at = phone_at
    if phone_now is not None:
        offset = now - phone_now
        if abs(offset) > timedelta(minutes=limits.skew):
            at, flags = phone_at + offset, ["clock_off"]
    if at > now + timedelta(minutes=limits.skew):
        return now, [*flags, "from_future"]
    if now - at > timedelta(minutes=limits.sync_minutes):
        flags.append("late_sync")
    return min(at, now), flags


def place(
    home: tuple[float, float] | None,
    seen: tuple[float, float] | None,
    accuracy: int | None,
    mocked: bool,
    limits: Limits,
) -> tuple[int | None, list[str]]:
    """Distance from home in metres, and what to remark about the position. (lng, lat) each."""
    flags = ["mocked"] if mocked else []
    if seen is None:
        return None, [*flags, "no_position"]
    poor = accuracy is not None and accuracy > limits.accuracy
    if poor:
        flags.append("poor_position")
    if home is None:
        return None, flags
    distance = round(haversine_metres(home, seen))
    # A position that may be anywhere proves nothing: it is marked, not judged.
    if not poor and distance > limits.fence + (accuracy or 0):
        flags.append("outside_fence")
    return distance, flags


def timing(planned: datetime, planned_minutes: int, life: Life, limits: Limits) -> tuple[str, ...]:
    """Remarks on punctuality and length."""
    flags: list[str] = []
    if life.started_at is None:
        return ()
    if life.started_at < planned - timedelta(minutes=limits.early):
        flags.append("early")
    if life.started_at > planned + timedelta(minutes=limits.late):
        flags.append("late")
    if life.minutes is not None:
        if life.minutes < min(limits.shortest, planned_minutes):
            flags.append("short")
        if life.minutes > limits.longest:
            flags.append("long")
    return tuple(flags)
