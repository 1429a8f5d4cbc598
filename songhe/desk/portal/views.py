"""Pages of the portal: 我的服务, 进度, 上门, 费用, and what else an elder asks about herself."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.delivery.visits import actions as visits
from songhe.desk.intake.queries import entitled, office_of
from songhe.desk.telling import tell
from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.errors import Refused
from songhe.register.people.models import Person

from . import bills, levels, providers, readers, visiting, words
from .forms import CancelForm
from .journey import journey
from .journey.whole import earlier
from .subject import may_act, mine


@mine("portal.home", "我的服务")
def home(request: HttpRequest, person: Person) -> HttpResponse:
    """What is happening now, who comes next, what there is to do, what it cost."""
    post: Post = request.post  # type: ignore[attr-defined]
    acts = may_act(post, person.pk)
    chapters = journey(person, post, acts=acts)
    running = [c for c in chapters if c.open and c.key != "visits"]
    months = bills.months(post, person)
    return render(
        request, "portal/home.html",
        {
            "person": person, "acts": acts, "chapters": chapters, "running": running,
            "settled": next((c for c in reversed(chapters) if not c.open and c.key.startswith("ltci")), None),
            "next": visiting.next_visit(post, person, may_cancel=acts),
            "tasks": [task for c in chapters for task in c.tasks],
            "bill": months[0] if months else None, "month": words.month(months[0].month) if months else "",
            "hour": clock.now().astimezone(clock.SHANGHAI).hour,
        },
    )


@mine("portal.journey", "办理进度")
def whole(request: HttpRequest, person: Person) -> HttpResponse:
    """长护险服务一件事, from the application to the bill."""
    post: Post = request.post  # type: ignore[attr-defined]
    acts = may_act(post, person.pk)
    chapters = journey(person, post, acts=acts)
    shown = {c.url for c in chapters}
    before = [c for c in earlier(person, post) if reverse("cases:page", args=["assessment", c.pk]) not in shown]
    return render(
        request, "portal/journey.html",
        {"person": person, "acts": acts, "chapters": chapters, "before": before, "office": office_of(person.area_code)},
    )


@mine("portal.visits", "上门服务")
def visits_week(request: HttpRequest, person: Person) -> HttpResponse:
    """Visits of one week, coming and past."""
    post: Post = request.post  # type: ignore[attr-defined]
    today = clock.today()
    this = today - timedelta(days=today.weekday())
    first = _monday(request.GET.get("week", ""), this)
    days = visiting.week(post, person, first, may_cancel=may_act(post, person.pk))
    return render(
        request, "portal/visits.html",
        {
            "person": person, "first": first, "last": first + timedelta(days=6), "this": first == this,
            "days": [(words.day(on), shown) for on, shown in days], "before": first - timedelta(days=7),
            "after": first + timedelta(days=7), "next": visiting.next_visit(post, person), "notice": visiting.notice_hours(),
        },
    )


def _monday(text: str, default: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return default
    return day - timedelta(days=day.weekday())


@mine("portal.cancel", "取消上门", methods=("GET", "POST"))
def cancel(request: HttpRequest, person: Person, pk: UUID) -> HttpResponse:
    """Cancel one visit in good time."""
    post: Post = request.post  # type: ignore[attr-defined]
    visit = visiting.one(post, person, pk)
    notice = visiting.notice_hours()
    shown = visiting.shown(visit, may_cancel=may_act(post, person.pk), notice=notice)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            visits.cancel([pk], by=post, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("已取消 %(when)s的上门") % {"when": shown.when})
            return redirect(f"{reverse('portal:visits')}?week={visit.day}")
    return render(
        request, "portal/cancel.html",
        {"person": person, "v": shown, "form": form, "notice": notice, "provider": visit.provider},
        status=422 if form.errors else 200,
    )


@mine("portal.bill", "费用账单")
def bill(request: HttpRequest, person: Person) -> HttpResponse:
    """One month line by line; the running month as far as it was served."""
    post: Post = request.post  # type: ignore[attr-defined]
    months = bills.months(post, person)
    asked = request.GET.get("month", "")
    chosen = next((m for m in months if f"{m.month:%Y-%m}" == asked), months[0] if months else None)
    rows = bills.lines(post, person, chosen.month) if chosen else []
    today = clock.today()
    served = visiting.tally(post, person, today.replace(day=1), today + timedelta(days=1))
    return render(
        request, "portal/bill.html",
        {
            "person": person, "months": [(m, words.month(m.month)) for m in months], "chosen": chosen,
            "title": words.month(chosen.month) if chosen else "", "served": served, "now": words.month(today.replace(day=1)),
            "trouble": [(words.day(line.row.day), line) for line in rows if line.why or not line.row.accepted],
            "plain": [(words.day(line.row.day), line) for line in rows if line.row.accepted and not line.why],
            "because": bills.because(rows, chosen.month) if chosen else [],
            "pending": chosen is None or chosen.month != today.replace(day=1),
        },
    )


@mine("portal.levels", "评估结果")
def my_levels(request: HttpRequest, person: Person) -> HttpResponse:
    """The official level, and what the two instruments say with their reasons."""
    post: Post = request.post  # type: ignore[attr-defined]
    rows = levels.official(post, person)
    case = levels.last_conclusion(post, person)
    return render(
        request, "portal/levels.html",
        {
            "person": person, "level": levels.of_today(rows), "rows": rows, "case": case, "label": levels.label(case),
            "sheets": levels.sheets(case, post),
        },
    )


@mine("portal.entitled", "我能享受什么")
def my_entitlements(request: HttpRequest, person: Person) -> HttpResponse:
    """我能享受什么, each answer with its reasons."""
    post: Post = request.post  # type: ignore[attr-defined]
    return render(
        request, "portal/entitled.html",
        {"person": person, "entitled": entitled(post, person), "office": office_of(person.area_code)},
    )


@mine("portal.readers", "谁看过我的档案")
def who_looked(request: HttpRequest, person: Person) -> HttpResponse:
    """谁看过我的档案."""
    post: Post = request.post  # type: ignore[attr-defined]
    page = readers.page(post, person, request.GET.get("after", ""))
    days = [(words.day(on), looks) for on, looks in page.days]
    return render(request, "portal/readers.html", {"person": person, "page": page, "days": days})


@mine("portal.providers", "选护理机构", methods=("GET", "POST"))
def choose_provider(request: HttpRequest, person: Person) -> HttpResponse:
    """Providers near home; one is chosen."""
    post: Post = request.post  # type: ignore[attr-defined]
    case = providers.choosing(post, person)
    trouble: Refused | None = None
    if request.method == "POST":
        try:
            chosen = providers.choose(person, request.POST.get("provider", ""), by=post)
        except Refused as refusal:
            trouble = refusal
        else:
            name = chosen.provider.name if chosen.provider else ""
            messages.success(request, _("已选%(name)s，等机构确认") % {"name": name})
            return redirect("portal:journey")
    return render(
        request, "portal/providers.html",
        {
            "person": person, "case": case, "near": providers.near(person, case), "trouble": trouble,
            "acts": may_act(post, person.pk), "picked": request.POST.get("provider", ""),
        },
        status=422 if trouble else 200,
    )
