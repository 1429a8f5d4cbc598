"""The walk: one elder from the application to the settled bill, on screens, by the people whose work it is.

陆敏 applies for her mother 沈桂芳; the street accepts; an agency assesses at home on phones, part of it
without a network; a week of notice later the result is out; 沈桂芳 chooses a provider, which makes a plan
that 陆敏 agrees to; 王秀英 comes, checks in and out in a basement, and her phone tells of it later; the
month is settled and paid, and 陆敏 sees the bill, every step, and who has looked.

Pictures of every stage are left in var/walk/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from playwright.sync_api import Browser, Page, expect

from songhe.care.assessment import instruments
from songhe.care.assessment.models import Assessment
from songhe.care.ltci.models import ClaimLine, Statement
from songhe.delivery.visits.models import Punch, Visit
from songhe.engines import scoring
from songhe.kernel import checks, clock
from songhe.simulation import cast as cast_module
from songhe.simulation.cast import Cast
from tests.browser.conftest import Watch
from tests.browser.walking import HOME, PHONE, Walk, case_of, draw, offline, send, state, step

pytestmark = pytest.mark.timeout(300)
APPLIED, ASSESSED, CONCLUDED, AGREED, SERVED, SETTLED = (
    "2026-09-07", "2026-09-09", "2026-09-19", "2026-09-28", "2026-10-09", "2026-11-03",
)  # fmt: skip
NATIONAL, GBT = instruments.NAMES


@pytest.fixture
def cast(empty_town: Path) -> Cast:
    """The cast in an empty district, with passwords."""
    with clock.frozen(APPLIED), transaction.atomic():
        return cast_module.build(cast_module.PASSWORD)


@pytest.fixture
def walk(browser: Browser, server: str, watch: Watch) -> Iterator[Walk]:
    with ExitStack() as stack:
        yield Walk(browser, server, watch, settings.ROOT / "var" / "walk", stack)


def test_from_the_application_to_the_bill(cast: Cast, walk: Walk) -> None:
    walk.on(APPLIED)
    the_daughter_applies(walk)
    the_street_accepts_and_sends_an_agency(walk)
    the_agency_makes_an_appointment(walk)
    walk.on(ASSESSED, 10)
    two_assessors_come_and_the_network_goes(walk)
    walk.on(ASSESSED, 15)
    the_agency_reviews_and_publishes(walk)
    walk.on(CONCLUDED, 1)
    walk.night()
    walk.on(CONCLUDED, 9)
    the_street_hands_over_the_result(walk)
    the_elder_chooses(walk)
    the_provider_accepts_and_plans(walk)
    walk.on(AGREED)
    the_daughter_agrees(walk)
    walk.night()
    the_provider_makes_the_roster(walk)
    walk.on(SERVED, 9, 55)
    the_carer_comes_without_a_network(walk)
    walk.on(SETTLED, 1)
    walk.night()
    walk.on(SETTLED, 9)
    the_provider_files_the_month(walk)
    the_insurer_approves_and_pays(walk)
    the_daughter_sees_everything(walk)
    what_is_stored_is_whole()


def the_daughter_applies(walk: Walk) -> None:
    with walk.as_("daughter", PHONE) as page:
        walk.picture(page, "陆敏-我的服务")
        page.get_by_role("link", name="申请评估").click()
        page.fill("[name=statement]", "去年冬天摔过一跤，走路要扶，洗澡穿衣都要人帮")
        walk.picture(page, "陆敏-申请评估")
        page.get_by_role("button", name="提交申请").click()
        page.wait_for_url(re.compile(r"/my/apply/.+/"))
        expect(page.locator("main")).to_contain_text("PG2026-")
        walk.picture(page, "陆敏-申请回执")


def the_street_accepts_and_sends_an_agency(walk: Walk) -> None:
    with walk.as_("street") as page:
        case_of(page, "统一需求评估", "待受理")
        walk.picture(page, "周洁-办件")
        step(page, "受理")
        send(page, "受理")
        state(page, "待派单")
        step(page, "派单")
        send(page, "派单")
        state(page, "待预约")
        walk.picture(page, "周洁-已派单")


def the_agency_makes_an_appointment(walk: Walk) -> None:
    with walk.as_("agency") as page:
        case_of(page, "统一需求评估", "待预约")
        step(page, "预约上门")
        page.fill("[name=scheduled_at]", f"{ASSESSED}T10:00")
        page.select_option("[name=assessor_a]", label="孙萍（A 类）")
        page.select_option("[name=assessor_b]", label="刘海（B 类）")
        walk.picture(page, "潘伟-预约上门")
        send(page, "预约上门")
        state(page, "待上门")


def two_assessors_come_and_the_network_goes(walk: Walk) -> None:
    case = Assessment.objects.unscoped("test").get()
    address = f"/assessment/{case.pk}/survey/"
    with walk.as_("assessor_b", PHONE) as page:
        page.goto(address)
        page.wait_for_selector("[data-survey][data-ready]")
        answer_all(page, GBT)
        expect(page.locator("[data-sync-word]")).to_have_text("已同步")
    with walk.as_("assessor", PHONE, service_workers="allow") as page:
        page.goto("/work/")
        walk.picture(page, "孙萍-今天")
        page.goto(address)
        page.wait_for_selector("[data-survey][data-ready]")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.reload()
        page.wait_for_selector("[data-survey][data-ready]")
        walk.watch.expected = ("ERR_INTERNET_DISCONNECTED",)
        offline(page.context, True)
        answer_all(page, NATIONAL)
        walk.picture(page, "孙萍-没有网络")
        expect(page.locator("[data-sync-word]")).to_contain_text("已保存到本机")
        for who in ("assessor_a", "assessor_b", "elder"):
            page.evaluate("location.hash = 'signatures'")
            box = page.locator(f"[data-sign='{who}']")
            draw(page, box.locator("canvas"))
            box.locator("[data-keep]").click()
            expect(box.locator("[data-signed]")).to_be_visible()
        offline(page.context, False)
        expect(page.locator("[data-sync-word]")).to_have_text("已同步", timeout=30_000)
        walk.watch.expected = ()
        page.evaluate("location.hash = 'summary'")
        expect(page.locator("[data-verdict]")).to_contain_text("可以提交")
        walk.picture(page, "孙萍-评估汇总")
        page.locator("[data-hand-in]").click()
        page.wait_for_url("**/done/")


def answer_all(page: Page, instrument: str) -> None:
    """The second answer of every item: needs some help with everything."""
    for item in scoring.load(instrument).items:
        name = f"{instrument}.answer.{item.id}"
        page.evaluate("name => { location.hash = document.querySelector(`[name='${name}']`).closest('[data-page]').id; }", name)
        page.locator(f"[name='{name}']").nth(1).check()


def the_agency_reviews_and_publishes(walk: Walk) -> None:
    with walk.as_("agency") as page:
        case_of(page, "统一需求评估", "待集体审核")
        walk.picture(page, "潘伟-评估结果")
        step(page, "集体审核")
        page.locator("[name=official_level][value='4']").check()
        page.fill("[name=official_number]", "PT-2026-004711")
        for box in page.locator("[name=members]").all():
            box.check()
        page.fill("[name=others]", "顾明")
        send(page, "集体审核")
        state(page, "待公示")
        step(page, "公示")
        send(page, "公示")
        state(page, "公示中")


def the_street_hands_over_the_result(walk: Walk) -> None:
    with walk.as_("street") as page:
        case_of(page, "统一需求评估", "待送达")
        step(page, "送达结果告知书")
        send(page, "送达结果告知书")
        state(page, "结论有效")
        walk.picture(page, "周洁-已送达")


def the_elder_chooses(walk: Walk) -> None:
    with walk.as_("elder", PHONE) as page:
        walk.picture(page, "沈桂芳-等您来办")
        page.locator(".home-tasks a").first.click()
        if "/my/providers/" not in page.url:
            page.get_by_role("link", name="选").first.click()
        walk.picture(page, "沈桂芳-选护理机构")
        card = page.locator(".near-card", has_text="示例·曹杨护理站")
        card.get_by_role("button", name="就选这家").click()
        page.wait_for_url(re.compile(r"/my/journey/"))
        expect(page.locator("main")).to_contain_text("示例·曹杨护理站")


def the_provider_accepts_and_plans(walk: Walk) -> None:
    with walk.as_("coordinator") as page:
        case_of(page, "长护险服务", "待机构确认")
        step(page, "确认接收")
        send(page, "确认接收")
        page.get_by_role("button", name="编制照护计划").click()
        page.wait_for_url(re.compile(r"/plans/"))
        page.get_by_role("link", name="添加服务").first.click()
        dialog = page.locator("#dialog-body")
        for day in ("0", "2", "4"):
            dialog.locator(f"[name=weekdays][value='{day}']").check()
        dialog.locator("[name=earliest]").fill("10:00")
        dialog.locator("[name=minutes]").fill("60")
        for item in ("1", "8", "9", "24"):
            dialog.locator(f"[name=items][value='{item}']").check()
        walk.picture(page, "李芸-添加服务")
        dialog.get_by_role("button", name="保存").click()
        expect(page.locator("main")).to_contain_text("可以提交")
        page.fill("[name=goals]", "三个月内能扶拐在室内行走")
        page.fill("[name=starts]", "2026-10-01")
        page.locator("main form").get_by_role("button", name="保存", exact=True).click()
        walk.picture(page, "李芸-照护计划")
        step(page, "提交确认")
        send(page, "提交确认")
        state(page, "待家属确认")


def the_daughter_agrees(walk: Walk) -> None:
    with walk.as_("daughter", PHONE) as page:
        page.locator(".home-tasks a").first.click()
        walk.picture(page, "陆敏-照护计划")
        if page.get_by_role("link", name="确认计划").count():
            page.get_by_role("link", name="确认计划").first.click()
        page.locator("[name=read]").check()
        draw(page, page.locator("main canvas").first)
        walk.picture(page, "陆敏-确认计划")
        page.locator("main form").get_by_role("button", name="确认计划").click()
        page.wait_for_url(re.compile(r"/cases/plan/[0-9a-f-]+/$"))
        state(page, "执行中")


def the_provider_makes_the_roster(walk: Walk) -> None:
    with walk.as_("coordinator") as page:
        page.goto(f"/visits/day/?day={SERVED}")
        expect(page.locator("main")).to_contain_text("沈桂芳")
        page.get_by_role("button", name="自动排班").click()
        expect(page.locator(".day-bar")).to_have_count(1)
        walk.picture(page, "李芸-排班")
    visit = Visit.objects.unscoped("test").select_related("carer").get(day=SERVED)
    assert (visit.state, visit.carer.name) == ("assigned", "王秀英")


def the_carer_comes_without_a_network(walk: Walk) -> None:
    with walk.as_("carer", PHONE, geolocation=HOME, permissions=["geolocation"]) as page:
        page.goto("/visits/")
        expect(page.locator("main")).to_contain_text("沈桂芳")
        walk.picture(page, "王秀英-今日上门")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.reload()
        page.wait_for_selector("html[data-kept]", state="attached")
        walk.watch.expected = ("ERR_INTERNET_DISCONNECTED",)
        offline(page.context, True)
        page.locator("[data-stop] a.v-main").first.click()
        page.wait_for_url(re.compile(r"/visits/phone/"))
        page.get_by_role("button", name="到了，签到").click()
        expect(page.locator("[data-record]")).to_contain_text("已保存在手机")
        walk.picture(page, "王秀英-签到-没有网络")
        # An hour of care. The phone's clock and the server's go on together.
        page.clock.fast_forward("01:00:00")
        walk.on(SERVED, 10, 56)
        page.clock.set_system_time(clock.now())
        for item in ("1", "8", "9", "24"):
            page.locator(f"[name=items][value='{item}']").check()
        page.locator("[data-vitals] summary").click()
        page.fill("#v-systolic", "132")
        page.fill("#v-diastolic", "78")
        draw(page, page.locator("[data-pad]"))
        walk.picture(page, "王秀英-完成项目")
        page.get_by_role("button", name="做完了，签退").click()
        expect(page.locator("[data-log]")).to_contain_text("签退")
        assert Punch.objects.unscoped("test").count() == 0
        walk.picture(page, "王秀英-签退-没有网络")
        offline(page.context, False)
        expect(page.locator("[data-sync-word]")).to_have_text("全部已上传", timeout=30_000)
        walk.watch.expected = ()
        page.goto("/visits/")
        walk.picture(page, "王秀英-都传上去了")
    visit = Visit.objects.unscoped("test").get(day=SERVED)
    assert (visit.state, visit.signed, sorted(visit.done_items)) == ("done", True, [1, 8, 9, 24])
    assert 55 <= (visit.minutes or 0) <= 65
    assert Punch.objects.unscoped("test").filter(visit=visit).count() == 2


def the_provider_files_the_month(walk: Walk) -> None:
    with walk.as_("coordinator") as page:
        page.goto("/ltci/statements/")
        page.fill("#draft-month", "2026-10")
        page.get_by_role("button", name="生成结算单").click()
        page.wait_for_url(re.compile(r"/jobs/"))
        walk.picture(page, "李芸-生成结算单")
        page.goto("/ltci/statements/")
        page.locator("main table a, main .row-link").first.click()
        expect(page.locator("main")).to_contain_text("沈桂芳")
        walk.picture(page, "李芸-结算单")
        page.get_by_role("link", name="申报", exact=True).first.click()
        send(page, "申报")
        state(page, "待审核")


def the_insurer_approves_and_pays(walk: Walk) -> None:
    with walk.as_("insurer") as page:
        page.goto("/ltci/statements/")
        page.locator("main table a, main .row-link").first.click()
        walk.picture(page, "钱伟-审核")
        step(page, "审核通过")
        send(page, "审核通过")
        state(page, "待拨付")
        step(page, "拨付")
        send(page, "拨付")
        state(page, "已拨付")
        page.goto("/ltci/statements/")
        walk.picture(page, "钱伟-拨付文件")


def the_daughter_sees_everything(walk: Walk) -> None:
    with walk.as_("daughter", PHONE) as page:
        walk.picture(page, "陆敏-本月费用")
        page.get_by_role("link", name="看账单").click()
        line = ClaimLine.objects.unscoped("test").get(visit_id__isnull=False, accepted=True)
        expect(page.locator("main")).to_contain_text(f"{line.person_fen / 100:.2f}")
        walk.picture(page, "陆敏-账单")
        page.goto("/my/journey/")
        for word in ("受理", "公示", "选护理机构", "示例·曹杨护理站", "由陆敏（女儿）确认"):
            expect(page.locator("main")).to_contain_text(word)
        walk.picture(page, "陆敏-每一步")
        page.goto(f"/my/visits/?week={SERVED}")
        expect(page.locator("main")).to_contain_text("王秀英")
        walk.picture(page, "陆敏-上门记录")
        page.goto("/my/readers/")
        for who in ("周洁", "李芸", "王秀英", "钱伟"):
            expect(page.locator("main")).to_contain_text(who)
        walk.picture(page, "陆敏-谁看过")


def what_is_stored_is_whole() -> None:
    statement = Statement.objects.unscoped("test").get()
    assert (statement.state, statement.lines_accepted) == ("paid", 1)
    assert statement.fund_fen + statement.person_fen == statement.amount_fen > 0
    assert [str(v) for v in checks.run_all()] == []
