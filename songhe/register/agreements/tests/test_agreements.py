"""Agreements: concluded once, ended with a reason, seen by parties and offices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from songhe.kernel.access.models import Post
from songhe.kernel.access.scoping import Unscoped
from songhe.kernel.errors import Conflict, Forbidden, Refused
from songhe.register.agreements import actions, api, queries
from songhe.register.agreements.actions import Terms
from songhe.register.agreements.models import Agreement
from songhe.simulation.cast import Cast

pytestmark = pytest.mark.django_db
Enter = Callable[[Post], Client]
TODAY = date(2026, 11, 18)


def medical(cast: Cast, **values: object) -> Terms:
    parties = {"party_a": cast.organisations["health_centre"], "party_b": cast.organisations["care_home"]}
    return Terms(**{"number": "YY-1", "kind": "medical", "starts": date(2026, 1, 1), **parties, **values})  # type: ignore[arg-type]


def of_provider(cast: Cast) -> Agreement:
    return Agreement.objects.unscoped("test").get(number="DEMO-provider")


def test_parties_and_offices_see_it_and_nobody_else(cast: Cast) -> None:
    actions.conclude([medical(cast)], by=cast.bureau)
    names = ("bureau", "street", "neighbour_street", "insurer", "auditor", "coordinator", "other_coordinator", "home",
             "doctor", "agency", "carer", "elder", "daughter", "admin", "advisor")  # fmt: skip
    seen = {
        name: set(Agreement.objects.visible_to(getattr(cast, name)).values_list("number", flat=True)) for name in names
    }
    everything = {"DEMO-provider", "DEMO-other_provider", "DEMO-care_home", "YY-1"}
    assert seen["bureau"] == seen["insurer"] == seen["auditor"] == everything
    assert seen["street"] == everything - {"DEMO-other_provider"}
    assert seen["neighbour_street"] == {"DEMO-other_provider"}
    assert seen["coordinator"] == {"DEMO-provider"}
    assert seen["other_coordinator"] == {"DEMO-other_provider"}
    assert seen["home"] == {"DEMO-care_home", "YY-1"}
    assert seen["doctor"] == {"YY-1"}
    assert not any(seen[name] for name in ("agency", "carer", "elder", "daughter", "admin", "advisor"))
    with pytest.raises(Unscoped):
        Agreement.objects.count()


def test_a_neighbour_finds_nothing_by_list_search_export_address_or_interface(cast: Cast, sign_in: Enter) -> None:
    client, address = sign_in(cast.other_coordinator), reverse("agreements:list")
    for query in ("", "?q=曹杨", "?q=DEMO-provider", "?kind=ltci"):
        assert ">DEMO-provider<" not in client.get(address + query).content.decode()
    assert ">DEMO-other_provider<" in client.get(address).content.decode()
    sheet = b"".join(client.get(f"{address}?export=csv").streaming_content).decode()
    assert "DEMO-other_provider" in sheet
    assert "DEMO-provider" not in sheet
    assert client.get(reverse("agreements:page", args=[of_provider(cast).pk])).status_code == 404
    request = HttpRequest()
    request.post = cast.other_coordinator  # type: ignore[attr-defined]
    assert [a.number for a in api.agreements(request)] == ["DEMO-other_provider"]
    assert sign_in(cast.carer).get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_an_overlap_is_refused_in_chinese_and_names_the_other(cast: Cast) -> None:
    actions.conclude([medical(cast, ends=date(2026, 7, 1))], by=cast.bureau)
    with pytest.raises(Refused) as refused:
        actions.conclude([medical(cast, number="YY-2", starts=date(2026, 6, 30))], by=cast.bureau)
    assert "双方在这段时间已有医养签约（编号 YY-1" in refused.value.message
    assert refused.value.remedy
    actions.conclude([medical(cast, number="YY-2", starts=date(2026, 7, 1))], by=cast.bureau)
    actions.conclude([medical(cast, number="YY-3", kind="referral")], by=cast.bureau)
    assert Agreement.objects.unscoped("test").filter(number__startswith="YY").count() == 3


def test_the_two_parties_the_other_way_round_are_the_same_two(cast: Cast) -> None:
    actions.conclude([medical(cast)], by=cast.bureau)
    turned = medical(cast, number="YY-2", party_a=cast.organisations["care_home"],
                     party_b=cast.organisations["health_centre"])  # fmt: skip
    with pytest.raises(Refused, match="已有医养签约"):
        actions.conclude([turned], by=cast.bureau)


def test_the_database_refuses_what_two_clerks_do_at_once(cast: Cast) -> None:
    with pytest.raises(Refused, match="请先终止原协议"):
        actions.conclude([medical(cast), medical(cast, number="YY-2")], by=cast.bureau)
    assert not Agreement.objects.unscoped("test").filter(kind="medical").exists(), "all or nothing"
    old = of_provider(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.create(number="X", kind="ltci", party_a=old.party_a, party_b=old.party_b,
                                 starts=TODAY, area_code=old.area_code)  # fmt: skip


def test_only_those_who_may_conclude_and_end_do(cast: Cast) -> None:
    ltci = medical(cast, kind="ltci", party_a=cast.organisations["insurer"], party_b=cast.organisations["agency"])
    for post in (cast.coordinator, cast.street, cast.home, cast.doctor):
        with pytest.raises(Forbidden):
            actions.conclude([ltci], by=post)
        with pytest.raises(Forbidden):
            actions.end(of_provider(cast), TODAY, by=post, reason="不合适")
    actions.conclude([ltci], by=cast.insurer)
    with pytest.raises(Forbidden):
        actions.conclude([medical(cast)], by=cast.insurer)
    actions.conclude([medical(cast)], by=cast.home)


def test_ending_wants_a_reason_and_can_only_shorten(cast: Cast) -> None:
    agreement = of_provider(cast)
    with pytest.raises(Refused, match="理由"):
        actions.end(agreement, TODAY, by=cast.insurer, reason="  ")
    with pytest.raises(Refused, match="早于生效日期"):
        actions.end(agreement, date(2016, 1, 1), by=cast.insurer, reason="违规")
    actions.end(agreement, TODAY, by=cast.insurer, reason="多次虚报服务")
    assert of_provider(cast).ends == TODAY
    with pytest.raises(Conflict):
        actions.end(agreement, date(2027, 1, 1), by=cast.insurer, reason="延长")


def test_settlement_is_told_who_was_under_contract_on_which_day(cast: Cast) -> None:
    provider, other = cast.organisations["provider"].pk, cast.organisations["other_provider"].pk
    agency = cast.organisations["agency"].pk
    actions.end(of_provider(cast), TODAY, by=cast.insurer, reason="终止合作")
    assert queries.contracted([provider, other, agency], date(2026, 11, 17)) == {provider, other}
    assert queries.contracted([provider, other, agency], TODAY) == {other}
    periods = queries.contract_periods([provider, agency])
    assert periods == {provider: [(date(2017, 1, 1), TODAY)], agency: []}


def test_the_pages_conclude_and_end(cast: Cast, sign_in: Enter) -> None:
    client = sign_in(cast.home)
    form = {
        "kind": "medical", "number": "YY-9", "party_a": str(cast.organisations["health_centre"].pk),
        "party_b": str(cast.organisations["care_home"].pk), "starts": "2026-12-01", "last": "2027-11-30",
        "content": "每周巡诊一次",
    }  # fmt: skip
    response = client.post(reverse("agreements:new"), form)
    assert response.status_code == 302
    made = Agreement.objects.unscoped("test").get(number="YY-9")
    assert made.ends == date(2027, 12, 1), "the last day belongs to it"
    page = client.get(response["Location"]).content.decode()
    assert "每周巡诊一次" in page
    assert "未生效" in page
    again = client.post(reverse("agreements:new"), {**form, "number": "YY-10"})
    assert again.status_code == 422
    assert "已有医养签约" in again.content.decode()
    assert "YY-10" in again.content.decode(), "nothing typed is lost"
    end = reverse("agreements:end", args=[made.pk])
    assert client.post(end, {"ends": "2026-12-15", "reason": ""}).status_code == 422
    assert client.post(end, {"ends": "2026-12-15", "reason": "对方停业"}).status_code == 302
    assert "对方停业" in client.get(response["Location"]).content.decode()


def test_a_form_offers_only_what_the_post_may_do(cast: Cast, sign_in: Enter) -> None:
    page = sign_in(cast.insurer).get(reverse("agreements:new")).content.decode()
    assert "长护险定点协议" in page
    assert "医养嵌入" not in page
    forged = {"kind": "medical", "number": "X", "party_a": str(cast.organisations["health_centre"].pk),
              "party_b": str(cast.organisations["care_home"].pk), "starts": "2026-12-01"}  # fmt: skip
    assert sign_in(cast.insurer).post(reverse("agreements:new"), forged).status_code == 422
    assert sign_in(cast.coordinator).get(reverse("agreements:new")).status_code == 403
