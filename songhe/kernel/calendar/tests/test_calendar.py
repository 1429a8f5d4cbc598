"""Working days follow the published arrangement, and an unpublished year says so."""

import timeit
from datetime import date, timedelta

import chinese_calendar
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from songhe.kernel.calendar import (
    add_working_days,
    days,
    days_changed,
    forget,
    is_certain,
    is_working_day,
    seed,
    unknown_years,
    working_days_between,
)
from songhe.kernel.calendar.models import Day, Kind

pytestmark = pytest.mark.django_db
D = date


@pytest.fixture(autouse=True)
def _fresh():
    forget()
    yield
    forget()


@pytest.mark.parametrize("year", range(2017, 2027))
def test_every_day_of_a_published_year_is_as_published(year):
    day = D(year, 1, 1)
    while day.year == year:
        assert is_working_day(day) == chinese_calendar.is_workday(day), day
        assert is_certain(day)
        day += timedelta(1)


def test_the_day_of_the_event_does_not_count():
    assert add_working_days(D(2026, 11, 18), 1).on == D(2026, 11, 19)
    assert add_working_days(D(2026, 11, 20), 1).on == D(2026, 11, 23)  # a Friday
    assert add_working_days(D(2026, 11, 21), 1).on == D(2026, 11, 23)  # a Saturday
    assert add_working_days(D(2026, 11, 21), 0).on == D(2026, 11, 21)


def test_a_deadline_goes_round_the_holidays_and_through_the_make_up_days():
    # 2026-10-01 to 07 is off; Saturday the 10th is worked.
    assert add_working_days(D(2026, 9, 30), 1).on == D(2026, 10, 8)
    assert add_working_days(D(2026, 9, 30), 3).on == D(2026, 10, 10)
    assert add_working_days(D(2026, 9, 30), 4).on == D(2026, 10, 12)


def test_counting_back_is_for_reminders():
    assert add_working_days(D(2026, 10, 8), -1).on == D(2026, 9, 30)
    assert add_working_days(D(2026, 10, 11), -1).on == D(2026, 10, 10)


@pytest.mark.parametrize("count", [1, 2, 5, 20, 90, 250])
def test_counting_days_undoes_adding_them(count):
    start = D(2025, 12, 20)
    for shift in range(0, 60, 7):
        day = start + timedelta(shift)
        end = add_working_days(day, count).on
        assert is_working_day(end)
        assert working_days_between(day, end) == count
        assert working_days_between(end, day) == -count


def test_an_unpublished_year_is_counted_monday_to_friday_and_says_so():
    found = add_working_days(D(2026, 12, 30), 3)
    assert found.on == D(2027, 1, 4)  # 1 January is not assumed to be a holiday
    assert not found.certain
    assert found.warning == "2027 年放假安排尚未公布，暂按周一至周五推算，公布后自动重算"
    assert unknown_years(D(2026, 1, 1), D(2028, 1, 1)) == [2027, 2028]
    within = add_working_days(D(2026, 12, 28), 2)
    assert within.certain
    assert within.warning == ""


def test_publishing_a_year_makes_its_deadlines_certain_and_tells_who_keeps_them(
    django_capture_on_commit_callbacks,
):
    told = []
    days_changed.connect(lambda years, **_: told.append(years), weak=False, dispatch_uid="test")
    try:
        assert not add_working_days(D(2026, 12, 30), 3).certain
        with django_capture_on_commit_callbacks(execute=True):
            Day.objects.create(date=D(2027, 1, 1), kind=Kind.HOLIDAY, name="元旦", source="通知")
    finally:
        days_changed.disconnect(dispatch_uid="test")
    assert told == [{2027}]
    found = add_working_days(D(2026, 12, 30), 3)
    assert (found.on, found.certain) == (D(2027, 1, 5), True)


def test_a_new_years_eve_of_the_next_paper_does_not_make_its_own_year_known():
    Day.objects.create(date=D(2027, 12, 31), kind=Kind.HOLIDAY, name="元旦", source="通知")
    assert not is_certain(D(2027, 6, 1))
    assert not is_working_day(D(2027, 12, 31))


def test_an_officers_row_wins_over_a_later_load():
    day = Day.objects.get(date=D(2026, 10, 10))
    assert is_working_day(day.date)
    day.kind = Kind.ORDINARY
    day.save()
    assert not is_working_day(day.date)
    assert seed.load() == 0
    assert not is_working_day(day.date)


def test_loading_adds_what_is_missing_once():
    Day.objects.all().delete()
    forget()
    assert not is_certain(D(2026, 1, 1))
    assert seed.load() == Day.objects.count() == len(list(seed.published()))
    assert seed.load() == 0
    assert is_certain(D(2026, 1, 1))
    assert all(day.source.startswith("国务院办公厅") for day in Day.objects.all())


def test_one_day_has_one_row_and_a_kind_we_know():
    with pytest.raises(ValidationError, match="这一天已有安排"):
        Day(date=D(2026, 10, 1), kind=Kind.WORKDAY, source="x").full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Day.objects.create(date=D(2027, 3, 3), kind="nap", source="x")


def test_a_thousand_questions_ask_the_database_once(django_assert_num_queries):
    forget()
    with django_assert_num_queries(1):
        for n in range(1000):
            add_working_days(D(2020, 1, 1) + timedelta(n), 20)


def test_far_days_are_answered_too():
    assert not is_working_day(D(1900, 1, 7))  # a Sunday
    assert is_working_day(D(2100, 1, 1))  # a Friday
    assert not add_working_days(D(2099, 12, 31), 10).certain


def test_another_process_is_heard_within_a_minute(monkeypatch):
    assert is_working_day(D(2027, 3, 3))
    Day.objects.bulk_create([Day(date=D(2027, 3, 3), kind=Kind.HOLIDAY, source="x")])  # no signal
    assert is_working_day(D(2027, 3, 3))
    monkeypatch.setattr(days, "_looked_at", days._looked_at - days._FRESH_SECONDS - 1)
    assert not is_working_day(D(2027, 3, 3))


def test_an_answer_takes_microseconds():
    add_working_days(D(2026, 1, 1), 20)
    rounds = 10_000
    seconds = min(timeit.repeat(lambda: add_working_days(D(2026, 1, 1), 20), number=rounds, repeat=3))
    assert seconds / rounds < 40e-6
