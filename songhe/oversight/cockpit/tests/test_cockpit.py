"""The wall: six figures, a map, a funnel and what is late; counts of people that are small stay hidden."""

from dataclasses import replace

import pytest

from songhe.kernel.areas.models import Area
from songhe.kernel.registry import indicators
from songhe.oversight.cockpit import content
from songhe.oversight.indicators import actions

CAOYANG, CHANGSHOU = "310107005000", "310107015000"


@pytest.fixture
def coloured(monkeypatch):
    """What the map shows, with figures of this test's choosing."""

    def colour(**figures):
        by_town = {CAOYANG: figures.get("caoyang", 0), CHANGSHOU: figures.get("changshou", 0)}
        one = replace(indicators.get("ltci.serving"), compute=lambda area, on: sum(by_town.values()), by_town=lambda area, on: by_town)
        monkeypatch.setitem(indicators._items, "ltci.serving", one)
        Area.objects.filter(code__in=by_town).update(boundary={"type": "Polygon", "coordinates": []})
        actions.take()

    return colour


def shown(post):
    found = content.gather(post)
    return {f["properties"]["id"]: f["properties"] for f in content.map_areas(found)["features"]}


def test_every_place_of_the_wall_has_a_figure_that_some_room_declares(cast):
    assert all(content.known(codes) for codes in content.SIX)
    assert content.known(content.MAP)
    assert all(code in indicators for code in content.FUNNEL)


def test_a_figure_leads_to_the_rows_behind_it(cast, coloured):
    coloured(caoyang=20, changshou=30)
    assert CAOYANG[:9] in shown(cast.bureau)[CAOYANG]["href"]


def test_a_town_with_few_people_shows_no_number_on_the_map(cast, coloured):
    coloured(caoyang=3, changshou=30)
    towns = shown(cast.bureau)
    assert towns[CAOYANG]["value"] is None
    assert towns[CHANGSHOU]["value"] == 30


def test_an_empty_town_is_shown_as_nought(cast, coloured):
    coloured(caoyang=0, changshou=30)
    assert shown(cast.bureau)[CAOYANG]["value"] == 0


def test_the_wall_stands_before_anything_was_measured(cast, sign_in):
    for address in ("/screen/", "/screen/desk/"):
        page = sign_in(cast.bureau).get(address)
        assert page.status_code == 200
        assert "—" in page.content.decode()


@pytest.mark.parametrize("part", ["carer", "coordinator", "assessor", "advisor", "daughter", "elder"])
def test_the_wall_is_not_for_others(cast, sign_in, part):
    client = sign_in(getattr(cast, part))
    assert client.get("/screen/").status_code == 403
    assert client.get("/screen/desk/?export=csv").status_code == 403


def test_the_wall_and_its_twin_show_the_same_figures(cast, sign_in, coloured):
    coloured(caoyang=1234, changshou=30)
    client = sign_in(cast.bureau)
    for address in ("/screen/", "/screen/desk/"):
        assert "1,264" in client.get(address).content.decode()
    table = b"".join(client.get("/screen/desk/?export=csv").streaming_content).decode("utf-8-sig")
    assert "1264" in table


def test_what_is_late_is_counted_within_the_posts_own_scope(cast, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        rows = content.late(cast.bureau)
    assert {"title", "process", "open", "late"} <= set(rows[0])
    assert all(row["late"] <= row["open"] for row in rows)
