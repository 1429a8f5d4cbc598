"""Putting the synthetic people, providers and staff into the register, in bulk.

What a municipal hand-over would bring in one night: rows are written straight, with one event
for the whole load; from then on everything happens through the actions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db import transaction

from songhe.kernel import bulk, events, parts
from songhe.kernel.access.models import Account, Post
from songhe.kernel.access.posts import system
from songhe.kernel.access.roles import Role
from songhe.kernel.areas.models import Area
from songhe.kernel.crypto import blind_index
from songhe.kernel.ids import uuid7_many
from songhe.kernel.pinyin import pinyin
from songhe.register.agreements.models import Agreement
from songhe.register.people.models import CareLevel, Cover, Diagnosis, Person, Relative
from songhe.register.people.rules import level_name
from songhe.register.sites.models import Licence, Organisation, Site
from songhe.register.workforce.models import Certificate, Shift, Worker

from .population import Population, Staff, decoded, shifts
from .population.codes import CERTIFICATE_KIND, CONDITIONS

Progress = Callable[[str, int, int], None]
CHUNK = 20_000
CONDITION_NAMES = {c.code: c.label for c in CONDITIONS}
RELATIONS = {
    "spouse": "配偶", "son": "儿子", "daughter": "女儿", "grandchild": "孙辈", "sibling": "兄弟姐妹",
    "nephew": "侄甥", "child_in_law": "儿媳或女婿",
}
CERTIFICATE_NAMES = {c.code: c.label for c in CERTIFICATE_KIND}


@dataclass
class Placed:
    """Where everybody went: ids in the order of the population's and staff's columns."""

    people: list[UUID] = field(default_factory=list)
    organisations: list[UUID] = field(default_factory=list)
    workers: list[UUID] = field(default_factory=list)

    @cached_property
    def index(self) -> dict[UUID, int]:
        """The row of each person in the population, made once everybody is placed."""
        return {pk: at for at, pk in enumerate(self.people)}

    def among(self, ids: Iterable[UUID]) -> np.ndarray:
        """Whether each person of the population is one of ``ids``; others are left out."""
        found = np.zeros(len(self.people), dtype=bool)
        found[[at for pk in ids if (at := self.index.get(pk)) is not None]] = True
        return found


def load(population: Population, staff: Staff, *, progress: Progress | None = None) -> Placed:
    """Write the whole population and staff. One transaction a chunk, so that memory stays small."""
    placed = Placed()
    _organisations(staff, placed)
    _workers(staff, placed, population.on)
    _people(population, placed, progress)
    _relatives(population, placed, progress)
    by = system()
    events.record(
        "district.loaded", by=by, subject=by.account,
        data={"people": len(placed.people), "organisations": len(placed.organisations), "workers": len(placed.workers)},
    )
    return placed


def _organisations(staff: Staff, placed: Placed) -> None:
    rows = decoded(staff.organisations)
    placed.organisations = uuid7_many(len(rows["name"]))
    providers, sites, licences, agreements = [], [], [], []
    insurer = next(pk for pk, kind in zip(placed.organisations, rows["kind"], strict=True) if kind == "insurer")
    for at, pk in enumerate(placed.organisations):
        kind, name, area = rows["kind"][at], rows["name"][at], rows["area_code"][at]
        spelled = pinyin(name)
        provider = kind in ("care_home", "community", "nursing_station")
        common = {
            "name": name, "pinyin": spelled.full, "initials": spelled.initials[:80], "area_code": area,
            "address": rows["address"][at], "lng": rows["lng"][at], "lat": rows["lat"][at],
            "starts": rows["started"][at], "synthetic": True, "source": "模拟生成",
        }
        providers.append(
            Organisation(id=pk, kind=kind, is_ltci_provider=provider, source_id=f"simulated:{at}", **common)
        )
        site_kind = {"community": "home_service", "assessor": "assessment"}.get(kind, kind)
        if kind != "insurer":
            sites.append(
                Site(organisation_id=pk, kind=site_kind, position_status="approximate", status="synthetic",
                     source_id=f"simulated:{at}", **common)
            )
        licences.append(
            Licence(organisation_id=pk, kind="设立备案" if provider else "执业许可", number=f"模拟-{at:04d}",
                    starts=rows["started"][at], ends=rows["licence_until"][at])
        )
        if provider:
            agreements.append(
                Agreement(number=f"模拟-CH-{at:04d}", kind="ltci", party_a_id=insurer, party_b_id=pk,
                          starts=rows["started"][at], area_code=area)
            )
    with transaction.atomic():
        bulk.insert(providers)
        bulk.insert(sites)
        bulk.insert(licences)
        bulk.insert(agreements)


def _workers(staff: Staff, placed: Placed, on: date) -> None:
    rows = decoded(staff.workers)
    placed.workers = uuid7_many(len(rows["name"]))
    known = {"carer", "nurse", "assessor", "coordinator", "manager", "doctor"}
    workers = []
    kept: set[int] = set()
    for at, pk in enumerate(placed.workers):
        if rows["occupation"][at] not in known:
            continue
        kept.add(at)
        spelled = pinyin(rows["name"][at])
        speaks = ["mandarin", "shanghainese"] if rows["speaks_shanghainese"][at] else ["mandarin"]
        workers.append(
            Worker(
                id=pk, organisation_id=placed.organisations[rows["organisation"][at]], name=rows["name"][at],
                pinyin=spelled.full, initials=spelled.initials[:20], sex=rows["sex"][at], phone=rows["phone"][at],
                occupation=rows["occupation"][at], staff_class=rows["staff_class"][at], grade=rows["grade"][at],
                assessor_class=rows["assessor_class"][at], area_code=rows["area_code"][at], lng=rows["lng"][at],
                lat=rows["lat"][at], skills=rows["skills"][at], languages=speaks, starts=rows["starts"][at],
                synthetic=True,
            )
        )
    papers = decoded(staff.certificates)
    certificates = [
        Certificate(
            worker_id=placed.workers[w], kind=CERTIFICATE_NAMES[k], number=n, grade=g, starts=s, ends=e
        )
        for w, k, g, n, s, e in zip(
            papers["worker"], papers["kind"], papers["grade"], papers["number"], papers["starts"], papers["ends"], strict=True
        )
        if w in kept
    ]
    hours = [
        Shift(worker_id=placed.workers[w], weekday=d, starts=_time(s), ends=_time(e))
        for w, d, s, e in shifts(staff.workers)
        if int(w) in kept
    ]
    with transaction.atomic():
        bulk.insert(workers)
        bulk.insert(certificates)
        bulk.insert(hours)


def _time(minutes: int) -> time:
    return time(min(int(minutes), 1439) // 60, min(int(minutes), 1439) % 60)


def _people(population: Population, placed: Placed, progress: Progress | None) -> None:
    people = population.people
    placed.people = uuid7_many(len(people))

    def write(start: int, stop: int) -> None:
        rows = decoded(people, start, stop)
        ids = placed.people[start:stop]
        insured = [at for at, kind in enumerate(rows["insurance"]) if kind != "none"]
        ill = [(pk, code) for at, pk in enumerate(ids) if rows["level"][at] >= 0 for code in rows["conditions"][at]]
        with transaction.atomic():
            bulk.insert_columns(Person, _person_columns(rows, ids, tail_index))
            bulk.insert_columns(Cover, {
                "person_id": [ids[at] for at in insured], "kind": [rows["insurance"][at] for at in insured],
                "starts": [date(rows["birth_date"][at].year + 60, 1, 1) for at in insured],
            })
            bulk.insert([level for at, pk in enumerate(ids) for level in _level(rows, at, pk)])
            bulk.insert_columns(Diagnosis, {
                "person_id": [pk for pk, _ in ill], "code": [code for _, code in ill],
                "name": [CONDITION_NAMES[code] for _, code in ill],
            })

    # There are eleven thousand tails and two of them in every file.
    tail_index = lru_cache(maxsize=30_000)(blind_index)
    parts.each(write, len(people), CHUNK, lambda done: progress("载入长者档案", done, len(people)) if progress else None)


#: Columns that the register keeps as the population has them.
_AS_THEY_ARE = (
    "name", "sex", "birth_date", "phone", "hukou_area_code", "hukou_address", "area_code", "address", "lng", "lat", "living",
    "income", "language", "marital", "education",
)


def _person_columns(
    rows: dict[str, list[Any]], ids: Sequence[UUID], tail_index: Callable[[str, str], str]
) -> dict[str, Sequence[Any]]:
    numbers, phones = rows["identity"], rows["phone"]
    spelled = [pinyin(name) for name in rows["name"]]
    return {
        **{name: rows[name] for name in _AS_THEY_ARE},
        "id": ids, "pinyin": [s.full for s in spelled], "initials": [s.initials for s in spelled],
        "identity_number": numbers, "identity_index": [blind_index(n, "identity") for n in numbers],
        "identity_tail": [tail_index(n[-4:], "identity_tail") for n in numbers],
        "phone_index": [blind_index(p, "phone") for p in phones],
        "phone_tail": [tail_index(p[-4:], "phone_tail") for p in phones],
        "sex_wish": rows["carer_sex_wish"], "synthetic": [True] * len(ids),
    }


def _level(rows: dict[str, list[Any]], at: int, pk: UUID) -> list[CareLevel]:
    level = rows["level"][at]
    if level < 0 or rows["level_from"][at] is None:
        return []
    until = rows["level_until"][at]
    return [
        CareLevel(
            person_id=pk, scheme="shanghai", level=level, label=level_name("shanghai", level), official=True,
            starts=rows["level_from"][at], ends=until + timedelta(days=1) if until else None,
            reasons=[{"text": "平台启用前的结论，随历史数据移交", "status": "synthetic"}],
        )
    ]


def _relatives(population: Population, placed: Placed, progress: Progress | None) -> None:
    relatives = population.relatives

    def write(start: int, stop: int) -> None:
        rows = decoded(relatives, start, stop)
        with transaction.atomic():
            bulk.insert_columns(Relative, {
                "person_id": [placed.people[at] for at in rows["person"]], "name": rows["name"],
                "relation": [RELATIONS[r] for r in rows["relation"]], "phone": rows["phone"],
                "phone_index": [blind_index(p, "phone") for p in rows["phone"]],
                "lives_with": [lives == "same_home" for lives in rows["lives"]],
                "is_guardian": [bool(g) for g in rows["is_guardian"]],
                "is_emergency": [order == 1 for order in rows["order"]], "position": rows["order"],
            })

    parts.each(write, len(relatives), CHUNK, lambda done: progress("载入家属", done, len(relatives)) if progress else None)


def offices(placed: Placed, staff: Staff) -> dict[str, dict[object, Post]]:
    """Posts that act in the simulation: a window per town, a desk per agency and provider, an insurer.

    They belong to accounts that nobody can sign in to; the cast's accounts are for people.
    """
    found: dict[str, dict[object, Post]] = {"street": {}, "agency": {}, "assessor": {}, "provider": {}}
    for town in Area.objects.filter(kind="town").order_by("code"):
        found["street"][town.code[:9]] = _post(
            f"sim-street-{town.code}", "受理窗口", Role.STREET, area=town.code[:9], where=f"{town.name}"
        )
    kinds = decoded(staff.organisations)["kind"]
    names = decoded(staff.organisations)["name"]
    for at, (pk, kind) in enumerate(zip(placed.organisations, kinds, strict=True)):
        if kind == "assessor":
            found["agency"][pk] = _post(f"sim-agency-{at}", "评估负责人", Role.AGENCY, organisation=pk, where=names[at])
        elif kind in ("care_home", "community", "nursing_station"):
            role = Role.COORDINATOR
            found["provider"][pk] = _post(f"sim-provider-{at}", "协调员", role, organisation=pk, where=names[at])
    workers = decoded(staff.workers)
    for at, pk in enumerate(placed.workers):
        if workers["occupation"][at] == "assessor":
            found["assessor"][pk] = _post(
                f"sim-assessor-{at}", workers["name"][at], Role.ASSESSOR, holder=pk,
                organisation=placed.organisations[workers["organisation"][at]], where=names[workers["organisation"][at]],
            )
    return found


def _post(
    username: str, name: str, role: Role, *, area: str = "", organisation: UUID | None = None, where: str = "",
    holder: UUID | None = None,
) -> Post:
    account, _ = Account.objects.get_or_create(username=username, defaults={"name": name, "password": "!"})
    post, _ = Post.objects.get_or_create(
        account=account, role=role,
        defaults={
            "area_code": area, "organisation_id": organisation, "organisation_name": where, "holder_id": holder,
            "starts": date(2017, 1, 1),
        },
    )
    post.account = account
    return post


def district_folder(name: str) -> Path:
    """Where a district's data lies."""
    return Path(settings.DISTRICTS) / name
