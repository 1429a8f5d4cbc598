"""The synthetic elders 模拟长者 of a district, as columns.

``generate`` makes any number of them: the counts by age, sex, committee, living situation and care
level are set in proportion to the whole district, the rest is drawn, and the same seed, size and
day give the same people. Nobody in here exists; numbers and addresses are of kinds never issued.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from songhe.kernel.identity import make_synthetic_identity

from . import codes
from .ages import OLDEST, SEXES, YOUNGEST, age_sex_shares
from .assumptions import PeopleAssumptions
from .district import District
from .draw import Dates, Floats, Small, Strings, along, rank_within, stream
from .dwelling import draw_homes, draw_living, draw_separation
from .geography import Geography, lay_out
from .mortality import Mortality, fit
from .names import name_book
from .need import draw_need
from .published import Published
from .relatives import Relatives, draw_relatives, synthetic_phones
from .social import draw_conditions, draw_social

_DEMENTIA = codes.CONDITIONS.index(codes.Code("dementia", "老年痴呆"))
_GUARDIAN_FROM_LEVEL = 3


@dataclass(frozen=True)
class People:
    """Columns by person, all of one length; small integers are positions in the lists of ``codes``."""

    name: Strings  # <U4
    sex: Small  # 1 男, 2 女
    birth_date: Dates  # datetime64[D]
    age: npt.NDArray[np.int16]  # completed years on the day of generation, 60 … 105
    identity: Strings  # <U18, county 310199 (never issued)
    phone: Strings  # <U11, range 154 (never on sale), "" without
    area_code: Strings  # <U12, committee of residence; the registered one for those outside
    hukou_area_code: Strings  # <U12, committee of registration 户籍
    separation: Small
    address: Strings
    hukou_address: Strings
    lng: Floats  # degrees WGS-84, approximate; NaN for those outside the district
    lat: Floats
    living: Small
    income: Small
    insurance: Small
    marital: Small
    education: Small
    language: Small
    carer_sex_wish: Small
    conditions: npt.NDArray[np.uint16]  # bit i is codes.CONDITIONS[i]
    need: Floats  # synthetic score 0 … 70, ten points a level
    need_drift: Floats  # points a year
    true_level: Small  # what an assessment would find today, 0 … 6
    level: Small  # Shanghai level now held 0 … 6, -1 if never assessed or lapsed
    level_from: Dates  # datetime64[D], NaT without a level
    level_until: Dates  # last day of validity
    care_form: Small

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True)
class Population:
    """The people, their relatives, the ground they live on, and how they were made."""

    people: People
    relatives: Relatives
    ground: Geography
    mortality: Mortality
    scale: float  # persons here ÷ persons in the district
    on: date
    seed: int
    stated: PeopleAssumptions


def generate(
    district: District,
    published: Published,
    *,
    on: date,
    size: int | None = None,
    seed: int = 1,
    stated: PeopleAssumptions | None = None,
) -> Population:
    """Make ``size`` synthetic elders of a district (default: everybody), aged as on the day ``on``.

    Raises:
        ValueError: ``size`` is not positive.
    """
    stated = stated or PeopleAssumptions()
    size = published.elders if size is None else size
    if size <= 0:
        raise ValueError("人数须为正整数")
    mortality = fit(published)
    age, sex = _ages(size, seed, published, mortality)
    birth_date = _birth_dates(age, on, seed)
    birth_year = (birth_date.astype("datetime64[Y]").astype(np.int64) + 1970).astype(np.int16)
    separation = draw_separation(size, seed, stated.dwelling)
    need = draw_need(
        age,
        sex,
        separation != codes.OUTSIDE,
        on=np.datetime64(on, "D"),
        seed=seed,
        published=published,
        stated=stated.need,
    )
    living = draw_living(age, need.care_form, seed, published, stated.dwelling)
    covered = need.level >= 0
    social = draw_social(age, sex, birth_year, living, covered, seed=seed, stated=stated.social)
    conditions = draw_conditions(age, need.true_level, seed, stated.health)
    ground = lay_out(district)
    homes = draw_homes(ground, separation, district.name, seed)
    book = name_book()
    surnames = book.draw_surnames(stream(seed, "surnames"), size)
    relatives = draw_relatives(
        surnames,
        sex,
        birth_year,
        living,
        social.marital,
        ((conditions >> np.uint16(_DEMENTIA)) & 1).astype(np.bool_)
        & (need.true_level >= _GUARDIAN_FROM_LEVEL),
        year=on.year,
        seed=seed,
        stated=stated.social,
    )
    people = People(
        name=book.draw(stream(seed, "given names"), sex, birth_year, surnames),
        sex=sex,
        birth_date=birth_date,
        age=age,
        identity=identities(birth_date, sex),
        phone=_phones(size, seed, stated.social.no_phone),
        area_code=ground.committee_codes[homes.committee],
        hukou_area_code=ground.committee_codes[homes.registered_committee],
        separation=separation,
        address=homes.address,
        hukou_address=homes.registered_address,
        lng=homes.lng,
        lat=homes.lat,
        living=living,
        income=social.income,
        insurance=social.insurance,
        marital=social.marital,
        education=social.education,
        language=social.language,
        carer_sex_wish=social.carer_sex_wish,
        conditions=conditions,
        need=need.score,
        need_drift=need.drift,
        true_level=need.true_level,
        level=need.level,
        level_from=need.level_from,
        level_until=need.level_until,
        care_form=need.care_form,
    )
    return Population(people, relatives, ground, mortality, size / published.elders, on, seed, stated)


def _ages(
    size: int, seed: int, published: Published, mortality: Mortality
) -> tuple[npt.NDArray[np.int16], Small]:
    """Age and sex of everybody: set counts in each cell, in random order."""
    shares = age_sex_shares(published, mortality)
    counts = along(size, shares.T.ravel())
    cell = stream(seed, "ages").permutation(np.repeat(np.arange(counts.size), counts))
    age = (YOUNGEST + cell % len(shares)).astype(np.int16)
    return age, np.asarray(SEXES, dtype=np.int8)[cell // len(shares)]


def _birth_dates(age: npt.NDArray[np.int16], on: date, seed: int) -> Dates:
    """A day of the year before the person's last possible birthday, so that the age holds on ``on``."""
    # 29 February has no anniversary in most years; the day before it has.
    day = 28 if (on.month, on.day) == (2, 29) else on.day
    anniversary = np.array(
        [np.datetime64(date(on.year - years, on.month, day), "D") for years in range(OLDEST + 1)]
    )
    earlier = stream(seed, "birthdays").integers(0, 365, size=len(age))
    born: Dates = anniversary[age] - earlier.astype("timedelta64[D]")
    return born


def identities(birth_date: Dates, sex: Small, *, first_serial: int = 0) -> Strings:
    """Synthetic identity numbers: people of one birth day and sex are told apart by their order."""
    # Whole days times two leave room for the sex: one integer says both.
    serial = rank_within(birth_date.astype(np.int64) * 2 + (sex == codes.MALE)) + first_serial
    sexes = np.where(sex == codes.MALE, "male", "female").tolist()
    born: Sequence[date] = birth_date.astype("datetime64[D]").tolist()
    return np.array([make_synthetic_identity(*one) for one in zip(born, sexes, serial.tolist(), strict=True)])


def _phones(size: int, seed: int, without: float) -> Strings:
    numbers = synthetic_phones(np.arange(size), block=0)
    numbers[stream(seed, "phones").random(size) < without] = ""
    return numbers
