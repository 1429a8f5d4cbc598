"""Reads of the facility register. Public facts need no scope; single beds do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce, Substr
from django.utils.translation import gettext as _

from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.access.rights import area_q
from songhe.kernel.errors import Missing
from songhe.kernel.intervals import in_force
from songhe.kernel.registry import Listed

from .models import Bed, BedKind, Licence, OpeningHours, Organisation, Site

WHY = "bed counts are public facts; only single beds are scoped"
#: The order in which kinds of beds are told, most general first.
ORDER = list(BedKind.Kind)


@dataclass(frozen=True)
class BedCount:
    """How many beds count as a kind on a day; ``assumed`` of them by assumption only."""

    kind: str
    number: int
    assumed: int
    status: str = ""
    source: str = ""

    @property
    def label(self) -> str:
        """核定, 护理型 …"""
        return str(BedKind.Kind(self.kind).label)


def sites() -> QuerySet[Site]:
    """All sites with their organisation, and a size that is never null, for order."""
    return Site.objects.select_related("organisation").annotate(size=Coalesce("capacity", 0))


def search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """By name, pinyin, initials or address; the register has some thousand rows."""
    if text.isascii():
        plain = text.lower().replace(" ", "")
        return rows.filter(Q(pinyin__contains=plain) | Q(initials__contains=plain))
    return rows.filter(Q(name__contains=text) | Q(address__contains=text))


def open_on(day: date) -> Q:
    """Places that are in use on a day."""
    return (Q(starts__isnull=True) | Q(starts__lte=day)) & (Q(ends__isnull=True) | Q(ends__gt=day))


def site(pk: UUID) -> Site:
    """One site with its organisation and hours, or Missing."""
    rows = Site.objects.select_related("organisation").prefetch_related(
        Prefetch("hours", OpeningHours.objects.order_by("weekday", "opens"))
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Missing(_("没有这个设施。"))
    return found


def organisation(pk: UUID) -> Organisation:
    """One organisation, or Missing."""
    found = Organisation.objects.filter(pk=pk).first()
    if found is None:
        raise Missing(_("没有这个机构。"))
    return found


def organisations(prefix: str = "", kinds: Collection[str] = ()) -> QuerySet[Organisation]:
    """Organisations that exist today, under an area and of some kinds where asked."""
    rows = Organisation.objects.filter(open_on(clock.today()))
    if prefix:
        rows = rows.filter(area_q("area_code", prefix))
    return rows.filter(kind__in=kinds) if kinds else rows


def listed(_asked: str = "") -> list[Listed]:
    """The directory of organisations, for those who give out posts."""
    rows = organisations().order_by("pinyin").values_list("pk", "name")
    return [Listed(pk, name, pk, name) for pk, name in rows]


def organisation_choices(prefix: str = "", kinds: Collection[str] = ()) -> list[tuple[str, str]]:
    """(id, name) pairs for a form."""
    return [(str(pk), name) for pk, name in organisations(prefix, kinds).order_by("pinyin").values_list("pk", "name")]


def sites_of(organisation_id: UUID) -> QuerySet[Site]:
    """The sites that an organisation runs."""
    return sites().filter(organisation_id=organisation_id).order_by("kind", "pinyin")


def licences_of(organisation_id: UUID) -> list[Licence]:
    """Licences of an organisation, those that end first on top; without an end last."""
    rows = list(Licence.objects.filter(organisation_id=organisation_id))
    return sorted(rows, key=lambda row: (row.ends or date.max, row.kind, row.number))


def beds_on(day: date, prefix: str = "", by: Literal["site", "town"] = "site") -> dict[Any, dict[str, int]]:
    """Beds by kind on a day, counted from periods in one query.

    Args:
        day: any day, past or future.
        prefix: area code or the beginning of one; "" for everywhere.
        by: "site" answers by site id, "town" by 12-digit town code.

    Returns:
        {site id or town code: {kind: number}}; kinds without a bed are left out.
    """
    rows = _in_use(day)
    if prefix:
        rows = rows.filter(area_q("bed__area_code", prefix))
    key = F("bed__site") if by == "site" else Substr("bed__area_code", 1, 9)
    found: dict[Any, dict[str, int]] = {}
    for place, kind, number in rows.annotate(place=key).values_list("place", "kind").annotate(n=Count("pk")).order_by():
        found.setdefault(place if by == "site" else f"{place}000", {})[kind] = number
    return found


def bed_total(day: date, prefix: str, kind: str) -> int:
    """Beds of one kind under an area on a day."""
    return _in_use(day).filter(area_q("bed__area_code", prefix), kind=kind).count()


def beds_of(site_id: UUID, day: date) -> list[BedCount]:
    """Beds of one site by kind on a day, with how sure each number is."""
    rows = _in_use(day).filter(bed__site=site_id).values_list("kind", "status", "source").annotate(n=Count("pk"))
    found: dict[str, BedCount] = {}
    for kind, status, source, number in rows.order_by():
        before = found.get(kind, BedCount(kind, 0, 0, status))
        assumed = before.assumed + (number if status == "assumed" else 0)
        # As sure as its least sure part.
        least = "assumed" if assumed else status if status == before.status else "published"
        found[kind] = BedCount(kind, before.number + number, assumed, least, source if assumed else before.source)
    return [found[kind] for kind in ORDER if kind in found]


def first_bed_day(site_id: UUID) -> date | None:
    """The day from which beds of a site are on the register."""
    rows = BedKind.objects.unscoped(WHY).filter(bed__site=site_id).order_by("starts")
    first: date | None = rows.values_list("starts", flat=True).first()
    return first


def _in_use(day: date) -> QuerySet[BedKind]:
    rows: QuerySet[BedKind] = BedKind.objects.unscoped(WHY).filter(
        in_force(day), in_force(day, "bed__starts", "bed__ends")
    )
    return rows


def rooms(site_id: UUID, day: date, post: Post) -> list[tuple[str, list[tuple[Bed, list[BedKind]]]]]:
    """Beds of a site by room with what each counts as on a day, as ``post`` may see them. Two queries."""
    beds = (
        Bed.objects.visible_to(post)
        .filter(in_force(day), site=site_id)
        .order_by("room", "number")
        .prefetch_related(Prefetch("kinds", BedKind.objects.visible_to(post).filter(in_force(day)), to_attr="now"))
    )
    found: dict[str, list[tuple[Bed, list[BedKind]]]] = {}
    for bed in beds:
        found.setdefault(bed.room, []).append((bed, sorted(bed.now, key=lambda k: ORDER.index(BedKind.Kind(k.kind)))))
    return list(found.items())


def chosen_beds(site_id: UUID, ids: Collection[str], post: Post) -> list[Bed]:
    """Beds of a site by id, as far as the post sees them."""
    return list(Bed.objects.visible_to(post).filter(site=site_id, pk__in=ids).order_by("room", "number"))


def count_by_kind(prefix: str, on: date) -> Mapping[str, int]:
    """Sites in use by kind."""
    rows = Site.objects.filter(open_on(on), area_q("area_code", prefix))
    return dict(rows.values_list("kind").annotate(n=Count("pk")).order_by())


def towns_by_kind(prefix: str, on: date, kinds: Collection[str]) -> dict[str, int]:
    """Sites of some kinds in use by town."""
    rows = Site.objects.filter(open_on(on), area_q("area_code", prefix), kind__in=kinds)
    counted = rows.annotate(town=Substr("area_code", 1, 9)).values_list("town").annotate(n=Count("pk")).order_by()
    return {f"{town}000": number for town, number in counted if not town.endswith("000")}
