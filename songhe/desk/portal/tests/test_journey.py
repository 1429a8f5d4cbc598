"""长护险服务一件事: every state says in one sentence who has it, until when, and what can be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from songhe.care.assessment import actions
from songhe.care.assessment.models import Assessment
from songhe.care.assessment.process import PROCESS
from songhe.care.assessment.tests.conftest import carry
from songhe.desk.conftest import Way, assessed, at, enrolled, planned
from songhe.desk.portal.journey import assessing, journey
from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.simulation.cast import Cast

URL = "/my/journey/"
SAYS = {
    "submitted": "曹杨新村街道正在核对材料",
    "accepted": "曹杨新村街道正在安排评估机构",
    "assigned": "示例·曹杨评估中心会打电话和您约上门时间",
    "scheduled": "评估员孙萍、刘海",
    "surveyed": "正在集体审核",
    "reviewed": "结果即将公示",
    "noticed": "有不同意见，公示期内可以提出",
    "objected": "您提出的异议",
    "concluded": "结论：照护三级",
    "delivered": "有效到",
}


def test_every_state_has_its_sentence_and_its_place() -> None:
    assert set(assessing.SAY) == set(PROCESS.by_state)
    assert len(assessing._LEFT) == len(assessing.LABELS)


@pytest.mark.parametrize("state", list(SAYS))
def test_a_state_is_said_in_plain_words(state: str, cast: Cast, sign_in: Callable[[Post], Client]) -> None:
    case = actions.apply(actions.Application(cast.shen.pk, channel="portal"), by=cast.elder)[0]
    if state == "objected":
        carry(cast, case, "noticed")
        actions.object_to(case, by=cast.elder, reason="认知项目评得偏轻")
    else:
        carry(cast, case, state)
    html = sign_in(cast.elder).get(URL).content.decode()
    assert SAYS[state] in html
    assert case.number in html
    assert 'aria-current="step"' in html or state == "delivered"


def test_the_level_is_not_told_before_it_is_concluded(cast: Cast, sign_in: Callable[[Post], Client]) -> None:
    case = actions.apply(actions.Application(cast.shen.pk), by=cast.elder)[0]
    carry(cast, case, "noticed", level=5)
    elder = sign_in(cast.elder)
    for page in ("journey", "levels", "home"):
        assert "照护五级" not in elder.get(reverse(f"portal:{page}")).content.decode()
    assert "还没有评估结论" in elder.get(reverse("portal:levels")).content.decode()


def test_a_refusal_gives_its_reason_and_the_way_on(cast: Cast, sign_in: Callable[[Post], Client]) -> None:
    case = actions.submit(actions.apply(actions.Application(cast.shen.pk), by=cast.elder), by=cast.elder)[0]
    actions.refuse(case, by=cast.street, reason="材料与本人情况不符")
    html = sign_in(cast.elder).get(URL).content.decode()
    assert "没有受理。理由：材料与本人情况不符" in html
    assert reverse("portal:apply") in html
    assert "还没到" not in html


def test_the_whole_way_stands_on_one_page(cast: Cast, way: Way, sign_in: Callable[[Post], Client]) -> None:
    html = sign_in(cast.daughter).get(URL).content.decode()
    for word in ("首次评估", "长护险服务（社区居家照护）", "照护计划", "上门服务", "费用结算"):
        assert word in html
    assert "每周 5 次，共5 小时" in html
    assert "由陆敏（女儿）确认" in html
    assert "王秀英上门 60 分钟" in html
    assert "tel:12345" in html


def test_after_the_conclusion_a_provider_is_to_be_chosen(cast: Cast, sign_in: Callable[[Post], Client]) -> None:
    assessed(cast)
    at(date(2026, 8, 21))
    html = sign_in(cast.daughter).get(reverse("portal:home")).content.decode()
    assert "等您来办" in html
    assert reverse("portal:providers") in html
    assert "待遇从 9月1日 周二开始" in sign_in(cast.daughter).get(URL).content.decode()


def test_a_level_without_entitlement_says_why(cast: Cast, sign_in: Callable[[Post], Client]) -> None:
    assessed(cast, level=1)
    at(date(2026, 9, 2))
    html = sign_in(cast.elder).get(URL).content.decode()
    assert "目前不能享受长护险" in html
    assert reverse("portal:providers") not in html


def test_a_plan_waits_for_the_family(cast: Cast, sign_in: Callable[[Post], Client]) -> None:
    assessed(cast)
    plan = planned(cast, enrolled(cast))
    daughter = sign_in(cast.daughter)
    page = reverse("cases:page", args=["plan", plan.pk])
    assert page in daughter.get(reverse("portal:home")).content.decode()
    shown = daughter.get(page).content.decode()
    assert "口腔清洁" in shown
    agree = reverse("cases:step", args=["plan", plan.pk, "agree"])
    assert agree in shown
    daughter.post(agree, {"read": "on"})
    plan.refresh_from_db(from_queryset=type(plan).objects.unscoped("test"))
    assert plan.state == "active"
    assert page not in daughter.get(reverse("portal:home")).content.decode()


def test_a_journey_that_has_not_begun_says_what_to_do(cast: Cast, sign_in: Callable[[Post], Client]) -> None:
    html = sign_in(cast.neighbour).get(URL).content.decode()
    assert "还没有申请过评估" in html
    assert reverse("portal:apply") in html


def test_an_earlier_application_is_in_the_fold(cast: Cast, way: Way, sign_in: Callable[[Post], Client]) -> None:
    old = Assessment(person=cast.shen, area_code=cast.shen.area_code)
    old.number, old.state, old.opened_at = "PG2020-000001", "expired", clock.now().replace(year=2020)
    old.save()
    html = sign_in(cast.elder).get(URL).content.decode()
    assert "以前的申请" in html
    assert str(old.pk) in html


def test_links_to_act_are_left_out_for_who_may_only_look(cast: Cast, way: Way) -> None:
    chapters = journey(cast.shen, cast.daughter, acts=False)
    assert [link for c in chapters for s in c.stops for link in s.links if link.acts] == []
    assert [link for c in chapters for s in c.stops for link in s.links]
