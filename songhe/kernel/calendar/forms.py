"""Forms for the days of the calendar."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .actions import NewDay
from .models import Kind

_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
#: The longest run of days that is entered at once: longer than any holiday, shorter than a slip of the year.
_LONGEST = 31


class DayForm(forms.Form):
    """What one day is, on which paper, and why it is changed."""

    kind = forms.ChoiceField(label=_("安排"), choices=Kind.choices)
    name = forms.CharField(label=_("节日"), max_length=40, required=False, help_text=_("如：国庆节；补班的写：国庆节调休"))
    source = forms.CharField(label=_("依据"), max_length=200, help_text=_("通知的名称和文号"))
    reason = forms.CharField(label=_("理由"), min_length=2, max_length=200, widget=forms.Textarea(attrs={"rows": 2}))

    def on(self, day: date) -> NewDay:
        """The day as it shall be."""
        data = self.cleaned_data
        return NewDay(day, data["kind"], data["name"], data["source"])


class DaysForm(DayForm):
    """A day, or all days from one to another."""

    first = forms.DateField(label=_("起"), widget=_DATE)
    last = forms.DateField(label=_("止"), widget=_DATE, required=False, help_text=_("最后一天；只有一天的不填"))
    field_order = ("first", "last", "kind", "name", "source", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [c for c in Kind.choices if c[0] != Kind.ORDINARY]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The days in order, and not too many."""
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("止日早于起日"))
        elif first and last and (last - first).days >= _LONGEST:
            self.add_error("last", _("一次最多登记 31 天，请核对起止日期"))
        return data

    def new(self) -> list[NewDay]:
        """The days as they shall be."""
        first: date = self.cleaned_data["first"]
        last: date = self.cleaned_data["last"] or first
        return [self.on(first + timedelta(days=n)) for n in range((last - first).days + 1)]


class RemoveForm(forms.Form):
    """Only why."""

    reason = forms.CharField(label=_("理由"), min_length=2, max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
