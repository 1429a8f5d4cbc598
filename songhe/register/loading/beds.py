"""Beds 床位 from licensed counts, and what they count as from published totals.

A list says how many beds a home is licensed for, not which; totals of nursing, basic and dementia
beds are published for the district alone. So beds are numbered through, and the shares are dealt out
by rule and marked assumed. A home that registers its own rooms and kinds replaces all of it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count

from songhe.kernel import bulk, policy
from songhe.kernel.areas.models import PublishedFact
from songhe.kernel.intervals import in_force
from songhe.register.sites.models import Bed, BedKind, Site
from songhe.register.sites.rules import apportion

from .folder import Folder
from .places import Place
from .report import Report

LICENSED = ("核定养老床位", "养老床位")
SHARES = {
    BedKind.Kind.NURSING: "护理型床位",
    BedKind.Kind.BASIC: "保基本养老床位",
    BedKind.Kind.DEMENTIA: "认知障碍照护床位",
}
ELDERS = "户籍60岁及以上人口"
PUBLIC = (Site.Mode.PUBLIC, Site.Mode.PUBLIC_PRIVATE)


@dataclass(frozen=True)
class _Share:
    """How many of all listed beds are of a kind, and where that comes from."""

    kind: BedKind.Kind
    total: int
    source: str


def load_beds(folder: Folder, places: list[Place], report: Report) -> None:
    """Make or end approved beds until each home has as many as its line says."""
    homes = [p for p in places if p.beds]
    if not homes:
        return
    have = _approved({p.site.pk for p in homes}, max(p.as_of for p in homes))
    beds: list[Bed] = []
    kinds: list[BedKind] = []
    fresh: dict[UUID, list[Bed]] = {}
    for place in homes:
        what, held = f"{place.site.name} 床位", have.get(place.site.pk, 0)
        more = place.beds - held
        if more > 0:
            made = _made(place, held, more)
            beds += made
            kinds += [_kind(bed, BedKind.Kind.APPROVED, place.as_of, place.site.source) for bed in made]
            if not held:
                fresh[place.site.pk] = made
            report.add(f"{place.file}（床位）", place.line, "added" if not held else "changed", what, f"核定增加 {more} 张")
        elif more < 0:
            _end(place, -more)
            report.add(f"{place.file}（床位）", place.line, "changed", what, f"核定减少 {-more} 张")
        else:
            report.add(f"{place.file}（床位）", place.line, "same", what)
    kinds += _dealt(folder, homes, fresh)
    bulk.insert(beds)
    bulk.insert(kinds)


def _approved(sites: set[UUID], on: date) -> dict[UUID, int]:
    rows = BedKind.objects.unscoped("bed counts are public facts").filter(
        in_force(on), kind=BedKind.Kind.APPROVED, bed__site__in=sites
    )
    return dict(rows.values_list("bed__site").annotate(n=Count("pk")).order_by())


def _made(place: Place, held: int, more: int) -> list[Bed]:
    """Numbered through, without rooms: which room a bed stands in is the home's to say."""
    taken: set[str] = set()
    if held:
        opened = Bed.objects.unscoped("numbers that a home's beds already have")
        taken = set(opened.filter(site=place.site, room="").values_list("number", flat=True))
    free = (name for n in range(1, 100_000) if (name := f"{n:03d}") not in taken)
    return [
        Bed(site=place.site, number=next(free), starts=place.as_of, area_code=place.site.area_code)
        for _ in range(more)
    ]


def _end(place: Place, fewer: int) -> None:
    """The last beds stop being approved from the day of the list."""
    rows = BedKind.objects.unscoped("a list approves fewer beds than before").filter(
        in_force(place.as_of), kind=BedKind.Kind.APPROVED, bed__site=place.site
    )
    last = list(rows.order_by("-bed__room", "-bed__number").values_list("pk", flat=True)[:fewer])
    rows.filter(pk__in=last).update(ends=place.as_of)


def _kind(bed: Bed, kind: BedKind.Kind, starts: date, source: str, status: str = "published") -> BedKind:
    return BedKind(bed=bed, kind=kind, starts=starts, source=source, status=status)


def _dealt(folder: Folder, homes: list[Place], fresh: dict[UUID, list[Bed]]) -> list[BedKind]:
    """Kinds of the beds of homes that are loaded for the first time."""
    if not fresh:
        return []
    licensed = {p.site.pk: p.beds for p in homes}
    modes = {p.site.pk: p.site.mode for p in homes}
    found = []
    for share in _shares(folder, sum(licensed.values()), max(p.as_of for p in homes)):
        numbers = _deal(share, licensed, modes)
        found += [
            _kind(bed, share.kind, bed.starts, share.source, "assumed")
            for site, made in fresh.items()
            for bed in made[: numbers[site]]
        ]
    return found


def _deal(share: _Share, licensed: dict[UUID, int], modes: dict[UUID, str]) -> dict[UUID, int]:
    """Basic beds belong to publicly built homes first; everything else in proportion."""
    if share.kind != BedKind.Kind.BASIC:
        return apportion(licensed, share.total)
    public = {site: n for site, n in licensed.items() if modes[site] in PUBLIC}
    dealt = defaultdict(int, apportion(public, min(share.total, sum(public.values()))))
    others = {site: n for site, n in licensed.items() if site not in public}
    return dealt | apportion(others, share.total - sum(dealt.values()))


def _shares(folder: Folder, listed: int, on: date) -> list[_Share]:
    """Published shares of the same day as the published licensed beds; basic beds by rule where none is published."""
    rows = PublishedFact.objects.filter(area_code=folder.code, kind=PublishedFact.Kind.STOCK, status="published")
    facts = {(row.indicator, row.reference): int(row.value) for row in rows}
    licensed = [(day, name, n) for (name, day), n in facts.items() if name in LICENSED]
    day, whole_name, whole = max(licensed, default=("", "", 0))
    found = []
    for kind, name in SHARES.items():
        part = facts.get((name, day))
        if part is not None:
            source = f"按{day}公布数（{name}{part}张、{whole_name}{whole}张）的比例分到各机构，逐床归属为假定"
            found.append(_Share(kind, round(listed * part / whole), source))
        elif kind == BedKind.Kind.BASIC and (elders := _elders(folder, facts)):
            rule = policy.value("beds.basic.ratio_percent", on=on, area=folder.code)
            least = int(elders * rule.value / 100)
            source = f"未见公布，按{rule.title}{rule.shown}推算（{rule.citation}），逐床归属为假定"
            found.append(_Share(kind, min(listed, least), source))
    return found


def _elders(folder: Folder, facts: dict[tuple[str, str], int]) -> int:
    """Registered people of 60 and over: published, else as the district's assumptions state."""
    published = [(day, n) for (name, day), n in facts.items() if name == ELDERS]
    return max(published)[1] if published else int(float(folder.assumptions.get("elders_60plus", 0)))
