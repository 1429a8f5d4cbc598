"""A month from its visits to the payment and back: drafts, filing, checking, the books."""

from datetime import date, datetime, timedelta

import pytest

from songhe.care.ltci import apart, paying, reviewing, settlement
from songhe.care.ltci.calendar import parse_month
from songhe.care.ltci.models import ClaimLine, Enrolment, PaymentFile, Statement
from songhe.delivery.plans.models import CarePlan
from songhe.delivery.visits.models import Punch, Visit
from songhe.kernel import clock, parts
from songhe.kernel.crypto import sm3
from songhe.kernel.errors import Conflict, Forbidden, Missing, Refused
from songhe.kernel.events.models import Event
from songhe.kernel.ids import uuid7
from songhe.kernel.ledger import queries as books
from songhe.kernel.ledger.models import Account
from songhe.kernel.process.firing import fire

from .world import OCTOBER, World, at, broken

pytestmark = pytest.mark.django_db


def lines(statement, **wanted):
    return list(ClaimLine.objects.unscoped("test").filter(statement=statement, **wanted).order_by("day", "pk"))


def balances():
    found = books.balances(Account.objects.filter(book="ltci"))
    names = dict(Account.objects.filter(book="ltci").values_list("pk", "code"))
    return {names[pk].split(":")[0]: total for pk, total in found.items() if not names[pk].startswith("person")} | {
        "people": sum(total for pk, total in found.items() if names[pk].startswith("person"))
    }


@pytest.fixture
def october(world: World) -> World:
    """Two elders, five visits: four clean hours, one without a signature."""
    carer = world.worker("王秀英")
    one, two = world.elder(level=3), world.elder(level=5)
    for day in (6, 8, 13):
        world.visit(one, carer, OCTOBER.replace(day=day))
    world.visit(two, carer, date(2026, 10, 6), 14)
    world.visit(two, carer, date(2026, 10, 8), 14, signed=False)
    return world.build()


@pytest.fixture
def drafted(october: World, cast) -> Statement:
    return settlement.draft(october.provider, OCTOBER, by=cast.coordinator)


@pytest.fixture
def filed(drafted: Statement, cast) -> Statement:
    return settlement.file(drafted, by=cast.coordinator)


def test_a_draft_adds_up_and_fixes_what_would_be_paid(drafted: Statement):
    assert (drafted.lines_total, drafted.lines_accepted, drafted.people, drafted.minutes) == (5, 4, 2, 240)
    assert (drafted.amount_fen, drafted.fund_fen, drafted.person_fen, drafted.refused_fen) == (26000, 23400, 2600, 6500)
    assert drafted.state == "drafted"
    assert len(drafted.digest) == 64
    assert drafted.judged_on == clock.today()
    assert drafted.filed_on is None
    assert drafted.due_on == date(2026, 11, 6)  # the fifth working day of November
    [held] = lines(drafted, accepted=False)
    assert held.refusals == ["no_signature"]


def test_stored_lines_say_what_was_judged(drafted: Statement, october: World):
    line = lines(drafted)[0]
    assert (line.kind, line.person, line.day, line.level, line.staff_class) == (
        "visit", october.elders[0], date(2026, 10, 6), 3, "carer_medical"
    )
    assert (line.served, line.quantity, line.price_fen, line.amount_fen, line.fund_fen, line.person_fen, line.refused_fen) == (
        60, 60, 6500, 6500, 5850, 650, 0
    )
    assert (line.accepted, line.refusals, line.bonus_minutes, line.decision, line.note) == (True, [], 0, "", "")
    assert Visit.objects.unscoped("test").get(pk=line.visit_id).day == line.day


def test_drafting_again_changes_nothing_but_the_rows(drafted: Statement, october: World, cast):
    again = settlement.draft(october.provider, OCTOBER, by=cast.insurer)
    assert again.pk == drafted.pk
    assert again.digest == drafted.digest
    assert Statement.objects.unscoped("test").count() == 1
    assert ClaimLine.objects.unscoped("test").count() == 5
    assert Event.objects.unscoped("test").filter(subject_id=again.pk, kind="settlement.judged").count() == 1


def test_a_visit_that_a_phone_reports_late_is_in_the_next_draft(drafted: Statement, october: World, cast):
    october.visit(october.elders[0], october.worker("赵琴"), date(2026, 10, 20), 9)
    october.build()
    again = settlement.draft(october.provider, OCTOBER, by=cast.coordinator)
    assert again.lines_total == 6
    assert again.digest != drafted.digest


def test_when_nothing_is_left_to_claim_the_draft_is_empty(drafted: Statement, october: World, cast):
    Visit.objects.unscoped("test").all().delete()
    again = settlement.draft(october.provider, OCTOBER, by=cast.coordinator)
    assert (again.lines_total, again.amount_fen) == (0, 0)
    assert lines(again) == []


def test_what_was_filed_is_not_drafted_again(filed: Statement, october: World, cast):
    october.visit(october.elders[0], october.worker("赵琴"), date(2026, 10, 20), 9)
    october.build()
    assert settlement.draft(october.provider, OCTOBER, by=cast.coordinator) is None
    filed.refresh_from_db()
    assert filed.lines_total == 5


@pytest.mark.parametrize(("month", "code"), [
    (date(2026, 11, 1), "month.running"), (date(2027, 1, 1), "month.running"), (date(2026, 10, 2), "month.format"),
])
def test_a_month_that_runs_or_is_no_month_is_refused(october: World, cast, month, code):
    for act in (
        lambda: settlement.draft(october.provider, month, by=cast.insurer),
        lambda: settlement.draft_month(month, by=cast.insurer),
        lambda: settlement.settle_month(month),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == code
    assert not Statement.objects.unscoped("test").exists()


@pytest.mark.parametrize("text", ["2026", "2026-13", "2026-1", "10-2026", "2026/10", "", "二〇二六-十"])
def test_what_is_no_month_is_said_to_be_none(text):
    with pytest.raises(Refused, match="不是月份"):
        parse_month(text)


def test_a_month_is_written_as_year_and_month():
    assert parse_month(" 2026-10 ") == OCTOBER


def test_a_provider_that_served_nobody_has_nothing_to_settle(october: World, cast):
    other = cast.organisations["other_provider"]
    assert settlement.draft(other, OCTOBER, by=cast.system) is None
    with pytest.raises(Refused, match="没有可结算的长护险服务"):
        settlement.draft_month(OCTOBER, by=cast.other_coordinator, providers=[other])


def test_nobody_drafts_for_another_provider(october: World, cast):
    with pytest.raises(Missing):
        settlement.draft_month(OCTOBER, by=cast.other_coordinator, providers=[october.provider])
    assert settlement.draft_month(OCTOBER, by=cast.other_coordinator) == []
    for outsider in (cast.street, cast.bureau, cast.carer, cast.auditor, cast.daughter):
        with pytest.raises(Forbidden):
            settlement.draft_month(OCTOBER, by=outsider)
    assert [s.provider for s in settlement.draft_month(OCTOBER, by=cast.insurer)] == [october.provider]


def test_a_draft_of_days_ago_cannot_be_filed_as_it_is(drafted: Statement, cast):
    clock.advance(timedelta(days=3))
    with pytest.raises(Refused, match="请重新生成|生成的"):
        fire(drafted, "submit", by=cast.coordinator)
    assert settlement.file(drafted, by=cast.coordinator).state == "submitted"


def test_filing_sets_the_day_and_the_insurers_clock(filed: Statement):
    assert filed.filed_on == clock.today()
    assert filed.state == "submitted"
    assert filed.due_on > clock.today()


def test_a_returned_month_is_judged_anew_and_is_not_late_for_it(filed: Statement, october: World, cast):
    fire(filed, "reject", by=cast.insurer, reason="签字缺失，请补")
    with clock.frozen(datetime(2026, 12, 20, 9, tzinfo=clock.SHANGHAI)):
        with pytest.raises(Refused, match="尚未重新生成"):
            fire(filed, "submit", by=cast.coordinator)
        again = settlement.file(filed, by=cast.coordinator)
    assert again.filed_on == date(2026, 11, 18)
    assert not any("late_filing" in line.refusals for line in lines(again))


def test_a_month_first_filed_late_loses_its_old_days(october: World, cast):
    with clock.frozen(datetime(2026, 12, 8, 9, tzinfo=clock.SHANGHAI)):
        statement = settlement.draft(october.provider, OCTOBER, by=cast.coordinator)
    assert [line.refusals[:1] for line in lines(statement)] == [["late_filing"]] * 4 + [[]]


def test_approval_puts_each_person_into_the_books(filed: Statement, cast):
    fire(filed, "approve", by=cast.insurer)
    assert balances() == {"fund": -23400, "provider": 26000, "people": -2600}
    assert broken() == []


def test_lines_changed_behind_the_statement_are_not_approved(filed: Statement, cast):
    line = lines(filed, accepted=True)[0]
    ClaimLine.objects.unscoped("test").filter(pk=line.pk).update(amount_fen=6501, person_fen=651)
    with pytest.raises(Refused, match="有变动"):
        fire(filed, "approve", by=cast.insurer)
    assert not Account.objects.filter(book="ltci").exists()


def test_payment_takes_the_funds_part_to_the_bank_and_leaves_a_file(filed: Statement, cast):
    fire(filed, "approve", by=cast.insurer)
    file = paying.pay_out([filed], by=cast.insurer)
    assert balances() == {"fund": -23400, "provider": 2600, "bank": 23400, "people": -2600}
    assert filed.state == "paid"
    assert file.total_fen == 23400
    text = paying.content(file).decode("utf-8-sig")
    assert filed.number in text
    assert "234.00" in text
    assert text.count("\r\n") == 3
    assert broken() == []


def test_the_same_file_can_be_handed_out_again(filed: Statement, cast):
    fire(filed, "approve", by=cast.insurer)
    made = paying.pay_out([filed], by=cast.insurer)
    stored = PaymentFile.objects.unscoped("test").get()
    assert paying.content(stored) == paying.content(made)
    assert sm3(paying.content(stored)).hex() == stored.digest
    assert stored.number.startswith("BF2026-")
    assert stored.area_code == "310107005000"


def test_nothing_is_paid_that_was_not_approved(filed: Statement, cast):
    with pytest.raises(Conflict):
        paying.pay_out([filed], by=cast.insurer)
    with pytest.raises(Refused, match="没有待拨付"):
        paying.pay_out([], by=cast.insurer)
    fire(filed, "approve", by=cast.insurer)
    with pytest.raises(Forbidden):
        paying.pay_out([filed], by=cast.coordinator)
    assert not PaymentFile.objects.unscoped("test").exists()


@pytest.mark.parametrize("paid", [False, True])
def test_a_reversal_brings_the_books_back_to_zero_and_the_month_may_be_filed_anew(filed: Statement, october: World, cast, paid):
    fire(filed, "approve", by=cast.insurer)
    if paid:
        paying.pay_out([filed], by=cast.insurer)
    with pytest.raises(Refused, match="理由"):
        fire(filed, "reverse", by=cast.insurer)
    fire(filed, "reverse", by=cast.insurer, reason="机构误报")
    assert set(balances().values()) == {0}
    with clock.frozen(datetime(2027, 1, 5, 9, tzinfo=clock.SHANGHAI)):
        second = settlement.file(settlement.draft(october.provider, OCTOBER, by=cast.coordinator), by=cast.coordinator)
        assert second.pk != filed.pk
        assert (second.run, second.number != filed.number) == (2, True)
        assert second.digest == filed.digest
        assert not any("late_filing" in line.refusals or "duplicate" in line.refusals for line in lines(second))
        fire(second, "approve", by=cast.insurer)
    assert balances()["fund"] == -23400
    assert broken() == []


def test_a_held_line_is_released_with_a_reason_and_then_paid(filed: Statement, cast):
    [held] = lines(filed, accepted=False)
    before = filed.digest
    assert reviewing.release(filed, [held.pk], by=cast.insurer, reason="电话回访属实") == 1
    filed.refresh_from_db()
    held.refresh_from_db()
    assert (held.accepted, held.quantity, held.amount_fen, held.refused_fen) == (True, 60, 6500, 0)
    assert (held.decision, held.note, held.refusals) == ("released", "电话回访属实", ["no_signature"])
    assert (filed.lines_accepted, filed.amount_fen, filed.refused_fen) == (5, 32500, 0)
    assert filed.digest != before
    fire(filed, "approve", by=cast.insurer)
    assert broken() == []


def test_a_release_stays_within_the_plan_and_the_week(world: World, cast):
    carer, one = world.worker("王秀英"), world.elder(level=3)
    for day in (5, 6):
        world.visit(one, carer, OCTOBER.replace(day=day))
    world.visit(one, carer, date(2026, 10, 7), minutes=40)
    world.visit(one, carer, date(2026, 10, 9), minutes=90, signed=False)
    world.build()
    statement = settlement.file(settlement.draft(world.provider, OCTOBER, by=cast.coordinator), by=cast.coordinator)
    [held] = lines(statement, accepted=False)
    reviewing.release(statement, [held.pk], by=cast.insurer, reason="属实")
    held.refresh_from_db()
    assert held.quantity == 180 - 160
    assert set(held.refusals) == {"no_signature", "over_plan_time", "over_week_budget"}
    assert broken() == []


def test_a_release_outlives_a_return(filed: Statement, october: World, cast):
    [held] = lines(filed, accepted=False)
    reviewing.release(filed, [held.pk], by=cast.insurer, reason="电话回访属实")
    fire(filed, "reject", by=cast.insurer, reason="另有一条请核对")
    again = settlement.file(filed, by=cast.coordinator)
    assert again.lines_accepted == 5
    assert [line.note for line in lines(again) if line.decision == "released"] == ["电话回访属实"]


def test_a_decision_of_a_reversed_statement_does_not_live_on(filed: Statement, october: World, cast):
    [held] = lines(filed, accepted=False)
    reviewing.release(filed, [held.pk], by=cast.insurer, reason="误放")
    fire(filed, "approve", by=cast.insurer)
    fire(filed, "reverse", by=cast.insurer, reason="误放行")
    assert settlement.draft(october.provider, OCTOBER, by=cast.coordinator).lines_accepted == 4


def test_what_a_rule_rejects_is_not_released(october: World, cast):
    october.visit(october.elders[1], october.worker("新人"), date(2026, 10, 12), 9, done_items=[99])
    october.build()
    statement = settlement.file(settlement.draft(october.provider, OCTOBER, by=cast.coordinator), by=cast.coordinator)
    rejected = next(line for line in lines(statement) if "item_not_in_catalogue" in line.refusals)
    with pytest.raises(Refused, match="不能解除"):
        reviewing.release(statement, [rejected.pk], by=cast.insurer, reason="看一看")
    paid = lines(statement, accepted=True)[0]
    with pytest.raises(Refused, match="不能解除"):
        reviewing.release(statement, [paid.pk], by=cast.insurer, reason="看一看")


def test_a_line_that_another_has_to_bear_is_refused_by_hand(filed: Statement, cast):
    line = lines(filed, accepted=True)[0]
    reviewing.refuse(filed, [line.pk], code="other_liability", by=cast.insurer, reason="交通事故由肇事方负担")
    line.refresh_from_db()
    filed.refresh_from_db()
    assert (line.accepted, line.amount_fen, line.refused_fen, line.refusals) == (False, 0, 6500, ["other_liability"])
    assert filed.amount_fen == 19500
    fire(filed, "approve", by=cast.insurer)
    assert broken() == []


def test_lines_are_decided_by_the_insurer_alone_while_the_statement_waits(drafted: Statement, cast):
    [held] = lines(drafted, accepted=False)
    with pytest.raises(Conflict, match="待审核"):
        reviewing.release(drafted, [held.pk], by=cast.insurer, reason="属实")
    filed = settlement.file(drafted, by=cast.coordinator)
    [held] = lines(filed, accepted=False)
    for outsider in (cast.coordinator, cast.auditor, cast.bureau):
        with pytest.raises(Forbidden):
            reviewing.release(filed, [held.pk], by=outsider, reason="属实")
    with pytest.raises(Refused, match="核查结论"):
        reviewing.release(filed, [held.pk], by=cast.insurer, reason=" ")
    with pytest.raises(Refused, match="勾选"):
        reviewing.release(filed, [], by=cast.insurer, reason="属实")
    with pytest.raises(Missing):
        reviewing.release(filed, [filed.pk], by=cast.insurer, reason="属实")


def test_settling_a_month_takes_every_step_and_running_it_again_changes_nothing(october: World, home: World, cast):
    person = home.elder(level=2, form="institution")
    home.stay(person, "institution", at(date(2026, 9, 1), 9))
    home.build()
    told = []
    first = settlement.settle_month(OCTOBER, progress=lambda *step: told.append(step))
    assert (first.statements, first.lines, first.accepted) == (2, 6, 5)
    assert (first.amount_fen, first.fund_fen, first.person_fen) == (26000 + 62000, 23400 + 52700, 2600 + 9300)
    assert [(done, total) for done, total, _ in told] == [(1, 2), (2, 2)]
    events = Event.objects.unscoped("test").count()
    assert settlement.settle_month(OCTOBER) == first
    assert Event.objects.unscoped("test").count() == events
    assert PaymentFile.objects.unscoped("test").get().total_fen == first.fund_fen
    assert set(Statement.objects.unscoped("test").values_list("state", flat=True)) == {"paid"}
    assert broken() == []


def test_a_run_may_stop_at_any_step(october: World):
    for through, state in (("draft", "drafted"), ("submit", "submitted"), ("approve", "approved"), ("pay", "paid")):
        settlement.settle_month(OCTOBER, through=through)
        assert Statement.objects.unscoped("test").get().state == state


def test_the_cash_of_the_bonus_is_one_line_of_the_funds(world: World, cast):
    carer = world.worker("王秀英")
    cash, unserved = world.elder(level=5, bonus="cash"), world.elder(level=6, bonus="cash")
    world.visit(cash, carer, date(2026, 10, 6))
    world.visit(unserved, carer, date(2026, 10, 7), signed=False)
    world.build()
    statement = settlement.draft(world.provider, OCTOBER, by=cast.system)
    [line] = lines(statement, kind="cash")
    assert (line.person, line.amount_fen, line.fund_fen, line.person_fen, line.day) == (cash, 8000, 8000, 0, date(2026, 10, 31))
    settlement.settle_month(OCTOBER)
    assert balances()["fund"] == -(5850 + 8000)
    assert broken() == []


def test_a_visit_with_a_check_out_alone_is_held_and_one_nobody_came_to_is_no_claim(world: World, cast):
    carer, one = world.worker("王秀英"), world.elder(level=5)
    lost, missed = (world.visit(one, carer, OCTOBER.replace(day=d), state="missed", started_at=None, ended_at=None) for d in (6, 7))
    for visit in (lost, missed):
        visit.minutes, visit.done_items = None, []
    world.build()
    Punch.objects.create(id=uuid7(), visit=lost, carer=carer, kind="out", at=at(date(2026, 10, 6), 10), phone_at=at(date(2026, 10, 6), 10))
    statement = settlement.draft(world.provider, OCTOBER, by=cast.system)
    [line] = lines(statement)
    assert (line.visit_id, line.refusals, line.accepted) == (lost.pk, ["no_check_in"], False)


def test_two_providers_share_one_week(world: World, cast, monkeypatch):
    """Moved from one provider to the other in mid-week: together they are paid what the level gives, once."""
    second = World(cast.organisations["other_provider"], serial=500)
    one = world.elder(level=3)
    first_carer, second_carer = world.worker("甲"), second.worker("乙")
    for day in (5, 6):
        world.visit(one, first_carer, OCTOBER.replace(day=day))
    world.build()
    Enrolment.objects.unscoped("test").filter(person=one).update(state="ended", ended_on=date(2026, 10, 6))
    Enrolment.objects.create(number="CH-X", person=one, provider=second.provider, state="serving", started_on=date(2026, 10, 7),
                             area_code=world.area)
    CarePlan.objects.unscoped("test").filter(person=one).update(state="ended", ends=date(2026, 10, 6))
    second.plans[one.pk] = CarePlan.objects.create(
        number="JH-X", person=one, provider=second.provider, level=3, weekly_minutes=180, starts=date(2026, 10, 7),
        agreed_at=at(date(2026, 10, 7), 7), state="active", area_code=world.area,
    )
    for day in (7, 8):
        second.visit(one, second_carer, OCTOBER.replace(day=day))
    second.build()
    # On however many cores: who shares a person is settled one after the other.
    assert [len(group) for group in apart.groups(settlement.providers_of(OCTOBER), OCTOBER)] == [2]
    monkeypatch.setattr(parts, "several", lambda: True)
    monkeypatch.setattr(parts, "spread", lambda *args: pytest.fail("these two must not be settled side by side"))
    settlement.settle_month(OCTOBER, through="draft")
    paid = ClaimLine.objects.unscoped("test").filter(person=one).order_by("day").values_list("quantity", flat=True)
    assert sum(paid) == 180
    again = settlement.settle_month(OCTOBER)
    assert again.accepted == 3


def test_providers_that_serve_nobody_in_common_are_apart_and_the_longest_work_comes_first(world: World, cast):
    second, third = World(cast.organisations["other_provider"], serial=500), World(cast.organisations["care_home"], serial=900)
    world.visit(world.elder(level=3), world.worker("甲"), OCTOBER)
    many = second.worker("乙")
    for elder in [second.elder(level=3) for _ in range(3)]:
        second.visit(elder, many, OCTOBER)
    for each in (world, second, third):
        each.build()
    wanted = [world.provider, second.provider]
    assert apart.groups(wanted, OCTOBER) == [[second.provider], [world.provider]]
    # Others' people are no tie, and who serves nobody is alone.
    assert apart.groups([world.provider, third.provider], OCTOBER) == [[world.provider], [third.provider]]
