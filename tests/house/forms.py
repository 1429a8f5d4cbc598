"""Forms as a browser finds them on a page: fields with their kinds, values and choices."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Field:
    """One name of a form, and what could be chosen or typed."""

    name: str
    kind: str
    value: str = ""
    longest: int = 0
    choices: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form that posts; ``action`` is empty for the page itself."""

    action: str
    fields: dict[str, Field] = field(default_factory=dict)


class Reader(HTMLParser):
    """Collects every posting form of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._field: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {k: v or "" for k, v in attrs}
        if tag == "form":
            self._form = Form(values.get("action", "")) if values.get("method", "").lower() == "post" else None
            if self._form:
                self.forms.append(self._form)
        elif self._form is not None and tag in ("input", "select", "textarea") and values.get("name"):
            kind = values.get("type", "text") if tag == "input" else tag
            one = self._form.fields.setdefault(values["name"], Field(values["name"], kind, values.get("value", ""), int(values.get("maxlength") or 0)))
            if kind in ("radio", "checkbox"):
                one.choices.append(values.get("value", "on"))
            self._field = one
        elif tag == "option" and self._field is not None:
            self._field.choices.append(values.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None


def forms_of(page: str) -> list[Form]:
    """Every posting form of a page."""
    reader = Reader()
    reader.feed(page)
    return reader.forms
