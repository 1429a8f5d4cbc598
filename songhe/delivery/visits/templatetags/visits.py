"""Visits in templates. Load with ``{% load visits %}``."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from songhe.delivery.visits import queries
from songhe.delivery.visits.models import Visit
from songhe.kernel.process.table import State

register = template.Library()


@register.filter
def visit_state(visit: Visit) -> State:
    """The declared state of a visit, with its word and tone."""
    return queries.state_of(visit)


@register.filter
def hour_column(place: int) -> int:
    """The board's column of the ``place``-th mark of its scale; marks stand two hours apart."""
    return place * 2 * 60 // queries.QUARTER + 1


@register.filter
def distance(metres: int | None) -> str:
    """840 → 「840 米」, 2140 → 「2.1 公里」."""
    if metres is None:
        return ""
    return _("%(n).1f 公里") % {"n": metres / 1000} if metres >= 1000 else _("%(n)d 米") % {"n": metres}
