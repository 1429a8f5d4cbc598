"""Who sees whom: rows of people and of all that hangs on them."""

from __future__ import annotations

from datetime import date

import pytest

from songhe.kernel import clock
from songhe.kernel.access import reads, rights
from songhe.kernel.access.models import Consent, ReadEntry
from songhe.register.people.actions import withdraw_consents
from songhe.register.people.models import CareLevel, Cover, Diagnosis, Person, Relative, Stay
from songhe.simulation.cast import CHANGSHOU, Cast

CHILDREN = (Relative, Cover, CareLevel, Stay, Diagnosis, Consent, ReadEntry)


def fill(person: Person) -> None:
    """One row of every kind of child (relatives, consents and cover come with the cast)."""
    CareLevel.objects.bulk_create(
        [CareLevel(person=person, scheme="shanghai", level=4, label="照护四级", starts=date(2026, 1, 1))]
    )
    Stay.objects.bulk_create([Stay(person=person, kind="hospital", starts=clock.now())])
    Diagnosis.objects.bulk_create([Diagnosis(person=person, code="I10", name="高血压")])


def seen(model: type, post: object) -> int:
    return model.objects.visible_to(post).count()


@pytest.mark.parametrize("part", ["bureau", "street", "advisor", "doctor", "insurer", "auditor", "elder", "daughter"])
def test_those_with_a_right_see_her(cast: Cast, part: str) -> None:
    assert cast.shen in Person.objects.visible_to(cast.posts[part])


@pytest.mark.parametrize(
    "part", ["neighbour_street", "neighbour", "stranger", "volunteer", "admin", "home", "carer", "other_carer"]
)
def test_a_neighbour_sees_nothing(cast: Cast, part: str) -> None:
    fill(cast.shen)
    post = cast.posts[part]
    assert cast.shen not in Person.objects.visible_to(post)
    for model in CHILDREN:
        rows = model.objects.visible_to(post)
        assert not rows.filter(person_id=cast.shen.pk).exists(), model


def test_a_street_answers_for_residents_and_for_registered(cast: Cast) -> None:
    Person.objects.unscoped("test").filter(pk=cast.shen.pk).update(area_code=f"{CHANGSHOU}001")
    assert cast.shen in Person.objects.visible_to(cast.street)
    assert cast.shen in Person.objects.visible_to(cast.neighbour_street)
    assert cast.shen not in Person.objects.visible_to(cast.doctor), "a doctor looks after who lives here"


def test_a_town_that_ends_in_nine_is_found(cast: Cast) -> None:
    Person.objects.unscoped("test").filter(pk=cast.shen.pk).update(
        area_code="310107009001", hukou_area_code="310107009001"
    )
    cast.street.area_code = "310107009"
    assert seen(Person, cast.street) == 1
    cast.street.area_code = "310107008"
    assert seen(Person, cast.street) == 0


def test_family_needs_both_the_entry_and_the_consent(cast: Cast) -> None:
    daughter = cast.daughter
    assert seen(Person, daughter) == 1
    Relative.objects.unscoped("test").filter(pk=cast.relatives["daughter"].pk).update(may_view=False)
    assert seen(Person, daughter) == 0


def test_family_without_consent_sees_nothing(cast: Cast) -> None:
    Consent.objects.unscoped("test").filter(recipient_id=cast.relatives["daughter"].pk).update(purpose="family_act")
    assert seen(Person, cast.daughter) == 0
    assert seen(Relative, cast.daughter) == 0


def test_a_consent_to_another_relative_opens_nothing(cast: Cast) -> None:
    rows = Consent.objects.unscoped("test").filter(recipient_id=cast.relatives["daughter"].pk)
    rows.update(recipient_id=cast.relatives["stranger"].pk)
    assert seen(Person, cast.daughter) == 0
    assert cast.shen not in Person.objects.visible_to(cast.stranger)


def test_a_withdrawn_consent_closes_at_once(cast: Cast) -> None:
    given = Consent.objects.visible_to(cast.elder).get(purpose="family_view")
    withdraw_consents([given.pk], by=cast.elder)
    assert seen(Person, cast.daughter) == 0
    for model in CHILDREN:
        assert seen(model, cast.daughter) == 0, model


def test_children_follow_the_person(cast: Cast) -> None:
    fill(cast.shen)
    for part in ("bureau", "street", "doctor", "elder", "daughter"):
        for model in (Relative, Cover, CareLevel, Stay, Consent):
            rows = model.objects.visible_to(cast.posts[part])
            assert rows.filter(person_id=cast.shen.pk).exists(), (part, model)


def test_diagnoses_are_for_medical_posts_and_herself(cast: Cast) -> None:
    fill(cast.shen)
    assert seen(Diagnosis, cast.doctor) == 1
    assert seen(Diagnosis, cast.elder) == 1
    for part in ("bureau", "street", "advisor", "insurer", "auditor", "daughter"):
        assert seen(Diagnosis, cast.posts[part]) == 0, part


def test_the_elder_reads_who_looked(cast: Cast) -> None:
    reads.log(cast.street, [cast.shen.pk], what="file")
    reads.log(cast.street, [cast.people["dai"].pk], what="file")
    found = ReadEntry.objects.visible_to(cast.elder)
    assert [entry.person_id for entry in found] == [cast.shen.pk]
    assert found[0].reader == cast.street.label
    assert seen(ReadEntry, cast.daughter) == 1
    assert seen(ReadEntry, cast.doctor) == 0, "the record of looks is not for everybody who may look"


def test_masks_are_lifted_for_herself_only(cast: Cast) -> None:
    number = cast.shen.identity_number
    assert rights.shown(cast.shen, "identity_number", cast.elder) == number
    for part in ("bureau", "street", "doctor", "insurer", "daughter", "carer"):
        assert rights.shown(cast.shen, "identity_number", cast.posts[part]) != number, part
    assert rights.shown(cast.shen, "address", cast.carer) == cast.shen.address, "she has to find the door"
    assert rights.shown(cast.shen, "address", cast.street) != cast.shen.address
