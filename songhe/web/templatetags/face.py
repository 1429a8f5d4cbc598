"""What the components need and Django's template language lacks. Load with `{% load face %}`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from songhe.kernel.saying import said
from songhe.kernel.screens.templatetags.songhe import may_reveal, shown

register = template.Library()

#: Says a word in the reader's language.
Reader = Callable[[object], str]
_CHOICE_LISTS = {"radioselect", "checkboxselectmultiple"}
# How sure a source is, as a kind of edge; the words are the kernel's `status_word`.
_EDGES = {
    "sourced": "sourced",
    "published": "sourced",
    "official": "sourced",
    "recalled": "recalled",
    "recalled-low": "recalled",
    "approximate": "recalled",
}


def reader() -> Reader:
    """:func:`tr` for many words at once: the language is asked for one time, not once a word."""
    if (get_language() or "").startswith("zh"):
        # Message ids are Chinese: only what holds no Chinese may be in the catalogue under another form.
        return lambda text: tr(text) if text is None or (words := str(text)).isascii() else words
    return tr


@register.filter
def tr(text: object) -> str:
    """Translate a component's attribute, so that screens write `label="床位"` and nothing else.

    What was put together from messages and values, as refusals and reasons are, is translated by its parts;
    values that are no messages (a name, a number) come back unchanged.
    """
    words = "" if text is None else str(text)
    # Message ids are Chinese: there is nothing to look up, some hundred times a page.
    if not words.isascii() and (get_language() or "").startswith("zh"):
        return words
    told = gettext(words) if words.strip() else ""
    return said(words) if told == words else told


@register.filter
def titled(label: str) -> str:
    """The label of an event; 「流程：步骤」 is made of two messages."""
    whole = tr(label)
    process, colon, step = label.partition("：")
    return whole if whole != label or not colon else f"{tr(process)}{gettext('：')}{tr(step)}"


@register.filter
def worded(value: object) -> object:
    """A value among others: words in the reader's language, dates and numbers as they are."""
    return tr(value) if isinstance(value, str) else value


@register.filter
def bracketed(unit: str) -> str:
    """A unit behind the name of its column, in the brackets of the language: 「（元）」, " (yuan)"."""
    return gettext("（%(unit)s）") % {"unit": tr(unit)} if unit else ""


@register.filter
def thousands(number: int | None) -> str:
    """12345 → 「12,345」."""
    return "" if number is None else f"{number:,}"


@register.filter
def trust_edge(status: str) -> str:
    """Edge of a trust mark: `sourced` drawn full, `recalled` dashed, everything else dotted."""
    return _EDGES.get(status, "assumed")


@register.filter
def shape(tone: str, final: bool = False) -> str:
    """Shape of a state: the same tone at rest and in motion looks different.

    Running: half disc; waiting on somebody: hourglass; trouble: triangle.
    Final: full disc, cross, or square for what simply ended.
    """
    if final:
        return {"ok": "done", "bad": "refused"}.get(tone, "stopped")
    return {"ok": "done", "info": "doing", "warn": "waiting", "bad": "alert"}.get(tone, "todo")


@register.filter
def control_kind(field: BoundField) -> str:
    """Which frame a form field needs: `choices`, `tick` or `plain`."""
    if field.widget_type in _CHOICE_LISTS or field.use_fieldset:
        return "choices"
    return "tick" if getattr(field.field.widget, "input_type", "") == "checkbox" else "plain"


@register.filter
def hint(field: BoundField, own: str = "") -> str:
    """Help under a label: the screen's own, else the field's; "-" asks for none."""
    return "" if own == "-" else own or str(field.help_text or "")


@register.simple_tag
def list_body(rows: Iterable[Mapping[str, Any]]) -> SafeString:
    """The rows of a kernel list; see :mod:`songhe.web.cells`."""
    from songhe.web import cells

    return cells.body(rows)


@register.simple_tag
def source(text: str = "", status: str = "", as_of: Any = None, since: Any = None, rule: str = "") -> SafeString:
    """Where a figure or a reason comes from; see :func:`songhe.web.pieces.source`."""
    from songhe.web import pieces

    return pieces.source(text, status, as_of, since, rule)


@register.simple_tag
def moments(found: Iterable[Any], of_one_day: bool = False) -> SafeString:
    """The lines of a timeline; see :func:`songhe.web.pieces.moments`."""
    from songhe.web import pieces

    return pieces.moments(found, of_one_day)


@register.simple_tag
def masked(value: str, href: str = "", label: str = "") -> SafeString:
    """A value shown in part, and the way to the whole of it."""
    from songhe.web import pieces

    return pieces.masked(value, href, label)


@register.simple_tag(takes_context=True)
def field_of(context: Mapping[str, Any], row: Any, name: str, href: str, label: str) -> SafeString | str:
    """A personal field as the current post may read it, with the way to the whole of it where the post may ask."""
    from songhe.web import pieces

    value = shown(context, row, name)
    return pieces.masked(value, href, label) if may_reveal(context, row, name) else value or "—"


@register.simple_tag
def options(choices: Iterable[tuple[Any, Any]], value: str = "") -> SafeString:
    """The choices of a filter as ``<option>``, the one in use selected; a list page has a hundred of them."""
    say = reader()
    return mark_safe("".join(  # noqa: S308 - every piece is escaped here
        f'<option value="{escape(key)}"{" selected" if str(key) == value else ""}>{escape(say(word))}</option>'
        for key, word in choices
    ))  # fmt: skip


@register.simple_tag
def side(navigation: Sequence[Mapping[str, Any]]) -> SafeString:
    """The side navigation. It is the same on page after page, so that it is drawn once and kept."""
    groups = tuple((group["title"], tuple(tuple(item.items()) for item in group["items"])) for group in navigation)
    return _side(get_language() or "", groups)


@lru_cache(maxsize=256)
def _side(language: str, groups: tuple[Any, ...]) -> SafeString:
    navigation = [{"title": title, "items": [dict(item) for item in items]} for title, items in groups]
    return render_to_string("parts/side.html", {"navigation": navigation})


def _choice(key: Any, word: Any) -> tuple[Any, Any]:
    """One choice, or a titled group of choices, in the reader's language."""
    if isinstance(word, (list, tuple)):
        return tr(key), [_choice(*inner) for inner in word]
    return key, tr(word)


@register.simple_tag
def control(field: BoundField, width: str = "") -> SafeString:
    """The field's widget in our classes. `width`: date, num, phone, id, name or text."""
    attrs: dict[str, Any] = {}
    if control_kind(field) == "plain":
        css = "form-select" if field.widget_type.endswith("select") else "form-control"
        own = str(field.field.widget.attrs.get("class", ""))
        # A placeholder that repeats the label helps nobody and vanishes when needed.
        if field.field.widget.attrs.get("placeholder") == field.label:
            attrs["placeholder"] = ""
        attrs["class"] = " ".join(filter(None, (own, css, f"w-{width}" if width else "")))
    # Choices are declared in the source language; the widget is this form's own copy.
    if hasattr(field.field.widget, "choices") and get_language() != settings.LANGUAGE_CODE:
        field.field.widget.choices = [_choice(key, word) for key, word in field.field.widget.choices]
    return field.as_widget(attrs=attrs)
