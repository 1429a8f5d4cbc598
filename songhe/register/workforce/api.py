"""Workers for programs, in the scope and with the masks of the screens."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from songhe.kernel import clock
from songhe.kernel.access import rights
from songhe.kernel.errors import Forbidden
from songhe.register.sites.faces import post_of

from . import queries
from .access import READERS, SELF

router = Router(tags=["从业人员"])
PAGE = 500


class WorkerOut(Schema):
    """One worker; the phone is masked as on the screen."""

    id: UUID
    organisation_id: UUID
    name: str
    sex: str
    phone: str
    occupation: str
    staff_class: str
    grade: str
    starts: date
    ends: date | None


@router.get("", response=list[WorkerOut], summary="从业人员，按编号翻页，每页最多 500 条")
def workers(request: HttpRequest, after: UUID | None = None, employed: bool = True) -> list[WorkerOut]:
    """Workers that the post sees, in the order of their ids."""
    post = post_of(request)
    if post.role not in READERS | SELF:
        raise Forbidden("您的岗位无权读取从业人员")
    rows = queries.workers(post).order_by("pk")
    if employed:
        rows = rows.filter(queries.employed_on(clock.today()))
    if after:
        rows = rows.filter(pk__gt=after)
    plain = ("id", "organisation_id", "name", "sex", "occupation", "staff_class", "grade", "starts", "ends")
    return [
        WorkerOut(**{name: getattr(row, name) for name in plain}, phone=rights.shown(row, "phone", post))
        for row in rows[:PAGE]
    ]
