"""Figures: measured once a day for the district and every town, read everywhere with their definition."""

from datetime import date, timedelta

import pytest

from songhe.kernel import clock
from songhe.kernel.areas.models import Area
from songhe.kernel.registry import Indicator, indicators
from songhe.oversight.indicators import actions, queries
from songhe.oversight.indicators.models import Snapshot

PUTUO, CAOYANG, CHANGSHOU = "310107000000", "310107005000", "310107015000"


@pytest.fixture
def declared():
    """Indicators that only this test knows; they are gone after it."""
    made = []

    def declare(code, compute, **more):
        one = Indicator(code, "测试指标", "人", "口径说明", "户籍 60 岁以上", compute, **more)
        indicators.add(code, one)
        made.append(code)
        return one

    yield declare
    for code in made:
        indicators._items.pop(code)


@pytest.fixture
def towns(cast):
    return sorted(Area.objects.filter(kind="town").values_list("code", flat=True))


def kept(code, **where):
    return {s.area_code: s.value for s in Snapshot.objects.filter(code=code, **where)}


def test_a_measure_keeps_the_district_and_every_town(towns, declared):
    declared("test.rows", lambda area, on: 1 if len(area) > 6 else len(towns))
    actions.take()
    assert kept("test.rows") == {PUTUO: len(towns), **dict.fromkeys(towns, 1)}


def test_towns_measured_at_once_are_nought_where_nothing_was_found(towns, declared):
    declared("test.once", lambda area, on: 7, by_town=lambda area, on: {towns[0]: 7})
    actions.take()
    assert kept("test.once")[towns[0]] == 7
    assert kept("test.once")[towns[1]] == 0


def test_measuring_again_replaces_the_day_and_leaves_the_day_before(towns, declared):
    answers = iter([1.0, 2.0, 3.0])
    declared("test.again", lambda area, on: next(answers), by_town=lambda area, on: {})
    yesterday = clock.today() - timedelta(days=1)
    actions.take(yesterday)
    actions.take()
    actions.take()
    assert kept("test.again", area_code=PUTUO, day=yesterday) == {PUTUO: 1.0}
    assert kept("test.again", area_code=PUTUO, day=clock.today()) == {PUTUO: 3.0}


def test_an_indicator_that_fails_is_unknown_with_its_reason_and_stops_no_other(towns, declared):
    declared("test.broken", lambda area, on: 1 / 0)
    declared("test.whole", lambda area, on: 5)
    actions.take()
    broken = queries.figures(["test.broken"], "310107")[0]
    assert broken.value is None
    assert broken.text == "—"
    assert "计算失败" in broken.age
    assert queries.figures(["test.whole"], "310107")[0].value == 5


def test_a_figure_says_how_it_changed_and_how_old_it_is(towns, declared):
    declared("test.change", lambda area, on: 100 if on < date(2026, 11, 12) else 103, by_town=lambda area, on: {})
    actions.take(clock.today() - timedelta(days=7))
    actions.take()
    fresh = queries.figures(["test.change"], "310107")[0]
    assert (fresh.change, fresh.age, fresh.stale) == ("较 7 天前 +3.0%", "", False)
    clock.advance(timedelta(days=3))
    assert queries.figures(["test.change"], "310107")[0].age == "3 天前的数据"


@pytest.mark.parametrize("part", ["bureau", "street", "insurer", "auditor"])
def test_officers_read_the_figures_with_definition_universe_and_day(cast, sign_in, declared, part):
    declared("test.page", lambda area, on: 12)
    actions.take()
    client = sign_in(getattr(cast, part))
    page = client.get("/indicators/").content.decode()
    assert "口径说明" in page
    assert "户籍 60 岁以上" in page
    detail = client.get("/indicators/test.page/")
    assert detail.status_code == 200
    assert "曹杨新村街道" in detail.content.decode()


@pytest.mark.parametrize("part", ["carer", "coordinator", "assessor", "daughter", "elder"])
def test_others_do_not_read_them(cast, sign_in, part):
    client = sign_in(getattr(cast, part))
    assert client.get("/indicators/").status_code == 403
    assert client.get("/indicators/people.registered60/").status_code == 403
    assert client.get("/api/v1/indicators").status_code == 403
    assert client.get("/api/v1/indicators/people.registered60").status_code == 403


def test_only_the_bureau_has_them_measured_now(cast, sign_in, declared):
    declared("test.now", lambda area, on: 3)
    assert sign_in(cast.street).post("/indicators/measure/").status_code == 403
    assert not Snapshot.objects.exists()
    assert sign_in(cast.bureau).post("/indicators/measure/").status_code == 302
    assert kept("test.now")[PUTUO] == 3


def test_an_unknown_code_is_missing_on_the_page_and_for_programs(cast, sign_in):
    client = sign_in(cast.bureau)
    assert client.get("/indicators/no.such/").status_code == 404
    assert client.get("/api/v1/indicators/no.such").status_code == 404


def test_programs_read_the_same_figures_as_the_page(cast, sign_in, declared):
    declared("test.api", lambda area, on: 40, by_town=lambda area, on: {CAOYANG: 9})
    actions.take()
    client = sign_in(cast.bureau)
    listed = {row["code"]: row for row in client.get("/api/v1/indicators").json()}
    assert listed["test.api"]["value"] == 40
    assert listed["test.api"]["day"] == clock.today().isoformat()
    one = client.get("/api/v1/indicators/test.api").json()
    assert {t["area_code"]: t["value"] for t in one["towns"]}[CAOYANG] == 9
    assert one["days"] == [{"day": clock.today().isoformat(), "value": 40}]


def test_a_street_reads_its_own_figures_and_no_other_towns(cast, sign_in, declared):
    declared("test.own", lambda area, on: 40, by_town=lambda area, on: {CAOYANG: 9, CHANGSHOU: 8})
    actions.take()
    own = sign_in(cast.street).get("/api/v1/indicators/test.own").json()
    assert own["value"] == 9
    assert {t["area_code"] for t in own["towns"]} == {CAOYANG}


def test_the_table_goes_out_as_csv_with_the_unknown_left_empty(cast, sign_in, declared):
    declared("test.csv", lambda area, on: None)
    actions.take()
    response = sign_in(cast.bureau).get("/indicators/?export=csv")
    line = next(row for row in b"".join(response.streaming_content).decode("utf-8-sig").splitlines() if row.startswith("测试指标"))
    assert line.split(",")[1] == ""
