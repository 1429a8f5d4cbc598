"""Who may apply for what: every refusal in its own words, every rule with its source."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from songhe.care.assessment import actions, rules
from songhe.care.assessment.models import Assessment
from songhe.care.assessment.rules import Conclusion, Facts, Request
from songhe.kernel import clock
from songhe.kernel.errors import Forbidden, Missing, Refused
from songhe.register.people.models import Cover, Person, Relative
from songhe.simulation.cast import Cast

from .conftest import Bring

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 18)
AREA = "310107005001"
WELL = Facts(age=82, cover="employee", pension_claimed=True)
FIRST = Request("first", AREA)
LAST = Conclusion(
    UUID(int=1), "PG2026-000001", "first", "delivered", 3, date(2026, 9, 1), date(2026, 10, 20), date(2028, 8, 31)
)


def texts(request: Request, facts: Facts) -> str:
    return "；".join(r.text for r in rules.intake(request, facts, ON).refusals)


def test_an_insured_pensioner_of_sixty_is_taken_in() -> None:
    assert not rules.intake(FIRST, replace(WELL, age=60), ON).refusals


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (replace(WELL, age=59), "申请人须年满 60 周岁，现为 59 周岁"),
        (replace(WELL, cover=""), "未查到参保记录"),
        (replace(WELL, cover="elsewhere"), "医保关系在外地"),
        (replace(WELL, pension_claimed=False), "职工医保人员须已办理领取养老金手续"),
        (replace(WELL, open_case="PG2026-000009"), "已有在办的评估 PG2026-000009"),
        (replace(WELL, status="deceased"), "长者档案状态为「已故」"),
        (replace(WELL, status="moved"), "长者档案状态为「已迁出」"),
    ],
)
def test_each_obstacle_is_named(facts: Facts, words: str) -> None:
    assert words in texts(FIRST, facts)


def test_all_obstacles_are_named_at_once_and_rules_bring_their_source() -> None:
    found = rules.intake(FIRST, Facts(age=50), ON).refusals
    assert len(found) == 2
    assert all(r.source and r.rule for r in found)


def test_residents_insurance_asks_for_no_pension() -> None:
    assert not texts(FIRST, replace(WELL, cover="resident", pension_claimed=False))


def test_the_uninsured_may_be_assessed_at_their_own_cost() -> None:
    verdict = rules.intake(replace(FIRST, self_paid=True), replace(WELL, cover=""), ON)
    assert not verdict.refusals
    assert "个人全额负担" in verdict.notes[0].text


@pytest.mark.parametrize(
    ("discharged", "words"),
    [
        (None, "请填写出院日期"),
        (date(2026, 11, 19), "晚于今天"),
        (date(2026, 5, 17), "超过 6 个月"),
        (date(2026, 5, 18), ""),
        (ON, ""),
    ],
)
def test_the_green_channel_asks_for_a_recent_discharge(discharged: date | None, words: str) -> None:
    found = texts(replace(FIRST, green_channel=True, discharged_on=discharged), WELL)
    assert (words in found) if words else not found


class TestAgain:
    """A person who has been assessed before."""

    held = replace(WELL, last=LAST)

    def test_a_first_application_gives_way_to_the_conclusion_in_force(self) -> None:
        found = texts(FIRST, self.held)
        assert "照护三级" in found
        assert "2028-08-31" in found
        assert "状态评估" in found

    def test_after_expiry_a_first_application_is_open_again(self) -> None:
        over = replace(LAST, state="expired", valid_until=date(2026, 11, 17))
        assert not texts(FIRST, replace(WELL, last=over))

    def test_a_conclusion_below_the_levels_of_care_bars_nobody_but_advises_to_wait(self) -> None:
        verdict = rules.intake(FIRST, replace(WELL, last=replace(LAST, level=1)), ON)
        assert not verdict.refusals
        assert "建议暂缓" in verdict.notes[0].text
        assert verdict.notes[0].status == "recalled-low"

    @pytest.mark.parametrize(("until", "open_"), [(ON + timedelta(days=60), True), (ON + timedelta(days=61), False)])
    def test_renewal_opens_sixty_days_before_the_end(self, until: date, open_: bool) -> None:
        found = texts(Request("renewal", AREA), replace(WELL, last=replace(LAST, valid_until=until)))
        assert (not found) if open_ else "方可申请期末评估" in found

    def test_renewal_without_a_conclusion_is_a_first_application(self) -> None:
        assert "请申请首次评估" in texts(Request("renewal", AREA), WELL)

    def test_a_change_has_to_be_told_and_needs_a_conclusion_in_force(self) -> None:
        assert "写明身体状况" in texts(Request("change", AREA), self.held)
        assert not texts(Request("change", AREA, statement="跌倒骨折后不能行走"), self.held)
        assert "没有在有效期内" in texts(Request("change", AREA, statement="跌倒骨折"), WELL)

    def test_review_is_open_for_thirty_working_days_after_delivery(self) -> None:
        review = Request("review", AREA, previous_id=LAST.case_id)
        # Thirty working days after Friday 9 October 2026 end on 20 November.
        assert not texts(review, replace(WELL, last=replace(LAST, delivered_on=date(2026, 10, 9))))
        late = texts(review, replace(WELL, last=replace(LAST, delivered_on=date(2026, 9, 25))))
        assert "30 个工作日" in late
        assert "状态评估" in late

    @pytest.mark.parametrize(
        ("last", "kind", "words"),
        [
            (LAST, "final", "对复核结论有异议的申请终核"),
            (replace(LAST, kind="review"), "review", "对复核结论有异议的申请终核"),
            (replace(LAST, kind="final"), "final", "终核结论为最终结论"),
            (replace(LAST, delivered_on=None), "review", "尚未送达"),
            (replace(LAST, reviewed=True), "review", "已申请过复核"),
            (replace(LAST, case_id=UUID(int=2)), "review", "最近一次评估结论"),
        ],
    )
    def test_objections_follow_their_order(self, last: Conclusion, kind: str, words: str) -> None:
        assert words in texts(Request(kind, AREA, previous_id=UUID(int=1)), replace(WELL, last=last))

    def test_final_is_open_after_a_review(self) -> None:
        assert not texts(Request("final", AREA, previous_id=LAST.case_id), replace(WELL, last=replace(LAST, kind="review")))


class TestApplying:
    """The action: facts from the register, scope of the post."""

    def test_facts_come_from_the_register(self, cast: Cast) -> None:
        Cover.objects.unscoped("test").filter(person=cast.shen).update(pension_claimed=False)
        with pytest.raises(Refused, match="沈桂芳 暂不能申请首次评估：职工医保人员须已办理") as refusal:
            actions.apply(actions.Application(cast.shen.pk), by=cast.street)
        assert refusal.value.reasons[0].source
        assert refusal.value.remedy

    def test_a_second_application_is_refused_and_nothing_is_made(self, cast: Cast, bring: Bring) -> None:
        bring("assigned")
        with pytest.raises(Refused, match="已有在办的评估"):
            actions.apply(actions.Application(cast.shen.pk), by=cast.street)
        assert Assessment.objects.unscoped("test").count() == 1

    def test_two_applications_for_one_person_in_one_set_are_refused_by_the_database(self, cast: Cast) -> None:
        asked = [actions.Application(cast.shen.pk), actions.Application(cast.shen.pk)]
        with pytest.raises(Refused, match="已有一件在办的评估"):
            actions.apply(asked, by=cast.street)

    def test_a_neighbouring_street_does_not_even_find_the_person(self, cast: Cast) -> None:
        with pytest.raises(Missing):
            actions.apply(actions.Application(cast.shen.pk), by=cast.neighbour_street)

    def test_the_street_of_registration_sends_her_to_the_street_where_she_lives(self, cast: Cast) -> None:
        Person.objects.unscoped("test").filter(pk=cast.shen.pk).update(hukou_area_code="310107015001")
        with pytest.raises(Refused, match="应由常住地街镇受理"):
            actions.apply(actions.Application(cast.shen.pk), by=cast.neighbour_street)

    def test_the_daughter_acts_with_consent_and_not_without(self, cast: Cast) -> None:
        from songhe.kernel.access.models import Consent

        (case,) = actions.apply(actions.Application(cast.shen.pk, applicant="relative"), by=cast.daughter)
        Consent.objects.unscoped("test").filter(purpose="family_act").update(withdrawn_at=clock.now())
        with pytest.raises(Forbidden, match="未授权您代办"):
            actions.submit(case, by=cast.daughter)
        with pytest.raises(Missing):
            actions.apply(actions.Application(cast.shen.pk), by=cast.stranger)

    def test_the_daughter_whom_the_file_does_not_let_act_is_refused(self, cast: Cast) -> None:
        Relative.objects.unscoped("test").filter(pk=cast.daughter.holder_id).update(may_act=False)
        with pytest.raises(Forbidden):
            actions.apply(actions.Application(cast.shen.pk, applicant="relative"), by=cast.daughter)

    @pytest.mark.parametrize("part", ["agency", "assessor", "insurer", "coordinator", "carer", "admin", "bureau"])
    def test_nobody_else_applies(self, cast: Cast, part: str) -> None:
        with pytest.raises(Forbidden, match="不能提出评估申请"):
            actions.apply(actions.Application(cast.shen.pk), by=cast.posts[part])

    def test_what_changed_between_application_and_acceptance_is_seen(self, cast: Cast, bring: Bring) -> None:
        case = bring("submitted")
        Cover.objects.unscoped("test").filter(person=cast.shen).update(ends=ON)
        with pytest.raises(Refused, match=f"{case.number} 不能受理：.*未查到参保记录") as refusal:
            actions.accept(case, by=cast.street)
        assert "不予受理" in refusal.value.remedy

    def test_a_death_ends_what_is_in_hand_and_what_is_in_force(self, cast: Cast, bring: Bring) -> None:
        from songhe.kernel import hooks

        case = bring("scheduled")
        hooks.call("person.died", [cast.shen.pk], by=cast.street, at=clock.now())
        case.refresh_from_db(from_queryset=Assessment.objects.unscoped("test"))
        assert case.state == "terminated"
