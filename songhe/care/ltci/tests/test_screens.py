"""The screens of the insurance: who sees what, what a click does, and that neighbours see nothing."""

import csv
from datetime import date

import pytest
from django.urls import reverse

from songhe.care.ltci import actions, settlement
from songhe.care.ltci.hangings import in_file
from songhe.care.ltci.models import ClaimLine, Enrolment, PaymentFile, Statement
from songhe.delivery.plans.models import CarePlan
from songhe.kernel.access.models import ReadEntry
from songhe.kernel.jobs.models import JobRun
from songhe.kernel.process.firing import fire
from songhe.register.people.models import CareLevel

from .world import OCTOBER, World, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def october(world: World, cast) -> Statement:
    """A month of two elders: paid, reduced, held and refused lines."""
    carer = world.worker("王秀英")
    one, two = world.elder(level=3, name="沈一一"), world.elder(level=5, name="陆二二")
    world.visit(one, carer, date(2026, 10, 6))
    world.visit(one, carer, date(2026, 10, 8), minutes=80)
    world.visit(two, carer, date(2026, 10, 6), 14, signed=False)
    world.visit(two, carer, date(2026, 10, 8), 14, done_items=[1, 99])
    world.build()
    return settlement.draft(world.provider, OCTOBER, by=cast.coordinator)


@pytest.fixture
def filed(october: Statement, cast) -> Statement:
    return settlement.file(october, by=cast.coordinator)


def url(name, *args):
    return reverse(f"ltci:{name}", args=args)


def page(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, response.content.decode()[-800:]
    return response.content.decode()


# --- the list of service relations


def test_each_post_sees_its_own_relations(october, cast, sign_in):
    for own in (cast.coordinator, cast.street, cast.bureau, cast.advisor, cast.insurer, cast.auditor):
        assert "沈一一" in page(sign_in(own), url("list")), own
    for stranger in (cast.other_coordinator, cast.neighbour_street, cast.home):
        text = page(sign_in(stranger), url("list"))
        assert "沈一一" not in text
        assert "没有长护险服务关系" in text
        assert "沈一一" not in page(sign_in(stranger), url("list") + "?q=沈")


@pytest.mark.parametrize("name", ["list", "statements"])
def test_who_has_no_business_there_is_shown_the_door(name, cast, sign_in):
    for outsider in (cast.admin, cast.carer, cast.elder, cast.daughter, cast.doctor, cast.agency, cast.volunteer):
        page(sign_in(outsider), url(name), 403)


def test_signed_out_the_list_leads_to_the_door(client):
    response = client.get(url("list"))
    assert response.status_code == 302
    assert "login" in response.url


def test_search_filters_and_export_keep_the_scope(october, cast, sign_in):
    client = sign_in(cast.coordinator)
    assert "陆二二" not in page(client, url("list") + "?q=沈")
    assert "陆二二" in page(client, url("list") + "?state=serving")
    assert "陆二二" not in page(client, url("list") + "?state=choosing")
    assert "陆二二" not in page(client, url("list") + "?form=institution")
    mine = b"".join(client.get(url("list") + "?export=csv").streaming_content).decode("utf-8-sig")
    assert mine.count("\n") == 3
    theirs = b"".join(sign_in(cast.other_coordinator).get(url("list") + "?export=csv").streaming_content).decode("utf-8-sig")
    assert theirs.count("\n") == 1


def test_whoever_opens_the_list_is_on_record(october, cast, sign_in):
    page(sign_in(cast.advisor), url("list"))
    entries = ReadEntry.objects.unscoped("test").filter(post_id=cast.advisor.pk, what="list")
    assert set(entries.values_list("person_id", flat=True)) == set(Enrolment.objects.unscoped("test").values_list("person_id", flat=True))


def test_a_list_page_is_few_queries_whatever_its_length(world, cast, sign_in, django_assert_max_num_queries):
    for _ in range(45):
        world.elder()
    world.build()
    client = sign_in(cast.bureau)
    client.get(url("list"))
    with django_assert_max_num_queries(14):
        client.get(url("list"))


# --- the case page of a relation


@pytest.fixture
def choosing(cast) -> Enrolment:
    CareLevel.objects.create(person=cast.shen, scheme="shanghai", level=5, label="照护五级", starts=date(2026, 1, 1), ends=date(2028, 1, 1))
    return actions.request([actions.Request(cast.shen)], by=cast.system)[0]


def case(row, *step):
    return reverse("cases:step" if step else "cases:page", args=["ltci", row.pk, *step])


def test_the_case_shows_the_entitlement_with_its_sources(choosing, cast, sign_in):
    text = page(sign_in(cast.street), case(choosing))
    for wanted in ("长护险待遇", "7 小时", "90%", "第十四条（据转引）", "待选机构"):
        assert wanted in text
    page(sign_in(cast.neighbour_street), case(choosing), 404)
    page(sign_in(cast.coordinator), case(choosing), 404)


def test_the_daughter_chooses_from_contracted_providers_the_nearest_first(choosing, cast, sign_in):
    client = sign_in(cast.daughter)
    text = page(client, case(choosing, "choose"))
    assert "示例·曹杨护理站" in text
    assert "千米" in text
    assert "示例·曹杨评估中心" not in text
    response = client.post(case(choosing, "choose"), {"provider": str(cast.organisations["provider"].pk), "bonus": "hours"})
    assert response.status_code == 302
    choosing.refresh_from_db()
    assert (choosing.state, choosing.provider, choosing.bonus) == ("requested", cast.organisations["provider"], "hours")


def test_a_choice_without_a_choice_keeps_the_form_and_says_what_is_missing(choosing, cast, sign_in):
    response = sign_in(cast.daughter).post(case(choosing, "choose"), {"bonus": "cash"})
    assert response.status_code == 422
    assert "请选择一家护理机构" in response.content.decode()
    choosing.refresh_from_db()
    assert choosing.state == "choosing"


def test_the_provider_accepts_plans_and_is_led_to_the_plan(choosing, cast, sign_in):
    fire(choosing, "choose", by=cast.elder, data={"provider": cast.organisations["provider"].pk})
    client = sign_in(cast.coordinator)
    assert client.post(case(choosing, "accept")).status_code == 302
    assert url("plan", choosing.pk) in page(client, case(choosing))
    response = client.post(url("plan", choosing.pk))
    plan = CarePlan.objects.unscoped("test").get()
    assert response.url == reverse("plans:edit", args=[plan.pk])
    assert (plan.level, plan.weekly_minutes, plan.state) == (5, 420, "draft")
    assert client.post(url("plan", choosing.pk)).url == response.url
    assert CarePlan.objects.unscoped("test").count() == 1
    assert sign_in(cast.other_coordinator).post(url("plan", choosing.pk)).status_code == 404
    assert sign_in(cast.street).post(url("plan", choosing.pk)).status_code == 403


def test_a_provider_that_declines_says_why_and_is_not_offered_again(choosing, cast, sign_in):
    fire(choosing, "choose", by=cast.elder, data={"provider": cast.organisations["provider"].pk})
    client = sign_in(cast.coordinator)
    assert client.post(case(choosing, "decline"), {"reason": ""}).status_code == 422
    assert client.post(case(choosing, "decline"), {"reason": "该片区人手不足"}).status_code == 302
    assert "示例·曹杨护理站" not in page(sign_in(cast.daughter), case(choosing, "choose"))


def test_a_change_leads_to_another_provider(october, cast, sign_in):
    row = Enrolment.objects.unscoped("test").get(person__name="沈一一")
    client = sign_in(cast.street)
    text = page(client, case(row, "change"))
    assert "以后再选" in text
    assert "示例·曹杨护理站" not in text.split("<form")[-1]
    client.post(case(row, "change"), {"provider": str(cast.organisations["other_provider"].pk), "reason": "长者要求"})
    new = Enrolment.objects.unscoped("test").exclude(pk=row.pk).get(person=row.person)
    assert new.provider == cast.organisations["other_provider"]


def test_the_home_says_from_which_day_it_cares(home: World, cast, sign_in):
    person = home.elder(level=4, form="institution", state="confirmed")
    home.stay(person, "institution", at(date(2026, 11, 10), 9))
    home.build()
    row = Enrolment.objects.unscoped("test").get()
    Enrolment.objects.unscoped("test").update(started_on=None)
    client = sign_in(cast.home)
    response = client.post(case(row, "start"), {"started_on": "2026-11-01"})
    assert response.status_code == 422
    assert "2026-11-10" in response.content.decode()
    assert client.post(case(row, "start"), {"started_on": "2026-11-12"}).status_code == 302
    row.refresh_from_db()
    assert row.started_on == date(2026, 11, 12)


def test_what_waits_is_on_the_worklists(choosing, cast, sign_in):
    work = reverse("worklist:index") + "?list=ltci"
    assert "沈桂芳" in page(sign_in(cast.advisor), work)
    fire(choosing, "choose", by=cast.elder, data={"provider": cast.organisations["provider"].pk})
    assert "沈桂芳" in page(sign_in(cast.coordinator), work)
    assert "沈桂芳" not in page(sign_in(cast.other_coordinator), work)
    assert "沈桂芳" not in page(sign_in(cast.advisor), work)


# --- the provider's month


def test_the_statement_shows_totals_tabs_and_reasons(october, cast, sign_in):
    text = page(sign_in(cast.coordinator), url("statement", october.pk))
    for wanted in ("示例·曹杨护理站 2026-10", "沈一一", "陆二二", "项目不在目录内", "无参保人签字", "超出计划时长", "130.00", "待申报"):
        assert wanted in text, wanted
    held = page(sign_in(cast.coordinator), url("statement", october.pk) + "?outcome=held")
    assert "沈一一" not in held.split("<tbody>")[1]
    assert "核查属实" not in held


def test_a_statement_of_another_provider_is_not_there(october, cast, sign_in):
    line = ClaimLine.objects.unscoped("test").first()
    for stranger in (cast.other_coordinator, cast.home):
        client = sign_in(stranger)
        for address in (url("statement", october.pk), url("people", october.pk), url("paper", october.pk), url("line", line.pk)):
            page(client, address, 404)
        assert october.number not in page(client, url("statements"))
        assert client.post(url("rejudge", october.pk)).status_code == 404
    for outsider in (cast.street, cast.advisor, cast.carer, cast.admin, cast.daughter):
        page(sign_in(outsider), url("statement", october.pk), 403)


def test_by_person_the_month_has_its_sums_and_leads_to_the_lines(october, cast, sign_in):
    client = sign_in(cast.coordinator)
    text = page(client, url("people", october.pk))
    assert "沈一一" in text
    assert "130.00" in text
    one = Enrolment.objects.unscoped("test").get(person__name="沈一一").person_id
    only = page(client, url("statement", october.pk) + f"?person={one}")
    assert "陆二二" not in only
    page(client, url("statement", october.pk) + f"?person={cast.shen.pk}", 404)
    page(client, url("statement", october.pk) + "?person=x", 404)


def test_a_line_tells_the_visit_the_reasons_and_the_rules_of_its_day(october, cast, sign_in):
    line = ClaimLine.objects.unscoped("test").get(day=date(2026, 10, 8), person__name="沈一一")
    text = page(sign_in(cast.coordinator), url("line", line.pk))
    for wanted in ("超出计划时长", "经常超时的请调整计划", "王秀英", "09:00", "10:20", "80 分钟", "60 分钟", "65.00", "当日适用的标准"):
        assert wanted in text, wanted
    assert "放行" not in text
    assert ReadEntry.objects.unscoped("test").filter(person_id=line.person_id, what="case").exists()


def test_the_insurer_releases_and_refuses_and_each_says_why(filed, cast, sign_in):
    client = sign_in(cast.insurer)
    held = ClaimLine.objects.unscoped("test").get(outcome="held")
    text = page(client, url("statement", filed.pk))
    assert "暂缓支付，待核查" in text
    assert "放行" in page(client, url("line", held.pk))
    assert client.post(url("decide", filed.pk), {"lines": [held.pk], "reason": ""}).status_code == 422
    client.post(url("decide", filed.pk), {"lines": [held.pk], "reason": "电话回访属实"})
    held.refresh_from_db()
    assert (held.outcome, held.note) == ("paid", "电话回访属实")
    paid = ClaimLine.objects.unscoped("test").filter(outcome="paid", decision="").first()
    client.post(url("decide", filed.pk), {"lines": [paid.pk], "code": "other_liability", "reason": "第三人负担"})
    paid.refresh_from_db()
    assert (paid.outcome, paid.amount_fen) == ("refused", 0)
    assert "应由他方负担" in page(client, url("line", paid.pk))
    assert client.post(url("decide", filed.pk), {"lines": ["x"], "reason": "看看"}).status_code == 422
    for outsider in (cast.coordinator, cast.auditor, cast.bureau):
        assert sign_in(outsider).post(url("decide", filed.pk), {"lines": [held.pk], "reason": "看看"}).status_code == 403


def test_a_month_is_drafted_as_a_job(world: World, cast, sign_in):
    carer, elder = world.worker("王秀英"), world.elder()
    world.visit(elder, carer, OCTOBER.replace(day=6))
    world.build()
    client = sign_in(cast.coordinator)
    response = client.post(url("draft"), {"month": "2026-10"})
    run = JobRun.objects.unscoped("test").get()
    assert response.url == reverse("jobs:run", args=[run.pk])
    assert run.state == "done"
    assert run.result["结算单"] == 1
    assert "结算单" in page(client, response.url)
    assert Statement.objects.unscoped("test").get().provider == world.provider
    for text, status in (("2026-11", 422), ("2026-13", 422), ("", 422)):
        assert client.post(url("draft"), {"month": text}).status_code == status
    assert sign_in(cast.auditor).post(url("draft"), {"month": "2026-10"}).status_code == 403


def test_a_provider_without_visits_is_told_so_by_the_job(cast, sign_in):
    client = sign_in(cast.coordinator)
    response = client.post(url("draft"), {"month": "2026-10"})
    assert "没有可结算" in page(client, response.url)


def test_filing_goes_through_the_case_page_and_makes_the_lines_anew(october, cast, sign_in):
    Statement.objects.unscoped("test").update(judged_on=date(2026, 11, 1))
    client = sign_in(cast.coordinator)
    step = reverse("cases:step", args=["settlement", october.pk, "submit"])
    assert client.post(step).status_code == 302
    october.refresh_from_db()
    assert (october.state, october.judged_on) == ("submitted", date(2026, 11, 18))


def test_from_approval_to_the_banks_file(filed, cast, sign_in):
    client = sign_in(cast.insurer)
    assert client.post(reverse("cases:step", args=["settlement", filed.pk, "approve"])).status_code == 302
    client.post(url("pay"), {"month": "2026-10"})
    filed.refresh_from_db()
    assert filed.state == "paid"
    file = PaymentFile.objects.unscoped("test").get()
    response = client.get(url("payment", file.pk))
    assert response["Content-Disposition"].endswith('.csv"')
    assert filed.number in response.content.decode("utf-8-sig")
    assert file.number in page(client, url("statements"))
    page(sign_in(cast.coordinator), url("payment", file.pk), 403)
    assert client.post(url("pay"), {"month": "2026-10"}).status_code == 422


def test_paying_one_statement_from_its_case_page_makes_a_file_too(filed, cast, sign_in):
    fire(filed, "approve", by=cast.insurer)
    sign_in(cast.insurer).post(reverse("cases:step", args=["settlement", filed.pk, "pay"]))
    assert PaymentFile.objects.unscoped("test").get().statements[0]["number"] == filed.number


def test_a_reversal_asks_for_its_reason(filed, cast, sign_in):
    fire(filed, "approve", by=cast.insurer)
    step = reverse("cases:step", args=["settlement", filed.pk, "reverse"])
    client = sign_in(cast.insurer)
    assert client.post(step, {"reason": ""}).status_code == 422
    assert client.post(step, {"reason": "机构误报十月六日一次"}).status_code == 302
    filed.refresh_from_db()
    assert filed.state == "reversed"


def test_the_paper_and_the_table_say_the_same_sums(october, cast, sign_in):
    client = sign_in(cast.coordinator)
    paper = client.get(url("paper", october.pk))
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")
    table = b"".join(client.get(url("statement", october.pk) + "?export=csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(table.splitlines()))
    assert sum(round(float(r["费用（元）"]) * 100) for r in rows) == october.amount_fen, rows
    assert client.get(url("statement", october.pk) + "?export=xlsx").status_code == 200
    assert ReadEntry.objects.unscoped("test").filter(what="print").exists()
    assert ReadEntry.objects.unscoped("test").filter(what="export").exists()


def test_the_elder_file_has_its_section(filed, cast, sign_in):
    person = Enrolment.objects.unscoped("test").get(person__name="沈一一").person
    found = in_file(person, cast.bureau)
    assert found["months"][0]["fund"] == 11700
    assert in_file(person, cast.street)["months"] == []
    assert in_file(person, cast.other_coordinator) is None
