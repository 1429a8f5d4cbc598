"""Filters and tags every template has: money, hours, areas, deadlines, masked fields."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from songhe.kernel import clock, money
from songhe.kernel.access import rights
from songhe.kernel.areas import queries as areas
from songhe.kernel.calendar import working_days_between
from songhe.kernel.policy.values import STATUS_LABELS

register = template.Library()

#: How sure a source is, as the screen says it: the words of policy values, and those of places.
STATUS_WORDS = {
    **STATUS_LABELS,
    "unverified": "未核实",
    "published": "公开发布",
    "official": "官方",
    "approximate": "示意位置",
    "synthetic": "模拟",
}
STATUS_TONES = {"sourced": "ok", "published": "ok", "official": "ok", "recalled": "warn"}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite, by a name of `tools/icons.txt`; `label` says what it means where no word stands beside it.

    A tag, not a component: a page has fifty of them.
    """
    # As plain text: what is kept must not depend on whether the first to ask had marked it safe.
    return _drawn(static("vendor/icons.svg"), name + "", label + "")


@lru_cache(maxsize=2048)
def _drawn(sprite: str, name: str, label: str) -> SafeString:
    named = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="icon" {}><use href="{}#{}"/></svg>', named, sprite, name)


@register.filter
def yuan(fen: int | None) -> str:
    """12345 fen → 「123.45」; the unit stands in the head of the column."""
    return "" if fen is None else money.yuan(int(fen))


@register.filter
def hours(minutes: int | None) -> str:
    """150 minutes → 「2 小时 30 分」."""
    if minutes is None:
        return ""
    whole, rest = divmod(int(minutes), 60)
    if whole and rest:
        return _("%(h)d 小时 %(m)d 分") % {"h": whole, "m": rest}
    return _("%(h)d 小时") % {"h": whole} if whole else _("%(m)d 分钟") % {"m": rest}


@register.filter
def area(code: str) -> str:
    """The name of an area."""
    return areas.name_of(code) if code else ""


@register.filter
def town(code: str) -> str:
    """The name of the town an area lies in."""
    return areas.town_name(code) if code else ""


@register.filter
def beyond_town(address: str, code: str) -> str:
    """An address that stands behind the name of its town, which it need not repeat."""
    return areas.beyond_town(code, address)


@register.filter
def local(moment: datetime | None) -> str:
    """A moment as the office writes it: 2026-11-21 14:05."""
    return moment.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M") if moment else ""


@register.filter
def clock_time(moment: datetime | None) -> str:
    """Only the time of day: 14:05."""
    return moment.astimezone(clock.SHANGHAI).strftime("%H:%M") if moment else ""


@register.filter
def weekday(day: date | None) -> str:
    """「周三」."""
    return _("周一 周二 周三 周四 周五 周六 周日").split()[day.weekday()] if day else ""


@register.filter
def status_word(status: str) -> str:
    """How sure a source is, in words."""
    return _(STATUS_WORDS.get(status, status)) if status else ""


@register.filter
def status_tone(status: str) -> str:
    """The tone that goes with it."""
    return STATUS_TONES.get(status, "mute")


@register.filter
def get(mapping: Mapping[Any, Any], key: Any) -> Any:
    """Look up a key in a mapping from a template."""
    return mapping.get(key) if mapping else None


@register.simple_tag(takes_context=True)
def shown(context: Mapping[str, Any], row: Any, name: str) -> str:
    """A personal field as the current post may read it."""
    return rights.shown(row, name, context.get("post"))


@register.simple_tag(takes_context=True)
def may_reveal(context: Mapping[str, Any], row: Any, name: str) -> bool:
    """Whether the current post may ask for the whole value."""
    post = context.get("post")
    return bool(post and getattr(row, name, "") and rights.may_reveal(row, name, post)
                and post.role not in (rights.field_rule(type(row), name) or rights.FieldRule(str)).clear)


@register.simple_tag
def deadline(due_on: date | None, certain: bool = True) -> dict[str, Any]:
    """Words and tone of a deadline: 「剩 3 个工作日」, 「今天到期」, 「已超 2 个工作日」."""
    if due_on is None:
        return {"text": "", "tone": "mute", "due": None, "certain": True}
    today = clock.today()
    if due_on == today:
        text, tone = _("今天到期"), "warn"
    elif due_on > today:
        left = working_days_between(today, due_on)
        text = ngettext("剩 %(n)d 个工作日", "剩 %(n)d 个工作日", left) % {"n": left}
        tone = "warn" if left <= 2 else "mute"
    else:
        over = max(1, working_days_between(due_on, today))
        text = ngettext("已超 %(n)d 个工作日", "已超 %(n)d 个工作日", over) % {"n": over}
        tone = "bad"
    return {"text": text, "tone": tone, "due": due_on, "certain": certain}


@register.simple_tag
def json_attr(value: Any) -> SafeString:
    """A value as JSON inside a double-quoted attribute."""
    import json

    return format_html("{}", json.dumps(value, ensure_ascii=False))
