"""A consent that is withdrawn closes at once; one that is given opens at once; the elder alone decides."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from songhe.desk.conftest import Way
from songhe.kernel.access.models import Consent, Post
from songhe.kernel.events.models import Event
from songhe.register.people.models import Relative
from songhe.simulation.cast import Cast

from .test_neighbour import PAGES


def consent(cast: Cast, purpose: str) -> Consent:
    return Consent.objects.unscoped("test").get(person_id=cast.shen.pk, purpose=purpose)


def withdraw(cast: Cast, purpose: str, client: Client) -> None:
    answer = client.post(reverse("portal:consents"), {"withdraw": str(consent(cast, purpose).pk)})
    assert answer.status_code == 302


def test_a_withdrawn_consent_closes_every_page_at_once(cast: Cast, way: Way, sign_in: Callable[[Post], Client]) -> None:
    daughter, elder = sign_in(cast.daughter), sign_in(cast.elder)
    assert "沈桂芳" in daughter.get(reverse("portal:home")).content.decode()
    withdraw(cast, "family_view", elder)
    for name in PAGES:
        answer = daughter.get(reverse(f"portal:{name}"))
        html = answer.content.decode()
        assert answer.status_code == 403, name
        assert "没有长者的有效同意" in html
        assert "沈桂芳" not in html
    assert daughter.get(reverse("cases:page", args=["assessment", way.case.pk])).status_code == 404
    assert daughter.post(reverse("portal:cancel", args=[way.coming[0].pk]), {"reason": "有事"}).status_code == 403


def test_without_the_consent_to_act_a_relative_only_looks(cast: Cast, way: Way, sign_in: Callable[[Post], Client]) -> None:
    daughter = sign_in(cast.daughter)
    withdraw(cast, "family_act", sign_in(cast.elder))
    journey = daughter.get(reverse("portal:journey")).content.decode()
    assert way.case.number in journey
    assert reverse("portal:apply") not in daughter.get(reverse("portal:home")).content.decode()
    cancel = reverse("portal:cancel", args=[way.coming[0].pk])
    assert cancel not in daughter.get(reverse("portal:visits")).content.decode()
    assert daughter.post(cancel, {"reason": "有事"}).status_code == 403
    assert "没有代办的授权" in daughter.get(reverse("portal:apply")).content.decode()


def test_an_elder_gives_what_is_offered_and_it_opens_at_once(cast: Cast, sign_in: Callable[[Post], Client]) -> None:
    elder, daughter = sign_in(cast.elder), sign_in(cast.daughter)
    withdraw(cast, "family_view", elder)
    assert daughter.get(reverse("portal:home")).status_code == 403
    relative = cast.relatives["daughter"]
    answer = elder.post(reverse("portal:consents"), {"give": f"family_view:{relative.pk}"}, follow=True)
    assert "已同意：陆敏" in answer.content.decode()
    assert daughter.get(reverse("portal:home")).status_code == 200
    kinds = set(Event.objects.unscoped("test").filter(person_id=cast.shen.pk).values_list("kind", flat=True))
    assert {"consent.withdrawn", "consent.given"} <= kinds


def test_what_is_not_offered_cannot_be_given(cast: Cast, sign_in: Callable[[Post], Client]) -> None:
    Relative.objects.unscoped("test").filter(pk=cast.relatives["daughter"].pk).update(may_act=False)
    elder = sign_in(cast.elder)
    withdraw(cast, "family_act", elder)
    answer = elder.post(reverse("portal:consents"), {"give": f"family_act:{cast.relatives['daughter'].pk}"})
    assert answer.status_code == 422
    assert elder.post(reverse("portal:consents"), {"give": f"family_view:{cast.relatives['stranger'].pk}"}).status_code == 422
    assert Consent.objects.unscoped("test").filter(person_id=cast.shen.pk, withdrawn_at__isnull=True).count() == 1


def test_a_relative_decides_nothing(cast: Cast, sign_in: Callable[[Post], Client]) -> None:
    daughter = sign_in(cast.daughter)
    held = consent(cast, "family_view")
    assert daughter.post(reverse("portal:consents"), {"withdraw": str(held.pk)}).status_code == 403
    assert "撤回同意" not in daughter.get(reverse("portal:consents")).content.decode()
    assert consent(cast, "family_view").withdrawn_at is None


@pytest.mark.parametrize("value", ["", "nonsense", "019ff37b-ba80-776e-ad2b-0929b33136cc"])
def test_a_consent_that_is_not_hers_is_not_withdrawn(value: str, cast: Cast, sign_in: Callable[[Post], Client]) -> None:
    answer = sign_in(cast.neighbour).post(reverse("portal:consents"), {"withdraw": value or str(consent(cast, "family_view").pk)})
    assert answer.status_code == 404
    assert consent(cast, "family_view").withdrawn_at is None
