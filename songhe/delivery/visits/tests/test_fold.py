"""The fold: any order, any repetition of the reports of a visit makes the same life."""

from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from songhe.delivery.visits.rules import Report, fold
from songhe.kernel.clock import SHANGHAI

NINE = datetime(2026, 11, 18, 9, 0, tzinfo=SHANGHAI)
moments = st.integers(-120, 600).map(lambda minutes: NINE + timedelta(minutes=minutes))
reports = st.builds(
    Report,
    id=st.integers(1, 2**32).map(lambda n: UUID(int=n)),
    kind=st.sampled_from(["in", "out"]),
    at=moments,
    flags=st.lists(st.sampled_from(["outside_fence", "late_sync", "no_position", "other_carer"]), max_size=2, unique=True).map(tuple),
    items=st.lists(st.integers(1, 42), max_size=3).map(tuple),
    signed=st.booleans(),
)


def report(kind, minutes, n, **more):
    return Report(UUID(int=n), kind, NINE + timedelta(minutes=minutes), **more)


@given(st.lists(reports, max_size=7, unique_by=lambda r: r.id), st.randoms(use_true_random=False), st.sampled_from(["assigned", "missed"]))
def test_any_order_and_any_repetition_make_the_same_life(found, random, before):
    life = fold(found, before)
    shuffled = found + random.choices(found, k=4) if found else []
    random.shuffle(shuffled)
    assert fold(shuffled, before) == life


@given(st.lists(reports, max_size=7, unique_by=lambda r: r.id))
def test_a_life_is_whole(found):
    life = fold(found, "assigned")
    assert (life.state == "done") == (life.ended_at is not None) == (life.minutes is not None)
    assert (life.started_at is None) == (life.state == "assigned") == (life.counted_in is None)
    if life.state == "done":
        assert life.ended_at >= life.started_at
        assert 0 <= life.minutes <= 720
        assert life.signed != ("no_signature" in life.flags)
    else:
        assert life.items == ()


@given(st.lists(reports, min_size=1, max_size=6, unique_by=lambda r: r.id))
def test_one_report_more_never_takes_a_visit_back(found):
    order = ["assigned", "started", "done"]
    states = [order.index(fold(found[:n], "assigned").state) for n in range(len(found) + 1)]
    # An earlier check-in that comes late may move the start, never undo the visit.
    assert states == sorted(states)


def test_the_first_check_in_and_the_first_check_out_after_it_count():
    life = fold([report("out", 70, 1, items=(1,)), report("in", 0, 2), report("in", 5, 3), report("out", 60, 4, items=(9,))], "assigned")
    assert (life.state, life.minutes, life.items, life.counted_in) == ("done", 60, (9,), UUID(int=2))
    assert "repeated" in life.flags


def test_a_check_out_alone_waits_for_its_check_in():
    assert fold([report("out", 60, 1)], "assigned").state == "assigned"
    assert fold([report("out", 60, 1), report("in", 0, 2)], "assigned").state == "done"


def test_a_check_out_before_the_check_in_ends_nothing():
    assert fold([report("out", -5, 1), report("in", 0, 2)], "assigned").state == "started"


def test_a_signature_on_a_report_that_does_not_count_is_still_a_signature():
    life = fold([report("in", 0, 1), report("out", 60, 2), report("out", 61, 3, signed=True)], "assigned")
    assert life.signed
    assert "no_signature" not in life.flags


def test_a_missed_visit_that_a_phone_proves_is_done_and_says_so():
    life = fold([report("in", 0, 1), report("out", 60, 2, signed=True)], "missed")
    assert life.state == "done"
    assert life.flags == ("missed_before",)
