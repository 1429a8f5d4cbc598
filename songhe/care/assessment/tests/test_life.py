"""One elder's way from the application to the level, and what each step leaves behind."""

from __future__ import annotations

from datetime import date

from songhe.care.assessment import actions
from songhe.care.assessment.models import Assessment, Survey
from songhe.kernel import clock
from songhe.kernel.events.models import Event
from songhe.register.people.models import CareLevel
from songhe.simulation.cast import Cast

from .conftest import Bring, carry


def test_an_application_becomes_a_level_in_all_three_schemes(cast: Cast, bring: Bring) -> None:
    case = bring("delivered", level=4)
    levels = {r.scheme: r for r in CareLevel.objects.unscoped("test").filter(person=cast.shen)}
    assert (levels["shanghai"].level, levels["shanghai"].label, levels["shanghai"].official) == (4, "照护四级", True)
    assert {levels["national"].official, levels["gbt42195"].official} == {False}
    assert levels["national"].reasons
    assert levels["gbt42195"].level == case.gbt_level
    # Concluded on 26 November: effective from the month after, valid for 24 months.
    assert case.concluded_on == date(2026, 11, 26)
    assert case.valid_until == date(2028, 11, 25)
    assert {r.starts for r in levels.values()} == {date(2026, 12, 1)}
    assert levels["shanghai"].ends == date(2028, 11, 26)
    assert levels["gbt42195"].ends == date(2027, 11, 26)


def test_every_step_leaves_one_event_without_a_name_or_a_number(cast: Cast, bring: Bring) -> None:
    case = bring("delivered")
    kinds = list(Event.objects.unscoped("test").filter(subject_id=case.pk).order_by("at", "id").values_list("kind", flat=True))
    assert [k.split(".")[1] for k in kinds if not k.endswith("attached")] == [
        "opened", "submit", "accept", "assign", "schedule", "began", "survey", "review", "publish", "conclude", "deliver",
    ]
    told = str(list(Event.objects.unscoped("test").filter(subject_id=case.pk).values_list("data", "reason")))
    assert cast.shen.name not in told
    assert cast.shen.identity_number not in told


def test_the_survey_keeps_reasons_and_the_case_the_levels(bring: Bring) -> None:
    case = bring("surveyed")
    national = Survey.objects.unscoped("test").get(assessment=case, instrument="ltci_national_2021")
    assert national.result["level"] == case.national_level
    assert national.result["reasons"]
    assert national.submitted_at == clock.now()
    assert case.official_level is None


def test_a_conclusion_expires_after_its_last_day_and_not_before(bring: Bring) -> None:
    case = bring("delivered")
    clock.set_clock(case.valid_until)
    assert actions.run_due() == 0
    case = carry_to_expiry(case)
    assert case.state == "expired"


def carry_to_expiry(case: Assessment) -> Assessment:
    """The day after the last day."""
    from datetime import timedelta

    clock.set_clock(case.valid_until + timedelta(days=1))
    assert actions.run_due() == 1
    case.refresh_from_db(from_queryset=Assessment.objects.unscoped("test"))
    return case


def test_a_new_conclusion_replaces_the_one_before_and_its_levels(cast: Cast, bring: Bring) -> None:
    first = bring("delivered", level=3)
    clock.set_clock(date(2027, 3, 10))
    second = actions.apply(
        actions.Application(cast.shen.pk, kind="change", statement="跌倒后骨折，不能独立行走"), by=cast.street
    )[0]
    carry(cast, second, "delivered", level=5)
    first.refresh_from_db(from_queryset=Assessment.objects.unscoped("test"))
    assert first.state == "superseded"
    rows = CareLevel.objects.unscoped("test").filter(person=cast.shen, scheme="shanghai").order_by("starts")
    assert [(r.level, r.starts, r.ends) for r in rows] == [
        (3, date(2026, 12, 1), date(2027, 4, 1)), (5, date(2027, 4, 1), second.valid_until + __import__("datetime").timedelta(1)),
    ]


def test_the_outcome_see_a_doctor_is_recorded_and_opens_no_level_above_it(cast: Cast, bring: Bring) -> None:
    bring("delivered", level=-1)
    row = CareLevel.objects.unscoped("test").get(person=cast.shen, scheme="shanghai")
    assert (row.level, row.label) == (-1, "建议至相关医疗机构就诊")
