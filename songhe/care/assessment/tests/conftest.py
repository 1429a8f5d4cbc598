"""Ways to bring a case to any state, through the actions that people use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from songhe.care.assessment import actions, instruments
from songhe.care.assessment.merging import Entry
from songhe.care.assessment.models import Assessment
from songhe.engines import scoring
from songhe.kernel import clock
from songhe.kernel.ids import uuid7
from songhe.register.people.models import Person
from songhe.register.workforce.models import Certificate, Worker
from songhe.simulation.cast import Cast

PNG = b"\x89PNG\r\n\x1a\n" + b"a signature"
PANEL = ("孙萍", "刘海", "外聘专家")


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def entries(instrument: str, points: int = 0) -> list[Entry]:
    """An answer for every item: the option at place ``points`` from the best, or the worst there is."""
    return [
        Entry(str(uuid7()), "answer", i.id, i.options[min(points, len(i.options) - 1)].score, clock.now())
        for i in scoring.load(instrument).items
    ]


def fill(cast: Cast, case: Assessment, points: int = 1) -> None:
    """Both instruments answered, all three signatures there."""
    actions.save_answers(
        [actions.Batch(case.pk, name, entries(name, points)) for name in instruments.NAMES], by=cast.assessor
    )
    actions.attach(
        [actions.Material(case.pk, PNG, "signature", signer=s) for s in ("assessor_a", "assessor_b", "elder")],
        by=cast.assessor,
    )


def staff(cast: Cast, organisation: str, *classes: str) -> list[Worker]:
    """Certified assessors of these classes, newly in the service of an agency."""
    organisations = cast.organisations[organisation]
    made = [
        Worker(
            organisation=organisations, name=f"评估员{c}{n}", pinyin=f"pingguyuan{n}", sex="f", occupation="assessor",
            assessor_class=c, area_code=organisations.area_code, starts=date(2020, 1, 1),
        )
        for n, c in enumerate(classes)
    ]
    Worker.objects.bulk_create(made)
    Certificate.objects.bulk_create(
        [Certificate(worker=w, kind="评估员培训合格证", number=str(w.pk)[-6:], starts=date(2020, 1, 1)) for w in made]
    )
    return made


def tomorrow(hour: int = 10) -> datetime:
    """Ten o'clock of the day after today."""
    day = clock.today() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, hour, tzinfo=clock.SHANGHAI)


Bring = Callable[..., Assessment]


@pytest.fixture
def bring(cast: Cast) -> Bring:
    """``bring("surveyed", person, kind=...)``: a new case, taken through the actions to that state."""

    def to(state: str, person: Person | None = None, *, level: int = 3, agency: str = "agency", **asked: Any) -> Assessment:
        person = person or cast.shen
        street = cast.street if person.area_code.startswith(cast.street.area_code) else cast.neighbour_street
        case = actions.apply(actions.Application(person.pk, **asked), by=street)[0]
        return carry(cast, case, state, level=level, agency=agency, street=street)

    return to


def carry(cast: Cast, case: Assessment, state: str, *, level: int = 3, agency: str = "agency", street: Any = None) -> Assessment:
    """Take a case onwards until it is in ``state``."""
    street = street or cast.street
    office = getattr(cast, agency)
    steps: dict[str, Callable[[], Any]] = {
        "draft": lambda: actions.submit(case, by=street),
        "submitted": lambda: actions.accept(case, by=street),
        "accepted": lambda: actions.assign(case, by=street, agency=office.organisation_id),
        "assigned": lambda: actions.schedule(
            actions.Visit(case, tomorrow(), cast.workers["assessor"].pk, cast.workers["assessor_b"].pk), by=office
        ),
        "scheduled": lambda: (fill(cast, case), actions.submit_survey(case, by=cast.assessor)),
        "surveyed": lambda: actions.review(actions.Finding(case, level, f"SH-{case.number}", PANEL), by=office),
        "reviewed": lambda: actions.publish(case, by=office),
        "noticed": lambda: _wait_out_the_notice(case),
        "concluded": lambda: actions.deliver(case, by=street),
        "delivered": lambda: _wait_until(case.valid_until + timedelta(days=1)),
    }
    if state == "objected":
        carry(cast, case, "noticed", level=level, agency=agency, street=street)
        return actions.object_to(case, by=street, reason="对得分有异议")[0]
    while case.state != state:
        steps[case.state]()
        case.refresh_from_db(from_queryset=Assessment.objects.unscoped("test"))
    return case


def _wait_out_the_notice(case: Assessment) -> None:
    """The clock concludes; what happens before and after is dated as it would be."""
    assert case.due_on
    _wait_until(case.due_on + timedelta(days=1))


def _wait_until(day: date) -> None:
    clock.set_clock(datetime(day.year, day.month, day.day, 9, tzinfo=clock.SHANGHAI))
    actions.run_due()
