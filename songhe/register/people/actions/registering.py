"""Opening files 建档: one at a window, thousands from a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from songhe.kernel import bulk, events, guards
from songhe.kernel.access.models import Post
from songhe.kernel.areas import queries as areas
from songhe.kernel.crypto import blind_index
from songhe.kernel.errors import Refused
from songhe.kernel.identity import Identity, parse_identity, valid_phone
from songhe.kernel.identity import Sex as IdentitySex
from songhe.kernel.pinyin import pinyin

from .. import rules
from ..access import KEEPERS
from ..models import Person
from .common import chunks, require

_NAME_LENGTH = 40


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to be registered. Birth date and sex come from the identity number.

    ``area_code`` is the town or committee where she lives; ``hukou_area_code`` where she is
    registered, the same when empty. Choices are the codes of :class:`Person`.
    """

    name: str
    identity_number: str
    area_code: str
    living: str
    hukou_area_code: str = ""
    phone: str = ""
    address: str = ""
    hukou_address: str = ""
    lng: float | None = None
    lat: float | None = None
    income: str = Person.Income.GENERAL
    language: str = Person.Language.MANDARIN
    sex_wish: str = ""
    marital: str = ""
    education: str = ""
    synthetic: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why one of the new people cannot be registered: position, field, sentence, way out.

    ``twin`` is the position of the earlier one who has the same number.
    """

    index: int
    field: str
    message: str
    remedy: str = ""
    twin: int | None = None


def register(new: NewPerson, *, by: Post) -> Person:
    """Open one file. Refused with the field at fault."""
    return register_many([new], by=by)[0]


def register_many(news: Sequence[NewPerson], *, by: Post) -> list[Person]:
    """Open many files, all or none. Refused with the first fault; :func:`faults_of` finds them all."""
    require(by, KEEPERS, _("建档"))
    if found := next(faults_of(news, by), None):
        where = _("第 %(n)s 人：") % {"n": found.index + 1} if len(news) > 1 else ""
        raise Refused("person.refused", where + found.message, field=found.field, remedy=found.remedy)
    people = [_person(new, parse_identity(new.identity_number)) for new in news]
    # Two windows may register one person at the same moment: the database decides.
    with guards.explained(), transaction.atomic():
        for part in chunks(people, 10_000):
            bulk.insert(part)
            events.record_many([events.New("person.registered", p, person_id=p.pk) for p in part], by=by)
    return people


def faults_of(news: Sequence[NewPerson], by: Post) -> Iterator[Fault]:
    """Everything that speaks against registering these people; a query per thousand."""
    numbers: dict[str, int] = {}
    for index, new in enumerate(news):
        try:
            number = parse_identity(new.identity_number, "identity_number").number
            if new.phone:
                valid_phone(new.phone)
        except Refused as refused:
            yield Fault(index, refused.field, refused.message, refused.remedy)
            continue
        if not 0 < len(new.name.strip()) <= _NAME_LENGTH:
            yield Fault(index, "name", _("请填写姓名，至多 40 个字"))
        yield from _of_areas(index, new, by)
        earlier = numbers.setdefault(number, index)
        if earlier != index:
            text = _("与第 %(n)s 人的身份证号相同") % {"n": earlier + 1}
            yield Fault(index, "identity_number", text, twin=earlier)
    yield from _known(numbers, by)


def _of_areas(index: int, new: NewPerson, by: Post) -> Iterator[Fault]:
    hukou = new.hukou_area_code or new.area_code
    for field, code, known in (
        ("area_code", new.area_code, is_home(new.area_code)),
        ("hukou_area_code", hukou, is_hukou(hukou)),
    ):
        if not known:
            yield Fault(index, field, _("没有代码为 %(code)s 的街镇或居村委") % {"code": code[:12] or "—"})
            return
    mine = by.area_code.rstrip("0") if len(by.area_code) == 12 else by.area_code
    if by.role != "system" and not any(code.startswith(mine) for code in (new.area_code, hukou)):
        yield Fault(
            index, "area_code", _("常住地和户籍地都不在您的辖区内，不能建档"),
            _("请由其常住地或户籍地街镇建档。"),
        )  # fmt: skip


def is_home(code: str) -> bool:
    """Whether one can live there: a town or committee of this district."""
    node = areas.tree().get(code)
    return node is not None and node.kind in ("town", "committee")


def is_hukou(code: str) -> bool:
    """Whether one can be registered there: as :func:`is_home`, or in the rest of the city or country."""
    return code in (rules.OTHER_DISTRICT, rules.OTHER_PROVINCE) or is_home(code)


def _known(numbers: dict[str, int], by: Post) -> Iterator[Fault]:
    """Numbers that already have a file. Of a file out of sight nothing is said but whom to ask."""
    by_index = {blind_index(number, "identity"): index for number, index in numbers.items()}
    for part in chunks(by_index):
        held = Person.objects.unscoped("a number has one file in the whole district").filter(identity_index__in=part)
        taken = list(held.values_list("identity_index", flat=True))
        if not taken:
            continue
        seen = Person.objects.visible_to(by).filter(identity_index__in=taken)
        mine = dict(seen.values_list("identity_index", "name"))
        for key in taken:
            if key in mine:
                message = _("该身份证号已建档：%(name)s") % {"name": mine[key]}
                remedy = _("请在长者名单中按身份证号查到原档案，直接办理。")
            else:
                message = _("该身份证号已在本区其他街镇建档，不能重复建档")
                remedy = _("如其已搬到本辖区，请联系区民政局养老服务部门办理档案转入。")
            yield Fault(by_index[key], "identity_number", message, remedy)


def _person(new: NewPerson, identity: Identity) -> Person:
    return Person(
        **spelled(new.name), **numbered(identity), **called(new.phone),
        area_code=new.area_code, address=new.address.strip(), lng=new.lng, lat=new.lat,
        hukou_area_code=new.hukou_area_code or new.area_code, hukou_address=new.hukou_address.strip(),
        living=new.living, income=new.income, language=new.language, sex_wish=new.sex_wish, marital=new.marital,
        education=new.education, synthetic=new.synthetic or identity.synthetic, remark=new.remark.strip(),
    )  # fmt: skip


def spelled(name: str) -> dict[str, str]:
    """The name with the columns by which it is found."""
    name = name.strip()
    sound = pinyin(name)
    return {"name": name, "pinyin": sound.full, "initials": sound.initials}


def numbered(identity: Identity) -> dict[str, object]:
    """The identity number with its indexes, and what it tells."""
    return {
        "identity_number": identity.number,
        "identity_index": blind_index(identity.number, "identity"),
        "identity_tail": blind_index(identity.number[-4:], "identity_tail"),
        "birth_date": identity.birth_date,
        "sex": Person.Sex.MALE if identity.sex is IdentitySex.MALE else Person.Sex.FEMALE,
    }


def called(phone: str) -> dict[str, str]:
    """The telephone in its one form, with its indexes; all empty without one."""
    number = valid_phone(phone) if phone.strip() else ""
    return {
        "phone": number,
        "phone_index": blind_index(number, "phone"),
        "phone_tail": blind_index(number[-4:], "phone_tail"),
    }
