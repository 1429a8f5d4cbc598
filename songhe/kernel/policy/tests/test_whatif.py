"""A change of policy is tried out by the bureau alone, changes nothing, and says what it would do."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from songhe.kernel import policy
from songhe.kernel.errors import Refused
from songhe.kernel.jobs.models import JobRun
from songhe.kernel.policy import whatif
from songhe.kernel.policy.values import Citation, Value
from songhe.kernel.policy.whatif import Figure, compared, parse

HOURS = "ltci.home.hours_per_week"
ON = date(2026, 11, 18)


def value(known, unit="item"):
    return Value("k", "名", known, unit, "sourced", Citation("文"), ON)


@pytest.mark.parametrize(("text", "like", "wanted"), [
    ("4", value(3, "hour/week"), 4), ("65.5", value(6500, "fen/hour"), 6550), ("是", value(False, "flag"), True),
    ("3、4，5", value([2, 3], "level"), [3, 4, 5]), (" 90 ", value(Decimal(85), "percent"), 90),
])
def test_what_is_typed_is_read_as_the_value_it_stands_for(text, like, wanted):
    assert parse(text, like) == wanted


@pytest.mark.parametrize(("text", "like"), [
    ("", value(3)), ("三", value(3)), ("3 4", value(3)), ("-1", value(3)), ("也许", value(True, "flag")), ("x", value(100, "fen")),
    ("二级", value([2], "level")),
])
def test_what_is_no_value_is_refused_in_words(text, like):
    with pytest.raises(Refused) as refused:
        parse(text, like)
    assert refused.value.field == "value"


@pytest.mark.parametrize(("old", "new", "said"), [
    (120, 130, "120人 → 130人（+10人）"), (130, 120, "130人 → 120人（-10人）"), (5, 5, "5人（不变）"),
])
def test_both_answers_stand_side_by_side(old, new, said):
    assert compared(Figure("人数", old, "person"), Figure("人数", new, "person")) == said


def test_only_what_a_form_can_change_and_somebody_can_count_is_offered():
    assert whatif.may_be_tried(policy.value(HOURS, on=ON, level=3))
    assert whatif.may_be_tried(policy.value("ltci.eligible_levels", on=ON))
    assert not whatif.may_be_tried(policy.value("ltci.governing_text", on=ON))
    assert not whatif.may_be_tried(policy.value("assessment.visit_minutes", on=ON))


@pytest.mark.django_db
def test_the_bureau_tries_out_and_reads_the_answer(cast, sign_in):
    client = sign_in(cast.bureau)
    address = reverse("policies:whatif", args=[HOURS])
    assert address in client.get(reverse("policies:page", args=[HOURS])).content.decode()
    assert "照护等级 3" in client.get(address).content.decode()
    response = client.post(address, {"line": "1", "value": "4"})
    run = JobRun.objects.unscoped("test").get()
    assert response.url == reverse("jobs:run", args=[run.pk])
    assert run.state == "done"
    assert "3小时/周 → 4小时/周" in run.title
    page = client.get(response.url).content.decode()
    assert "可享受长护险待遇" in page
    assert "0人（不变）" in page
    assert policy.value(HOURS, on=ON, level=3).value == 3


@pytest.mark.django_db
def test_a_bad_value_keeps_what_was_typed(cast, sign_in):
    client = sign_in(cast.bureau)
    response = client.post(reverse("policies:whatif", args=[HOURS]), {"line": "1", "value": "四"})
    assert response.status_code == 422
    assert "不是有效的取值" in response.content.decode()
    assert 'value="四"' in response.content.decode()
    assert client.post(reverse("policies:whatif", args=[HOURS]), {"line": "99", "value": "4"}).status_code == 422
    assert not JobRun.objects.unscoped("test").exists()


@pytest.mark.django_db
def test_others_read_the_library_and_try_nothing(cast, sign_in):
    address = reverse("policies:whatif", args=[HOURS])
    for other in (cast.street, cast.coordinator, cast.insurer, cast.admin):
        client = sign_in(other)
        assert client.get(address).status_code == 403
        assert address not in client.get(reverse("policies:page", args=[HOURS])).content.decode()
    for outsider in (cast.elder, cast.daughter):
        assert sign_in(outsider).get(reverse("policies:list")).status_code == 403
    bureau = sign_in(cast.bureau)
    assert bureau.get(reverse("policies:whatif", args=["ltci.governing_text"])).status_code == 404
    assert bureau.get(reverse("policies:whatif", args=["no.such.key"])).status_code == 404


@pytest.mark.django_db
def test_the_library_answers_for_a_day_and_a_word(cast, sign_in):
    client = sign_in(cast.advisor)
    old = client.get(reverse("policies:list") + "?q=居家照护每小时价格&on=2019-06-01").content.decode()
    assert "50.00元/小时" in old
    assert "65.00元/小时" not in old
    now = client.get(reverse("policies:list") + "?q=居家照护每小时价格").content.decode()
    assert "65.00元/小时" in now
    assert "已按今天显示" in client.get(reverse("policies:list") + "?on=昨天").content.decode()
    page = client.get(reverse("policies:page", args=["ltci.home.price_fen_per_hour"])).content.decode()
    assert "50.00元/小时" in page
    assert "凭记忆，待核对" in page
    assert client.get(reverse("policies:page", args=["no.such.key"])).status_code == 404
