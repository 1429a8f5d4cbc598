"""Every posting is whole, once, and for ever."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from songhe.kernel import clock, guards
from songhe.kernel.errors import Conflict, Refused
from songhe.kernel.ledger import invariants, queries
from songhe.kernel.ledger.actions import (
    NewAccount,
    NewPosting,
    open_account,
    open_accounts,
    post,
    post_many,
    reverse,
    reverse_many,
)
from songhe.kernel.ledger.models import Account, Entry, Posting, Unit

pytestmark = pytest.mark.django_db
D = date


@pytest.fixture
def fund():
    return open_account("ltci", "fund", name="长护险基金", unit=Unit.FEN)


@pytest.fixture
def provider():
    return open_account("ltci", "provider", name="护理站", unit=Unit.FEN)


@pytest.fixture
def person():
    return open_account("ltci", "person", name="王秀英", unit=Unit.FEN, floor=0)


@pytest.fixture
def hours():
    return open_account("timebank", "hours", name="时间银行", unit=Unit.MINUTE, floor=0)


def refused(code, action):
    with pytest.raises(Refused) as caught:
        action()
    assert caught.value.code == code
    return caught.value.message


def test_a_posting_moves_what_it_says(fund, provider):
    posting = post("a", [(fund, -6500), (provider.pk, 6500)], on=D(2026, 11, 1), kind="claim", memo="十一月")
    assert (queries.balance(fund), queries.balance(provider)) == (-6500, 6500)
    assert (posting.on, posting.kind, posting.memo, posting.entries.count()) == (
        D(2026, 11, 1),
        "claim",
        "十一月",
        2,
    )
    assert invariants.check() == []


def test_today_and_the_clock_are_written_when_no_day_is_given(fund, provider):
    with clock.frozen("2026-03-04T05:06:07"):
        posting = post("a", [(fund, -1), (provider, 1)])
        assert (posting.on, posting.created_at) == (D(2026, 3, 4), clock.now())


def test_a_sum_that_is_not_zero_writes_nothing(fund, provider):
    message = refused("ledger.unbalanced", lambda: post("a", [(fund, -6500), (provider, 6400)]))
    assert "差额 -100" in message
    assert not Posting.objects.exists()


@pytest.mark.parametrize("lines", [[], [0], [5, -5]])
def test_nothing_moved_is_no_posting(fund, lines):
    refused("ledger.empty", lambda: post("a", [(fund, amount) for amount in lines]))


def test_an_amount_is_a_whole_number(fund, provider):
    for amount in (1.0, True, "1"):
        with pytest.raises(TypeError):
            post("a", [(fund, -1), (provider, amount)])


def test_a_number_the_database_cannot_hold_is_refused(fund, provider):
    refused("ledger.too_large", lambda: post("a", [(fund, -(2**63)), (provider, 2**63)]))


def test_units_do_not_mix(fund, hours):
    refused("ledger.mixed", lambda: post("a", [(fund, -60), (hours, 60)]))


def test_an_account_that_is_not_there_is_refused(fund):
    refused("ledger.account", lambda: post("a", [(fund, -1), (uuid4(), 1)]))


def test_a_posting_without_a_key_is_refused(fund, provider):
    refused("ledger.key", lambda: post("", [(fund, -1), (provider, 1)]))


def test_sent_twice_is_written_once_and_the_first_is_returned(fund, provider):
    first = post("a", [(fund, -5), (provider, 5)], on=D(2026, 1, 1), memo="一")
    again = post("a", [(provider, 2), (provider, 3), (fund, -5)], on=D(2026, 1, 1), memo="二")
    assert again.pk == first.pk
    assert again.memo == "一"
    assert queries.balance(fund) == -5


@pytest.mark.parametrize("change", [{"on": D(2026, 1, 2)}, {"kind": "x"}, {"lines": 6}])
def test_a_key_used_for_something_else_is_refused(fund, provider, change):
    post("a", [(fund, -5), (provider, 5)], on=D(2026, 1, 1))
    amount = change.pop("lines", 5)
    refused(
        "ledger.key_reused",
        lambda: post("a", [(fund, -amount), (provider, amount)], **{"on": D(2026, 1, 1), **change}),
    )
    assert queries.balance(fund) == -5


def test_many_are_all_or_none(fund, provider):
    good = NewPosting("a", [(fund, -5), (provider, 5)])
    refused("ledger.unbalanced", lambda: post_many([good, NewPosting("b", [(fund, -5)])]))
    refused("ledger.key_reused", lambda: post_many([good, NewPosting("a", [(fund, -6), (provider, 6)])]))
    assert not Posting.objects.exists()


def test_many_may_hold_repeats_of_one_and_of_what_is_there(fund, provider):
    first = post("a", [(fund, -5), (provider, 5)])
    a = NewPosting("a", [(fund, -5), (provider, 5)])
    b = NewPosting("b", [(fund, -7), (provider, 7)])
    rows = post_many([a, b, b])
    assert [row.key for row in rows] == ["a", "b", "b"]
    assert rows[0].pk == first.pk
    assert rows[1] is rows[2]
    assert post_many([]) == []
    assert queries.balance(provider) == 12


def test_many_ask_the_database_in_sets(fund, provider, django_assert_max_num_queries):
    rows = [NewPosting(f"k{n}", [(fund, -n), (provider, n)]) for n in range(1, 401)]
    with django_assert_max_num_queries(12):
        post_many(rows)


def test_a_floor_refuses_and_says_what_there_is(fund, person, hours):
    post("in", [(fund, -1000), (person, 1000)])
    message = refused("ledger.floor", lambda: post("out", [(person, -1001), (fund, 1001)]))
    assert message == "“王秀英”余额不足：现有 10.00 元，本次支出 10.01 元。"
    post("out", [(person, -1000), (fund, 1000)])
    assert queries.balance(person) == 0
    assert invariants.check() == []


def test_a_floor_may_allow_a_debt_and_no_more(fund):
    credit = open_account("ltci", "credit", name="预拨", unit=Unit.FEN, floor=-500)
    post("a", [(credit, -500), (fund, 500)])
    message = refused("ledger.floor", lambda: post("b", [(credit, -1), (fund, 1)]))
    assert "最多可透支 5.00 元" in message


def test_a_floor_looks_at_the_whole_set(fund, person):
    out = [NewPosting(f"o{n}", [(person, -600), (fund, 600)]) for n in range(2)]
    post("in", [(fund, -1000), (person, 1000)])
    refused("ledger.floor", lambda: post_many(out))
    assert queries.balance(person) == 1000
    post_many([*out, NewPosting("in2", [(fund, -200), (person, 200)])])
    assert queries.balance(person) == 0


def test_repeating_a_payment_is_not_counted_against_the_floor(fund, person):
    post("in", [(fund, -1000), (person, 1000)])
    post("out", [(person, -1000), (fund, 1000)])
    post("out", [(person, -1000), (fund, 1000)])
    assert queries.balance(person) == 0


def test_a_floor_above_zero_cannot_be_set():
    with pytest.raises(Refused, match="余额下限不能大于零"):
        open_account("b", "x", name="x", unit=Unit.FEN, floor=1)
    assert not Account.objects.exists()


def test_a_reversal_is_the_mirror_and_happens_once(fund, provider):
    posting = post("a", [(fund, -5), (provider, 5)], on=D(2026, 1, 1))
    back = reverse(posting, reason="录入错误", on=D(2026, 2, 1))
    assert (back.reverses_id, back.kind, back.memo) == (posting.pk, "reversal", "录入错误")
    assert queries.balance(fund) == queries.balance(provider) == 0
    assert reverse(posting, reason="录入错误", on=D(2026, 2, 9)).pk == back.pk
    with pytest.raises(Conflict, match="已于 2026-02-01 冲正，原因：录入错误"):
        reverse(posting, reason="别的原因")
    refused("ledger.reversal", lambda: reverse(back, reason="反悔"))
    assert Posting.objects.count() == 2
    assert invariants.check() == []


def test_a_reversal_has_a_reason(fund, provider):
    posting = post("a", [(fund, -5), (provider, 5)])
    refused("ledger.reason", lambda: reverse(posting, reason=" "))


def test_reversals_in_a_set_keep_the_floor(fund, person):
    rows = [post(f"in{n}", [(fund, -100), (person, 100)]) for n in range(3)]
    post("out", [(person, -150), (fund, 150)])
    refused("ledger.floor", lambda: reverse_many(rows, reason="错"))
    assert [row.reverses_id for row in reverse_many(rows[:1], reason="错")] == [rows[0].pk]


def test_what_is_written_cannot_be_changed_in_any_way(fund, provider):
    posting = post("a", [(fund, -5), (provider, 5)])
    entry = posting.entries.first()
    for attempt in (
        posting.save,
        posting.delete,
        entry.save,
        entry.delete,
        Posting.objects.all().delete,
        lambda: Entry.objects.update(amount=1),
        lambda: Entry.objects.bulk_update([entry], ["amount"]),
    ):
        refused("ledger.append_only", attempt)
    for table in (Posting, Entry):
        plain = table._base_manager.get_queryset()
        query = f"DELETE FROM {table._meta.db_table}"
        with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
            connection.cursor().execute(query)
        assert plain.exists()


def test_an_account_with_entries_stays(fund, provider):
    post("a", [(fund, -5), (provider, 5)])
    with pytest.raises(Exception, match="protected"):
        fund.delete()


def test_accounts_open_once_and_in_sets(fund, django_assert_max_num_queries):
    wanted = [NewAccount("ltci", f"p{n}", f"护理站{n}", "fen") for n in range(1200)]
    with django_assert_max_num_queries(20):
        made = open_accounts(wanted)
    assert [account.code for account in made] == [w.code for w in wanted]
    assert [a.pk for a in open_accounts(wanted[:2])] == [a.pk for a in made[:2]]
    refused("ledger.unit", lambda: open_account("ltci", "fund", name="长护险基金", unit=Unit.POINT))
    assert Account.objects.filter(book="ltci").count() == 1201


def test_balances_and_statements_are_sums(fund, provider, person):
    post("a", [(fund, -5), (provider, 5)], on=D(2026, 1, 31))
    post("b", [(fund, -7), (provider, 7)], on=D(2026, 2, 1))
    post("c", [(provider, -2), (fund, 2)], on=D(2026, 2, 28))
    post("d", [(fund, -9), (provider, 9)], on=D(2026, 3, 1))
    assert queries.balance(fund, D(2026, 2, 1)) == -12
    assert queries.balances([fund, provider, person]) == {fund.pk: -19, provider.pk: 19, person.pk: 0}
    assert queries.balances(Account.objects.all(), D(2026, 1, 31))[provider.pk] == 5
    paper = queries.statement(provider, D(2026, 2, 1), D(2026, 3, 1))
    assert (paper.opening, paper.closing) == (5, 10)
    assert [(line.key, line.amount, line.balance) for line in paper.lines] == [("b", 7, 12), ("c", -2, 10)]
    assert queries.statement(person, D(2026, 1, 1), D(2026, 2, 1)).closing == 0


def test_check_finds_what_a_hand_in_the_database_did(fund, provider, person, hours):
    back = reverse(post("a", [(fund, -5), (provider, 5)]), reason="错")
    post("b", [(fund, -5), (person, 5)])
    one = Posting.objects.get(key="b")
    with guards.lifted("试验"):
        Posting.objects.bulk_create([Posting(key="empty", on=D(2026, 1, 1), digest="x")])
        Entry.objects.bulk_create([Entry(posting=one, account=hours, amount=9)])
        Entry.objects.bulk_create([Entry(posting=back, account=person, amount=-6)])
    assert {found.key for found in invariants.check()} == {
        "ledger.balanced",
        "ledger.entries",
        "ledger.units",
        "ledger.floors",
        "ledger.reversals",
    }
