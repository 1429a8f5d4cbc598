"""Relatives 家属 of the people, none to three each: spouse, children, or a nephew where there is nobody."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .assumptions import SocialAssumptions
from .codes import (
    DAUGHTER,
    FEMALE,
    LONE,
    MALE,
    MARRIED,
    NEPHEW,
    SAME_DISTRICT,
    SAME_HOME,
    SINGLE,
    SON,
    SPOUSE,
    WITH_FAMILY,
)
from .draw import Flags, Ints, Rng, Small, Strings, choose, stream
from .names import name_book

_ONE_CHILD_FROM = 1953  # parents born from then on married under the one-child policy


@dataclass(frozen=True)
class Relatives:
    """Columns by relative, in the order of their person; the first of a person is the first to call."""

    person: npt.NDArray[np.int32]  # index of the person
    order: Small  # 1, 2, 3
    relation: Small
    name: Strings  # <U4
    sex: Small
    birth_year: npt.NDArray[np.int16]
    lives: Small
    can_act: Flags
    is_guardian: Flags
    phone: Strings  # <U11

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True)
class _Family:
    """What of a person decides about the family."""

    surname: Strings
    sex: Small
    birth_year: npt.NDArray[np.int16]
    living: Small
    marital: Small


def draw_relatives(
    surnames: Strings,
    sex: Small,
    birth_year: npt.NDArray[np.int16],
    living: Small,
    marital: Small,
    needs_guardian: Flags,
    *,
    year: int,
    seed: int,
    stated: SocialAssumptions,
) -> Relatives:
    """Draw the families; ``needs_guardian`` marks people whose first able relative is the guardian 监护人.

    A lone elder 孤老 has neither spouse nor child; the spouse is not linked to a row of the register.
    """
    rng = stream(seed, "relatives")
    size = len(surnames)
    book = name_book()
    # A child bears the father's name: the man's own, or that of the woman's husband.
    husband = book.draw_surnames(rng, size)
    family = _Family(np.where(sex == MALE, surnames, husband), sex, birth_year, living, marital)
    spouse = marital == MARRIED
    lone = living == LONE
    first = ~lone & (marital != SINGLE) & (rng.random(size) >= stated.no_child)
    likely = np.where(birth_year < _ONE_CHILD_FROM, *stated.second_child)
    second = first & (rng.random(size) < likely)
    nephew = ~spouse & ~first & (rng.random(size) < 0.5)
    parts = [
        _spouses(np.flatnonzero(spouse), family, rng),
        _children(np.flatnonzero(first), family, rng, stated, eldest=True),
        _children(np.flatnonzero(second), family, rng, stated, eldest=False),
        _nephews(np.flatnonzero(nephew), family, rng),
    ]
    return _assembled(parts, needs_guardian, year, rng, stated)


_Part = tuple[Ints, Ints, Strings, Small, npt.NDArray[np.int16], Small]


def _spouses(who: Ints, family: _Family, rng: Rng) -> _Part:
    sex = (MALE + FEMALE - family.sex[who]).astype(np.int8)
    # A wife is on average two years younger.
    gap = rng.normal(np.where(sex == FEMALE, 2.0, -2.0), 2.5)
    born = np.clip(family.birth_year[who] + np.rint(gap), 1918, 1972).astype(np.int16)
    book = name_book()
    surnames = np.where(sex == MALE, family.surname[who], book.draw_surnames(rng, len(who)))
    lives = np.full(len(who), SAME_HOME, dtype=np.int8)
    return who, np.full(len(who), SPOUSE), book.draw(rng, sex, born, surnames), sex, born, lives


def _children(who: Ints, family: _Family, rng: Rng, stated: SocialAssumptions, *, eldest: bool) -> _Part:
    sex = rng.integers(MALE, FEMALE + 1, size=len(who)).astype(np.int8)
    years = rng.normal(26 if eldest else 29, 2.5, size=len(who)).clip(19, 44)
    born = (family.birth_year[who] + np.rint(years)).astype(np.int16)
    lives = choose(rng, stated.child_lives, len(who)).astype(np.int8)
    if eldest:
        lives[family.living[who] == WITH_FAMILY] = SAME_HOME
    relation = np.where(sex == MALE, SON, DAUGHTER)
    return who, relation, name_book().draw(rng, sex, born, family.surname[who]), sex, born, lives


def _nephews(who: Ints, family: _Family, rng: Rng) -> _Part:
    sex = rng.integers(MALE, FEMALE + 1, size=len(who)).astype(np.int8)
    born = (family.birth_year[who] + rng.integers(20, 35, size=len(who))).astype(np.int16)
    lives = np.full(len(who), SAME_DISTRICT, dtype=np.int8)
    lives += rng.integers(0, 3, size=len(who)).astype(np.int8)
    return who, np.full(len(who), NEPHEW), name_book().draw(rng, sex, born), sex, born, lives


def _assembled(
    parts: list[_Part], needs_guardian: Flags, year: int, rng: Rng, stated: SocialAssumptions
) -> Relatives:
    person, relation, name, sex, born, lives = (
        np.concatenate(columns) for columns in zip(*parts, strict=True)
    )
    size = len(person)
    old = (relation == SPOUSE) & (born <= year - 80)
    can_act = rng.random(size) < np.asarray(stated.can_act)[lives] * np.where(
        old, stated.old_spouse_acts, 1.0
    )
    # The able come first, then those who live nearest.
    order = np.lexsort((lives, ~can_act, person))
    person, relation, name = person[order], relation[order], name[order]
    starts = np.flatnonzero(np.r_[True, person[1:] != person[:-1]]) if size else np.empty(0, dtype=np.int64)
    position = np.arange(size) - np.repeat(starts, np.diff(np.r_[starts, size])) + 1
    able = can_act[order]
    return Relatives(
        person=person.astype(np.int32),
        order=position.astype(np.int8),
        relation=relation.astype(np.int8),
        name=name,
        sex=sex[order],
        birth_year=born[order],
        lives=lives[order],
        can_act=able,
        is_guardian=able & (position == 1) & needs_guardian[person],
        phone=synthetic_phones(np.arange(size), block=1),
    )


def synthetic_phones(serial: Ints, *, block: int) -> Strings:
    """Mobile numbers of the right form that nobody has: range 154 was never put on sale (recalled).

    ``block`` 0 elders, 1 relatives, 2 staff; within a block different serials give different numbers.
    """
    # 7,368,787 is a prime: stepping by it through the ten million of a block never meets itself.
    tail = serial.astype(np.int64) * 7_368_787 % 10_000_000 + block * 10_000_000
    return np.strings.add("154", np.strings.zfill(tail.astype("<U8"), 8))
