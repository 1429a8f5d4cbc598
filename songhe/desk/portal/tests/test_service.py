"""Choosing a provider, cancelling a visit, reading the bill."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.test import Client
from django.urls import reverse

from songhe.care.ltci.models import ClaimLine, Statement
from songhe.delivery.visits.models import Visit
from songhe.desk.conftest import Way, assessed, at, enrolled
from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.process.firing import fire
from songhe.simulation.cast import Cast

SignIn = Callable[[Post], Client]
PROVIDERS = "/my/providers/"


def state(visit: Visit) -> str:
    return Visit.objects.unscoped("test").get(pk=visit.pk).state


def test_providers_stand_near_ones_first_and_one_is_chosen(cast: Cast, sign_in: SignIn) -> None:
    assessed(cast)
    daughter = sign_in(cast.daughter)
    html = daughter.get(PROVIDERS).content.decode()
    assert "示例·曹杨护理站" in html
    assert "离家约" in html
    assert "示例·曹杨评估中心" not in html
    daughter.post(PROVIDERS, {"provider": str(cast.organisations["provider"].pk)})
    row = enrolled(cast)
    assert (row.state, row.provider_id) == ("requested", cast.organisations["provider"].pk)


def test_who_declined_is_not_chosen_again(cast: Cast, sign_in: SignIn) -> None:
    assessed(cast)
    daughter = sign_in(cast.daughter)
    daughter.post(PROVIDERS, {"provider": str(cast.organisations["provider"].pk)})
    fire(enrolled(cast), "decline", by=cast.coordinator, reason="人手已满")
    html = daughter.get(PROVIDERS).content.decode()
    assert "之前没有接收" in html
    assert "人手已满" in daughter.get("/my/journey/").content.decode()
    assert daughter.post(PROVIDERS, {"provider": str(cast.organisations["provider"].pk)}).status_code == 422
    assert enrolled(cast).state == "choosing"


def test_an_unknown_provider_is_refused(cast: Cast, sign_in: SignIn) -> None:
    assessed(cast)
    for value in ("", "nonsense", str(cast.organisations["agency"].pk)):
        answer = sign_in(cast.daughter).post(PROVIDERS, {"provider": value})
        assert answer.status_code == 422
        assert "请从名单中选一家机构" in answer.content.decode()
    assert enrolled(cast).state == "choosing"


def test_visits_of_a_week_say_who_when_and_what(cast: Cast, way: Way, sign_in: SignIn) -> None:
    elder = sign_in(cast.elder)
    now = elder.get("/my/visits/").content.decode()
    assert "下一次" in now
    assert "王秀英" in now
    assert "口腔清洁" in now
    past = elder.get("/my/visits/", {"week": "2026-10-12"}).content.decode()
    assert past.count("已完成") == 3
    assert "服务 60 分钟" in past
    assert elder.get("/my/visits/", {"week": "no date"}).status_code == 200


def test_a_visit_is_cancelled_in_good_time(cast: Cast, way: Way, sign_in: SignIn) -> None:
    far = way.coming[-1]
    url = reverse("portal:cancel", args=[far.pk])
    daughter = sign_in(cast.daughter)
    assert url in daughter.get("/my/visits/").content.decode()
    assert daughter.post(url, {"reason": ""}).status_code == 422
    assert state(far) == "assigned"
    daughter.post(url, {"reason": "去医院看病"})
    assert state(far) == "cancelled"


def test_too_late_a_visit_is_cancelled_by_telephone(cast: Cast, way: Way, sign_in: SignIn) -> None:
    soon = way.coming[0]
    clock.set_clock(soon.planned_start - timedelta(hours=1))
    daughter = sign_in(cast.daughter)
    url = reverse("portal:cancel", args=[soon.pk])
    assert url not in daughter.get("/my/visits/").content.decode()
    assert "不能在网上取消" in daughter.get(url).content.decode()
    answer = daughter.post(url, {"reason": "临时有事"})
    assert answer.status_code == 422
    assert state(soon) == "assigned"


def test_the_bill_says_what_the_fund_pays_and_what_is_left(cast: Cast, way: Way, sign_in: SignIn) -> None:
    html = sign_in(cast.elder).get("/my/bill/").content.decode()
    lines = list(ClaimLine.objects.unscoped("test").filter(person=cast.shen))
    own = sum(line.person_fen for line in lines)
    assert "2026年10月" in html
    assert f"{own // 100}.{own % 100:02d}" in html
    assert html.count("bill-line") == len(lines) == 3
    assert "养老护理员（医疗照护）" in html
    assert "还没结算" in html


def test_a_line_that_is_not_paid_says_why_in_family_words(cast: Cast, way: Way, sign_in: SignIn) -> None:
    refused = ClaimLine.objects.unscoped("test").filter(person=cast.shen, accepted=False).get()
    from songhe.care.ltci.refusals import catalogue

    html = sign_in(cast.daughter).get("/my/bill/").content.decode()
    told = [catalogue()[code] for code in refused.refusals]
    assert any(r.family in html for r in told)
    assert not any(r.provider in html for r in told if r.provider != r.family)


def test_a_month_that_is_still_the_provider_s_paper_is_not_shown(cast: Cast, way: Way, sign_in: SignIn) -> None:
    Statement.objects.unscoped("test").update(state="drafted")
    assert "还没有账单" in sign_in(cast.elder).get("/my/bill/").content.decode()


def test_a_reversed_month_is_not_counted(cast: Cast, way: Way, sign_in: SignIn) -> None:
    Statement.objects.unscoped("test").update(state="reversed")
    assert "还没有账单" in sign_in(cast.elder).get("/my/bill/").content.decode()


def test_the_results_show_both_instruments_as_unofficial(cast: Cast, way: Way, sign_in: SignIn) -> None:
    at(date(2026, 11, 18))
    html = sign_in(cast.daughter).get("/my/levels/").content.decode()
    assert "照护四级" in html
    assert html.count("非官方") == 2
    assert "日常生活活动能力" in html
    assert "为什么是这一级" in html
