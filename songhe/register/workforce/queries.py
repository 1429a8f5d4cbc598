"""Reads of workers: scoped for pages, in sets for rostering and settlement."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from songhe.kernel import clock, policy
from songhe.kernel.access.models import Post
from songhe.kernel.because import Because
from songhe.kernel.errors import Missing
from songhe.kernel.intervals import in_force
from songhe.kernel.registry import Listed
from songhe.kernel.text import begins_with

from . import rules
from .models import Absence, Certificate, Shift, Worker

WHY = "rostering and settlement ask about carers of the visits before them"


def workers(post: Post) -> QuerySet[Worker]:
    """Workers whom a post sees, with their organisation."""
    rows: QuerySet[Worker] = Worker.objects.visible_to(post).select_related("organisation")
    return rows


def worker(pk: UUID, post: Post) -> Worker:
    """One worker, or Missing."""
    found = workers(post).filter(pk=pk).first()
    if found is None:
        raise Missing(_("没有这名人员。"))
    return found


def listed(name: str) -> list[Listed]:
    """Workers of a name who are employed today, for those who give out posts."""
    rows = Worker.objects.unscoped("a post is given to the worker who bears the account's name")
    found = rows.filter(in_force(clock.today()), name=name).select_related("organisation")
    return [
        Listed(w.pk, f"{w.name}（{w.organisation.name}，{w.get_occupation_display()}）", w.organisation_id, w.organisation.name)
        for w in found
    ]


def search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """By the beginning of name, pinyin or initials."""
    if text.isascii():
        plain = text.lower().replace(" ", "")
        return rows.filter(begins_with("pinyin", plain) | begins_with("initials", plain))
    return rows.filter(begins_with("name", text))


def employed_on(day: date) -> Q:
    """Workers employed on a day; the day of leaving no longer counts."""
    return in_force(day)


def certificates_of(workers: Collection[Worker], post: Post) -> dict[UUID, list[Certificate]]:
    """Certificates of these workers, newest first, in one query."""
    found: dict[UUID, list[Certificate]] = {row.pk: [] for row in workers}
    for row in Certificate.objects.visible_to(post).filter(worker__in=list(found)).order_by("kind", "-starts", "pk"):
        found[row.worker_id].append(row)
    return found


def certificate_keys(worker_ids: Collection[UUID]) -> set[tuple[Any, str, str, date]]:
    """What tells certificates of these workers apart: (worker, kind, number, first day)."""
    rows = Certificate.objects.unscoped("a certificate is registered once, whoever asks").filter(worker__in=worker_ids)
    return set(rows.values_list("worker_id", "kind", "number", "starts"))


def warn_until(day: date) -> date:
    """Certificates that end up to this day are told early."""
    warn: int = policy.value("register.certificate.warn_days", on=day).value
    return day + timedelta(days=warn)


def with_certificate(state: str, day: date) -> Q:
    """Workers who hold a certificate that has run out ("expired"), or runs out soon ("soon"), unless renewed."""
    ends = Q(ends__lt=day) if state == "expired" else Q(ends__gte=day, ends__lte=warn_until(day))
    opened = Certificate.objects.unscoped("narrows workers whom the post sees anyway")
    later = opened.filter(worker=OuterRef("worker"), kind=OuterRef("kind"), starts__gt=OuterRef("starts"))
    return Q(Exists(opened.filter(ends, ~Exists(later), worker=OuterRef("pk"))))


def shifts_of(worker: Worker, post: Post) -> list[Shift]:
    """Usual hours, Monday first."""
    return list(Shift.objects.visible_to(post).filter(worker=worker).order_by("weekday", "starts"))


def absences_of(worker: Worker, post: Post) -> list[Absence]:
    """Absences, newest first."""
    return list(Absence.objects.visible_to(post).filter(worker=worker).order_by("-starts")[:50])


def staff_count(organisation_id: UUID, post: Post) -> list[tuple[str, int]] | None:
    """How many work at an organisation by occupation; None for posts that see no workers of it."""
    from .access import READERS

    if post.role not in READERS:
        return None
    rows = Worker.objects.visible_to(post).filter(employed_on(clock.today()), organisation=organisation_id)
    counted = rows.values_list("occupation").annotate(n=Count("pk")).order_by("-n")
    return [(str(Worker.Occupation(code).label), number) for code, number in counted]


def pay_classes(wanted: Iterable[tuple[UUID, date]]) -> dict[tuple[UUID, date], tuple[str, Because]]:
    """The class at which each (worker, day) is paid, and why. One query."""
    pairs = set(wanted)
    rows = Worker.objects.unscoped(WHY).filter(pk__in={pk for pk, _ in pairs})
    facts = {pk: (staff_class, grade) for pk, staff_class, grade in rows.values_list("pk", "staff_class", "grade")}
    return {(pk, day): rules.pay_class(*facts[pk], day) for pk, day in pairs if pk in facts}


def barred(worker_ids: Collection[UUID], on: date) -> dict[UUID, Sequence[Because]]:
    """Who of these may not work on a day, and why: left, absent, or without a valid certificate. Three queries."""
    rows = Worker.objects.unscoped(WHY).filter(pk__in=worker_ids)
    held: dict[UUID, list[rules.Held]] = {}
    cards = Certificate.objects.unscoped(WHY).filter(worker__in=worker_ids)
    for pk, kind, starts, ends in cards.values_list("worker_id", "kind", "starts", "ends"):
        held.setdefault(pk, []).append(rules.Held(kind, starts, ends))
    away = dict(
        Absence.objects.unscoped(WHY).filter(in_force(on), worker__in=worker_ids).values_list("worker_id", "kind")
    )
    found: dict[UUID, Sequence[Because]] = {}
    for pk, occupation, starts, ends in rows.values_list("pk", "occupation", "starts", "ends"):
        reasons = rules.may_work(occupation, held.get(pk, ()), on)
        if on < starts or (ends and ends <= on):
            reasons = [Because("当天不在职"), *reasons]
        if pk in away:
            reasons = [Because(f"当天请假（{away[pk]}）"), *reasons]
        if reasons:
            found[pk] = reasons
    return found
