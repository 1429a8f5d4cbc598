"""How the portal says days and times: as one would on the telephone."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from songhe.kernel import clock


def day(on: date) -> str:
    """「11月20日 周五」, with the year where it is not this one, with 今天 and 明天 where it is near."""
    today = clock.today()
    week = _("周一 周二 周三 周四 周五 周六 周日").split()[on.weekday()]
    if on.year != today.year:
        return _("%(y)d年%(m)d月%(d)d日") % {"y": on.year, "m": on.month, "d": on.day}
    near = {0: _("今天"), 1: _("明天"), -1: _("昨天")}.get((on - today).days, "")
    text = _("%(m)d月%(d)d日 %(w)s") % {"m": on.month, "d": on.day, "w": week}
    return f"{near} {text}" if near else text


def time_of_day(at: datetime) -> str:
    """「上午 9:30」."""
    local = at.astimezone(clock.SHANGHAI)
    part = _("上午") if local.hour < 12 else _("中午") if local.hour < 13 else _("下午") if local.hour < 18 else _("晚上")
    return f"{part} {local.hour if local.hour <= 12 else local.hour - 12}:{local:%M}"


def moment(at: datetime) -> str:
    """「11月20日 周五 上午 9:30」."""
    return f"{day(at.astimezone(clock.SHANGHAI).date())} {time_of_day(at)}"


def month(first: date) -> str:
    """「2026年11月」."""
    return _("%(y)d年%(m)d月") % {"y": first.year, "m": first.month}
