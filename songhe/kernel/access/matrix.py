"""Who may do what, as one reads it off the declarations themselves: screens, rows, personal fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from songhe.kernel.screens import screens

from . import rights
from .roles import Role

#: Columns of the tables: everybody who can sign in.
ROLES = tuple(role for role in Role if role is not Role.SYSTEM)
#: Classes of personal data, in words.
CLASSES = {"identity": "身份标识", "contact": "联系方式", "address": "住址"}


@dataclass(frozen=True)
class Line:
    """One line: what, and for each role of :data:`ROLES` a mark or nothing."""

    name: str
    marks: Sequence[str]
    note: str = ""


def screen_lines() -> list[tuple[str, list[Line]]]:
    """Every declared screen by its room; a mark where the role may open it."""
    rooms: dict[str, list[Line]] = {}
    for name, declared in sorted(screens().items()):
        marks = [("✓" if declared.admits(role) else "") for role in ROLES]
        note = _("无需登录") if declared.public else _("可修改") if "POST" in declared.methods else ""
        rooms.setdefault(name.partition(".")[0], []).append(Line(name, marks, note))
    return list(rooms.items())


def row_lines() -> list[Line]:
    """Every model about people, places of work or money; a mark where a role may see some of its rows."""
    lines = []
    for model in sorted(rights.declared_models(), key=lambda m: m._meta.label):
        held = rights.roles_of(model)
        lines.append(Line(_(str(model._meta.verbose_name)), ["✓" if role in held else "" for role in ROLES], model._meta.label))
    return lines


def field_lines() -> list[Line]:
    """Every personal field: 明 where a role reads it in full, 查 where it may ask with a purpose, 掩 masked."""
    lines = []
    for (model, name), rule in sorted(rights.personal_fields().items(), key=lambda kv: (kv[0][0]._meta.label, kv[0][1])):
        seen = rights.roles_of(model)
        marks = [
            ""
            if role not in seen
            else _("明") if role in rule.clear
            else _("查") if role in rule.reveal
            else _("掩")
            for role in ROLES
        ]  # fmt: skip
        field = model._meta.get_field(name).verbose_name  # type: ignore[union-attr]
        label = f"{_(str(model._meta.verbose_name))} · {_(str(field))}"
        lines.append(Line(label, marks, _(CLASSES.get(rule.data_class, rule.data_class))))
    return lines
