"""Applying online without any script: what is needed, what stands against it, a draft, and nothing typed lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.test import Client

from songhe.care.assessment import actions
from songhe.care.assessment.models import Assessment
from songhe.kernel.access.models import Post
from songhe.kernel.events.models import Event
from songhe.register.people.models import Cover
from songhe.simulation.cast import Cast

URL = "/my/apply/"
SignIn = Callable[[Post], Client]


def cases(cast: Cast) -> list[Assessment]:
    return list(Assessment.objects.unscoped("test").filter(person=cast.shen).order_by("opened_at"))


def test_an_elder_applies_for_herself(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.elder).post(URL, {"statement": "走路要扶"}, follow=True)
    html = answer.content.decode()
    case = cases(cast)[0]
    assert (case.state, case.applicant, case.channel, case.kind) == ("submitted", "self", "portal", "first")
    assert case.number in html
    assert "接下来会怎样" in html
    assert "最晚" in html


def test_a_daughter_applies_for_her_mother(cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.daughter).post(URL, {"kind": "first", "statement": ""})
    assert (cases(cast)[0].applicant, cases(cast)[0].state) == ("relative", "submitted")


def test_without_consent_to_act_nothing_is_opened(cast: Cast, sign_in: SignIn) -> None:
    from songhe.kernel.access.models import Consent

    Consent.objects.unscoped("test").filter(purpose="family_act").update(ends=date(2026, 1, 1))
    assert sign_in(cast.daughter).post(URL, {"kind": "first"}).status_code == 403
    assert cases(cast) == []


def test_errors_stand_beside_the_field_and_keep_what_was_typed(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.elder).post(URL, {"green_channel": "on", "discharged_on": "", "statement": "刚做完手术，起不了床"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "走绿色通道须填写出院日期" in html
    assert "刚做完手术，起不了床" in html
    assert "checked" in html
    assert cases(cast) == []


def test_a_rule_that_refuses_is_told_with_its_source_and_loses_nothing(cast: Cast, sign_in: SignIn) -> None:
    Cover.objects.unscoped("test").filter(person=cast.shen).update(kind="elsewhere")
    elder = sign_in(cast.elder)
    page = elder.get(URL).content.decode()
    assert "现在还不能申请" in page
    assert "医保关系在外地" in page
    answer = elder.post(URL, {"statement": "走路要扶"})
    assert answer.status_code == 422
    assert "走路要扶" in answer.content.decode()
    assert cases(cast) == []


def test_the_green_channel_is_taken_with_its_day(cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.elder).post(URL, {"green_channel": "on", "discharged_on": "2026-11-10"})
    case = cases(cast)[0]
    assert (case.green_channel, case.discharged_on) == (True, date(2026, 11, 10))


def test_a_draft_is_kept_and_gone_on_with(cast: Cast, sign_in: SignIn) -> None:
    elder = sign_in(cast.elder)
    answer = elder.post(URL, {"statement": "还没想好", "later": "1"}, follow=True)
    assert "申请还没有提交" in answer.content.decode()
    assert cases(cast)[0].state == "draft"
    page = elder.get(URL).content.decode()
    assert "还没想好" in page
    assert "符合申请条件" in page
    elder.post(URL, {"statement": "想好了，走路要扶"})
    (case,) = cases(cast)
    assert (case.state, case.statement) == ("submitted", "想好了，走路要扶")
    assert Event.objects.unscoped("test").filter(subject_id=case.pk, kind="assessment.amended").count() == 1


def test_what_came_back_is_completed_in_the_same_case(cast: Cast, sign_in: SignIn) -> None:
    elder = sign_in(cast.elder)
    elder.post(URL, {"statement": "走路要扶"})
    actions.send_back(cases(cast)[0], by=cast.street, reason="请写明哪些事自己做不了")
    assert "申请要补正：请写明哪些事自己做不了" in elder.get("/my/journey/").content.decode()
    elder.post(URL, {"statement": "走路要扶，洗澡穿衣要人帮"})
    (case,) = cases(cast)
    assert (case.state, case.statement) == ("submitted", "走路要扶，洗澡穿衣要人帮")


def test_a_second_application_is_refused_while_one_is_in_hand(cast: Cast, sign_in: SignIn) -> None:
    elder = sign_in(cast.elder)
    elder.post(URL, {"statement": ""})
    assert elder.post(URL, {"statement": ""}).status_code == 422
    assert len(cases(cast)) == 1


def test_a_handed_in_application_is_not_amended(cast: Cast) -> None:
    import pytest

    from songhe.care.assessment.amending import amend
    from songhe.kernel.errors import Refused

    case = actions.submit(actions.apply(actions.Application(cast.shen.pk), by=cast.elder), by=cast.elder)[0]
    with pytest.raises(Refused):
        amend(case, actions.Application(cast.shen.pk, statement="换一个说法"), by=cast.elder)
    assert cases(cast)[0].statement == ""
