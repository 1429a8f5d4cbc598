"""What holds of facilities and beds, whatever happened."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from songhe.kernel.areas import queries as areas
from songhe.kernel.invariants import Violation, invariant

from .models import Bed, BedKind, Site

WHY = "an invariant looks at the whole district"


@invariant("beds.kind_within_bed", "床位类别的期间不超出床位本身")
def kinds_within_beds() -> Iterable[Violation]:
    """A bed counts as something only while it is there."""
    rows = BedKind.objects.unscoped(WHY).filter(
        Q(starts__lt=F("bed__starts")) | Q(bed__ends__isnull=False, ends__gt=F("bed__ends"))
    )
    for pk in rows.values_list("pk", flat=True):
        yield Violation(f"床位类别 {pk}", "期间超出床位的启用期间", "更正床位或类别的起止日期")


@invariant("beds.special_is_approved", "护理型、保基本、认知障碍床位都在核定床位之内")
def special_beds_are_approved() -> Iterable[Violation]:
    """What is told as a part of the approved beds is a part of them."""
    approved: QuerySet[BedKind] = BedKind.objects.unscoped(WHY).filter(
        bed=OuterRef("bed"), kind=BedKind.Kind.APPROVED, starts__lte=OuterRef("starts")
    )
    special = (BedKind.Kind.NURSING, BedKind.Kind.BASIC, BedKind.Kind.DEMENTIA)
    rows = BedKind.objects.unscoped(WHY).filter(~Exists(approved), kind__in=special)
    for pk in rows.values_list("pk", flat=True):
        yield Violation(f"床位类别 {pk}", "起始时该床位不是核定床位", "登记核定，或更正类别的起始日期")


@invariant("beds.area_of_site", "床位与所在设施在同一区域")
def beds_lie_with_their_site() -> Iterable[Violation]:
    """A bed is scoped by its own area code; it must be that of its site."""
    rows = Bed.objects.unscoped(WHY).exclude(area_code=F("site__area_code"))
    for pk in rows.values_list("pk", flat=True):
        yield Violation(f"床位 {pk}", "区域代码与设施不同", "重新保存设施的街镇")


@invariant("sites.known_area", "设施的区域代码都在行政区划中")
def sites_lie_in_known_areas() -> Iterable[Violation]:
    """Counts by town must lose no site."""
    for pk in Site.objects.exclude(area_code__in=list(areas.tree())).values_list("pk", flat=True):
        yield Violation(f"设施 {pk}", "区域代码不在行政区划中", "更正设施的街镇")
