"""The on-site survey: saved as typed, idempotent, complete when handed in; with and without scripts."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from songhe.care.assessment import actions, instruments, queries
from songhe.care.assessment.merging import Entry
from songhe.care.assessment.models import Assessment, Attachment, Survey
from songhe.kernel import clock
from songhe.kernel.access.models import Consent, Post, ReadEntry
from songhe.kernel.errors import Missing, Refused
from songhe.kernel.events.models import Event
from songhe.kernel.ids import uuid7
from songhe.simulation.cast import Cast

from .conftest import PNG, Bring, fill

pytestmark = pytest.mark.django_db
NATIONAL = "ltci_national_2021"
SignIn = Callable[[Post], Client]


def typed(item: str = "eating", value: Any = 10, **facts: Any) -> dict[str, Any]:
    return {
        "id": str(uuid7()), "instrument": NATIONAL, "kind": "answer", "item": item, "value": value,
        "at": clock.now().isoformat(), **facts,
    }


def send(client: Client, case: Assessment, *entries: dict[str, Any], name: str = "save") -> Any:
    return client.post(
        reverse(f"assessment:{name}", args=[case.pk]), json.dumps({"sent_at": clock.now().isoformat(), "entries": entries}),
        content_type="application/json", headers={"Accept": "application/json"},
    )


def answers(case: Assessment) -> dict[str, int]:
    return queries.surveys_of(case)[NATIONAL].answers


class TestSaving:
    """What phones send."""

    def test_the_same_entry_sent_twice_changes_nothing_twice(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case, client, line = bring("scheduled"), sign_in(cast.assessor), typed()
        first, again = send(client, case, line).json(), send(client, case, line).json()
        assert (first["outcome"][line["id"]], again["outcome"][line["id"]]) == ("applied", "known")
        assert again["state"]["surveys"][1]["revision"] == first["state"]["surveys"][1]["revision"] == 1
        assert answers(case) == {"eating": 10}

    def test_both_assessors_fill_in_one_form(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case = bring("scheduled")
        send(sign_in(cast.assessor), case, typed("eating", 10))
        state = send(sign_in(cast.assessor_b), case, typed("dressing", 5)).json()["state"]
        assert state["surveys"][1]["answers"] == {"eating": 10, "dressing": 5}

    def test_an_older_entry_that_comes_late_does_not_win(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case = bring("scheduled")
        send(sign_in(cast.assessor), case, typed("eating", 10))
        old = typed("eating", 0, at=(clock.now() - timedelta(minutes=10)).isoformat())
        assert send(sign_in(cast.assessor_b), case, old).json()["outcome"][old["id"]] == "older"
        assert answers(case) == {"eating": 10}

    def test_a_wrong_entry_is_named_and_the_others_are_saved(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case, wrong = bring("scheduled"), typed("walking", 7)
        body = send(sign_in(cast.assessor), case, wrong, typed("eating", 5)).json()
        assert "平地行走：没有这一选项" in body["outcome"][wrong["id"]]
        assert answers(case) == {"eating": 5}

    @pytest.mark.parametrize(
        "body", ["", "[]", "{}", '{"entries": 1}', '{"entries": [{"id": "x"}]}',
                 json.dumps({"entries": [typed(at="yesterday")]}), json.dumps({"entries": [typed(at="2026-11-18T09:00:00")]}),
                 json.dumps({"entries": [typed(instrument="other")]}), json.dumps({"entries": [typed(id="short")]})],
    )
    def test_what_cannot_be_read_is_refused_in_words(self, cast: Cast, bring: Bring, sign_in: SignIn, body: str) -> None:
        case = bring("scheduled")
        answer = sign_in(cast.assessor).post(
            reverse("assessment:save", args=[case.pk]), body, content_type="application/json", headers={"Accept": "application/json"}
        )
        assert answer.status_code == 422
        assert "无法识别" in answer.json()["message"]
        assert "本机" in answer.json()["remedy"]

    def test_after_handing_in_an_entry_is_kept_as_late_and_not_counted(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case = bring("surveyed")
        before = answers(case)
        line = typed("eating", 0)
        body = send(sign_in(cast.assessor), case, line).json()
        assert body["outcome"][line["id"]] == "late"
        assert body["state"]["open"] is False
        assert answers(case) == before
        assert queries.surveys_of(case)[NATIONAL].log[-1]["late"]

    @pytest.mark.parametrize("part", ["other_agency", "agency", "street", "elder"])
    def test_only_assessors_write(self, cast: Cast, bring: Bring, sign_in: SignIn, part: str) -> None:
        assert send(sign_in(cast.posts[part]), bring("scheduled"), typed()).status_code == 403

    def test_a_colleague_who_is_not_sent_finds_nothing(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case = bring("scheduled")
        Assessment.objects.unscoped("test").filter(pk=case.pk).update(assessor_a=cast.workers["carer"])
        assert send(sign_in(cast.assessor), case, typed()).status_code == 404
        with pytest.raises(Missing):
            actions.save_answers([actions.Batch(case.pk, NATIONAL, [])], by=cast.assessor)

    def test_a_phone_that_is_signed_out_is_told_so(self, bring: Bring) -> None:
        answer = send(Client(), bring("scheduled"), typed())
        assert answer.status_code == 401
        assert "重新登录" in answer.json()["message"]

    def test_the_first_answer_begins_the_survey_once(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case = bring("scheduled")
        for item in ("eating", "dressing"):
            send(sign_in(cast.assessor), case, typed(item, 0))
        assert Event.objects.unscoped("test").filter(kind="assessment.began", subject_id=case.pk).count() == 1
        assert queries.surveys_of(case)[NATIONAL].started_at == clock.now()

    def test_saving_costs_the_same_few_queries_for_one_entry_or_forty(
        self, cast: Cast, bring: Bring, django_assert_max_num_queries: Any
    ) -> None:
        from .conftest import entries

        case = bring("scheduled")
        with django_assert_max_num_queries(10):
            actions.save_answers([actions.Batch(case.pk, n, entries(n)) for n in instruments.NAMES], by=cast.assessor)


class TestMaterials:
    """Photos and signatures."""

    def upload(self, client: Client, case: Assessment, kind: str = "photo", data: bytes = PNG, **more: Any) -> Any:
        body = {"id": str(uuid7()), "kind": kind, "file": SimpleUploadedFile("p.png", data), **more}
        return client.post(reverse("assessment:upload", args=[case.pk]), body, headers={"Accept": "application/json"})

    def test_no_photo_without_consent_and_one_with_it(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case, client = bring("scheduled"), sign_in(cast.assessor)
        refused = self.upload(client, case)
        assert refused.status_code == 422
        assert "未取得长者或家属同意" in refused.json()["message"]
        send(client, case, typed(kind="consent", item="video", value="沈桂芳", instrument=""))
        assert self.upload(client, case).json()["state"]["photos"] == 1
        consent = Consent.objects.unscoped("test").get(purpose="video")
        assert (consent.given_by, consent.recipient_id) == ("沈桂芳", case.agency_id)

    def test_the_same_file_sent_twice_is_one_file(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        from songhe.kernel import vault

        case, client, key = bring("scheduled"), sign_in(cast.assessor), str(uuid7())
        for _ in range(2):
            assert self.upload(client, case, "signature", signer="elder", id=key).status_code == 200
        assert Attachment.objects.unscoped("test").count() == len(list(vault.files())) == 1

    def test_a_new_signature_takes_the_place_of_the_old(self, cast: Cast, bring: Bring) -> None:
        case = bring("scheduled")
        for n in range(2):
            actions.attach(actions.Material(case.pk, PNG + bytes([n]), "signature", signer="elder"), by=cast.assessor)
        kinds = sorted(Attachment.objects.unscoped("test").values_list("kind", "caption"))
        assert kinds == [("document", "重签前的签字"), ("signature", "")]

    @pytest.mark.parametrize(
        ("material", "words"),
        [
            ({"kind": "signature", "signer": "passer_by"}, "请选择签字人"),
            ({"kind": "film"}, "材料类别无法识别"),
            ({"kind": "signature", "signer": "elder", "data": b"<svg/>"}, "文件格式不符"),
            ({"kind": "signature", "signer": "elder", "data": b""}, "文件是空的"),
        ],
    )
    def test_what_is_no_material_is_refused(self, cast: Cast, bring: Bring, material: dict[str, Any], words: str) -> None:
        case = bring("scheduled")
        with pytest.raises(Refused, match=words):
            actions.attach(actions.Material(case.pk, **{"data": PNG, **material}), by=cast.assessor)
        assert not Attachment.objects.unscoped("test").exists()

    def test_nothing_is_added_once_the_result_is_on_notice(self, cast: Cast, bring: Bring) -> None:
        case = bring("noticed")
        with pytest.raises(Refused, match="不能再添加材料"):
            actions.attach(actions.Material(case.pk, PNG, "signature", signer="elder"), by=cast.assessor)

    def test_a_file_is_shown_to_those_in_scope_and_the_look_is_on_record(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case = bring("scheduled")
        (row,) = actions.attach(actions.Material(case.pk, PNG, "signature", signer="elder"), by=cast.assessor)
        url = reverse("assessment:attachment", args=[row.pk])
        answer = sign_in(cast.street).get(url)
        assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, PNG, "image/png")
        assert "sandbox" in answer["Content-Security-Policy"]
        assert ReadEntry.objects.unscoped("test").filter(person_id=cast.shen.pk, post_id=cast.street.pk).exists()
        for part in ("neighbour_street", "other_agency", "stranger", "neighbour"):
            assert sign_in(cast.posts[part]).get(url).status_code == 404, part
        assert sign_in(cast.carer).get(url).status_code == 403


class TestHandingIn:
    """What has to be there, and what is made of it."""

    def test_everything_missing_is_named(self, cast: Cast, bring: Bring) -> None:
        case = bring("scheduled")
        with pytest.raises(Refused, match="还不能提交") as refusal:
            actions.submit_survey(case, by=cast.assessor)
        text = refusal.value.message
        assert "《国家失能等级》未完成" in text
        assert "等 26 项" in text
        assert "缺少签字：评估员、评估员（B 类）、长者本人或家属" in text
        assert "已填内容都在" in refusal.value.remedy

    def test_a_relatives_signature_stands_for_the_elders(self, cast: Cast, bring: Bring) -> None:
        case = bring("scheduled")
        fill(cast, case)
        Attachment.objects.unscoped("test").filter(signer="elder").update(signer="family")
        assert actions.submit_survey(case, by=cast.assessor_b)[0].state == "surveyed"

    def test_adjustments_beside_the_form_count(self, cast: Cast, bring: Bring) -> None:
        case = bring("scheduled")
        fill(cast, case, points=0)
        actions.save_answers(
            [actions.Batch(case.pk, "gbt42195_2022", [Entry(str(uuid7()), "context", "dementia", True, clock.now())])],
            by=cast.assessor_b,
        )
        actions.submit_survey(case, by=cast.assessor)
        assert (case.national_level, case.gbt_level) == (0, 1)

    def test_sent_back_the_answers_stay_and_signatures_are_asked_for_again(self, cast: Cast, bring: Bring) -> None:
        case = bring("surveyed")
        actions.resurvey(case, by=cast.agency, reason="洗澡一项与录像不符")
        assert (case.state, case.national_level) == ("scheduled", None)
        assert len(answers(case)) == 17
        assert all(not s.result and s.submitted_at is None for s in Survey.objects.unscoped("test").all())
        with pytest.raises(Refused, match="缺少签字") as refusal:
            actions.submit_survey(case, by=cast.assessor)
        assert "未完成" not in refusal.value.message

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"panel": ("孙萍", "孙萍 ", "刘海")}, "集体审核须有至少 3 人，现为 2 人"),
            ({"level": 7}, "请选择市系统给出的评估结论"),
            ({"level": None}, "请选择市系统给出的评估结论"),
            ({"number": " "}, "请填写市系统的结论编号"),
        ],
    )
    def test_a_review_without_panel_level_or_number_is_refused(
        self, cast: Cast, bring: Bring, change: dict[str, Any], words: str
    ) -> None:
        case = bring("surveyed")
        finding = {"level": 3, "number": "SH-1", "panel": ("孙萍", "刘海", "专家"), **change}
        with pytest.raises(Refused, match=words):
            actions.review(actions.Finding(case, **finding), by=cast.agency)


class TestThePage:
    """The page itself, as a browser without scripts sees it."""

    def test_every_item_of_both_instruments_is_on_it(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case = bring("scheduled")
        page = sign_in(cast.assessor).get(reverse("assessment:survey", args=[case.pk])).content.decode()
        assert page.count("data-item ") == 43
        assert "沈桂芳" in page
        assert cast.shen.identity_number not in page
        assert "style=" not in page
        assert "onclick" not in page

    def test_a_plain_form_saves_signs_and_hands_in(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        from songhe.engines import scoring

        case, client = bring("scheduled"), sign_in(cast.assessor)
        url = reverse("assessment:survey", args=[case.pk])
        answer = client.post(url, {"base": "{}", f"{NATIONAL}.answer.eating": "5", f"{NATIONAL}.note.eating": "慢", "do": "save"})
        assert answer.status_code == 302
        assert answers(case) == {"eating": 5}
        every = {f"{n}.answer.{i.id}": str(i.options[0].score) for n in instruments.NAMES for i in scoring.load(n).items}
        files = {f"sign.{s}": SimpleUploadedFile("s.png", PNG) for s in ("assessor_a", "assessor_b", "family")}
        answer = client.post(url, {"base": "{}", **every, **files, "do": "submit"})
        assert answer.status_code == 302, answer.content.decode()[-2000:]
        case.refresh_from_db(from_queryset=Assessment.objects.unscoped("test"))
        assert case.state == "surveyed"

    def test_a_plain_form_overwrites_only_what_was_changed_on_it(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case = bring("scheduled")
        send(sign_in(cast.assessor_b), case, typed("eating", 0))
        stale = {"base": json.dumps({NATIONAL: {"answers": {"eating": 10}}}), f"{NATIONAL}.answer.eating": "10",
                 f"{NATIONAL}.answer.dressing": "5"}
        sign_in(cast.assessor).post(reverse("assessment:survey", args=[case.pk]), stale)
        assert answers(case) == {"eating": 0, "dressing": 5}

    def test_handing_in_too_early_comes_back_with_what_is_missing(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case = bring("scheduled")
        answer = sign_in(cast.assessor).post(reverse("assessment:submit", args=[case.pk]))
        assert answer.status_code == 422
        assert "还不能提交" in answer.content.decode()

    def test_after_handing_in_the_form_leads_to_the_case(self, cast: Cast, bring: Bring, sign_in: SignIn) -> None:
        case = bring("surveyed")
        answer = sign_in(cast.assessor).get(reverse("assessment:survey", args=[case.pk]))
        assert answer.status_code == 302
        assert f"/cases/assessment/{case.pk}/" in answer["Location"]

    def test_the_service_worker_is_code_for_everybody_and_never_cached_for_good(self, client: Client) -> None:
        answer = client.get(reverse("assessment:worker"))
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/javascript")
        assert answer["Cache-Control"] == "no-cache"
