"""One half of the house: an elder, her family, and everybody who serves her."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from songhe.kernel import clock
from songhe.kernel.access.models import Account, Post
from songhe.kernel.access.roles import Role
from songhe.kernel.identity import Sex, make_synthetic_identity
from songhe.register.people import actions as people
from songhe.register.people.models import Person, Relative
from songhe.register.sites.models import Organisation
from songhe.register.workforce.models import Certificate, Worker
from songhe.simulation.cast import DISTRICT, SINCE, Cast


@dataclass
class Side:
    """Near is 沈桂芳's half in 曹杨, far is 戴建国's in 长寿; each has the same furniture.

    ``rows`` are samples by name: the elder's own, and those of ``neighbours`` who are at other
    points of the way. ``parts`` are the posts that serve this half.
    """

    key: str
    town: str
    committee: str
    elder: Person
    relative: Relative
    provider: Organisation
    agency: Organisation
    parts: dict[str, Post]
    workers: dict[str, Worker]
    neighbours: dict[str, Person] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        parts = self.__dict__.get("parts", {})
        if name in parts:
            return parts[name]
        raise AttributeError(name)

    @property
    def people(self) -> list[Person]:
        """The elder and her neighbours."""
        return [self.elder, *self.neighbours.values()]


@contextmanager
def at(day: str | date, hour: int = 9, minute: int = 0) -> Iterator[None]:
    """Something that happened then."""
    on = date.fromisoformat(day) if isinstance(day, str) else day
    with clock.frozen(datetime(on.year, on.month, on.day, hour, minute, tzinfo=clock.SHANGHAI)):
        yield


def sides(cast: Cast) -> tuple[Side, Side]:
    """Both halves of the cast; the far agency gets the two assessors that the cast leaves out."""
    posts, orgs = cast.posts, cast.organisations
    far_a, far_b = (_assessor(cast, n, c) for n, c in (("孟佳", "A"), ("邹凯", "B")))
    near = Side(
        "near", "310107005000", "310107005001", cast.shen, cast.relatives["daughter"], orgs["provider"], orgs["agency"],
        {
            "street": posts["street"], "agency_post": posts["agency"], "coordinator": posts["coordinator"], "carer_post": posts["carer"],
            "elder_post": posts["elder"], "family": posts["daughter"], "assessor_post": posts["assessor"],
        },
        {"carer": cast.workers["carer"], "assessor": cast.workers["assessor"], "assessor_b": cast.workers["assessor_b"]},
    )
    far = Side(
        "far", "310107015000", "310107015001", cast.people["dai"], cast.relatives["stranger"], orgs["other_provider"],
        orgs["other_agency"],
        {
            "street": posts["neighbour_street"], "agency_post": posts["other_agency"], "coordinator": posts["other_coordinator"],
            "carer_post": posts["other_carer"], "elder_post": posts["neighbour"], "family": posts["stranger"],
            "assessor_post": posts["other_assessor"],
        },
        {"carer": cast.workers["other_carer"], "assessor": far_a, "assessor_b": far_b},
    )
    return near, far


def _assessor(cast: Cast, name: str, kind: str) -> Worker:
    agency = cast.organisations["other_agency"]
    worker = Worker.objects.create(
        organisation=agency, name=name, pinyin=name, sex="f", occupation="assessor", assessor_class=kind, starts=SINCE,
        area_code=agency.area_code, synthetic=True,
    )
    Certificate.objects.create(worker=worker, kind="评估员培训合格证", number=f"DEMO-{name}", starts=SINCE, ends=date(2030, 1, 1))
    if kind == "A":
        account = Account.objects.create_user("mengjia", name=name)
        cast.posts["other_assessor"] = Post.objects.create(
            account=account, role=Role.ASSESSOR, title="评估员（A 类）", organisation_id=agency.pk, organisation_name=agency.name,
            area_code=DISTRICT, holder_id=worker.pk, starts=SINCE,
        )
    return worker


#: Whoever stands at another point of the way: one of each on both sides.
_NAMES = {
    "near": ("白玉兰", "邵培芬", "顾秀珍", "陶美华", "裴月英", "柳凤仙", "俞阿珍", "钮素琴", "卞小妹"),
    "far": ("戚桂英", "费银娣", "骆巧云", "屠金妹", "阮雪芳", "尹招娣", "蒋阿宝", "鲍素珍", "单阿妹"),
}
POINTS = ("submitted", "assigned", "scheduled", "surveyed", "noticed", "choosing", "requested", "drafted", "planned")


def move_in(side: Side) -> None:
    """Register the neighbours at the street's window, as old as the elder and insured."""
    serial = 300 if side.key == "near" else 400
    news = [
        people.NewPerson(
            name, make_synthetic_identity(date(1941, 5, 1) + timedelta(days=n), Sex.FEMALE, serial + n), side.committee, "alone",
            phone=f"1390001{serial + n:04d}", address=f"测试路 {n + 1} 号 {serial} 室", synthetic=True,
            lng=121.4030 + n / 10_000, lat=31.2410,
        )
        for n, name in enumerate(_NAMES[side.key])
    ]
    made = people.register_many(news, by=side.street)
    side.neighbours = dict(zip(POINTS, made, strict=True))
