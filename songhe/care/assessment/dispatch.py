"""Which agency assesses whom 派单: exclusion first, then load. Pure, and every answer says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from songhe.kernel import policy
from songhe.kernel.because import Because


@dataclass(frozen=True)
class Agency:
    """An assessment agency as dispatch sees it; ``load`` counts the cases it has in hand."""

    id: UUID
    name: str
    area_code: str
    assessors: int
    class_b: int
    load: int = 0

    @property
    def per_assessor(self) -> float:
        """Cases in hand for each assessor."""
        return self.load / self.assessors if self.assessors else float("inf")


@dataclass(frozen=True)
class Ranked:
    """An agency's place for one case. ``reasons`` say what speaks for it, or what bars it."""

    agency: Agency
    eligible: bool
    reasons: tuple[Because, ...]
    near: bool


@dataclass(frozen=True)
class Wanted:
    """A case that looks for an agency.

    ``serving``: organisations that serve the person. ``earlier``: agencies of the case it objects
    to and of the one before. ``refused``: the agency it is being taken away from, with the reason.
    """

    case_id: UUID
    area_code: str
    kind: str = "first"
    priority: bool = False
    serving: frozenset[UUID] = frozenset()
    earlier: frozenset[UUID] = frozenset()
    left: UUID | None = None


def bars(agency: Agency, wanted: Wanted, on: date) -> list[Because]:
    """Reasons why an agency may not have the case."""
    found: list[Because] = []
    area = wanted.area_code
    least = policy.value("assessment.assessors.minimum", on=on, area=area)
    if agency.assessors < least.value:
        found.append(least.because(f"在岗评估员 {agency.assessors} 名，不足 {least.value} 名"))
    class_b = policy.value("assessment.assessors.class_b_minimum", on=on, area=area)
    if agency.class_b < class_b.value:
        found.append(class_b.because("没有在岗的 B 类评估员"))
    conflict = policy.value("assessment.conflict.provider_excluded", on=on, area=area)
    if conflict.value and agency.id in wanted.serving:
        found.append(conflict.because("正在为该长者提供照护服务，应回避"))
    first = policy.value("assessment.review.excludes_first_agency", on=on, area=area)
    if first.value and agency.id in wanted.earlier:
        found.append(first.because("已作过本次异议所涉的评估，应回避"))
    if agency.id == wanted.left:
        found.append(Because("本次改派前的承办机构"))
    return found


def rank(wanted: Wanted, agencies: Sequence[Agency], on: date) -> list[Ranked]:
    """Agencies for one case, best first: fewest cases per assessor, then the same town, then the name."""
    ranked = []
    for agency in agencies:
        against = bars(agency, wanted, on)
        near = agency.area_code[:9] == wanted.area_code[:9]
        reasons = against or [
            Because("；".join([
                f"在办 {agency.load} 件，评估员 {agency.assessors} 名，人均 {agency.per_assessor:.1f} 件",
                *(["与长者同街镇"] if near else []),
            ]))
        ]
        ranked.append(Ranked(agency, not against, tuple(reasons), near))
    return sorted(
        ranked, key=lambda r: (not r.eligible, r.agency.per_assessor, not r.near, r.agency.name, str(r.agency.id))
    )


@dataclass(frozen=True)
class Choice:
    """The agency for one case, or none, with the reasons to be kept with the case."""

    wanted: Wanted
    agency: Agency | None
    reasons: tuple[Because, ...]


def distribute(wanted: Sequence[Wanted], agencies: Sequence[Agency], on: date) -> list[Choice]:
    """An agency for every case, in the given order save that priority goes first; loads grow as cases are given.

    Deterministic: the same cases and loads give the same answer.
    """
    pool: dict[UUID, Agency] = {a.id: a for a in agencies}
    chosen: dict[UUID, Choice] = {}
    for w in sorted(wanted, key=lambda w: not w.priority):
        ranked = rank(w, list(pool.values()), on)
        best = ranked[0] if ranked and ranked[0].eligible else None
        chosen[w.case_id] = Choice(w, best.agency if best else None, explanation(ranked, best))
        if best:
            pool[best.agency.id] = replace(best.agency, load=best.agency.load + 1)
    return [chosen[w.case_id] for w in wanted]


def explanation(ranked: Sequence[Ranked], best: Ranked | None) -> tuple[Because, ...]:
    """What is kept with the case: why this one, and why each barred one not."""
    found: list[Because] = []
    if best:
        rivals = sum(r.eligible for r in ranked) - 1
        lightest = [f"在 {rivals + 1} 家中负荷最轻"] if rivals else []
        found.append(Because(f"{best.agency.name}：" + "；".join([best.reasons[0].text, *lightest])))
    found += [replace(b, text=f"{r.agency.name}：{b.text}") for r in ranked if not r.eligible for b in r.reasons]
    return tuple(found)


def by_choice(wanted: Wanted, agency: Agency | None, on: date) -> list[Because]:
    """Reasons against an agency that a clerk chose herself."""
    if agency is None:
        return [Because("所选机构不是在册的评估机构")]
    return bars(agency, wanted, on)


def loads(agencies: Sequence[Agency], counts: Mapping[UUID, int]) -> list[Agency]:
    """The agencies with their present loads."""
    return [replace(a, load=counts.get(a.id, 0)) for a in agencies]
