"""Changing the arrangement of days 放假调休: one day, a whole holiday, or a year from a sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from songhe.kernel import events
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.errors import Forbidden, Missing, Refused

from . import days, seed
from .models import Day, Kind

#: Who answers for the deadlines of the district, hence for the days they are counted by.
KEEPERS = frozenset({Role.BUREAU})
FIRST_YEAR, LAST_YEAR = 2000, 2100
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class NewDay:
    """What a day shall be, and the paper it comes from."""

    date: date
    kind: str
    name: str
    source: str


def fault_of(new: NewDay) -> Refused | None:
    """Why a day cannot be entered so; ``None`` where it can."""
    if not FIRST_YEAR <= new.date.year <= LAST_YEAR:
        return Refused("calendar.year", _("%(day)s 的年份不对") % {"day": new.date}, field="first")
    if not new.source.strip():
        return Refused("calendar.source", _("请写明依据，如通知的名称和文号"), field="source")
    if new.kind == Kind.HOLIDAY and not new.name.strip():
        return Refused("calendar.name", _("请写明是哪个节日"), field="name")
    if new.kind == Kind.WORKDAY and new.date.weekday() < _SATURDAY:
        return Refused(
            "calendar.workday", _("%(day)s 不是周末，本来就上班，不用登记调休") % {"day": new.date}, field="kind",
            remedy=_("要取消这一天的放假，请选「按平日」。"),
        )  # fmt: skip
    return None


def set_days(news: Sequence[NewDay], *, by: Post, reason: str) -> int:
    """Say what these days are; returns how many differ from what was there. An event a day that differs.

    Who keeps deadlines is told once, for all years together.
    """
    reason = _require(by, reason)
    wanted = {new.date: new for new in news}
    for new in news:
        if (fault := fault_of(new)) is not None:
            raise fault
    with transaction.atomic():
        there = {d.date: d for d in Day.objects.select_for_update().filter(date__in=wanted)}
        before = {day: d.kind for day, d in there.items()}
        changed = [new for new in wanted.values() if _differs(there.get(new.date), new)]
        rows = []
        for new in changed:
            row = there.get(new.date) or Day(date=new.date)
            row.kind, row.name, row.source = new.kind, new.name.strip(), new.source.strip()
            rows.append(row)
        Day.objects.bulk_create([r for r in rows if r.date not in there], batch_size=500)
        Day.objects.bulk_update([r for r in rows if r.date in there], ["kind", "name", "source"], batch_size=500)
        if rows:
            _tell(rows, before, by=by, reason=reason)
            days.changed({row.date.year for row in rows})
    return len(rows)


def remove_day(day: date, *, by: Post, reason: str) -> None:
    """Take back what was said of a day. A published one becomes ordinary; its row keeps a load from bringing it back."""
    reason = _require(by, reason)
    with transaction.atomic():
        row = Day.objects.select_for_update().filter(date=day).first()
        if row is None:
            raise Missing(_("%(day)s 没有登记放假或调休") % {"day": day})
        before = {day: row.kind}
        if day in {published.date for published in seed.published()}:
            if row.kind == Kind.ORDINARY:
                raise Refused("calendar.ordinary", _("%(day)s 已经按平日计算") % {"day": day})
            row.kind = Kind.ORDINARY
            row.save(update_fields=["kind"])
            _tell([row], before, by=by, reason=reason)
        else:
            row.kind = ""
            _tell([row], before, by=by, reason=reason)
            row.delete()


def _differs(row: Day | None, new: NewDay) -> bool:
    return row is None or (row.kind, row.name, row.source) != (new.kind, new.name.strip(), new.source.strip())


def _tell(rows: Sequence[Day], before: Mapping[date, str], *, by: Post, reason: str) -> None:
    events.record_many(
        [
            events.New(
                "calendar.changed", row, reason=reason,
                data={"date": row.date.isoformat(), "from": before.get(row.date, ""), "to": row.kind, "source": row.source},
            )
            for row in rows
        ],
        by=by,
    )  # fmt: skip


def _require(by: Post, reason: str) -> str:
    if by.role not in KEEPERS:
        raise Forbidden(_("只有区民政局能修改工作日历"))
    if len(reason.strip()) < 2:
        raise Refused("reason_missing", _("请填写理由"), field="reason")
    return reason.strip()
