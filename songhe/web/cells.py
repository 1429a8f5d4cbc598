"""The body of a list, written in Python: a page of fifty rows has five hundred cells.

Drawn by included templates they cost more than everything else on the page together; here a
column's attributes are worked out once, and a cell is a few pieces of text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.template.defaultfilters import date as dated
from django.templatetags.static import static
from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from songhe.kernel.screens.lists import Col
from songhe.kernel.screens.templatetags.songhe import deadline, icon, local, yuan

from .templatetags.face import Reader, bracketed, reader, shape, tr

NOTHING = mark_safe('<span class="quiet">—</span>')


def body(lines: Iterable[Mapping[str, Any]]) -> SafeString:
    """The rows of a list as ``<tr>``; each line is what :meth:`ListPage.cells` made."""
    heads: dict[int, tuple[str, Callable[[Any, Reader], str]]] = {}
    out: list[str] = []
    say = reader()
    for line in lines:
        out.append("<tr>")
        for cell in line["cells"]:
            col: Col = cell["col"]
            known = heads.get(id(col))
            if known is None:
                known = heads[id(col)] = (_opening(col), _DRAWN.get(col.kind, _text))
            opening, draw = known
            value = cell["value"]
            inner = NOTHING if value is None or value == "" else draw(value, say)
            if cell["link"]:
                css = ' class="row-link"' if col.primary else ""
                inner = f'<a{css} href="{conditional_escape(cell["link"])}">{inner}</a>'
            out.append(f"{opening}{inner}</td>")
        out.append("</tr>\n")
    # Every piece above was escaped where it came in.
    return mark_safe("".join(out))  # noqa: S308


def _opening(col: Col) -> str:
    """The cell's opening tag: alignment by kind, its place and its name on a phone's card."""
    css = {"number": "num", "fen": "num", "date": "nowrap", "datetime": "nowrap", "code": "nowrap"}.get(col.kind, "")
    label = tr(col.title)
    if col.unit:
        label += bracketed(col.unit)
    elif col.kind == "fen":
        label += _("（元）")
    place = " data-head" if col.primary else " data-corner" if col.kind == "state" else ""
    half = " data-half" if col.kind == "level" or (col.kind == "number" and not col.unit) else ""
    named = format_html(' data-label="{}"', label)
    aligned = f' class="{css}"' if css else ""
    return f"<td{aligned}{place}{half}{named}>"


def _text(value: Any, say: Reader) -> str:
    # A choice's label is a message id; a name is not, and comes back as it is.
    return conditional_escape(say(value) if isinstance(value, str) else localize(value))


def _tag(value: Any, say: Reader) -> str:
    tone = _part(value, "tone") or "mute"
    return f'<span class="tag tone-{conditional_escape(tone)}">{conditional_escape(say(_part(value, "word") or value))}</span>'


def _state(value: Any, say: Reader) -> str:
    word, tone = _part(value, "label") or value, _part(value, "tone") or "mute"
    form = shape(tone, bool(_part(value, "final")))
    return format_html(
        '<span class="state tone-{}"><svg class="shape" aria-hidden="true"><use href="{}#{}"/></svg>{}</span>',
        tone, static("songhe/shapes.svg"), form, say(word),
    )  # fmt: skip


_CLOCKS = {"bad": "alert-triangle", "warn": "clock-exclamation"}


def _deadline(value: Any, say: Reader) -> str:
    due: date = _part(value, "on") or value
    certain = _part(value, "certain")
    clock = deadline(due, certain is None or certain)
    if not clock["text"]:
        return NOTHING
    unsure = ""
    if not clock["certain"]:
        why = _("节假日安排尚未公布，到期日可能变动")
        unsure = format_html('<span class="note" title="{}">{}</span>', why, _("（待定）"))
    drawn = icon(_CLOCKS.get(clock["tone"], "clock"))
    return format_html('<span class="deadline tone-{}">{}{}{}</span>', clock["tone"], drawn, clock["text"], unsure)


def _part(value: Any, name: str) -> Any:
    """A part of a mapping or of an object; nothing where there is none."""
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)


_DRAWN: dict[str, Callable[[Any, Reader], str]] = {
    "state": _state,
    "deadline": _deadline,
    "tag": _tag,
    "fen": lambda value, say: conditional_escape(yuan(value)),
    "date": lambda value, say: conditional_escape(dated(value)),
    "datetime": lambda value, say: conditional_escape(local(value)),
}
