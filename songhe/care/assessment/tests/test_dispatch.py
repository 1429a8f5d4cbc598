"""Dispatch: exclusion before load, and every answer says why."""

from __future__ import annotations

from collections import Counter
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from songhe.care.assessment import actions, dispatch, queries
from songhe.care.assessment.dispatch import Agency, Wanted
from songhe.kernel import registry
from songhe.kernel.errors import Refused
from songhe.simulation.cast import Cast

from .conftest import Bring, carry, staff

ON = date(2026, 11, 18)
TOWN, FAR = "310107005001", "310107015001"


def agency(n: int, *, assessors: int = 4, class_b: int = 2, load: int = 0, area: str = FAR) -> Agency:
    return Agency(UUID(int=n), f"机构{n}", area, assessors, class_b, load)


def wanted(n: int = 100, **facts: object) -> Wanted:
    return Wanted(UUID(int=n), TOWN, **facts)  # type: ignore[arg-type]


def first(w: Wanted, *agencies: Agency) -> str:
    return dispatch.rank(w, agencies, ON)[0].agency.name


def test_the_fewest_cases_per_assessor_win() -> None:
    assert first(wanted(), agency(1, load=8), agency(2, assessors=10, load=15)) == "机构2"


def test_with_equal_loads_the_same_town_wins_and_then_the_name() -> None:
    assert first(wanted(), agency(1), agency(2, area="310107005000")) == "机构2"
    assert first(wanted(), agency(2), agency(1)) == "机构1"


@pytest.mark.parametrize(
    ("barred", "w", "words"),
    [
        (agency(1, assessors=1), wanted(), "不足 2 名"),
        (agency(1, class_b=0), wanted(), "没有在岗的 B 类评估员"),
        (agency(1), wanted(serving=frozenset({UUID(int=1)})), "正在为该长者提供照护服务，应回避"),
        (agency(1), wanted(kind="review", earlier=frozenset({UUID(int=1)})), "应回避"),
        (agency(1), wanted(left=UUID(int=1)), "改派前的承办机构"),
    ],
)
def test_a_barred_agency_comes_last_with_its_reason(barred: Agency, w: Wanted, words: str) -> None:
    ranked = dispatch.rank(w, [barred, agency(2, load=40)], ON)
    assert [r.eligible for r in ranked] == [True, False]
    assert words in ranked[1].reasons[0].text


def test_the_explanation_names_the_winner_and_every_barred_one() -> None:
    (choice,) = dispatch.distribute([wanted(serving=frozenset({UUID(int=1)}))], [agency(1), agency(2), agency(3, load=9)], ON)
    texts = [b.text for b in choice.reasons]
    assert choice.agency == agency(2)
    assert "在 2 家中负荷最轻" in texts[0]
    assert texts[1].startswith("机构1：")
    assert choice.reasons[1].source


def test_where_all_are_barred_nobody_gets_the_case() -> None:
    (choice,) = dispatch.distribute([wanted()], [agency(1, class_b=0)], ON)
    assert choice.agency is None
    assert choice.reasons


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 20), min_size=1, max_size=6), st.integers(1, 60))
def test_many_cases_even_out_the_loads(loads: list[int], cases: int) -> None:
    agencies = [agency(n + 1, load=load) for n, load in enumerate(loads)]
    choices = dispatch.distribute([wanted(100 + n) for n in range(cases)], agencies, ON)
    got = Counter(c.agency.id for c in choices if c.agency)
    after = {a.id: a.load + got[a.id] for a in agencies}
    assert sum(got.values()) == cases
    # Whoever was given a case is at most one ahead of the lightest.
    assert all(after[i] <= min(after.values()) + 1 for i in got)


def test_priority_cases_choose_first() -> None:
    one = agency(1)
    two = agency(2, load=1)
    ordinary, urgent = wanted(100), wanted(101, priority=True)
    choices = dispatch.distribute([ordinary, urgent], [one, two], ON)
    assert choices[1].agency == one
    assert choices[0].wanted == ordinary


@pytest.mark.django_db
class TestAssigning:
    """The action, with real loads and whoever serves the person."""

    def test_it_takes_the_lightest_and_keeps_the_reasons(self, cast: Cast, bring: Bring) -> None:
        staff(cast, "other_agency", "A", "B")
        bring("assigned", cast.people["dai"], agency="agency")
        case = bring("accepted")
        actions.assign(case, by=cast.street)
        assert case.agency_id == cast.organisations["other_agency"].pk
        assert case.assignment["automatic"]
        assert "示例·长寿评估中心" in case.assignment["because"][0]["text"]

    def test_whoever_serves_the_person_stands_aside(self, cast: Cast, bring: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
        serving = {cast.shen.pk: {cast.organisations["agency"].pk}}
        monkeypatch.setattr(registry.servers, "_items", {"test": lambda people: serving})
        case = bring("accepted")
        with pytest.raises(Refused, match="应回避"):
            actions.assign(case, by=cast.street, agency=cast.organisations["agency"].pk)
        with pytest.raises(Refused, match="示例·曹杨评估中心：正在为该长者提供照护服务") as refusal:
            actions.assign(case, by=cast.street)
        assert refusal.value.remedy
        staff(cast, "other_agency", "A", "B")
        actions.assign(case, by=cast.street)
        assert case.agency_id == cast.organisations["other_agency"].pk

    def test_an_organisation_that_is_no_agency_is_refused(self, cast: Cast, bring: Bring) -> None:
        case = bring("accepted")
        with pytest.raises(Refused, match="不是在册的评估机构"):
            actions.assign(case, by=cast.street, agency=cast.organisations["provider"].pk)

    def test_many_are_assigned_without_a_query_each(self, cast: Cast, django_assert_max_num_queries) -> None:
        from songhe.simulation import cast as stage

        people = [
            stage._person(f"测试{n}", "f", date(1940 + n, 1, 1), 3, "310107005001", "alone") for n in range(12)
        ]
        cases = actions.apply([actions.Application(p.pk) for p in people], by=cast.street)
        actions.submit(cases, by=cast.street)
        actions.accept(cases, by=cast.street)
        with django_assert_max_num_queries(16):
            actions.assign(cases, by=cast.street)
        assert {c.agency_id for c in cases} == {cast.organisations["agency"].pk}

    def test_reassignment_leaves_the_first_agency_and_empties_the_form(self, cast: Cast, bring: Bring) -> None:
        from .conftest import fill

        staff(cast, "other_agency", "A", "B")
        case = bring("scheduled")
        fill(cast, case)
        actions.reassign(case, by=cast.street, reason="机构人员不足")
        assert case.agency_id == cast.organisations["other_agency"].pk
        assert (case.scheduled_at, case.assessor_a_id, case.state) == (None, None, "assigned")
        rows = queries.surveys_of(case)
        assert all(not s.answers and s.log for s in rows.values())


@pytest.mark.django_db
class TestObjectionChain:
    """复核 by another agency, 终核 by a third, and then no more."""

    def test_review_and_final_exclude_all_earlier_agencies(self, cast: Cast, bring: Bring) -> None:
        staff(cast, "other_agency", "A", "B")
        first_case = bring("delivered", level=3)
        review = actions.request_review(first_case, by=cast.elder, reason="行走能力评得过高")
        assert (review.kind, review.previous_id, review.state) == ("review", first_case.pk, "submitted")
        actions.accept(review, by=cast.street)
        assert self._eligible(review) == {"示例·长寿评估中心"}
        with pytest.raises(Refused, match="已作过本次异议所涉的评估，应回避"):
            actions.assign(review, by=cast.street, agency=cast.organisations["agency"].pk)
        self._conclude(cast, review, "other_agency")
        final = actions.request_review(review, by=cast.daughter, reason="仍然有异议", applicant="relative")
        actions.accept(final, by=cast.street)
        assert self._eligible(final) == set()

    def test_the_conclusion_of_the_review_replaces_the_first(self, cast: Cast, bring: Bring) -> None:
        from songhe.care.assessment.models import Assessment

        staff(cast, "other_agency", "A", "B")
        first_case = bring("delivered", level=3)
        review = actions.request_review(first_case, by=cast.elder, reason="行走能力评得过高")
        actions.accept(review, by=cast.street)
        self._conclude(cast, review, "other_agency")
        first_case.refresh_from_db(from_queryset=Assessment.objects.unscoped("test"))
        assert first_case.state == "superseded"
        with pytest.raises(Refused, match="最近一次评估结论"):
            actions.request_review(first_case, by=cast.elder, reason="行走能力评得过高")

    def test_a_stranger_does_not_object_for_her(self, cast: Cast, bring: Bring) -> None:
        from songhe.kernel.errors import Forbidden, Missing

        case = bring("delivered")
        with pytest.raises(Missing):
            actions.request_review(case, by=cast.stranger, reason="行走能力评得过高")
        with pytest.raises(Forbidden):
            actions.request_review(case, by=cast.agency, reason="行走能力评得过高")

    @staticmethod
    def _eligible(case: object) -> set[str]:
        return {r.agency.name for r in queries.ranking(case, ON) if r.eligible}  # type: ignore[arg-type]

    @staticmethod
    def _conclude(cast: Cast, case: object, part: str) -> None:
        from songhe.care.assessment.models import Assessment

        # The other agency's people are not of the cast: the case is judged without its survey being lived.
        actions.assign(case, by=cast.street, agency=cast.organisations[part].pk)  # type: ignore[arg-type]
        Assessment.objects.unscoped("test").filter(pk=case.pk).update(state="surveyed")  # type: ignore[attr-defined]
        case.state = "surveyed"  # type: ignore[attr-defined]
        carry(cast, case, "delivered", level=4, agency=part)  # type: ignore[arg-type]
