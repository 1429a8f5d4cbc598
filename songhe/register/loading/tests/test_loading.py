"""Loading a district: what is there afterwards, and that a second time changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from songhe.engines.geo import contains
from songhe.kernel.areas import queries as areas
from songhe.kernel.areas.models import Area, Loading, PublishedFact
from songhe.kernel.checks import run_all
from songhe.kernel.errors import Refused
from songhe.kernel.events.models import Event
from songhe.register.loading import Report, load_district
from songhe.register.sites import queries
from songhe.register.sites.models import Bed, BedKind, Organisation, Site

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 18)


@pytest.fixture(scope="module")
def once(django_db_setup: None, django_db_blocker: Any) -> Iterator[Report]:
    """普陀 loaded once for all tests that only look; each test's own changes are rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_district("putuo")
        transaction.set_rollback(True)


@pytest.fixture
def putuo(once: Report, db: None) -> Report:
    return once


def kinds_in(prefix: str) -> Counter[str]:
    return Counter(Site.objects.filter(area_code__startswith=prefix).values_list("kind", flat=True))


def test_putuo_has_what_its_sources_say(putuo: Report) -> None:
    assert kinds_in("310107") == {"care_home": 39, "health_centre": 12, "canteen": 3}
    assert queries.bed_total(DAY, "310107", BedKind.Kind.APPROVED) == 8370
    assert Area.objects.filter(code__startswith="310107", kind="town").count() == 10
    assert Area.objects.filter(code__startswith="310107", kind="town", boundary__isnull=False).count() == 10
    assert Area.objects.filter(code__startswith="310107", kind="committee").count() == 285
    assert Organisation.objects.count() == 51
    assert PublishedFact.objects.count() == 80
    elders = areas.published("310107", "户籍60岁及以上人口")
    assert elders is not None
    assert elders.value == 354_900
    assert not putuo.of("refused")
    assert not putuo.of("gone")


def test_every_site_says_where_it_comes_from_and_how_sure_its_place_is(putuo: Report) -> None:
    for site in Site.objects.all():
        assert site.source
        assert site.as_of
        assert site.data_licence
        assert site.status == "published"
        assert site.position_status == "approximate"
        assert not site.synthetic


def test_every_place_stands_inside_its_own_town(putuo: Report) -> None:
    from shapely.geometry import shape

    towns = {a.code: shape(a.boundary) for a in Area.objects.filter(kind="town", boundary__isnull=False)}
    for site in Site.objects.all():
        assert site.lng is not None
        assert site.lat is not None
        assert contains(towns[site.area_code], (site.lng, site.lat)), site.name


def test_boundaries_carry_their_licence_and_their_credit(putuo: Report) -> None:
    for area in areas.boundaries("310107"):
        assert area.boundary_licence == "ODbL-1.0"
        assert "OpenStreetMap" in area.boundary_credit


def test_committee_codes_of_our_own_say_so(putuo: Report) -> None:
    rows = Area.objects.filter(kind="committee")
    assert set(rows.values_list("code_status", "status")) == {("unverified", "unverified")}


def test_a_second_run_changes_nothing_and_says_so(putuo: Report) -> None:
    before = {m: list(m._base_manager.order_by("pk").values()) for m in (Area, Site, Organisation, PublishedFact)}
    beds = Bed.objects.unscoped("test").count(), BedKind.objects.unscoped("test").count()
    events = Event.objects.unscoped("test").count()
    heard: list[Any] = []
    said: list[str] = []
    again = load_district("putuo", heard.append, said.append)
    assert heard == again.rows
    assert len(said) == 4
    assert str(again).startswith(f"普陀区：一致 {len(heard)}")
    assert again.counts == {"same": len(putuo.rows)}
    for model, rows in before.items():
        assert list(model._base_manager.order_by("pk").values()) == rows
    assert (Bed.objects.unscoped("test").count(), BedKind.objects.unscoped("test").count()) == beds
    assert Event.objects.unscoped("test").count() == events, "nothing happened, so nothing is told"
    assert Loading.objects.count() == 2


def test_nursing_beds_keep_the_published_share_and_say_that_they_are_assumed(putuo: Report) -> None:
    nursing = queries.bed_total(DAY, "310107", BedKind.Kind.NURSING)
    assert nursing == round(8370 * 4130 / 8723)
    rows = BedKind.objects.unscoped("test")
    assert set(rows.exclude(kind="approved").values_list("status", flat=True)) == {"assumed"}
    assert set(rows.filter(kind="approved").values_list("status", flat=True)) == {"published"}
    assert "4130" in rows.filter(kind="nursing").first().source


def test_basic_beds_without_a_published_figure_follow_the_rule_and_name_it(putuo: Report) -> None:
    assert queries.bed_total(DAY, "310107", BedKind.Kind.BASIC) == int(354_900 * 0.015)
    source = BedKind.objects.unscoped("test").filter(kind="basic").first().source
    assert "未见公布" in source
    assert "沪民规〔2022〕15号" in source
    private = BedKind.objects.unscoped("test").filter(kind="basic", bed__site__mode="private").count()
    public = BedKind.objects.unscoped("test").filter(kind="approved").exclude(bed__site__mode="private").count()
    assert private == max(0, 5323 - public), "publicly built homes come first"


def test_the_register_is_sound_after_loading(putuo: Report) -> None:
    found = run_all(
        ["beds.kind_within_bed", "beds.special_is_approved", "beds.area_of_site", "sites.known_area"]
    )
    assert found == []


def test_changning_keeps_a_home_without_a_town_off_the_map(putuo: Report) -> None:
    report = load_district("changning")
    shared = [line for line in report.of("same") if line.file == "published_facts.csv"]
    assert len(shared) == 51, "figures of the city are shared"
    assert Area.objects.filter(kind="city").count() == 1
    assert kinds_in("310105") == {"care_home": 27, "health_centre": 12, "canteen": 19}
    assert queries.bed_total(DAY, "310105", BedKind.Kind.APPROVED) == 5285
    far = Site.objects.get(name="上海长宁颐养第四养老院")
    assert (far.lng, far.position_status, far.area_code) == (None, "unknown", "310105000000")
    centres = Organisation.objects.filter(kind="health_centre", area_code__startswith="310105")
    assert centres.count() == 10, "two houses of one centre are one centre"
    assert kinds_in("310107")["care_home"] == 39, "the neighbour district is left alone"


def test_minhang_gets_by_without_most_boundaries() -> None:
    report = load_district("minhang")
    assert kinds_in("310112") == {"care_home": 51, "health_centre": 14}
    assert queries.bed_total(DAY, "310112", BedKind.Kind.APPROVED) == 15_241
    drawn = Area.objects.filter(code__startswith="310112", kind="town", boundary__isnull=False).values_list("name", flat=True)
    assert set(drawn) == {"古美路街道", "莘庄镇"}
    assert Site.objects.filter(kind="care_home", area_code__startswith="310112", lng=None).count() == 0
    assert queries.bed_total(DAY, "310112", BedKind.Kind.NURSING) == 0, "a target is no stock"
    assert not report.of("refused")


def test_an_unknown_district_is_refused_with_those_that_exist() -> None:
    before = Area.objects.count()
    with pytest.raises(Refused) as refused:
        load_district("../putuo")
    assert "putuo" in refused.value.remedy
    assert Area.objects.count() == before
