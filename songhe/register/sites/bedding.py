"""The only writers of beds and of what they count as."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from songhe.kernel import bulk, events, guards
from songhe.kernel.access.models import Post
from songhe.kernel.errors import Forbidden, Refused
from songhe.kernel.intervals import in_force, overlapping

from .access import keeps_site
from .models import Bed, BedKind, Site
from .queries import ORDER

WHY = "the site's keeper was asked before"
#: Parts of the approved beds.
SPECIAL = frozenset({BedKind.Kind.NURSING, BedKind.Kind.BASIC, BedKind.Kind.DEMENTIA})


@transaction.atomic
def add_beds(
    site: Site, room: str, numbers: Sequence[str], kinds: Sequence[str], starts: date, *, by: Post, sex: str = ""
) -> list[Bed]:
    """Put beds into a room, each counting as ``kinds`` from ``starts``."""
    _must_keep(by, site)
    opened = Bed.objects.unscoped(WHY)
    if taken := sorted(opened.filter(site=site, room=room, number__in=numbers).values_list("number", flat=True)):
        raise Refused(
            "bed.known", f"{room or '未分房'}已有床号 {'、'.join(taken[:10])}", field="numbers", remedy="请改用其他床号。"
        )
    if BedKind.Kind.APPROVED in kinds:
        _must_license(BedKind.Kind.APPROVED, by)
    elif SPECIAL & set(kinds):
        raise _not_approved("新床位")
    beds = [
        Bed(site=site, room=room, number=number, sex=sex, starts=starts, area_code=site.area_code) for number in numbers
    ]
    bulk.insert(beds)
    source = _source(by)
    rows = [BedKind(bed=bed, kind=kind, starts=starts, status="official", source=source) for bed in beds for kind in kinds]
    bulk.insert(rows)
    events.record("beds.added", by=by, subject=site, data={"number": len(beds), "room": room, "kinds": list(kinds)})
    return beds


@transaction.atomic
def move(site: Site, beds: Sequence[Bed], room: str, *, by: Post) -> None:
    """Say in which room beds stand. Numbers stay as they are."""
    _must_keep(by, site)
    ids, numbers = [bed.pk for bed in beds], [bed.number for bed in beds]
    standing = Bed.objects.unscoped(WHY).filter(site=site, room=room).exclude(pk__in=ids)
    doubled = {n for n in numbers if numbers.count(n) > 1}
    if clash := doubled | set(standing.filter(number__in=numbers).values_list("number", flat=True)):
        raise Refused("bed.known", f"{room}会有重复的床号 {'、'.join(sorted(clash)[:10])}", field="room",
                      remedy="请分开办理，或换一个房间。")  # fmt: skip
    for bed in beds:
        bed.room = room
    bulk.update(list(beds), ["room"])
    events.record("beds.moved", by=by, subject=site, data={"number": len(beds), "room": room})


@transaction.atomic
def count_as(site: Site, beds: Sequence[Bed], kind: str, starts: date, ends: date | None = None, *, by: Post) -> int:
    """From ``starts`` until before ``ends`` these beds count as ``kind``; answers how many changed.

    Refused where a bed already counts so in that time.
    """
    _must_keep(by, site)
    _must_license(kind, by)
    _must_be_there(beds, starts)
    if kind in SPECIAL:
        _must_be_approved(beds, starts)
    known = BedKind.objects.unscoped(WHY).filter(bed__in=beds, kind=kind).filter(overlapping(starts, ends))
    if busy := list(known.values_list("bed__number", flat=True)[:10]):
        label = BedKind.Kind(kind).label
        raise Refused("bedkind.overlap", f"床号 {'、'.join(busy)} 在这段时间已按{label}计算", field="starts",
                      remedy="请改日期，或先结束原来的计算。")  # fmt: skip
    with guards.explained():
        bulk.insert(
            [
                BedKind(bed=bed, kind=kind, starts=starts, ends=ends, status="official", source=_source(by))
                for bed in beds
            ]
        )
    events.record("beds.kind_set", by=by, subject=site,
                  data={"kind": kind, "number": len(beds), "starts": starts.isoformat()})  # fmt: skip
    return len(beds)


@transaction.atomic
def stop_counting(site: Site, beds: Sequence[Bed], kind: str, on: date, *, by: Post) -> int:
    """From ``on`` these beds no longer count as ``kind``; answers how many did."""
    _must_keep(by, site)
    _must_license(kind, by)
    rows = BedKind.objects.unscoped(WHY).filter(in_force(on), bed__in=beds, kind=kind)
    changed = rows.update(ends=on)
    if not changed:
        raise Refused("bedkind.none", f"所选床位在 {on} 没有按{BedKind.Kind(kind).label}计算", field="starts",
                      remedy="请核对床位和日期。")  # fmt: skip
    events.record("beds.kind_ended", by=by, subject=site, data={"kind": kind, "number": changed, "on": on.isoformat()})
    return changed


def known_kinds(by: Post) -> list[tuple[str, str]]:
    """Kinds that a keeper may set."""
    return [(k.value, k.label) for k in ORDER if k != BedKind.Kind.APPROVED or by.role == "bureau"]


def _must_keep(by: Post, site: Site) -> None:
    if not keeps_site(by, site):
        raise Forbidden("您的岗位无权登记该设施的床位")


def _must_license(kind: str, by: Post) -> None:
    if kind == BedKind.Kind.APPROVED and by.role != "bureau":
        raise Forbidden("核定床位由区民政局登记")


def _must_be_there(beds: Sequence[Bed], starts: date) -> None:
    if late := [bed.number for bed in beds if starts < bed.starts or (bed.ends and starts >= bed.ends)]:
        raise Refused("bedkind.outside", f"床号 {'、'.join(late[:10])} 在 {starts} 不在用", field="starts",
                      remedy="请核对日期。")  # fmt: skip


def _must_be_approved(beds: Sequence[Bed], starts: date) -> None:
    """Nursing, basic and dementia beds are told as parts of the approved ones, so they are parts of them."""
    rows = BedKind.objects.unscoped(WHY).filter(in_force(starts), bed__in=beds, kind=BedKind.Kind.APPROVED)
    approved = set(rows.values_list("bed", flat=True))
    if missing := [bed.number for bed in beds if bed.pk not in approved]:
        raise _not_approved(f"床号 {'、'.join(missing[:10])}")


def _not_approved(what: str) -> Refused:
    words = "、".join(str(BedKind.Kind(kind).label) for kind in ORDER if kind in SPECIAL)
    return Refused("bedkind.not_approved", f"{what}还不是核定床位，不能计入{words}", field="kind",
                   remedy="请先由区民政局登记核定。")  # fmt: skip


def _source(by: Post) -> str:
    return f"{by.organisation_name or by.title}登记"
