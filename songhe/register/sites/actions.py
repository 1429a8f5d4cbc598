"""The only writers of organisations, sites, hours and licences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from django.db import transaction
from shapely.geometry import shape

from songhe.engines.geo import approximate_point
from songhe.kernel import bulk, clock, events, guards
from songhe.kernel.access.models import Post
from songhe.kernel.areas import queries as areas
from songhe.kernel.areas.models import Area
from songhe.kernel.errors import Forbidden, Refused
from songhe.kernel.events import New
from songhe.kernel.pinyin import pinyin

from .access import keeps_organisation, keeps_site, may_change, under
from .models import Bed, Licence, OpeningHours, Organisation, Site

OWN = "own:"
#: What an organisation may put right about itself.
OWN_ORGANISATION_FIELDS = frozenset({"address", "phone"})
#: Site fields that an edit may carry.
FIELDS = (
    "organisation_id", "kind", "name", "area_code", "address", "lng", "lat", "position_status", "mode", "capacity",
    "starts", "ends", "note",
)  # fmt: skip


@transaction.atomic
def add_organisations(rows: Sequence[Mapping[str, Any]], *, by: Post) -> list[Organisation]:
    """Register organisations; each row has the model's fields. Only an office of their area may."""
    made = []
    for row in rows:
        if not under(by, row["area_code"]):
            raise Forbidden("只能登记本区域内的机构")
        organisation = Organisation(**row)
        _spell(organisation)
        organisation.source = organisation.source or f"{by.organisation_name or by.title}登记"
        organisation.status, organisation.as_of = "official", clock.today()
        organisation.source_id = organisation.source_id or f"{OWN}{organisation.pk}"
        made.append(organisation)
    bulk.insert(made)
    events.record_many([New("organisation.added", o) for o in made], by=by)
    return made


@transaction.atomic
def change_organisation(organisation: Organisation, values: Mapping[str, Any], *, by: Post) -> list[str]:
    """Put an organisation's facts right; answers the names of what changed."""
    if not keeps_organisation(by, organisation):
        raise Forbidden("您的岗位无权修改该机构")
    if by.role != "bureau" and not set(values) <= OWN_ORGANISATION_FIELDS:
        raise Forbidden("机构名称、类别和代码由区民政局登记，请联系区民政局更正")
    return _change(organisation, values, "organisation.changed", by)


@transaction.atomic
def add_sites(rows: Sequence[Mapping[str, Any]], *, by: Post) -> list[Site]:
    """Register sites; each row has the model's fields."""
    made = []
    for row in rows:
        if not under(by, row["area_code"]):
            raise Forbidden("只能登记本区域内的设施")
        site = Site(**row)
        _spell(site)
        site.source = site.source or f"{by.organisation_name or by.title}登记"
        site.source_id = site.source_id or f"{OWN}{site.pk}"
        site.status, site.as_of = "official", clock.today()
        if site.lng is None:
            _stand_in(site)
        made.append(site)
    bulk.insert(made)
    events.record_many([New("site.added", site) for site in made], by=by)
    return made


@transaction.atomic
def change_site(site: Site, values: Mapping[str, Any], *, by: Post) -> list[str]:
    """Put a site's facts right; answers the names of what changed.

    What is changed here is kept when the district's lists are loaded again.
    """
    if not keeps_site(by, site):
        raise Forbidden("您的岗位无权修改该设施")
    differing = {name for name in FIELDS if name in values and getattr(site, name) != values[name]}
    # Where a position comes from goes with the position itself.
    if barred := sorted(n for n in differing - {"position_status"} if not may_change(by, n)):
        words = "、".join(str(getattr(Site._meta.get_field(name), "verbose_name", name)) for name in barred)
        raise Forbidden(f"{words}由区民政局登记，请联系区民政局更正")
    if "area_code" in differing and not under(by, values["area_code"]):
        raise Refused("site.area", "不能把设施移到本区域以外", field="town", remedy="请由迁入区登记。")
    changed = _change(site, {name: values[name] for name in differing}, "site.changed", by)
    if "area_code" in changed:
        Bed.objects.unscoped("beds follow their site to another town").filter(site=site).update(
            area_code=site.area_code
        )
    return changed


@transaction.atomic
def set_hours(site: Site, hours: Mapping[int, Sequence[tuple[time, time]]], *, by: Post) -> None:
    """Replace the opening hours of a week: weekday (0 is Monday) → periods."""
    if not keeps_site(by, site):
        raise Forbidden("您的岗位无权修改该设施")
    OpeningHours.objects.filter(site=site).delete()
    rows = [OpeningHours(site=site, weekday=day, opens=a, closes=b) for day, spans in hours.items() for a, b in spans]
    bulk.insert(rows)
    events.record("site.hours_set", by=by, subject=site)


@transaction.atomic
def add_licences(rows: Sequence[tuple[Organisation, Mapping[str, Any]]], *, by: Post) -> list[Licence]:
    """Register licences of organisations."""
    if any(not keeps_organisation(by, organisation) for organisation, _ in rows):
        raise Forbidden("您的岗位无权登记该机构的证照")
    _refuse_known(rows)
    made = [Licence(organisation=organisation, **values) for organisation, values in rows]
    bulk.insert(made)
    events.record_many(
        [
            New("licence.added", o, data={"kind": made_.kind, "ends": made_.ends.isoformat() if made_.ends else None})
            for (o, _), made_ in zip(rows, made, strict=True)
        ],
        by=by,
    )
    return made


def _refuse_known(rows: Sequence[tuple[Organisation, Mapping[str, Any]]]) -> None:
    """The same number of the same kind is registered once."""
    known = set(
        Licence.objects.filter(organisation__in=[o for o, _ in rows]).values_list("organisation_id", "kind", "number")
    )
    for organisation, values in rows:
        if (organisation.pk, values["kind"], values["number"]) in known:
            raise Refused(
                "licence.known", f"{values['kind']} {values['number']} 已登记", field="number",
                remedy="换证请填写新证号；续期请核对是否已登记。",
            )  # fmt: skip


def _change(row: Organisation | Site, values: Mapping[str, Any], kind: str, by: Post) -> list[str]:
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    if not changed:
        return []
    for name in changed:
        setattr(row, name, values[name])
    if "name" in changed:
        _spell(row)
        changed += ["pinyin", "initials"]
    row.corrected = sorted({*row.corrected, *changed})
    with guards.explained():
        row.save(update_fields=[*changed, "corrected"])
    events.record(kind, by=by, subject=row, data={"fields": changed})
    return changed


def _stand_in(site: Site) -> None:
    """Until somebody surveys it, a site stands at a point of its town that its own id decides."""
    town = Area.objects.filter(code=areas.town_code(site.area_code), boundary__isnull=False).first()
    if town is None:
        site.position_status = "unknown"
        return
    site.lng, site.lat = approximate_point(shape(town.boundary), str(site.pk))
    site.position_status = "approximate"


def _spell(row: Organisation | Site) -> None:
    spelled = pinyin(row.name)
    row.pinyin, row.initials = spelled.full[:240], spelled.initials[:80]
