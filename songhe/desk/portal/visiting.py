"""Visits as an elder reads them: by week, who comes when to do what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.delivery import catalogue
from songhe.delivery.visits.models import Visit
from songhe.delivery.visits.process import PROCESS
from songhe.kernel import clock, policy
from songhe.kernel.access.models import Post
from songhe.kernel.errors import Missing
from songhe.kernel.process.table import State
from songhe.register.people.models import Person

from . import words

COMING = ("planned", "assigned", "started")


@dataclass(frozen=True)
class Shown:
    """A visit with its words. ``cancel_url`` is empty where it is too late or not hers to cancel."""

    visit: Visit
    state: State
    when: str
    carer: str
    items: Sequence[str]
    cancel_url: str = ""
    too_late: bool = False

    @property
    def sentence(self) -> str:
        """「11月20日 周五 上午 9:30，王秀英上门 60 分钟：头面部清洁梳理、洗发。」"""
        who = self.carer or _("护理员（待排班）")
        text = _("%(when)s，%(who)s上门 %(n)d 分钟") % {"when": self.when, "who": who, "n": self.visit.planned_minutes}
        return f"{text}{_('：')}{_('、').join(self.items)}" if self.items else text


def notice_hours() -> int:
    """How long before a visit it may still be cancelled online."""
    return int(policy.value("visits.notice_hours", on=clock.today()).value)


def _rows(post: Post, person: Person) -> Any:
    return Visit.objects.visible_to(post).filter(person_id=person.pk).select_related("carer", "provider")


def shown(visit: Visit, *, may_cancel: bool, notice: int) -> Shown:
    """A visit in words."""
    waiting = visit.state in ("planned", "assigned")
    in_time = visit.planned_start - clock.now() >= timedelta(hours=notice)
    numbers = visit.done_items if visit.state == "done" else visit.items
    return Shown(
        visit, PROCESS.by_state[visit.state], words.moment(visit.started_at or visit.planned_start),
        visit.carer.name if visit.carer else "", catalogue.names(numbers),
        reverse("portal:cancel", args=[visit.pk]) if waiting and in_time and may_cancel else "",
        too_late=waiting and not in_time and visit.planned_start > clock.now(),
    )


def week(post: Post, person: Person, first: date, *, may_cancel: bool) -> list[tuple[date, list[Shown]]]:
    """Visits of the week that begins on ``first``, by day; days without one are left out."""
    notice = notice_hours()
    days: dict[date, list[Shown]] = {}
    rows = _rows(post, person).filter(day__range=(first, first + timedelta(days=6)))
    for visit in rows.order_by("planned_start", "pk"):
        days.setdefault(visit.day, []).append(shown(visit, may_cancel=may_cancel, notice=notice))
    return list(days.items())


def next_visit(post: Post, person: Person, *, may_cancel: bool = False) -> Shown | None:
    """The visit that comes next, or that is going on."""
    now = clock.now()
    rows = _rows(post, person).filter(Q(state="started") | Q(planned_start__gte=now), state__in=COMING, day__gte=now.date())
    visit = rows.order_by("planned_start", "pk").first()
    return shown(visit, may_cancel=may_cancel, notice=notice_hours()) if visit else None


@dataclass(frozen=True)
class Tally:
    """Visits made and minutes served in a span of days; ``missed`` where nobody came."""

    visits: int
    minutes: int
    missed: int


def tally(post: Post, person: Person, first: date, until: date) -> Tally:
    """Count the visits of ``[first, until)``."""
    found = _rows(post, person).filter(day__gte=first, day__lt=until).order_by().aggregate(
        visits=Count("pk", filter=Q(state="done")), minutes=Sum("minutes", filter=Q(state="done")),
        missed=Count("pk", filter=Q(state="missed")),
    )
    return Tally(found["visits"], found["minutes"] or 0, found["missed"])


def one(post: Post, person: Person, pk: UUID) -> Visit:
    """One visit to this person."""
    visit: Visit | None = _rows(post, person).filter(pk=pk).first()
    if visit is None:
        raise Missing(_("没有找到这次服务"))
    return visit
