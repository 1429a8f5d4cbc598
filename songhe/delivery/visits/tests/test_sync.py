"""What a phone sends: once or ten times, in any order, by whom, and how bad it is, the answer is never an error page."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from songhe.delivery.conftest import Delivery
from songhe.delivery.visits import phone_data
from songhe.delivery.visits.models import Evidence, Punch, Visit
from songhe.kernel import clock, vault
from songhe.kernel.access.models import Post
from songhe.kernel.events.models import Event
from songhe.kernel.ids import uuid7

PNG = b"\x89PNG\r\n\x1a\n" + b"a signature"
JPEG = b"\xff\xd8\xff\xdb a photo"
TEN = datetime(2026, 11, 18, 10, 0, tzinfo=clock.SHANGHAI)
SignIn = Callable[[Post], Client]


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def visit(delivery: Delivery) -> Visit:
    visit = delivery.assigned()
    clock.set_clock(TEN + timedelta(hours=2))
    return visit


@pytest.fixture
def phone(delivery: Delivery, sign_in: SignIn) -> Client:
    return sign_in(delivery.cast.carer)


def report(visit: Visit, kind: str, minutes: int = 0, **more: Any) -> dict[str, Any]:
    row = {
        "id": str(uuid7()), "visit": str(visit.pk), "kind": kind, "at": (TEN + timedelta(minutes=minutes)).isoformat(),
        "lng": visit.person.lng, "lat": visit.person.lat, "accuracy": 12.4,
    }
    if kind == "out":
        row |= {"items": [1, 9], "vitals": {"systolic": 138, "diastolic": 82}, "note": "精神好", "signed": True}
    return {**row, **more}


def send(client: Client, post: Post, *reports: Any, **more: Any) -> Any:
    body = {"owner": phone_data.owner(post), "device": "phone-1", "phone_now": clock.now().isoformat(), "reports": list(reports), **more}
    return post_json(client, body)


def post_json(client: Client, body: Any) -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post(reverse("visits:sync"), text, content_type="application/json", headers={"accept": "application/json"})


def outcomes(response: Any) -> list[tuple[str, str]]:
    assert response.status_code == 200, response.content
    return [(o["status"], o["message"]) for o in response.json()["outcomes"]]


def fresh(visit: Visit) -> Visit:
    return Visit.objects.unscoped("test").get(pk=visit.pk)


def test_a_visit_is_served_by_two_reports(delivery: Delivery, visit: Visit, phone: Client) -> None:
    answer = send(phone, delivery.cast.carer, report(visit, "in"), report(visit, "out", 60))
    assert outcomes(answer) == [("recorded", ""), ("recorded", "")]
    assert [o["state"] for o in answer.json()["outcomes"]] == ["done", "done"]
    row = fresh(visit)
    assert (row.state, row.minutes, row.done_items, row.signed, row.flags) == ("done", 60, [1, 9], True, [])
    out = Punch.objects.unscoped("test").get(kind="out")
    assert out.vitals == {"systolic": 138, "diastolic": 82}
    assert (out.device, out.accuracy, out.note) == ("phone-1", 12, "精神好")


def test_the_same_sending_twice_changes_nothing(delivery: Delivery, visit: Visit, phone: Client) -> None:
    both = [report(visit, "in"), report(visit, "out", 60)]
    send(phone, delivery.cast.carer, *both)
    before, events = vars(fresh(visit)), Event.objects.unscoped("test").count()
    clock.advance(timedelta(hours=3))
    assert [s for s, _ in outcomes(send(phone, delivery.cast.carer, *both))] == ["known", "known"]
    after = vars(fresh(visit))
    assert {k: v for k, v in after.items() if k != "_state"} == {k: v for k, v in before.items() if k != "_state"}
    assert Event.objects.unscoped("test").count() == events
    assert Punch.objects.unscoped("test").count() == 2


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_of_arrival_does_not_matter(delivery: Delivery, visit: Visit, phone: Client, order: tuple[int, ...]) -> None:
    three = [report(visit, "in"), report(visit, "out", 60), report(visit, "out", 75)]
    for n in order:
        outcomes(send(phone, delivery.cast.carer, three[n]))
    row = fresh(visit)
    assert (row.state, row.minutes, sorted(row.flags)) == ("done", 60, ["repeated"])


def test_somebody_elses_visit_is_refused_as_if_there_were_none(delivery: Delivery, visit: Visit, sign_in: SignIn) -> None:
    stranger = delivery.cast.other_carer
    none = {**report(visit, "in"), "visit": str(uuid7())}
    theirs, nothing = outcomes(send(sign_in(stranger), stranger, report(visit, "in"), none))
    assert theirs == nothing == ("refused", "没有找到该次服务，请刷新今日安排")
    assert fresh(visit).state == "assigned"
    assert not Punch.objects.unscoped("test").exists()


def test_a_wrong_clock_is_corrected_and_said(delivery: Delivery, visit: Visit, phone: Client) -> None:
    off = timedelta(hours=3)
    row = report(visit, "in", at=(TEN + off).isoformat())
    answer = send(phone, delivery.cast.carer, row, phone_now=(clock.now() + off).isoformat())
    assert outcomes(answer) == [("recorded", "手机时间不准，已校正")]
    assert fresh(visit).started_at == TEN


def test_a_clock_that_jumped_by_years_breaks_nothing(delivery: Delivery, visit: Visit, phone: Client) -> None:
    old = report(visit, "in", at="1970-01-01T08:00:00+08:00")
    assert [s for s, _ in outcomes(send(phone, delivery.cast.carer, old, report(visit, "out", 60)))] == ["recorded"] * 2
    assert "long" in fresh(visit).flags


def test_an_expired_session_is_told_as_json_and_keeps_everything_as_it_was(visit: Visit, delivery: Delivery) -> None:
    answer = send(Client(), delivery.cast.carer, report(visit, "in"))
    assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")
    assert "请重新登录" in answer.json()["message"]
    assert fresh(visit).state == "assigned"


def test_what_one_carer_kept_is_not_taken_in_the_name_of_another(delivery: Delivery, visit: Visit, sign_in: SignIn) -> None:
    answer = send(sign_in(delivery.cast.nurse), delivery.cast.carer, report(visit, "in"))
    assert (answer.status_code, answer.json()["code"]) == (401, "other_account")
    assert not Punch.objects.unscoped("test").exists()
    file = SimpleUploadedFile("a.png", PNG)
    sent = {"owner": phone_data.owner(delivery.cast.carer), "id": str(uuid7()), "visit": str(visit.pk), "kind": "signature", "file": file}
    assert sign_in(delivery.cast.nurse).post(reverse("visits:upload"), sent).status_code == 401
    assert not Evidence.objects.unscoped("test").exists()


def test_a_cross_site_sending_is_not_taken(delivery: Delivery, visit: Visit) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(delivery.cast.carer.account, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert send(client, delivery.cast.carer, report(visit, "in")).status_code == 403
    token = client.get(reverse("visits:sync"), headers={"accept": "application/json"}).json()["csrf"]
    body = {"owner": phone_data.owner(delivery.cast.carer), "reports": [report(visit, "in")]}
    answer = client.post(reverse("visits:sync"), json.dumps(body), content_type="application/json", headers={"x-csrftoken": token})
    assert [s for s, _ in outcomes(answer)] == ["recorded"]


BAD: list[tuple[dict[str, Any], str]] = [
    ({"id": "not an id"}, "记录编号"), ({"id": None}, "记录编号"), ({"id": 7}, "记录编号"),
    ({"visit": "x"}, "服务编号"), ({"kind": "lunch"}, "既不是签到也不是签退"), ({"kind": ["in"]}, "既不是签到也不是签退"),
    ({"at": "yesterday"}, "签到签退时间"), ({"at": 5}, "签到签退时间"), ({"at": "9999-12-31T23:59:59-12:00"}, "不合理"),
    ({"lng": "east"}, "经度"), ({"lat": 91}, "纬度"), ({"lng": True}, "经度"), ({"lng": 10**400}, "经度"), ({"accuracy": 1e300}, "定位精度"),
    ({"items": "all"}, "完成项目"), ({"items": [1, "2"]}, "完成项目"), ({"items": [99]}, "没有第 99 项"),
    ({"vitals": [1]}, "生命体征"), ({"vitals": {"mood": 1}}, "生命体征"), ({"vitals": {"pulse": "fast"}}, "心率"),
]


def test_a_bad_report_is_answered_by_itself_in_words(delivery: Delivery, visit: Visit, phone: Client) -> None:
    bad = [{**report(visit, "out", 60), **wrong} for wrong, _ in BAD]
    answers = outcomes(send(phone, delivery.cast.carer, *bad, report(visit, "in")))
    assert [(wrong, status) for (wrong, _), (status, _) in zip(BAD, answers, strict=False)] == [(wrong, "refused") for wrong, _ in BAD]
    assert [(word, said) for (_, word), (_, said) in zip(BAD, answers, strict=False) if word not in said] == []
    assert answers[-1] == ("recorded", "")
    assert fresh(visit).state == "started"


def test_whatever_comes_is_never_an_error_page(delivery: Delivery, visit: Visit, phone: Client) -> None:
    owner = phone_data.owner(delivery.cast.carer)
    for body in ("", "nonsense", "[]", "null", "[" * 100_000, '{"reports": 5}', "NaN", "\ud800".encode("utf-8", "surrogatepass")):
        answer = phone.post(reverse("visits:sync"), body, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (400, "visits.unreadable"), body[:20]
    many = post_json(phone, {"owner": owner, "reports": [{}] * 201})
    assert (many.status_code, many.json()["code"]) == (400, "visits.too_many")
    assert post_json(phone, {"owner": owner, "reports": [], "phone_now": "noon"}).status_code == 400
    odd = [None, 5, [], "x", {}, report(visit, "in", lng=float("nan")), report(visit, "in", note="\0\ud800好", device=5, reason=["x"])]
    assert [s for s, _ in outcomes(send(phone, delivery.cast.carer, *odd, device={"a": 1}))] == ["refused"] * 6 + ["recorded"]
    assert Punch.objects.unscoped("test").get().note == "好"


def test_a_measure_that_cannot_be_true_goes_to_the_note(delivery: Delivery, visit: Visit, phone: Client) -> None:
    row = report(visit, "out", 60, vitals={"temperature": 52, "pulse": 80}, note="发热？")
    outcomes(send(phone, delivery.cast.carer, report(visit, "in"), row))
    out = Punch.objects.unscoped("test").get(kind="out")
    assert out.vitals == {"pulse": 80}
    assert out.note == "发热？；体温 52 不在 34–42 ℃ 之间，请重测或改正"


def test_flags_come_back_in_words_and_block_nothing(delivery: Delivery, visit: Visit, phone: Client) -> None:
    far = report(visit, "in", lng=visit.person.lng + 0.01, reason="陪同长者外出")
    nowhere = report(visit, "out", 60, lng=None, lat=None, signed=False)
    assert outcomes(send(phone, delivery.cast.carer, far, nowhere)) == [("recorded", "不在住处范围内"), ("recorded", "没有定位")]
    row = fresh(visit)
    assert (row.state, row.flags) == ("done", ["outside_fence", "no_position", "no_signature"])
    assert Punch.objects.unscoped("test").get(kind="in").reason == "陪同长者外出"


def test_a_cancelled_visit_is_refused_with_whom_to_call(delivery: Delivery, visit: Visit, phone: Client) -> None:
    Visit.objects.unscoped("test").filter(pk=visit.pk).update(state="cancelled")
    assert outcomes(send(phone, delivery.cast.carer, report(visit, "in"))) == [("refused", "该次服务当前为「已取消」，请联系协调员")]


def test_asking_what_is_new_is_on_the_elders_record(delivery: Delivery, visit: Visit, phone: Client) -> None:
    from songhe.kernel.access.models import ReadEntry

    answer = phone.get(reverse("visits:sync"), headers={"accept": "application/json"}).json()
    assert [s["id"] for s in answer["kit"]["stops"]] == [str(visit.pk)]
    looks = ReadEntry.objects.unscoped("test").filter(person_id=visit.person_id, what="visit")
    assert [e.post_id for e in looks] == [delivery.cast.carer.pk]


def test_only_carers_and_nurses_report(delivery: Delivery, visit: Visit, sign_in: SignIn) -> None:
    for part in ("coordinator", "street", "elder", "daughter", "assessor", "admin"):
        post = getattr(delivery.cast, part)
        assert send(sign_in(post), post, report(visit, "in")).status_code == 403, part
        assert sign_in(post).post(reverse("visits:upload"), {}).status_code == 403, part


# ---- photos and signatures ---------------------------------------------------------------------------


def upload(client: Client, post: Post, of: Visit, data: bytes = JPEG, kind: str = "photo", **more: Any) -> dict[str, str]:
    sent = {
        "owner": phone_data.owner(post), "id": str(uuid7()), "visit": str(of.pk), "kind": kind, "at": TEN.isoformat(),
        "phone_now": clock.now().isoformat(), "file": SimpleUploadedFile("f", data), **more,
    }
    answer = client.post(reverse("visits:upload"), {k: v for k, v in sent.items() if v is not None})
    assert answer.status_code == 200, answer.content
    return answer.json()["outcomes"][0]


def test_a_file_is_kept_once_and_sealed(delivery: Delivery, visit: Visit, phone: Client) -> None:
    key = str(uuid7())
    assert upload(phone, delivery.cast.carer, visit, PNG, "signature", id=key)["status"] == "recorded"
    assert upload(phone, delivery.cast.carer, visit, PNG, "signature", id=key)["status"] == "known"
    (row,) = Evidence.objects.unscoped("test").all()
    assert (str(row.pk), row.kind, row.at, row.size) == (key, "signature", TEN, len(PNG))
    assert vault.open(row.file) == PNG
    assert vault.sweep() == 0
    assert list(vault.files()) == [row.file]


def test_a_picture_alone_signs_nothing(delivery: Delivery, visit: Visit, phone: Client) -> None:
    upload(phone, delivery.cast.carer, visit, PNG, "signature")
    outcomes(send(phone, delivery.cast.carer, report(visit, "in"), report(visit, "out", 60, signed=False)))
    assert not fresh(visit).signed


def test_a_file_of_a_neighbours_visit_is_refused_like_one_of_none(delivery: Delivery, visit: Visit, sign_in: SignIn) -> None:
    other = delivery.cast.other_carer
    client = sign_in(other)
    theirs, none = upload(client, other, visit), upload(client, other, visit, visit=str(uuid7()))
    assert theirs["status"] == none["status"] == "refused"
    assert theirs["message"] == none["message"]
    key = str(uuid7())
    upload(sign_in(delivery.cast.carer), delivery.cast.carer, visit, id=key)
    assert upload(client, other, visit, id=key)["message"] == none["message"]
    assert Evidence.objects.unscoped("test").count() == 1


BAD_FILES: list[tuple[dict[str, Any], str]] = [
    ({"id": "x"}, "文件编号"), ({"visit": "x"}, "服务编号"), ({"at": "noon"}, "拍摄时间"), ({"phone_now": "noon"}, "手机当前时间"),
    ({"file": None}, "没有收到文件"), ({"data": b"GIF89a"}, "文件格式不符"), ({"data": b""}, "空"), ({"kind": "song"}, "只能上传照片或签字"),
]


def test_a_bad_file_is_refused_in_words(delivery: Delivery, visit: Visit, phone: Client) -> None:
    for wrong, word in BAD_FILES:
        answer = upload(phone, delivery.cast.carer, visit, **wrong)
        assert answer["status"] == "refused", wrong
        assert word in answer["message"]
    assert not Evidence.objects.unscoped("test").exists()


def test_whoever_stood_in_may_still_prove_it(delivery: Delivery, visit: Visit, sign_in: SignIn) -> None:
    nurse = delivery.cast.nurse
    client = sign_in(nurse)
    assert upload(client, nurse, visit)["status"] == "refused"
    assert outcomes(send(client, nurse, report(visit, "out", 60)))[0][0] == "recorded"
    assert upload(client, nurse, visit)["status"] == "recorded"
