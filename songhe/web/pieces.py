"""Pieces that stand on a page a dozen times and more, written in Python: as components they would cost
more than everything else on the page. Their tags are in :mod:`songhe.web.templatetags.face`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.template.defaultfilters import date as dated
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from songhe.kernel import clock
from songhe.kernel.screens.templatetags.songhe import clock_time, local, status_word

from .templatetags.face import reader, titled, trust_edge


def source(text: str, status: str, as_of: date | str | None, since: date | str | None, rule: str) -> SafeString:
    """The line under a figure or a reason: where it comes from, since when it holds, how sure it is; empty for nothing."""
    parts = []
    if text:
        parts.append(format_html("<span>{}：{}</span>", _("来源"), reader()(text)))
    if as_of:
        parts.append(format_html('<span class="nowrap">{} {}</span>', _("截至"), _day(as_of)))
    if since:
        parts.append(format_html('<span class="nowrap">{}</span>', _("%(since)s 起") % {"since": _day(since)}))
    if status:
        parts.append(format_html('<span class="trust trust-{}">{}</span>', trust_edge(status), status_word(status)))
    if rule:
        parts.append(format_html('<span class="mono">{}</span>', rule))
    # Every part was escaped above.
    return mark_safe(f'<p class="source">{"".join(parts)}</p>' if parts else "")  # noqa: S308


def _day(value: date | str) -> str:
    return value if isinstance(value, str) else dated(value)


def moments(found: Iterable[Any], of_one_day: bool) -> SafeString:
    """The lines of a timeline: when, what, who, why. Under the heading of its day a line tells only the time."""
    say = reader()
    when = clock_time if of_one_day else local
    lines = []
    for m in found:
        at = m.at.astimezone(clock.SHANGHAI)
        why = f'<div class="note">{conditional_escape(say(m.reason))}</div>' if m.reason else ""
        lines.append(
            f'<li class="event"><time datetime="{at.isoformat()}">{when(at)}</time><div class="event-body">'
            f'<div>{conditional_escape(titled(m.label))}</div><div class="who">{conditional_escape(say(m.actor))}</div>{why}</div></li>\n'
        )
    return mark_safe("".join(lines))  # noqa: S308


def masked(value: str, href: str, label: str) -> SafeString:
    """A value of which the middle is hidden; with an address, the way to see it whole."""
    shown = value or "—"
    if not href:
        return format_html('<span class="masked"><span>{}</span></span>', shown)
    return format_html(
        '<span class="masked"><span>{}</span><a class="btn btn-link btn-sm" href="{}" data-dialog>{}'
        '<span class="hidden-label">{}{}</span></a></span>',
        shown, href, _("查看"), reader()(label), _("全文（须填写用途，将留下记录）"),
    )  # fmt: skip
