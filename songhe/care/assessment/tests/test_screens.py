"""The screens: who sees what, who does not, and how many queries it costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from songhe.care.assessment import actions, indicators, invariants, listing
from songhe.care.assessment.models import Assessment, Attachment, Survey
from songhe.kernel import clock
from songhe.kernel.access.models import Consent, Post, ReadEntry
from songhe.kernel.access.roles import Role
from songhe.register.people.models import Person
from songhe.simulation.cast import Cast

from .conftest import PNG, Bring, staff

pytestmark = pytest.mark.django_db
SignIn = Callable[[Post], Client]
NEIGHBOURS = ["neighbour_street", "other_agency", "neighbour", "stranger"]
OWN = ["bureau", "street", "advisor", "agency", "assessor", "assessor_b", "insurer", "auditor", "elder", "daughter"]
NOBODY = ["coordinator", "carer", "nurse", "home", "doctor", "volunteer", "admin"]


class TestScope:
    """Rows of case, survey and material; people that a case opens."""

    @pytest.fixture
    def case(self, cast: Cast, bring: Bring) -> Assessment:
        case = bring("scheduled")
        actions.attach(actions.Material(case.pk, PNG, "signature", signer="elder"), by=cast.assessor)
        return case

    @pytest.mark.parametrize("part", OWN)
    def test_those_concerned_see_the_case_and_what_hangs_on_it(self, cast: Cast, case: Assessment, part: str) -> None:
        post = cast.posts[part]
        assert Assessment.objects.visible_to(post).count() == 1
        assert Survey.objects.visible_to(post).count() == 2
        assert Attachment.objects.visible_to(post).count() == 1

    @pytest.mark.parametrize("part", [*NEIGHBOURS, *NOBODY])
    def test_a_neighbour_sees_nothing(self, cast: Cast, case: Assessment, part: str) -> None:
        post = cast.posts[part]
        for model in (Assessment, Survey, Attachment):
            assert not model.objects.visible_to(post).exists(), model

    def test_with_the_consent_the_daughters_view_ends(self, cast: Cast, case: Assessment) -> None:
        Consent.objects.unscoped("test").filter(purpose="family_view").update(withdrawn_at=clock.now())
        assert not Assessment.objects.visible_to(cast.daughter).exists()

    def test_a_case_opens_its_person_to_agency_and_assessors_while_it_is_in_hand(self, cast: Cast, bring: Bring) -> None:
        people = Person.objects
        for part in ("agency", "assessor", "assessor_b"):
            assert not people.visible_to(cast.posts[part]).exists()
        case = bring("concluded")
        for part in ("agency", "assessor", "assessor_b"):
            assert people.visible_to(cast.posts[part]).get() == cast.shen
        assert not people.visible_to(cast.other_agency).exists()
        actions.deliver(case, by=cast.street)
        for part in ("agency", "assessor"):
            assert not people.visible_to(cast.posts[part]).exists()


class TestList:
    """The list, its filters, its search and its export."""

    def get(self, client: Client, **query: str) -> Any:
        return client.get(reverse("assessment:list"), query)

    @pytest.mark.parametrize("part", ["street", "bureau", "advisor", "agency", "assessor", "insurer", "auditor"])
    def test_own_posts_see_the_row_and_the_look_is_on_record(self, cast: Cast, bring: Bring, sign_in: SignIn, part: str) -> None:
        case = bring("scheduled")
        answer = self.get(sign_in(cast.posts[part]))
        assert case.number in answer.content.decode()
        assert ReadEntry.objects.unscoped("test").filter(person_id=cast.shen.pk, post_id=cast.posts[part].pk).exists()

    @pytest.mark.parametrize("part", ["neighbour_street", "other_agency"])
    @pytest.mark.parametrize("query", [{}, {"q": "沈桂芳"}, {"q": "PG2026"}, {"state": "scheduled"}, {"export": "csv"}])
    def test_a_neighbour_finds_nothing_by_any_way(
        self, cast: Cast, bring: Bring, sign_in: SignIn, part: str, query: dict[str, str]
    ) -> None:
        case = bring("scheduled")
        answer = self.get(sign_in(cast.posts[part]), **query)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == 200
        assert case.number not in body.decode()

    @pytest.mark.parametrize("part", ["coordinator", "carer", "nurse", "doctor", "elder", "daughter", "volunteer", "admin"])
    def test_other_roles_are_turned_away(self, cast: Cast, sign_in: SignIn, part: str) -> None:
        assert self.get(sign_in(cast.posts[part])).status_code == 403

    def test_signed_out_one_is_led_to_the_sign_in(self, client: Client) -> None:
        answer = self.get(client)
        assert answer.status_code == 302
        assert "login" in answer["Location"]

    def test_the_export_has_the_rows_of_the_screen_and_is_refused_to_the_advisor(
        self, cast: Cast, bring: Bring, sign_in: SignIn
    ) -> None:
        case = bring("delivered", level=4)
        answer = self.get(sign_in(cast.street), export="csv")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        assert case.number in text
        assert "照护四级" in text
        assert ReadEntry.objects.unscoped("test").filter(what="export", person_id=cast.shen.pk).exists()
        assert self.get(sign_in(cast.advisor), export="csv").status_code == 403

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"state": "open"}, True), ({"state": "delivered"}, False), ({"kind": "first"}, True), ({"kind": "review"}, False),
            ({"special": "green"}, True), ({"special": "priority"}, False), ({"due": "late"}, True), ({"due": "today"}, False),
            ({"q": "沈"}, True), ({"q": "shengui"}, True), ({"q": "戴"}, False), ({"town": "310107005000"}, True),
        ],
    )
    def test_filters_and_search_narrow(
        self, cast: Cast, bring: Bring, sign_in: SignIn, query: dict[str, str], found: bool
    ) -> None:
        case = bring("accepted", green_channel=True, discharged_on=date(2026, 11, 1))
        clock.set_clock(date(2026, 11, 24))
        assert (case.number in self.get(sign_in(cast.street), **query).content.decode()) is found

    def test_its_queries_do_not_grow_with_its_rows(self, cast: Cast, bring: Bring, sign_in: SignIn, django_assert_max_num_queries) -> None:
        from songhe.simulation import cast as stage

        people = [stage._person(f"测试{n}", "f", date(1940 + n, 1, 1), 3, "310107005001", "alone") for n in range(20)]
        actions.apply([actions.Application(p.pk) for p in people], by=cast.street)
        client = sign_in(cast.street)
        self.get(client)
        with django_assert_max_num_queries(12):
            assert self.get(client).content.decode().count("PG2026-") == 20


class TestCasePage:
    """The generic page with this room's facts and panels."""

    @pytest.mark.parametrize("state", ["draft", "submitted", "accepted", "assigned", "scheduled", "surveyed", "reviewed",
                                       "noticed", "objected", "concluded", "delivered", "expired"])
    def test_it_is_drawn_in_every_state(self, cast: Cast, bring: Bring, sign_in: SignIn, state: str) -> None:
        case = bring(state)
        answer = sign_in(cast.street).get(reverse("cases:page", args=["assessment", case.pk]))
        assert answer.status_code == 200
        assert case.number in answer.content.decode()

    def test_computed_levels_are_marked_as_not_official(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case = bring("delivered", level=5)
        page = sign_in(cast.street).get(reverse("cases:page", args=["assessment", case.pk])).content.decode()
        assert page.count("非官方") == 2
        assert "照护五级" in page
        assert "医保办发〔2021〕37号" in page

    def test_before_acceptance_the_clerk_sees_what_the_rules_find(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        from songhe.register.people.models import Cover

        case, client = bring("submitted"), sign_in(cast.street)
        url = reverse("cases:page", args=["assessment", case.pk])
        assert "符合受理条件" in client.get(url).content.decode()
        Cover.objects.unscoped("test").filter(person=cast.shen).update(kind="elsewhere")
        page = client.get(url).content.decode()
        assert "不符合受理条件" in page
        assert "医保关系在外地" in page

    def test_the_clerk_sees_the_ranking_with_reasons_before_she_assigns(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case, client = bring("accepted"), sign_in(cast.street)
        page = client.get(reverse("cases:page", args=["assessment", case.pk])).content.decode()
        assert "没有在岗的 B 类评估员" in page
        answer = client.post(reverse("cases:step", args=["assessment", case.pk, "assign"]), {"agency": ""})
        assert answer.status_code == 302
        case.refresh_from_db(from_queryset=Assessment.objects.unscoped("test"))
        assert case.agency_id == cast.organisations["agency"].pk

    def test_a_refusal_comes_back_beside_the_field_with_what_was_typed(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case = bring("surveyed")
        url = reverse("cases:step", args=["assessment", case.pk, "review"])
        answer = sign_in(cast.agency).post(url, {"official_level": "3", "official_number": "SH-77", "members": ["孙萍"], "others": "王专家"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "集体审核须有至少 3 人，现为 2 人" in page
        assert "SH-77" in page
        answer = sign_in(cast.agency).post(
            url, {"official_level": "3", "official_number": "SH-77", "members": ["孙萍", "刘海"], "others": "王专家，李专家"}
        )
        assert answer.status_code == 302
        case.refresh_from_db(from_queryset=Assessment.objects.unscoped("test"))
        assert case.panel == ["孙萍", "刘海", "王专家", "李专家"]

    def test_elder_and_daughter_see_the_result_when_it_is_concluded_and_not_before(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case = bring("noticed", level=5)
        url = reverse("cases:page", args=["assessment", case.pk])
        assert "照护五级" not in sign_in(cast.elder).get(url).content.decode()
        clock.set_clock(case.due_on + timedelta(days=1))
        actions.run_due()
        for part in ("elder", "daughter"):
            assert "照护五级" in sign_in(cast.posts[part]).get(url).content.decode()
        assert sign_in(cast.stranger).get(url).status_code == 404


class TestPapers:
    """Notice and report on paper."""

    def url(self, case: Assessment, kind: str) -> str:
        return reverse("assessment:paper", args=[case.pk, kind])

    def test_both_are_printed_and_the_print_is_on_record(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case = bring("delivered", level=4)
        for kind in ("notice", "report"):
            answer = sign_in(cast.street).get(self.url(case, kind))
            assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
        assert ReadEntry.objects.unscoped("test").filter(what="print", person_id=cast.shen.pk).count() == 2

    def test_the_daughter_prints_the_notice_and_not_the_report(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case = bring("concluded")
        assert sign_in(cast.daughter).get(self.url(case, "notice")).status_code == 200
        assert sign_in(cast.daughter).get(self.url(case, "report")).status_code == 403
        assert sign_in(cast.stranger).get(self.url(case, "notice")).status_code == 404

    def test_before_its_time_there_is_no_paper(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case = bring("noticed")
        assert sign_in(cast.elder).get(self.url(case, "notice")).status_code == 422
        assert sign_in(cast.street).get(self.url(case, "other")).status_code == 422

    def test_the_notice_says_how_and_until_when_to_object(self, cast: Cast, bring: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
        from songhe.care.assessment import papers

        said: dict[str, Any] = {}
        monkeypatch.setattr(papers, "render_pdf", lambda template, data: said.update(data) or b"")
        papers.pdf(bring("delivered", level=4), "notice", cast.street)
        assert "「照护四级」" in said["lines"][0]
        assert "30 个工作日内（至 2027-01-07，放假安排公布后" in said["objection"][0]
        assert cast.shen.identity_number not in str(said)


class TestDiary:
    """Who goes where."""

    def test_the_agency_sees_its_week_and_another_agency_an_empty_one(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        bring("scheduled")
        assert "沈桂芳" in sign_in(cast.agency).get(reverse("assessment:calendar")).content.decode()
        assert "沈桂芳" not in sign_in(cast.other_agency).get(reverse("assessment:calendar")).content.decode()

    def test_the_assessor_sees_her_next_days_with_progress(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case = bring("scheduled")
        page = sign_in(cast.assessor_b).get(reverse("assessment:calendar")).content.decode()
        assert reverse("assessment:survey", args=[case.pk]) in page
        assert "0/43" in page

    def test_a_survey_that_was_not_handed_in_yesterday_is_still_there(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        bring("scheduled")
        clock.set_clock(date(2026, 11, 20))
        assert "沈桂芳" in sign_in(cast.assessor).get(reverse("assessment:calendar")).content.decode()

    @pytest.mark.parametrize("week", ["", "2026-11-18", "nonsense", "2026-02-30"])
    def test_any_week_can_be_asked_for(self, cast: Cast, sign_in: SignIn, week: str) -> None:
        assert sign_in(cast.agency).get(reverse("assessment:calendar"), {"week": week}).status_code == 200

    @pytest.mark.parametrize("part", ["street", "bureau", "elder", "carer", "admin"])
    def test_it_is_nobody_elses(self, cast: Cast, sign_in: SignIn, part: str) -> None:
        assert sign_in(cast.posts[part]).get(reverse("assessment:calendar")).status_code == 403


class TestObjectionPage:
    """Asking for 复核 on a page."""

    def test_the_elder_asks_and_gets_a_new_case(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case, client = bring("delivered"), sign_in(cast.elder)
        url = reverse("assessment:objection", args=[case.pk])
        assert "照护三级" in client.get(url).content.decode()
        answer = client.post(url, {"applicant": "self", "reason": "行走能力评得过高"})
        made = Assessment.objects.unscoped("test").get(kind="review")
        assert answer.status_code == 302
        assert str(made.pk) in answer["Location"]

    def test_too_late_the_reason_is_shown_and_the_text_kept(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case = bring("delivered")
        clock.set_clock(date(2027, 2, 1))
        answer = sign_in(cast.street).post(
            reverse("assessment:objection", args=[case.pk]), {"applicant": "self", "reason": "行走能力评得过高"}
        )
        assert answer.status_code == 422
        assert "30 个工作日" in answer.content.decode()
        assert "行走能力评得过高" in answer.content.decode()

    @pytest.mark.parametrize(("part", "status"), [("stranger", 404), ("neighbour_street", 404), ("agency", 403), ("carer", 403)])
    def test_others_do_not_get_there(self, cast: Cast, bring: Bring, sign_in: SignIn, part: str, status: int) -> None:
        case = bring("delivered")
        assert sign_in(cast.posts[part]).get(reverse("assessment:objection", args=[case.pk])).status_code == status


class TestClocks:
    """What the panel of time limits says: the office can be late, an applicant who did not object is not."""

    @staticmethod
    def panel(client: Client, case: Assessment) -> str:
        page = client.get(reverse("cases:page", args=["assessment", case.pk])).content.decode()
        return page.split("办理时限</h2>")[1].split("依据")[0]

    def test_an_objection_term_that_ran_out_unused_is_nobodys_delay(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case = bring("delivered")
        assert "剩" in self.panel(sign_in(cast.street), case)
        clock.set_clock(date(2027, 2, 1))
        for post in (cast.street, cast.elder):
            text = self.panel(sign_in(post), case)
            assert "期限已过，未申请复核" in text
            assert "已超" not in text
            assert "tone-bad" not in text

    def test_an_objection_that_was_made_is_said_with_its_day(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case = bring("delivered")
        actions.request_review(case, by=cast.elder, reason="行走能力评得过高")
        asked = clock.today()
        clock.set_clock(date(2027, 2, 1))
        for post in (cast.agency, cast.daughter):
            text = self.panel(sign_in(post), case)
            assert "已申请" in text and f"{asked:%Y-%m-%d}" in text
            assert "未申请" not in text

    def test_a_duty_of_the_office_that_is_overdue_stays_red(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case = bring("assigned")
        clock.advance(timedelta(days=60))
        text = self.panel(sign_in(cast.street), case)
        assert "已超" in text and "tone-bad" in text


class TestWorklist:
    """What waits for whom."""

    @pytest.mark.parametrize(
        ("state", "parts"),
        [
            ("submitted", {"street"}), ("accepted", {"street", "bureau"}), ("assigned", {"agency"}),
            ("scheduled", {"assessor", "assessor_b"}), ("surveyed", {"agency"}), ("reviewed", {"agency"}),
            ("noticed", set()), ("objected", {"agency"}), ("concluded", {"street", "advisor"}), ("delivered", set()),
        ],
    )
    def test_each_state_waits_for_those_who_have_the_next_step(self, cast: Cast, bring: Bring, state: str, parts: set[str]) -> None:
        bring(state)
        everybody = ["street", "bureau", "advisor", "agency", "assessor", "assessor_b", "neighbour_street", "other_agency"]
        assert {p for p in everybody if listing.waiting(cast.posts[p]).exists()} == parts


class TestApi:
    """The same for programs."""

    URL = "/api/v1/assessments"

    @pytest.fixture(autouse=True)
    def _mounted(self, client: Client) -> None:
        from django.urls import Resolver404, resolve

        for url in ("/api/v1/assessments", "/api/assessments"):
            try:
                resolve(url)
            except Resolver404:
                continue
            type(self).URL = url
            return
        pytest.fail("the interface is not mounted")

    def test_it_answers_within_the_scope(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case = bring("delivered", level=4)
        page = sign_in(cast.street).get(self.URL, {"state": "delivered"}).json()
        assert [(i["number"], i["level"], i["level_name"]) for i in page["items"]] == [(case.number, 4, "照护四级")]
        full = sign_in(cast.elder).get(f"{self.URL}/{case.pk}").json()
        assert {c["instrument"] for c in full["computed"]} == {"ltci_national_2021", "gbt42195_2022"}
        for part in ("neighbour_street", "other_agency"):
            assert sign_in(cast.posts[part]).get(self.URL).json()["items"] == []
        for part in NEIGHBOURS:
            assert sign_in(cast.posts[part]).get(f"{self.URL}/{case.pk}").status_code == 404
        assert sign_in(cast.carer).get(self.URL).status_code == 403
        assert Client().get(self.URL).status_code == 401

    def test_it_takes_applications_and_refuses_with_reasons(self, cast: Cast, sign_in: SignIn) -> None:
        def ask(**body: Any) -> Any:
            return sign_in(cast.street).post(self.URL, {"person_id": str(cast.shen.pk), **body}, content_type="application/json")

        assert ask().status_code == 201
        again = ask()
        assert again.status_code == 422
        assert "已有在办的评估" in again.json()["title"]
        assert ask(kind="review").status_code == 422
        assert ask(person_id=str(cast.people["dai"].pk)).status_code == 404


class TestFiguresAndInvariants:
    """Indicators, and what must always hold."""

    def test_the_four_figures(self, cast: Cast, bring: Bring) -> None:
        values = {i.code: i for i in indicators.INDICATORS}
        day = clock.today()
        assert values["assessment.days"].compute("310107", day) is None
        bring("surveyed")
        clock.advance(timedelta(days=6))
        case = Assessment.objects.unscoped("test").get()
        actions.review(actions.Finding(case, 3, "SH-1", ("孙萍", "刘海", "专家")), by=cast.agency)
        bring("submitted", cast.people["dai"])
        clock.advance(timedelta(days=7))
        day = clock.today()
        found = {code: (i.compute("310107", day), i.compute("310107015", day), dict(i.by_town("310107", day)))  # type: ignore[misc]
                 for code, i in values.items()}
        assert found["assessment.applied"] == (2, 1, {"310107005000": 1, "310107015000": 1})
        assert found["assessment.assessed"] == (1, 0, {"310107005000": 1})
        assert found["assessment.days"] == (4.0, None, {"310107005000": 4.0})
        assert found["assessment.late"] == (1, 1, {"310107015000": 1})
        assert all(i.list_url and i.definition for i in values.values())

    def test_invariants_hold_after_every_state_and_find_what_is_broken(self, cast: Cast, bring: Bring) -> None:
        from songhe.kernel import vault

        checks = [invariants.teams, invariants.conclusions, invariants.levels, invariants.avoidance, invariants.files]
        case = bring("delivered")
        assert [v for check in checks for v in check()] == []
        rows = Assessment.objects.unscoped("test").filter(pk=case.pk)
        rows.update(assessor_b=cast.workers["assessor"], official_number="", official_level=2)
        vault.remove(Attachment.objects.unscoped("test").first().file)
        assert [len(list(check())) for check in checks] == [1, 1, 1, 0, 1]

    def test_a_person_can_be_forgotten_and_the_case_remains(self, cast: Cast, bring: Bring, django_capture_on_commit_callbacks) -> None:
        from songhe.care.assessment import filing
        from songhe.kernel import vault

        case = bring("delivered")
        with django_capture_on_commit_callbacks(execute=True):
            assert filing.erase([cast.shen.pk], clock.today()) == 1
        assert list(vault.files()) == []
        assert all(not s.answers and not s.log for s in Survey.objects.unscoped("test").all())
        case.refresh_from_db(from_queryset=Assessment.objects.unscoped("test"))
        assert case.official_level == 3

    def test_every_screen_role_is_a_role_with_rows(self) -> None:
        assert {Role.STREET, Role.AGENCY, Role.ASSESSOR} <= listing.READERS


def test_the_other_agency_needs_people_of_its_own(cast: Cast, bring: Bring) -> None:
    case = bring("assigned")
    stranger = staff(cast, "other_agency", "A", "B")
    assert not Assessment.objects.visible_to(cast.other_agency).filter(pk=case.pk).exists()
    assert all(w.organisation_id != case.agency_id for w in stranger)
