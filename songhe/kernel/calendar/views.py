"""The screens of the working days 工作日历: a year to read, and the days to change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.kernel import clock, sheets
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import STAFF
from songhe.kernel.errors import Missing, Refused
from songhe.kernel.screens import screen

from . import actions, queries
from .forms import DayForm, DaysForm, RemoveForm
from .models import Day

_BOTH = ("GET", "POST")
_HEADS = (("日期", "date"), ("安排", "text"), ("节日", "text"), ("依据", "text"))


@screen("calendar.now", roles=STAFF)
def now(request: HttpRequest) -> HttpResponseBase:
    """This year."""
    return _year(request, clock.today().year)


@screen("calendar.year", roles=STAFF)
def year(request: HttpRequest, year: int) -> HttpResponseBase:
    """Another year."""
    if not actions.FIRST_YEAR <= year <= actions.LAST_YEAR:
        raise Missing(_("没有这一年"))
    return _year(request, year)


def _year(request: HttpRequest, year: int) -> HttpResponseBase:
    post: Post = request.post  # type: ignore[attr-defined]
    rows = queries.exceptions(year)
    if (extension := request.GET.get("export")) in ("xlsx", "csv"):
        columns = [(head, kind, "") for head, kind in _HEADS]
        table = ([row.date, _(row.get_kind_display()), row.name, row.source] for row in rows)
        return sheets.download(extension, f"{_('工作日历')}{year}", columns, table, post=post)
    known = queries.years()
    context: dict[str, Any] = {
        "year": year, "rows": rows, "months": queries.months(year, rows), "changes": queries.changes(year),
        "unknown": queries.unknown(year), "missing": queries.missing_names(year, rows), "may": post.role in actions.KEEPERS,
        "next_unknown": year + 1 if year == clock.today().year and queries.unknown(year + 1) else None,
        "tabs": [
            {"label": str(y), "url": reverse("calendar:year", args=[y]), "current": y == year, "count": None}
            for y in sorted({*known, year}, reverse=True)
        ],
    }  # fmt: skip
    return render(request, "calendar/year.html", context)


@screen("calendar.new", roles=actions.KEEPERS, methods=_BOTH)
def new(request: HttpRequest) -> HttpResponse:
    """Enter a holiday or a make-up day: one day, or all days of a holiday."""
    form = DaysForm(request.POST if request.method == "POST" else None)

    def take() -> date:
        actions.set_days(form.new(), by=request.post, reason=form.cleaned_data["reason"])  # type: ignore[attr-defined]
        return form.new()[0].date

    return _ask(request, form, take, _("登记放假或调休"), reverse("calendar:now"))


@screen("calendar.edit", roles=actions.KEEPERS, methods=_BOTH)
def edit(request: HttpRequest, day: str) -> HttpResponse:
    """Change what one day is."""
    on, row = _row(day)
    initial = {"kind": row.kind, "name": row.name, "source": row.source} if row else None
    form = DayForm(request.POST if request.method == "POST" else None, initial=initial)

    def take() -> date:
        actions.set_days([form.on(on)], by=request.post, reason=form.cleaned_data["reason"])  # type: ignore[attr-defined]
        return on

    return _ask(request, form, take, _("%(day)s 的安排") % {"day": on}, reverse("calendar:year", args=[on.year]))


@screen("calendar.remove", roles=actions.KEEPERS, methods=_BOTH)
def remove(request: HttpRequest, day: str) -> HttpResponse:
    """Take back what was said of one day."""
    on, row = _row(day)
    if row is None:
        raise Missing(_("%(day)s 没有登记放假或调休") % {"day": on})
    form = RemoveForm(request.POST if request.method == "POST" else None)

    def take() -> date:
        actions.remove_day(on, by=request.post, reason=form.cleaned_data["reason"])  # type: ignore[attr-defined]
        return on

    heading = _("撤销 %(day)s 的安排") % {"day": on}
    return _ask(request, form, take, heading, reverse("calendar:year", args=[on.year]), _("撤销安排"))


def _row(text: str) -> tuple[date, Day | None]:
    try:
        on = date.fromisoformat(text)
    except ValueError:
        raise Missing(_("没有这一天")) from None
    if not actions.FIRST_YEAR <= on.year <= actions.LAST_YEAR:
        raise Missing(_("没有这一天"))
    return on, Day.objects.filter(date=on).first()


def _ask(
    request: HttpRequest, form: Any, take: Callable[[], date], heading: str, back: str, submit: str = ""
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            changed = take()
        except Refused as refused:
            text = f"{refused.message}{refused.remedy}" if refused.remedy else refused.message
            form.add_error(refused.field if refused.field in form.fields else None, text)
        else:
            messages.success(request, _("已保存。在办的办理时限会按新的工作日自动重算。"))
            response = redirect(reverse("calendar:year", args=[changed.year]))
            response.status_code = 303
            return response
    context = {
        "form": form, "heading": heading, "back": back, "submit": submit or _("保存"),
        "intro": _("改动会影响在办事项的办理时限，请按国务院办公厅或本市公布的通知录入。"),
    }  # fmt: skip
    return render(request, "formpage.html", context, status=422 if form.is_bound else 200)
