"""A question that was answered is on record, read by the person it was about and by nobody else's window."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from songhe.kernel.access.models import Post
from songhe.kernel.events.models import Event
from songhe.simulation.cast import Cast

SignIn = Callable[[Post], Client]


def talks() -> list[Event]:
    return list(Event.objects.unscoped("test").filter(kind="intake.consulted"))


def test_a_consultation_is_recorded_with_its_person(cast: Cast, sign_in: SignIn) -> None:
    street = sign_in(cast.street)
    url = reverse("intake:consult", args=[cast.shen.pk])
    assert street.post(url, {"topic": "ltci", "answer": ""}).status_code == 422
    street.post(url, {"topic": "ltci", "answer": "已说明先做统一需求评估"})
    (talk,) = talks()
    assert (talk.person_id, talk.data, talk.reason) == (cast.shen.pk, {"topic": "ltci"}, "已说明先做统一需求评估")
    assert "已说明先做统一需求评估" in street.get(reverse("intake:person", args=[cast.shen.pk])).content.decode()
    assert "已说明先做统一需求评估" in street.get(reverse("intake:start")).content.decode()


def test_a_question_about_nobody_in_particular_is_recorded_too(cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.advisor).post(reverse("intake:consult"), {"topic": "meals", "answer": "告知社区食堂地址和开放时间"})
    (talk,) = talks()
    assert talk.person_id is None
    assert talk.area_code == cast.advisor.area_code
    assert "社区食堂" not in sign_in(cast.street).get(reverse("intake:start")).content.decode()


def test_a_person_out_of_sight_is_not_consulted_about(cast: Cast, sign_in: SignIn) -> None:
    url = reverse("intake:consult", args=[cast.shen.pk])
    assert sign_in(cast.neighbour_street).post(url, {"topic": "ltci", "answer": "随便写一写"}).status_code == 404
    assert talks() == []
