"""Several phones, one form: whatever the order, however often, nothing is lost and the latest counts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from songhe.care.assessment import merging
from songhe.care.assessment.merging import Entry, Form
from songhe.engines import scoring
from songhe.kernel import clock

NATIONAL = scoring.load("ltci_national_2021")
ABILITY = scoring.load("gbt42195_2022")
START = datetime(2026, 11, 18, 9, tzinfo=clock.SHANGHAI)
ITEMS = [i.id for i in NATIONAL.items[:4]]

entry = st.builds(
    Entry,
    id=st.uuids().map(str),
    kind=st.sampled_from(["answer", "note"]),
    item=st.sampled_from(ITEMS),
    value=st.one_of(st.none(), st.integers(0, 3)),
    at=st.integers(0, 20).map(lambda s: START + timedelta(seconds=s)),
)


def state(form: Form) -> tuple[Any, ...]:
    return form.answers, form.notes, form.context, form.stamps


@settings(max_examples=150, deadline=None)
@given(st.lists(entry, max_size=14, unique_by=lambda e: e.id), st.randoms(use_true_random=False), st.data())
def test_order_and_repetition_make_no_difference(entries: list[Entry], random: Any, data: st.DataObject) -> None:
    one, other = Form(), Form()
    merging.merge(one, entries, who="a")
    shuffled = entries + data.draw(st.lists(st.sampled_from(entries), max_size=6)) if entries else []
    random.shuffle(shuffled)
    for e in shuffled:
        merging.merge(other, [e], who="a")
    assert state(one) == state(other)
    assert {line["id"] for line in one.log} == {line["id"] for line in other.log} == {e.id for e in entries}


def test_an_answer_taken_back_is_gone_and_still_in_the_log() -> None:
    form = Form()
    merging.merge(form, [Entry("a" * 8, "answer", "eating", 10, START)], who="a")
    merging.merge(form, [Entry("b" * 8, "answer", "eating", None, START + timedelta(seconds=1))], who="b")
    assert form.answers == {}
    assert [line["by"] for line in form.log] == ["a", "b"]
    assert form.revision == 2


def test_what_comes_after_handing_in_is_logged_as_late_and_changes_nothing() -> None:
    form = Form()
    outcome = merging.merge(form, [Entry("a" * 8, "answer", "eating", 10, START)], who="a", apply=False)
    assert outcome == {"a" * 8: "late"}
    assert (form.answers, form.revision, form.log[0]["late"]) == ({}, 0, True)


def test_entries_the_form_cannot_hold_are_named() -> None:
    def fault(instrument: scoring.Instrument, kind: str, item: str, value: Any) -> str:
        return merging.fault(instrument, Entry("x" * 8, kind, item, value, START))

    assert fault(NATIONAL, "answer", "eating", 10) == ""
    assert fault(NATIONAL, "answer", "eating", None) == ""
    assert "进食：没有这一选项" in fault(NATIONAL, "answer", "eating", 7)
    assert "没有这一选项" in fault(NATIONAL, "answer", "eating", True)
    assert "没有这一选项" in fault(NATIONAL, "answer", "eating", "10")
    assert "没有该项目" in fault(NATIONAL, "answer", "flying", 1)
    assert "不能超过 300 字" in fault(NATIONAL, "note", "eating", "长" * 301)
    assert "无法识别" in fault(NATIONAL, "signature", "eating", 1)
    flag = next(f for f in ABILITY.context if f.kind == "flag")
    count = next(f for f in ABILITY.context if f.kind == "count")
    assert fault(ABILITY, "context", flag.id, True) == ""
    assert "应为是或否" in fault(ABILITY, "context", flag.id, 1)
    assert "0 至 999" in fault(ABILITY, "context", count.id, -1)
    assert "没有该项附加情形" in fault(NATIONAL, "context", flag.id, True)


def test_a_phone_with_a_wrong_clock_is_set_right_and_never_wins_from_the_future() -> None:
    hour, typed = timedelta(hours=1), START
    ahead = merging.corrected(typed + hour, START + hour + timedelta(seconds=5), START + timedelta(seconds=5))
    behind = merging.corrected(typed - hour, START - hour, START)
    assert (ahead, behind) == (typed, typed)
    assert merging.corrected(typed + timedelta(seconds=90), typed + timedelta(seconds=90), typed) == typed + timedelta(seconds=90)
    assert merging.corrected(typed + hour, None, START) == START + merging.TOLERANCE


class Phone:
    """A phone in a basement: it keeps what it types and sends what it can, some of it twice."""

    def __init__(self, name: str) -> None:
        self.name, self.waiting = name, list[Entry]()


class TwoPhones(RuleBasedStateMachine):
    """Two assessors type; networks come and go; acknowledgements get lost."""

    typed = Bundle("typed")

    def __init__(self) -> None:
        super().__init__()
        self.server, self.phones = Form(), [Phone("a"), Phone("b")]
        self.all: list[Entry] = []
        self.seconds = 0

    @rule(phone=st.integers(0, 1), item=st.sampled_from(ITEMS), value=st.integers(0, 3), pause=st.integers(0, 2))
    def types(self, phone: int, item: str, value: int, pause: int) -> None:
        self.seconds += pause
        made = Entry(f"{len(self.all):08d}", "answer", item, value, START + timedelta(seconds=self.seconds))
        self.phones[phone].waiting.append(made)
        self.all.append(made)

    @rule(phone=st.integers(0, 1), acknowledged=st.booleans(), part=st.integers(1, 5))
    def sends(self, phone: int, acknowledged: bool, part: int) -> None:
        here = self.phones[phone]
        sent = here.waiting[:part]
        merging.merge(self.server, sent, who=here.name)
        if acknowledged:
            here.waiting = here.waiting[len(sent) :]

    @rule(phone=st.integers(0, 1))
    def sends_backwards(self, phone: int) -> None:
        merging.merge(self.server, reversed(self.phones[phone].waiting), who=self.phones[phone].name)

    @invariant()
    def nothing_is_lost(self) -> None:
        there = {line["id"] for line in self.server.log}
        waiting = {e.id for p in self.phones for e in p.waiting}
        assert {e.id for e in self.all} <= there | waiting
        assert len(self.server.log) == len(there)

    @invariant()
    def the_latest_that_arrived_counts(self) -> None:
        there = {line["id"] for line in self.server.log}
        for item in ITEMS:
            arrived = [e for e in self.all if e.item == item and e.id in there]
            if arrived:
                assert self.server.answers[item] == max(arrived, key=lambda e: (e.at, e.id)).value


TwoPhones.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
test_two_phones_in_a_basement = TwoPhones.TestCase
