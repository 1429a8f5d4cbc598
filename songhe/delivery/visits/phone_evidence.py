"""Photos and signatures of a visit: into the vault, once each, however often a phone sends them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from songhe.kernel import clock, events, vault
from songhe.kernel.access.models import Post
from songhe.kernel.errors import Forbidden, Missing, Refused

from . import limits, rules
from .actions import Outcome
from .models import Evidence, Visit
from .process import PROCESS

KINDS = {"photo": "照片", "signature": "签字"}
#: Pictures of one visit; more prove nothing more.
MOST = 20
_WHY = "what a carer proves of her own visits"


@dataclass(frozen=True)
class Piece:
    """One file of a phone: its own id, the visit, photo or signature, the phone's time, the bytes."""

    id: UUID
    visit_id: UUID
    kind: str
    at: datetime
    data: bytes
    phone_now: datetime | None = None


def keep(piece: Piece, *, by: Post) -> Outcome:
    """Keep a file of a visit that is on the carer's list or that she reported. A known id changes nothing.

    Raises what the vault refuses, and Missing alike for somebody else's visit and for none.
    """
    if by.role not in PROCESS.by_step["check_out"].who:
        raise Forbidden(f"您的岗位（{by.get_role_display()}）不能上传服务材料")
    if piece.kind not in KINDS:
        raise Refused("visits.kind", "只能上传照片或签字", field="kind")
    visit = _visit(piece.visit_id, by)
    rows = Evidence.objects.unscoped(_WHY)
    if (known := _known(piece)) is not None:
        return known
    if piece.kind == "photo" and rows.filter(visit=visit, kind="photo").count() >= MOST:
        raise Refused("visits.photos", f"每次服务最多 {MOST} 张照片，这一张没有收下", field="file")
    now = clock.now()
    at, _flags = rules.corrected(piece.at, piece.phone_now, now, limits.on(now.date()))
    stored = vault.store(piece.data, piece.kind)
    try:
        with transaction.atomic():
            Evidence.objects.create(
                pk=piece.id, visit=visit, kind=piece.kind, file=stored.file, digest=stored.digest, size=stored.size, at=at
            )
            events.record("visit.attached", by=by, subject=visit, data={"kind": piece.kind, "digest": stored.digest})
    except IntegrityError:
        # The same phone sent the same file twice at once, and the other request was first.
        vault.remove(stored.file)
        if (known := _known(piece)) is None:
            raise
        return known
    return Outcome(piece.id, "recorded", "", visit.state)


def _visit(pk: UUID, by: Post) -> Visit:
    hers = Q(carer_id=by.holder_id) | Q(punches__carer_id=by.holder_id)
    visit: Visit | None = Visit.objects.unscoped(_WHY).filter(hers, pk=pk).distinct().first() if by.holder_id else None
    if visit is None:
        raise Missing("没有找到该次服务，请刷新今日安排")
    return visit


def _known(piece: Piece) -> Outcome | None:
    row = Evidence.objects.unscoped(_WHY).filter(pk=piece.id).values_list("visit_id", "kind").first()
    if row is None:
        return None
    if row != (piece.visit_id, piece.kind):
        raise Missing("没有找到该次服务，请刷新今日安排")
    return Outcome(piece.id, "known", "此前已收到")


@vault.holder
def files() -> Iterable[str]:
    """Names of all files that rows of this room point to: the vault keeps these."""
    return Evidence.objects.unscoped("the vault sweeps what nobody holds").values_list("file", flat=True).iterator()
