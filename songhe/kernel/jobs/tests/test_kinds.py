"""When the schedule strikes."""

from datetime import datetime

import pytest

from songhe.kernel.clock import SHANGHAI
from songhe.kernel.jobs import Daily, Every, Monthly


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("when", "moment", "following"),
    [
        (Every(15), "2026-03-01 08:00", "2026-03-01 08:15"),
        (Every(15), "2026-03-01 08:14:59", "2026-03-01 08:15"),
        (Every(15), "2026-03-01 23:50", "2026-03-02 00:00"),
        (Every(7), "2026-03-01 23:59", "2026-03-02 00:00"),
        (Daily("02:10"), "2026-03-01 02:09", "2026-03-01 02:10"),
        (Daily("02:10"), "2026-03-01 02:10", "2026-03-02 02:10"),
        (Daily("02:10"), "2026-12-31 12:00", "2027-01-01 02:10"),
        (Monthly(5, "06:00"), "2026-03-05 05:59", "2026-03-05 06:00"),
        (Monthly(5, "06:00"), "2026-03-05 06:00", "2026-04-05 06:00"),
        (Monthly(31, "06:00"), "2026-02-10 00:00", "2026-02-28 06:00"),
        (Monthly(31, "06:00"), "2026-12-31 07:00", "2027-01-31 06:00"),
    ],
)
def test_the_next_time_is_the_first_one_later_than_now(when: object, moment: str, following: str) -> None:
    assert when.after(at(moment)) == at(following)  # type: ignore[attr-defined]


def test_a_moment_in_another_zone_counts_as_shanghai_time() -> None:
    assert Daily("02:10").after(datetime.fromisoformat("2026-03-01T18:00:00+00:00")) == at("2026-03-02 02:10")
