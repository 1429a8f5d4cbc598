"""Photos, signatures and papers of a visit: into the vault, once each, however often a phone sends them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count

from songhe.kernel import events, vault
from songhe.kernel.access import consent
from songhe.kernel.access.models import Consent, Post
from songhe.kernel.errors import Conflict, Missing, Refused
from songhe.kernel.ids import uuid7

from .models import Assessment, Attachment

_OPENED = "the case was opened through its own scope"
#: States in which material may be added: at the visit, and until the conclusion is out.
TAKING = frozenset({"scheduled", "surveyed", "reviewed"})
PHOTO_LIMIT = 20
Kind = Attachment.Kind


@dataclass(frozen=True)
class Material:
    """One file to be kept. ``id`` is the phone's own, so that sending it again changes nothing."""

    case_id: UUID
    data: bytes
    kind: str
    signer: str = ""
    caption: str = ""
    id: UUID = field(default_factory=uuid7)


def agree_to_recording(case_id: UUID, given_by: str, *, by: Post) -> None:
    """Put on record that the elder, or who answers for her, agrees to photos and video being kept."""
    case = _cases({case_id}, by)[case_id]
    if not given_by.strip():
        raise Refused("assessment.consent", "请填写同意留存影像的人", field="given_by")
    if case.person_id in _agreed([case]):
        return
    with transaction.atomic():
        Consent.objects.bulk_create(
            [
                Consent(
                    person_id=case.person_id, purpose="video", recipient_id=case.agency_id,
                    recipient_name=case.agency.name if case.agency else "", data=["assessment"],
                    given_by=given_by.strip()[:80], channel="onsite",
                )
            ]
        )
        events.record("assessment.recording_agreed", by=by, subject=case)


def attach(materials: Material | Sequence[Material], *, by: Post) -> list[Attachment]:
    """Keep files of one's own cases; a file that is there already is answered with its row.

    A new signature of the same signer takes the place of the one before. A photo needs the consent
    to recording. All or none; raises what the vault refuses.
    """
    news = [materials] if isinstance(materials, Material) else list(materials)
    cases = _cases({m.case_id for m in news}, by)
    known = _known([m.id for m in news])
    if any(known[m.id].assessment_id != m.case_id for m in news if m.id in known):
        raise Missing("没有找到这份材料")
    fresh = [m for m in news if m.id not in known]
    _require_allowed(fresh, cases)
    rows: list[Attachment] = []
    try:
        for m in fresh:
            stored = vault.store(m.data, m.kind, settle=len(fresh) == 1)
            rows.append(
                Attachment(
                    pk=m.id, assessment=cases[m.case_id], kind=m.kind, signer=m.signer, caption=m.caption[:60],
                    file=stored.file, digest=stored.digest, size=stored.size, media_type=stored.media_type,
                )
            )
        if len(fresh) > 1:
            vault.settled()
        _keep(rows, by)
    except IntegrityError:
        # The same phone sent the same file twice at once, and the other request was first.
        _forget(rows)
        again = _known([m.id for m in news])
        if any(m.id not in again for m in news):
            raise
        return [again[m.id] for m in news]
    except BaseException:
        _forget(rows)
        raise
    made = {row.pk: row for row in rows}
    return [known.get(m.id) or made[m.id] for m in news]


def _keep(rows: Sequence[Attachment], by: Post) -> None:
    with transaction.atomic():
        for signer in {r.signer for r in rows if r.kind == Kind.SIGNATURE}:
            Attachment.objects.unscoped(_OPENED).filter(
                assessment__in=[r.assessment_id for r in rows if r.signer == signer and r.kind == Kind.SIGNATURE],
                kind=Kind.SIGNATURE, signer=signer,
            ).update(kind=Kind.DOCUMENT, caption="重签前的签字")
        Attachment.objects.bulk_create(rows, batch_size=1000)
        events.record_many(
            [
                events.New("assessment.attached", r.assessment, data={"kind": r.kind, "signer": r.signer, "digest": r.digest})
                for r in rows
            ],
            by=by,
        )


def _forget(rows: Iterable[Attachment]) -> None:
    for row in rows:
        vault.remove(row.file)


def _known(ids: Sequence[UUID]) -> dict[UUID, Attachment]:
    found: dict[UUID, Attachment] = Attachment.objects.unscoped(_OPENED).in_bulk(ids)
    return found


def _cases(ids: set[UUID], by: Post) -> dict[UUID, Assessment]:
    found = {c.pk: c for c in Assessment.objects.visible_to(by).filter(pk__in=list(ids)).select_related("agency")}
    if ids - set(found):
        raise Missing("没有找到该评估办件，或您不是本次评估的评估员")
    return found


def _agreed(cases: Iterable[Assessment]) -> set[UUID]:
    """People who let the agency of their case keep pictures."""
    wanted: dict[UUID, list[UUID]] = {}
    for case in cases:
        if case.agency_id:
            wanted.setdefault(case.agency_id, []).append(case.person_id)
    return set().union(*(consent.allowed(people, "video", agency) for agency, people in wanted.items()))


def recording_agreed(case: Assessment) -> bool:
    """Whether pictures of this visit may be kept."""
    return case.person_id in _agreed([case])


def _require_allowed(news: Sequence[Material], cases: Mapping[UUID, Assessment]) -> None:
    for case in {m.case_id: cases[m.case_id] for m in news}.values():
        if case.state not in TAKING:
            raise Conflict(
                "assessment.closed_to_material", f"{case.number} 当前为「{case.state_now.label}」，不能再添加材料",
                remedy="如需补充，请评估机构退回补评。",
            )
    for m in news:
        if m.kind not in Kind.values:
            raise Refused("assessment.material_kind", "材料类别无法识别，请刷新页面后重试")
        if m.kind == Kind.SIGNATURE and m.signer not in Attachment.Signer.values:
            raise Refused("assessment.signer", "请选择签字人", field="signer")
    photos = Counter(m.case_id for m in news if m.kind == Kind.PHOTO)
    if not photos:
        return
    agreed = _agreed([cases[pk] for pk in photos])
    if any(cases[pk].person_id not in agreed for pk in photos):
        raise Refused(
            "assessment.no_recording_consent", "未取得长者或家属同意，不能留存照片", field="file",
            remedy="请先说明用途并登记「同意留存影像」，照片仍在本机。",
        )
    there = (
        Attachment.objects.unscoped(_OPENED).filter(assessment__in=list(photos), kind=Kind.PHOTO)
        .order_by().values_list("assessment_id").annotate(n=Count("pk"))
    )
    for pk, count in dict(there).items():
        if count + photos[pk] > PHOTO_LIMIT:
            raise Refused("assessment.photos", f"已有 {count} 张照片，每次评估最多 {PHOTO_LIMIT} 张", field="file")


@vault.holder
def files() -> Iterable[str]:
    """Names of the files that this room holds."""
    return Attachment.objects.unscoped("which files are held").values_list("file", flat=True).iterator()
