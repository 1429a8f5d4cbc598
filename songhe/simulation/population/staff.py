"""Synthetic staff 示例人员 of the providers, agencies and insurers: who they are, what they may do, when they work."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from .certificates import Certificates, draw_certificates
from .codes import (
    ASSESSMENT_AGENCY,
    ASSESSOR,
    AUDITOR,
    CARE_HOME,
    CARER,
    CARER_HEALTH,
    CARER_MEDICAL,
    CLERK,
    COMMUNITY,
    COORDINATOR,
    FEMALE,
    INSURER,
    JUNIOR_GRADE,
    MALE,
    MANAGER,
    NO_GRADE,
    NURSE,
    NURSING_STATION,
    OCCUPATION,
    REGISTERED_NURSE,
)
from .draw import Dates, Flags, Floats, Ints, Rng, Small, Strings, choose, quotas, stream
from .geography import ESTATES_PER_COMMITTEE, Geography
from .names import name_book
from .organisations import Organisations, draw_organisations
from .published import Published
from .relatives import synthetic_phones
from .staffing import HOME_PATTERNS, OFFICE_PATTERN, SHIFT_PATTERNS, WARD_PATTERNS, StaffAssumptions


@dataclass(frozen=True)
class Workers:
    """Columns by worker; small integers are positions in the lists of ``codes``."""

    organisation: Ints  # index of the organisation
    occupation: Small
    name: Strings  # <U4
    sex: Small
    birth_date: Dates
    phone: Strings  # <U11, range 154 (never on sale)
    staff_class: Small
    grade: Small
    assessor_class: Small  # 0 none, 1 A, 2 B
    visits_homes: Flags
    skills: Ints  # bit i is codes.SKILLS[i]
    speaks_shanghainese: Flags
    area_code: Strings  # <U12, committee where the worker sets out in the morning
    lng: Floats
    lat: Floats
    starts: Dates
    shift_pattern: Small  # position in staffing.SHIFT_PATTERNS

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True)
class Staff:
    """Organisations with their workers and the workers' certificates."""

    organisations: Organisations
    workers: Workers
    certificates: Certificates
    stated: StaffAssumptions


def generate_staff(
    ground: Geography,
    published: Published,
    *,
    scale: float,
    on: date,
    seed: int = 1,
    stated: StaffAssumptions | None = None,
) -> Staff:
    """Make the organisations and staff for ``scale`` (1 = the whole district), as on the day ``on``.

    Raises:
        ValueError: ``scale`` is not positive.
    """
    stated = stated or StaffAssumptions()
    if scale <= 0:
        raise ValueError("比例须大于零")
    day = np.datetime64(on, "D")
    organisations = draw_organisations(ground, published, scale=scale, on=day, seed=seed, stated=stated)
    posts = _posts(organisations, published, scale, stated)
    workers = _workers(organisations, posts, ground, day, seed, stated)
    certificates = draw_certificates(
        workers.occupation,
        workers.grade,
        workers.assessor_class,
        workers.starts,
        on=day,
        seed=seed,
        stated=stated,
    )
    return Staff(organisations, workers, certificates, stated)


def _posts(
    organisations: Organisations, published: Published, scale: float, stated: StaffAssumptions
) -> Ints:
    """How many of each occupation every organisation employs: organisation × occupation."""
    kind, weight = organisations.kind, organisations.weight
    posts = np.zeros((len(kind), len(OCCUPATION)), dtype=np.int64)
    visiting = (kind == COMMUNITY) | (kind == NURSING_STATION)
    ward = published.institution_persons * scale / stated.residents_per_carer
    a_day = published.assessments * scale / stated.working_days / stated.assessments_a_day
    for where, occupation, total, least in (
        (visiting, CARER, stated.home_carers * scale, 4),
        (kind == CARE_HOME, CARER, ward, 2),
        # Two assessors go to every assessment, and an agency needs two pairs to review what one found.
        (kind == ASSESSMENT_AGENCY, ASSESSOR, 2 * a_day / stated.assessors_present, 4),
    ):
        spare = max(round(total) - least * int(where.sum()), 0)
        posts[where, occupation] = least + quotas(spare, weight[where])
    posts[:, NURSE] = np.asarray(stated.nurses)[kind]
    providers = kind <= NURSING_STATION
    posts[providers, COORDINATOR] = np.maximum(
        np.rint(posts[providers, CARER] / stated.carers_per_coordinator), 1
    ).astype(np.int64)
    posts[:, MANAGER] = 1
    posts[kind == INSURER, CLERK], posts[kind == INSURER, AUDITOR] = 2, 2
    return posts


def _workers(
    organisations: Organisations,
    posts: Ints,
    ground: Geography,
    on: np.datetime64,
    seed: int,
    stated: StaffAssumptions,
) -> Workers:
    rng = stream(seed, "workers")
    organisation, occupation = (
        index.repeat(posts.ravel()) for index in np.indices(posts.shape).reshape(2, -1)
    )
    size = len(organisation)
    kind = organisations.kind[organisation]
    sex = np.where(rng.random(size) < np.asarray(stated.women)[occupation], FEMALE, MALE).astype(np.int8)
    low, high = np.asarray(stated.birth_years)[occupation].T
    birth_date = _in_years(rng, low, high)
    carer = occupation == CARER
    grade = np.where(carer, choose(rng, stated.grades, size), NO_GRADE).astype(np.int8)
    estate = _estates(organisations.town[organisation], ground, rng, stated)
    building = rng.integers(1, ground.building_lng.shape[1], size=size)
    # Nobody has worked since before coming of age.
    longest = ((on - birth_date).astype(np.int64) - 20 * 366).clip(60, 4000)
    year = birth_date.astype("datetime64[Y]").astype(np.int64) + 1970
    chance = np.where(carer[:, None], np.asarray(stated.skills), 0.9 * (occupation == NURSE)[:, None])
    skilled = rng.random((size, len(stated.skills))) < chance
    return Workers(
        organisation=organisation,
        occupation=occupation.astype(np.int8),
        name=name_book().draw(rng, sex, year),
        sex=sex,
        birth_date=birth_date,
        phone=synthetic_phones(np.arange(size), block=2),
        staff_class=_staff_class(occupation, grade, rng, stated),
        grade=grade,
        assessor_class=_assessor_class(organisation, occupation, stated),
        visits_homes=(carer & (kind != CARE_HOME)) | ((occupation == NURSE) & (kind == NURSING_STATION)),
        skills=(skilled << np.arange(len(stated.skills))).sum(axis=1),
        speaks_shanghainese=rng.random(size) < stated.speaks_shanghainese,
        area_code=ground.committee_codes[estate // ESTATES_PER_COMMITTEE],
        lng=ground.building_lng[estate, building],
        lat=ground.building_lat[estate, building],
        starts=on - rng.integers(30, longest).astype("timedelta64[D]"),
        shift_pattern=_shift_pattern(occupation, kind, rng, stated),
    )


def _in_years(rng: Rng, low: Ints, high: Ints) -> Dates:
    """A day in a random year from ``low`` to ``high``."""
    year = rng.integers(low, high + 1)
    first = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    born: Dates = first + rng.integers(0, 365, size=len(year)).astype("timedelta64[D]")
    return born


def _estates(town: Ints, ground: Geography, rng: Rng, stated: StaffAssumptions) -> Ints:
    """Where workers live: in the organisation's town, or anywhere in the district."""
    anywhere = rng.integers(len(ground.lane), size=len(town))
    estate_town = np.repeat(ground.committee_town, ESTATES_PER_COMMITTEE)
    by_town = np.argsort(estate_town, kind="stable")
    first = np.searchsorted(estate_town[by_town], town)
    last = np.searchsorted(estate_town[by_town], town, side="right")
    near = by_town[rng.integers(first, last)]
    return np.where(rng.random(len(town)) < stated.near_home, near, anywhere)


def _staff_class(occupation: Ints, grade: Small, rng: Rng, stated: StaffAssumptions) -> Small:
    """Carers of the middle grade and above count as 医疗照护, the junior ones if they hold the qualification."""
    medical = (grade > JUNIOR_GRADE) | (rng.random(len(grade)) < stated.medical)
    classes = np.where(occupation == NURSE, REGISTERED_NURSE, 0)
    return np.where(occupation == CARER, np.where(medical, CARER_MEDICAL, CARER_HEALTH), classes).astype(
        np.int8
    )


def _assessor_class(organisation: Ints, occupation: Ints, stated: StaffAssumptions) -> Small:
    """The first of every agency's assessors are class B, so that each agency can send a proper pair."""
    classes = np.zeros(len(occupation), dtype=np.int8)
    for agency in np.unique(organisation[occupation == ASSESSOR]):
        here = np.flatnonzero((organisation == agency) & (occupation == ASSESSOR))
        classes[here] = 1
        classes[here[: max(round(len(here) * stated.class_b), 1)]] = 2
    return classes


def _shift_pattern(occupation: Ints, kind: Small, rng: Rng, stated: StaffAssumptions) -> Small:
    size = len(occupation)
    home = np.asarray(HOME_PATTERNS)[choose(rng, stated.shift_weights, size)]
    ward = np.asarray(WARD_PATTERNS)[rng.integers(len(WARD_PATTERNS), size=size)]
    caring = (occupation == CARER) | (occupation == NURSE)
    pattern = np.where(caring, np.where(kind == CARE_HOME, ward, home), OFFICE_PATTERN)
    return pattern.astype(np.int8)


def shifts(workers: Workers) -> Iterator[tuple[int, int, int, int]]:
    """The usual hours of everybody: (worker index, weekday with 0 for Monday, start, end in minutes)."""
    for worker, pattern in enumerate(workers.shift_pattern.tolist()):
        _, weekdays, hours = SHIFT_PATTERNS[pattern]
        for weekday in weekdays:
            for start, end in hours:
                yield worker, weekday, start, end
