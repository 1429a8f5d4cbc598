"""The only writers of workers, their certificates, hours and absences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any
from uuid import UUID

from django.db import transaction

from songhe.kernel import bulk, clock, events, guards, hooks
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.errors import Conflict, Forbidden, Missing, Refused
from songhe.kernel.events import New
from songhe.kernel.intervals import overlapping
from songhe.kernel.pinyin import pinyin
from songhe.register.sites.access import under
from songhe.register.sites.models import Organisation

from .access import EMPLOYERS, keeps
from .models import Absence, Certificate, Shift, Worker
from .queries import certificate_keys

WHY = "the keeper of these workers was asked before"
#: What an edit may carry.
FIELDS = (
    "name", "sex", "phone", "occupation", "staff_class", "grade", "assessor_class", "skills", "languages", "starts",
    "ends",
)  # fmt: skip
GONE = "已注销人员"


@transaction.atomic
def add(rows: Sequence[Mapping[str, Any]], *, by: Post) -> list[Worker]:
    """Register workers; each row has the model's fields, ``organisation`` among them."""
    made = []
    for row in rows:
        organisation: Organisation = row["organisation"]
        if not _employs(by, organisation):
            raise Forbidden("只能登记本单位（或本区域单位）的人员")
        worker = Worker(**{"area_code": organisation.area_code, "starts": clock.today(), **row})
        _spell(worker)
        made.append(worker)
    bulk.insert(made)
    events.record_many([New("worker.added", worker, data={"occupation": worker.occupation}) for worker in made], by=by)
    return made


@transaction.atomic
def change(worker: Worker, values: Mapping[str, Any], *, by: Post) -> list[str]:
    """Put a worker's record right; answers the names of what changed."""
    _must_keep(worker, by)
    changed = [name for name in FIELDS if name in values and getattr(worker, name) != values[name]]
    if not changed:
        return []
    starts, ends = values.get("starts", worker.starts), values.get("ends", worker.ends)
    if ends and ends <= starts:
        raise Refused("worker.order", "离职日期须晚于入职日期", field="ends", remedy="请核对日期。")
    for name in changed:
        setattr(worker, name, values[name])
    fields = list(changed)
    if "name" in changed:
        _spell(worker)
        fields += ["pinyin", "initials"]
    worker.save(update_fields=fields)
    # Names of fields only: what stood in them is personal.
    events.record("worker.changed", by=by, subject=worker, data={"fields": changed})
    if "ends" in changed and worker.ends:
        hooks.call("worker.left", [worker.pk], by=by, at=clock.now(), on=worker.ends)
    return changed


@transaction.atomic
def add_certificates(rows: Sequence[tuple[Worker, Mapping[str, Any]]], *, by: Post) -> list[Certificate]:
    """Register certificates of workers."""
    for worker, _ in rows:
        _must_keep(worker, by)
    known = certificate_keys([worker.pk for worker, _ in rows])
    for worker, values in rows:
        if (worker.pk, values["kind"], values["number"], values["starts"]) in known:
            raise Refused("certificate.known", f"{values['kind']} {values['number']} 已登记", field="number",
                          remedy="续期请填写新的发证日期。")  # fmt: skip
    made = [Certificate(worker=worker, **values) for worker, values in rows]
    bulk.insert(made)
    events.record_many(
        [
            New("certificate.added", w, data={"kind": c.kind, "ends": c.ends.isoformat() if c.ends else None})
            for (w, _), c in zip(rows, made, strict=True)
        ],
        by=by,
    )
    return made


@transaction.atomic
def set_shifts(worker: Worker, week: Mapping[int, Sequence[tuple[time, time]]], *, by: Post) -> None:
    """Replace the usual hours of a week: weekday (0 is Monday) → periods."""
    _must_keep(worker, by)
    Shift.objects.unscoped(WHY).filter(worker=worker).delete()
    bulk.insert(
        [Shift(worker=worker, weekday=day, starts=a, ends=b) for day, spans in week.items() for a, b in spans]
    )
    events.record("worker.shifts_set", by=by, subject=worker)


@transaction.atomic
def absent(worker: Worker, kind: str, starts: date, ends: date, *, by: Post) -> Absence:
    """A worker is away ``[starts, ends)``. Whoever planned work for those days is told."""
    _must_keep(worker, by)
    if ends <= starts:
        raise Refused("absence.order", "结束不能早于开始", field="last", remedy="请核对日期。")
    busy = Absence.objects.unscoped(WHY).filter(overlapping(starts, ends), worker=worker).first()
    if busy:
        raise Refused("absence.overlap", f"{busy.starts} 起已登记{busy.kind}", field="starts",
                      remedy="请改日期，或先撤销原来的登记。")  # fmt: skip
    made = Absence(worker=worker, kind=kind, starts=starts, ends=ends)
    with guards.explained():
        bulk.insert([made])
    events.record("worker.absent", by=by, subject=worker, data={"starts": starts.isoformat(), "ends": ends.isoformat()})
    hooks.call("worker.absent", [worker.pk], by=by, at=clock.now(), starts=starts, ends=ends)
    return made


@transaction.atomic
def back(worker: Worker, absence_id: UUID, on: date, *, by: Post) -> None:
    """She is back at work from ``on``: the absence ends then, or is struck where it had not begun."""
    _must_keep(worker, by)
    rows = Absence.objects.unscoped(WHY).filter(pk=absence_id, worker=worker)
    found = rows.first()
    if found is None:
        raise Missing("没有这条请假登记")
    if found.ends <= on:
        raise Conflict("absence.over", "这次请假已经结束", remedy="请刷新页面。")
    if found.starts >= on:
        rows.delete()
    else:
        rows.update(ends=on)
    events.record("worker.back", by=by, subject=worker, data={"on": on.isoformat()})


@transaction.atomic
def erase(worker_ids: Sequence[UUID], on: date) -> int:
    """Forget who workers were who left before ``on``; answers how many. Visits keep their id.

    Part of the law's erasure: no post asks, the register of retention does.
    """
    rows = Worker.objects.unscoped("erasure asks for these ids").filter(
        pk__in=worker_ids, ends__isnull=False, ends__lte=on
    )
    ids = list(rows.exclude(name=GONE).values_list("pk", flat=True))
    gone = Worker.objects.unscoped("erasure asks for these ids").filter(pk__in=ids)
    gone.update(name=GONE, pinyin="", initials="", phone="", lng=None, lat=None, skills=[], languages=[])
    for model in (Certificate, Shift, Absence):
        model.objects.unscoped("erasure asks for these ids").filter(worker__in=ids).delete()
    return len(ids)


def _employs(by: Post, organisation: Organisation) -> bool:
    if by.role == Role.BUREAU:
        return under(by, organisation.area_code)
    return by.role in EMPLOYERS and organisation.pk == by.organisation_id


def _must_keep(worker: Worker, by: Post) -> None:
    if not keeps(by, worker):
        raise Forbidden("您的岗位无权修改该人员")


def _spell(worker: Worker) -> None:
    spelled = pinyin(worker.name)
    worker.pinyin, worker.initials = spelled.full[:80], spelled.initials[:20]
