"""Every address of the room: the right post finds the right content, nobody else does, and nothing typed is lost.

One district month stands for all tests of the file: it is built once, each test is taken back after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from songhe.care.ltci import papers, paying, settlement, urls
from songhe.care.ltci.models import ClaimLine, Enrolment, PaymentFile, Statement
from songhe.conftest import NOW
from songhe.delivery.plans.models import CarePlan
from songhe.kernel import clock
from songhe.kernel.access.models import Post, ReadEntry
from songhe.kernel.jobs.models import JobRun
from songhe.kernel.process.firing import fire
from songhe.simulation import cast as cast_module
from songhe.simulation.cast import Cast

from .world import OCTOBER, World

pytestmark = pytest.mark.django_db
SignIn = Callable[[Post], Client]
WHY = "tests look at everything"
SEPTEMBER = date(2026, 9, 1)
#: Who works with money of the insurance over the whole district, and whose provider's month it is.
DISTRICT, OWN = ("bureau", "insurer", "auditor"), ("coordinator",)
OTHERS = ("other_coordinator", "home")
RELATIONS_ONLY = ("street", "advisor")
OUTSIDE = (
    "carer", "nurse", "doctor", "assessor", "agency", "elder", "daughter", "neighbour", "stranger", "volunteer", "admin",
)


@dataclass
class House:
    """A provider with a paid September and a filed October, and a neighbour with a drafted one."""

    cast: Cast
    october: Statement
    september: Statement
    theirs: Statement
    file: PaymentFile

    def line(self, outcome: str, statement: Statement | None = None) -> ClaimLine:
        """A line of the filed month."""
        found = ClaimLine.objects.unscoped(WHY).filter(statement=statement or self.october, outcome=outcome).first()
        assert found is not None
        return found

    def relation(self, name: str) -> Enrolment:
        """The service relation of an elder."""
        return Enrolment.objects.unscoped(WHY).get(person__name=name)


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    """Built once for the whole file."""
    with django_db_blocker.unblock(), clock.frozen(NOW), transaction.atomic():
        cast = cast_module.build()
        own, near = World(cast.organisations["provider"]), World(cast.organisations["other_provider"], "310107015001", serial=5_000)
        carer, other = own.worker("王秀英"), near.worker("赵琴")
        one, two = own.elder(level=3, name="沈一一"), own.elder(level=5, name="陆二二")
        three = near.elder(level=3, name="戴三三")
        own.visit(one, carer, date(2026, 9, 8))
        own.visit(one, carer, date(2026, 10, 6))
        own.visit(one, carer, date(2026, 10, 8), minutes=80)
        own.visit(two, carer, date(2026, 10, 6), 14, signed=False)
        own.visit(two, carer, date(2026, 10, 8), 14, done_items=[1, 99])
        near.visit(three, other, date(2026, 10, 6))
        own.build()
        near.build()
        with clock.frozen(datetime(2026, 10, 5, 10)):
            september = settlement.file(settlement.draft(own.provider, SEPTEMBER, by=cast.coordinator), by=cast.coordinator)
            fire(september, "approve", by=cast.insurer)
            file = paying.pay_out([september], by=cast.insurer)
        october = settlement.file(settlement.draft(own.provider, OCTOBER, by=cast.coordinator), by=cast.coordinator)
        theirs = settlement.draft(near.provider, OCTOBER, by=cast.other_coordinator)
        yield House(cast, october, Statement.objects.unscoped(WHY).get(pk=september.pk), theirs, file)
        transaction.set_rollback(True)


def url(name: str, *args: Any) -> str:
    """An address of the room."""
    return reverse(f"ltci:{name}", args=args)


def opened(client: Client, address: str, status: int = 200) -> str:
    """The page as text."""
    response = client.get(address)
    assert response.status_code == status, (address, response.content.decode()[-600:])
    return unescape(response.content.decode())


def posted(client: Client, address: str, status: int, **data: Any) -> str:
    """What answers a form."""
    response = client.post(address, data)
    assert response.status_code == status, (address, response.content.decode()[-600:])
    return unescape(response.content.decode())


def pages(house: House) -> dict[str, str]:
    """Every address that is read, with rows of the filed month in it."""
    pk = house.october.pk
    return {
        "list": url("list"), "statements": url("statements"), "statement": url("statement", pk), "people": url("people", pk),
        "paper": url("paper", pk), "line": url("line", house.line("held").pk), "payment": url("payment", house.file.pk),
    }


def writes(house: House) -> dict[str, str]:
    """Every address that only takes a form."""
    pk = house.october.pk
    return {
        "plan": url("plan", house.relation("沈一一").pk), "draft": url("draft"), "pay": url("pay"), "decide": url("decide", pk),
        "rejudge": url("rejudge", pk),
    }


def test_every_address_of_the_room_is_tried_here(house: House) -> None:
    assert {p.name for p in urls.urlpatterns} == set(pages(house)) | set(writes(house))


# --- who finds what

CONTENT = {
    "list": ("沈一一", "陆二二", "社区居家照护", "示例·曹杨护理站", "服务中"),
    "statements": ("示例·曹杨护理站", "2026-10", "2026-09", "待审核", "已拨付", "130.00"),
    "statement": ("示例·曹杨护理站 2026-10", "沈一一", "陆二二", "无参保人签字", "超出计划时长", "项目不在目录内", "待审核"),
    "people": ("沈一一", "陆二二", "130.00"),
    "line": ("陆二二", "无参保人签字", "请参保人或家属补签", "静安区检察机关通报", "居家照护每小时价格"),
}


@pytest.mark.parametrize("part", [*DISTRICT, *OWN])
@pytest.mark.parametrize("name", CONTENT)
def test_those_concerned_find_what_the_page_is_for(house: House, sign_in: SignIn, name: str, part: str) -> None:
    page = opened(sign_in(getattr(house.cast, part)), pages(house)[name])
    assert [w for w in CONTENT[name] if w not in page] == []


@pytest.mark.parametrize("part", OTHERS)
def test_another_provider_finds_neither_person_nor_statement(house: House, sign_in: SignIn, part: str) -> None:
    client = sign_in(getattr(house.cast, part))
    for name, address in pages(house).items():
        if name in ("list", "statements"):
            page = opened(client, address)
            assert not {"沈一一", "陆二二", house.october.number, house.september.number} & set(re.split(r"[<>\s]", page)), name
        elif name != "payment":
            assert "沈一一" not in opened(client, address, 404)
    for name in ("plan", "rejudge"):
        posted(client, writes(house)[name], 404)


@pytest.mark.parametrize("part", RELATIONS_ONLY)
def test_street_and_advisor_see_relations_and_no_money(house: House, sign_in: SignIn, part: str) -> None:
    client = sign_in(getattr(house.cast, part))
    assert "沈一一" in opened(client, url("list"))
    for name, address in pages(house).items():
        if name != "list":
            opened(client, address, 403)


@pytest.mark.parametrize("part", OUTSIDE)
def test_who_has_no_business_here_opens_nothing_and_does_nothing(house: House, sign_in: SignIn, part: str) -> None:
    client = sign_in(getattr(house.cast, part))
    for address in pages(house).values():
        assert "沈一一" not in opened(client, address, 403)
    for address in writes(house).values():
        posted(client, address, 403, month="2026-10", reason="试试", lines=[house.line("held").pk])
    assert house.line("held").outcome == "held"


def test_the_signed_out_are_led_to_the_door(house: House) -> None:
    for address in (*pages(house).values(), *writes(house).values()):
        response = Client().post(address) if address in writes(house).values() else Client().get(address)
        assert response.status_code == 302 and "login" in response["Location"], address


def test_what_only_takes_a_form_cannot_be_opened(house: House, sign_in: SignIn) -> None:
    for part in ("coordinator", "insurer"):
        for address in writes(house).values():
            assert sign_in(getattr(house.cast, part)).get(address).status_code in (403, 405), (part, address)


def test_the_bank_s_file_is_the_district_s_and_always_the_same(house: House, sign_in: SignIn) -> None:
    address = url("payment", house.file.pk)
    read = [sign_in(getattr(house.cast, part)).get(address).content for part in (*DISTRICT, "insurer")]
    assert len(set(read)) == 1
    assert house.september.number in read[0].decode("utf-8-sig")
    for part in (*OWN, *OTHERS, *RELATIONS_ONLY):
        opened(sign_in(getattr(house.cast, part)), address, 403)
    opened(sign_in(house.cast.insurer), url("payment", house.october.pk), 404)


def test_a_draft_is_judged_afresh_by_its_provider_alone(house: House, sign_in: SignIn) -> None:
    here = url("statement", house.theirs.pk)
    offered = {p: "重新生成明细" in opened(sign_in(getattr(house.cast, p)), here) for p in (*DISTRICT, "other_coordinator")}
    assert offered == {"bureau": False, "insurer": False, "auditor": False, "other_coordinator": True}
    posted(sign_in(house.cast.insurer), url("rejudge", house.theirs.pk), 403)
    assert sign_in(house.cast.other_coordinator).post(url("rejudge", house.theirs.pk)).url == here


def test_a_relation_leads_its_provider_to_one_plan(house: House, sign_in: SignIn) -> None:
    row = house.relation("沈一一")
    first = sign_in(house.cast.coordinator).post(url("plan", row.pk))
    assert first.status_code == 302
    assert sign_in(house.cast.coordinator).post(url("plan", row.pk)).url == first.url
    assert CarePlan.objects.unscoped(WHY).filter(person=row.person, state="draft").count() == 1


# --- forms: what is wrong is said in Chinese, and nothing typed is lost


@pytest.mark.parametrize(
    ("typed", "said"),
    [("2026-11", "2026 年 11 月尚未结束，不能结算"), ("2027-01", "尚未结束"), ("2026-13", "“2026-13”不是月份"),
     ("十月", "月份请写作 2026-10 的样子"), ("2026-100", "月份请写作 2026-10 的样子"), ("", "请选择月份")],
)
def test_a_month_that_cannot_be_is_said_and_stays_in_its_field(house: House, sign_in: SignIn, typed: str, said: str) -> None:
    client = sign_in(house.cast.insurer)
    for name in ("draft", "pay"):
        page = posted(client, url(name), 422, month=typed)
        assert said in page
        assert "您填写的内容都还在" in page
        field = re.search(rf'<input[^>]*id="{name}-month"[^>]*>', page)
        assert field and (f'value="{typed}"' in field[0] or not typed), field
        assert house.october.number in page
    assert not JobRun.objects.unscoped(WHY).exists()


def test_paying_where_nothing_waits_says_what_to_do(house: House, sign_in: SignIn) -> None:
    page = posted(sign_in(house.cast.insurer), url("pay"), 422, month="2026-10")
    assert "没有待拨付的结算单" in page and "结算单审核通过后才能拨付" in page
    assert PaymentFile.objects.unscoped(WHY).count() == 1


def test_a_release_without_its_finding_keeps_what_was_ticked(house: House, sign_in: SignIn) -> None:
    held = house.line("held")
    page = posted(sign_in(house.cast.insurer), url("decide", house.october.pk), 422, lines=[held.pk], reason=" ")
    assert "请填写核查结论" in page
    assert re.search(rf'value="{held.pk}" checked', page)
    assert house.line("held").pk == held.pk


def test_a_release_without_a_line_keeps_the_finding(house: House, sign_in: SignIn) -> None:
    page = posted(sign_in(house.cast.insurer), url("decide", house.october.pk), 422, reason="电话回访属实")
    assert "请勾选要处理的明细" in page and 'value="电话回访属实"' in page
    page = posted(sign_in(house.cast.insurer), url("decide", house.october.pk), 422, lines=["x"], reason="电话回访属实")
    assert "所选明细已有变动，请刷新页面" in page and 'value="电话回访属实"' in page


def test_a_line_that_is_not_held_back_is_not_released_and_the_page_says_why(house: House, sign_in: SignIn) -> None:
    paid = house.line("paid")
    page = posted(
        sign_in(house.cast.insurer), url("decide", house.october.pk), 422, lines=[paid.pk], reason="电话回访属实", page="line"
    )
    assert "不是暂缓支付，不能解除" in page and "须由机构更正登记后重新申报" in page
    assert house.line("paid").decision == ""


def test_a_refusal_without_its_ground_releases_nothing_and_keeps_the_finding(house: House, sign_in: SignIn) -> None:
    held = house.line("held")
    page = posted(
        sign_in(house.cast.insurer), url("decide", house.october.pk), 422, lines=[held.pk], code="", reason="第三人负担", page="line"
    )
    assert "请选择拒付理由" in page
    assert re.search(r'id="refuse-reason"[^>]*|value="第三人负担"[^>]*', page) and 'value="第三人负担"' in page
    assert "陆二二" in page
    assert (house.line("held").pk, house.line("held").decision) == (held.pk, "")
    page = posted(
        sign_in(house.cast.insurer), url("decide", house.october.pk), 422, lines=[held.pk], code="no_signature", reason="第三人负担",
        page="line",
    )
    assert "请从列出的理由中选择" in page and "第三人负担" in page


def test_a_refusal_keeps_the_ground_that_was_chosen(house: House, sign_in: SignIn) -> None:
    held = house.line("held")
    page = posted(
        sign_in(house.cast.insurer), url("decide", house.october.pk), 422, lines=[held.pk], code="other_liability", reason="短",
        page="line",
    )
    assert "核查结论太短" in page
    assert re.search(r'value="other_liability" selected', page)


def test_a_change_without_a_reason_keeps_the_chosen_provider(house: House, sign_in: SignIn) -> None:
    wanted = house.cast.organisations["other_provider"].pk
    step = reverse("cases:step", args=["ltci", house.relation("沈一一").pk, "change"])
    page = posted(sign_in(house.cast.street), step, 422, provider=str(wanted), reason="")
    assert re.search(rf'value="{wanted}"[^>]*checked', page)
    assert house.relation("沈一一").state == "serving"


# --- exports carry the scope of the screen


def sheet(client: Client, address: str, **query: str) -> list[tuple[Any, ...]]:
    """The rows of an xlsx export, without heads."""
    response = client.get(address, {**query, "export": "xlsx"})
    assert response.status_code == 200, response.content.decode()[-600:]
    data = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    book = openpyxl.load_workbook(BytesIO(data))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    head = next(n for n, r in enumerate(rows) if r[0] in ("长者", "护理机构"))
    return [r for r in rows[head + 1 :] if r[0]]


NAMES = ("沈一一", "陆二二", "戴三三")


@pytest.mark.parametrize("part", [*DISTRICT, *OWN, *OTHERS, *RELATIONS_ONLY])
def test_the_sheet_of_relations_names_whom_the_screen_names(house: House, sign_in: SignIn, part: str) -> None:
    client = sign_in(getattr(house.cast, part))
    page = opened(client, url("list"))
    assert {r[0] for r in sheet(client, url("list"))} == {n for n in NAMES if n in page}


@pytest.mark.parametrize(
    ("query", "found"),
    [({"q": "沈"}, {"沈一一"}), ({"state": "serving"}, {"沈一一", "陆二二"}), ({"state": "choosing"}, set()), ({"form": "institution"}, set())],
)
def test_the_sheet_of_relations_keeps_to_what_was_asked(
    house: House, sign_in: SignIn, query: dict[str, str], found: set[str]
) -> None:
    assert {r[0] for r in sheet(sign_in(house.cast.coordinator), url("list"), **query)} == found


@pytest.mark.parametrize("part", [*DISTRICT, *OWN, *OTHERS])
def test_the_sheet_of_statements_holds_the_screen_s(house: House, sign_in: SignIn, part: str) -> None:
    client = sign_in(getattr(house.cast, part))
    page = opened(client, url("statements"))
    numbers = {s.number for s in (house.october, house.september, house.theirs)}
    assert {c for r in sheet(client, url("statements")) for c in r if c in numbers} == {n for n in numbers if n in page}


@pytest.mark.parametrize("part", [*DISTRICT, *OWN])
def test_the_sheet_of_lines_follows_person_filter_and_search(house: House, sign_in: SignIn, part: str) -> None:
    client, here = sign_in(getattr(house.cast, part)), url("statement", house.october.pk)
    one = house.relation("沈一一").person_id
    assert [r[0] for r in sheet(client, here)].count("沈一一") == 2
    assert {r[0] for r in sheet(client, here, person=str(one))} == {"沈一一"}
    assert [(r[0], r[2], r[3]) for r in sheet(client, here, outcome="held")] == [("陆二二", "暂缓支付", "无参保人签字")]
    assert {r[0] for r in sheet(client, here, q="陆")} == {"陆二二"}
    assert {r[0] for r in sheet(client, url("people", house.october.pk))} == {"沈一一", "陆二二"}
    assert "戴三三" not in str(sheet(client, here))


def test_every_export_is_on_record_with_the_people_in_it(house: House, sign_in: SignIn) -> None:
    sheet(sign_in(house.cast.auditor), url("list"), q="沈")
    found = ReadEntry.objects.unscoped(WHY).filter(post_id=house.cast.auditor.pk, what="export")
    assert set(found.values_list("person_id", flat=True)) == {house.relation("沈一一").person_id}


@pytest.mark.parametrize("part", ["carer", "nurse", "doctor", "volunteer", "assessor"])
def test_no_sheet_of_the_insurance_s_worklist_goes_to_those_who_have_none(house: House, sign_in: SignIn, part: str) -> None:
    client = sign_in(getattr(house.cast, part))
    for tray in ("ltci", "ltci.replan", "settlement"):
        assert "沈一一" not in unescape(client.get(reverse("worklist:index"), {"list": tray}).content.decode())
        response = client.get(reverse("worklist:index"), {"list": tray, "export": "xlsx"})
        assert response.status_code == 403, (tray, response["Content-Type"])


def test_the_paper_is_of_this_statement_s_people_alone(house: House, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[Any] = []
    real = papers.paper.statement
    monkeypatch.setattr(papers.paper, "statement", lambda *a, **k: printed.append(a[1]) or real(*a, **k))
    for part in (*DISTRICT, *OWN):
        response = sign_in(getattr(house.cast, part)).get(url("paper", house.october.pk))
        assert response["Content-Type"] == "application/pdf" and response.content.startswith(b"%PDF")
    assert [{row[0] for row in table} for table in printed] == [{"沈一一", "陆二二"}] * 4
    assert sum(row[3] for row in printed[0]) == house.october.amount_fen


# --- empty lists say what to do


def test_empty_lists_say_how_they_fill(house: House, sign_in: SignIn) -> None:
    client = sign_in(house.cast.home)
    page = opened(client, url("list"))
    assert "没有长护险服务关系" in page and "评估结论为照护二级至六级后" in page
    page = opened(client, url("statements"))
    assert "还没有结算单" in page and "月末之后，护理机构在这里生成上月的结算单并申报" in page


def test_a_search_that_finds_nothing_leads_back_to_all(house: House, sign_in: SignIn) -> None:
    client = sign_in(house.cast.insurer)
    for address, word in (
        (url("list"), "没有长护险服务关系"), (url("statements"), "还没有结算单"), (url("statement", house.october.pk), "没有明细"),
        (url("people", house.october.pk), "没有长者"),
    ):
        page = opened(client, f"{address}?q=无此人")
        assert word in page and "清除条件" in page, address
    opened(client, f"{url('statements')}?month=2026-99")


# --- in English

#: Names, and what policy files say in their own words: titles of papers, notes, names of services.
DATA = re.compile(
    r"沈一一|陆二二|戴三三|王秀英|示例·\w+|\w+（\w+）|钱伟|长护险经办|系统|北岭园居委会|曹杨新村街道|长寿路街道|普雄居委会|《[^》]*》|中文"
    r"|Source：.*|头面部清洁梳理|协助更衣|逐条明细四舍五入到分，个人部分为差额，两部分之和等于总额。"
)


@pytest.mark.parametrize("name", CONTENT)
def test_the_page_speaks_english(house: House, sign_in: SignIn, name: str) -> None:
    client = sign_in(house.cast.insurer)
    client.cookies["django_language"] = "en"
    page = opened(client, pages(house)[name])
    wanted = {
        "list": ("LTC insurance service", "In service"), "statements": ("Monthly settlement", "Paid out"),
        "statement": ("Paid by the fund",), "people": ("Elder",), "line": ("Reason",),
    }[name]
    assert [w for w in wanted if w not in page] == []
    text = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", "\n", page, flags=re.S)
    left = sorted({line.strip() for line in DATA.sub("", text).splitlines() if re.search(r"[㐀-鿿]", line)})
    assert left in ([], ["、"]), left


def test_what_is_wrong_is_said_in_english_too(house: House, sign_in: SignIn) -> None:
    client = sign_in(house.cast.insurer)
    client.cookies["django_language"] = "en"
    page = posted(client, url("draft"), 422, month="2026-11")
    assert "尚未结束" not in page
    page = posted(client, url("decide", house.october.pk), 422, lines=[house.line("held").pk], reason="")
    assert "核查结论" not in page
