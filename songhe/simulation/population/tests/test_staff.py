"""Providers and staff suffice at every scale, are marked as examples, and hold what their work asks for."""

from datetime import date

import numpy as np
import pytest

from songhe.simulation.population import District, Published, Staff, decoded, generate_staff, shifts
from songhe.simulation.population import codes as c
from songhe.simulation.population.geography import lay_out

from .conftest import TODAY


@pytest.fixture(scope="module")
def whole(putuo: District, totals: Published) -> Staff:
    return generate_staff(lay_out(putuo), totals, scale=1, on=TODAY)


@pytest.fixture(scope="module")
def tenth(putuo: District, totals: Published) -> Staff:
    return generate_staff(lay_out(putuo), totals, scale=0.1, on=TODAY)


def test_the_whole_district_has_its_eighty_providers(whole: Staff) -> None:
    assert np.bincount(whole.organisations.kind).tolist() == [40, 29, 11, 6, 3]


def test_a_tenth_has_at_least_eight_providers_and_two_agencies(tenth: Staff) -> None:
    kind = tenth.organisations.kind
    assert (kind <= c.NURSING_STATION).sum() >= 8
    assert (kind == c.ASSESSMENT_AGENCY).sum() >= 2
    assert (kind == c.INSURER).sum() >= 1


def test_every_organisation_says_that_it_is_an_example_and_has_its_own_name(whole: Staff) -> None:
    names = whole.organisations.name.tolist()
    assert all(name.startswith("示例·") for name in names)
    assert len(set(names)) == len(names)
    assert "示例·曹杨护理站" in names


def test_home_carers_are_as_many_as_assumed(whole: Staff, tenth: Staff) -> None:
    for staff, expected in ((whole, 2500), (tenth, 250)):
        workers = staff.workers
        assert (workers.visits_homes & (workers.occupation == c.CARER)).sum() == pytest.approx(
            expected, rel=0.01
        )


def test_carers_of_a_home_do_not_visit(whole: Staff) -> None:
    kind = whole.organisations.kind[whole.workers.organisation]
    assert not whole.workers.visits_homes[kind == c.CARE_HOME].any()


def test_every_agency_can_send_a_pair_with_a_class_b_assessor(tenth: Staff) -> None:
    workers = tenth.workers
    for agency in np.flatnonzero(tenth.organisations.kind == c.ASSESSMENT_AGENCY):
        classes = workers.assessor_class[workers.organisation == agency]
        assert (classes == 2).sum() >= 1
        assert (classes > 0).sum() >= 4


def test_every_provider_has_a_manager_and_a_coordinator(tenth: Staff) -> None:
    for organisation in np.flatnonzero(tenth.organisations.kind <= c.NURSING_STATION):
        here = tenth.workers.occupation[tenth.workers.organisation == organisation]
        assert {c.MANAGER, c.COORDINATOR, c.CARER} <= set(here.tolist())


def test_middle_grade_carers_count_as_medical_care(whole: Staff) -> None:
    workers = whole.workers
    higher = (workers.occupation == c.CARER) & (workers.grade >= c.MIDDLE_GRADE)
    assert (workers.staff_class[higher] == c.CARER_MEDICAL).all()
    assert (workers.staff_class[workers.occupation == c.NURSE] == c.REGISTERED_NURSE).all()
    assert (workers.staff_class[workers.occupation == c.MANAGER] == c.NO_CLASS).all()


def test_some_certificates_expire_soon_and_few_have_expired(whole: Staff) -> None:
    ends, today = whole.certificates.ends, np.datetime64(TODAY)
    limited = ~np.isnat(ends)
    assert 0 < (ends[limited] < today).mean() < 0.03
    soon = (ends >= today) & (ends < today + np.timedelta64(60, "D"))
    assert 0.05 < soon[limited].mean() < 0.25
    assert (whole.certificates.starts[limited] < ends[limited]).all()


def test_every_nurse_and_assessor_holds_the_certificate_of_the_work(whole: Staff) -> None:
    workers, certificates = whole.workers, whole.certificates
    for who, kind in (
        (workers.occupation == c.NURSE, c.NURSE_CERT),
        (workers.assessor_class == 2, c.PHYSICIAN_CERT),
        (workers.assessor_class == 1, c.ASSESSOR_A_CERT),
    ):
        assert set(np.flatnonzero(who).tolist()) == set(
            certificates.worker[certificates.kind == kind].tolist()
        )


def test_nobody_worked_as_a_child(whole: Staff) -> None:
    years = (whole.workers.starts - whole.workers.birth_date).astype(int) / 365.25
    assert (years >= 18).all()
    assert (whole.workers.starts < np.datetime64(TODAY)).all()


def test_hours_of_one_worker_do_not_overlap(tenth: Staff) -> None:
    last: dict[tuple[int, int], int] = {}
    for worker, weekday, start, end in shifts(tenth.workers):
        assert 0 <= weekday <= 6
        assert last.get((worker, weekday), 0) <= start < end <= 24 * 60
        last[worker, weekday] = end
    assert len({worker for worker, _ in last}) == len(tenth.workers)


def test_the_same_seed_gives_the_same_staff(putuo: District, totals: Published) -> None:
    one, other = (generate_staff(lay_out(putuo), totals, scale=0.05, on=TODAY, seed=2) for _ in range(2))
    assert one.workers.name.tolist() == other.workers.name.tolist()
    assert one.certificates.number.tolist() == other.certificates.number.tolist()


def test_a_scale_of_nothing_is_refused(putuo: District, totals: Published) -> None:
    with pytest.raises(ValueError, match="大于零"):
        generate_staff(lay_out(putuo), totals, scale=0, on=date(2026, 1, 1))


def test_staff_decodes_to_the_codes_of_the_register(tenth: Staff) -> None:
    assert set(decoded(tenth.organisations)["kind"]) == {code.code for code in c.ORGANISATION_KIND}
    workers = decoded(tenth.workers, 0, 50)
    assert {"carer", "nurse", "manager"} <= set(workers["occupation"])
    assert {"carer_health", "carer_medical", "nurse"} <= set(workers["staff_class"])
    assert all(isinstance(skills, list) for skills in workers["skills"])
    assert "nurse" in decoded(tenth.certificates)["kind"]
