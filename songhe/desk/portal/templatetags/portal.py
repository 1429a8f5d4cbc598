"""Days and times as one says them on the telephone. Load with ``{% load portal %}``."""

from __future__ import annotations

from datetime import date, datetime

from django import template

from songhe.desk.portal import words

register = template.Library()


@register.filter
def say_day(on: date | None) -> str:
    """「11月20日 周五」."""
    return words.day(on) if on else ""


@register.filter
def say_moment(at: datetime | None) -> str:
    """「11月20日 周五 上午 9:30」."""
    return words.moment(at) if at else ""


@register.filter
def say_month(first: date | None) -> str:
    """「2026年11月」."""
    return words.month(first) if first else ""
