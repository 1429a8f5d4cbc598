"""Two at once, in two connections: exactly one of them gets what both want."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from songhe.care.assessment import actions
from songhe.care.assessment.models import Assessment, Attachment
from songhe.kernel.errors import Conflict, Refused
from songhe.kernel.ids import uuid7
from songhe.simulation.cast import Cast

from .conftest import PNG, Bring, staff, tomorrow

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run all acts in threads of their own, starting together; what each answered or raised."""
    start, outcome = threading.Barrier(len(acts)), list[Any]([None] * len(acts))

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            start.wait(5)
            outcome[place] = act()
        except Exception as error:
            outcome[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n, a)) for n, a in enumerate(acts)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(20)
    return outcome


def failures(outcome: list[Any], kind: type[Exception]) -> int:
    return sum(isinstance(o, kind) for o in outcome)


def test_two_clerks_accept_one_case(cast: Cast, bring: Bring) -> None:
    case = bring("submitted")
    copies = [Assessment.objects.visible_to(cast.street).get(pk=case.pk) for _ in range(2)]
    outcome = at_once(*(lambda c=c: actions.accept(c, by=cast.street) for c in copies))
    assert failures(outcome, Conflict) == 1, outcome
    assert sum(isinstance(o, list) for o in outcome) == 1


def test_two_windows_take_one_persons_application(cast: Cast) -> None:
    asked = actions.Application(cast.shen.pk)
    outcome = at_once(*(lambda: actions.apply(asked, by=cast.street) for _ in range(2)))
    assert failures(outcome, Refused) == 1, outcome
    assert Assessment.objects.unscoped("test").count() == 1


def test_two_planners_want_one_assessor_at_one_time(cast: Cast, bring: Bring) -> None:
    one, two = bring("assigned"), bring("assigned", cast.people["dai"])
    a, b = staff(cast, "agency", "A", "A")
    shared = cast.workers["assessor_b"].pk
    outcome = at_once(
        lambda: actions.schedule(actions.Visit(one, tomorrow(), a.pk, shared), by=cast.agency),
        lambda: actions.schedule(actions.Visit(two, tomorrow(), b.pk, shared), by=cast.agency),
    )
    assert failures(outcome, Refused) == 1, outcome
    assert Assessment.objects.unscoped("test").filter(state="scheduled").count() == 1


def test_two_phones_save_into_one_form_and_both_are_kept(cast: Cast, bring: Bring) -> None:
    from songhe.care.assessment import queries
    from songhe.care.assessment.merging import Entry
    from songhe.kernel import clock

    case = bring("scheduled")

    def save(post: Any, item: str) -> Callable[[], Any]:
        entry = Entry(str(uuid7()), "answer", item, 0, clock.now())
        return lambda: actions.save_answers([actions.Batch(case.pk, "ltci_national_2021", [entry])], by=post)

    outcome = at_once(save(cast.assessor, "eating"), save(cast.assessor_b, "dressing"))
    assert failures(outcome, Exception) == 0, outcome
    assert queries.surveys_of(case)["ltci_national_2021"].answers == {"eating": 0, "dressing": 0}


def test_one_file_sent_twice_at_once_is_kept_once(cast: Cast, bring: Bring) -> None:
    from songhe.kernel import vault

    case, key = bring("scheduled"), uuid7()
    material = actions.Material(case.pk, PNG, "signature", signer="elder", id=key)
    outcome = at_once(*(lambda: actions.attach(material, by=cast.assessor) for _ in range(2)))
    assert failures(outcome, Exception) == 0, outcome
    assert Attachment.objects.unscoped("test").count() == len(list(vault.files())) == 1
