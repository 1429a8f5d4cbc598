"""Rules about people that need no database: ages, the words of levels, and what a search means."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

#: Where somebody is registered who lives here but is not registered in this district 区外户籍.
OTHER_DISTRICT, OTHER_PROVINCE = "310000000000", "000000000000"
HUKOU_OUTSIDE = {OTHER_DISTRICT: "本市其他区", OTHER_PROVINCE: "外省市"}

_LETTERS = re.compile(r"[a-z]+")
_TAIL = re.compile(r"[0-9]{3}[0-9X]")
_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_PHONE = re.compile(r"1[0-9]{10}|(021)?[2-9][0-9]{7}")
_WORDS = 4


class Sought(StrEnum):
    """What one word of a search is."""

    NAME = "name"
    LETTERS = "letters"
    TAIL = "tail"
    IDENTITY = "identity"
    PHONE = "phone"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Word:
    """A word of a search: its kind and its plain form."""

    kind: Sought
    text: str


def read_search(text: str) -> list[Word]:
    """What was typed into the one box 姓名、拼音、首字母、证件号或电话（末四位）, word by word.

    All words must fit. Letters typed with blanks (``shen gui fang``) are one word. Digits that are
    neither four, a whole number nor a whole telephone number find nobody: guessing would show
    people who were not asked for.

    >>> read_search("沈 123x")
    [Word(kind=<Sought.NAME: 'name'>, text='沈'), Word(kind=<Sought.TAIL: 'tail'>, text='123X')]
    >>> read_search("Shen Gui")
    [Word(kind=<Sought.LETTERS: 'letters'>, text='shengui')]
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    # A telephone number is often typed with hyphens or in groups; so is an identity number.
    joined = re.sub(r"[\s\-()]", "", plain).upper().removeprefix("+86")
    if joined and joined.rstrip("X").isdigit() and len(joined) > 4:
        return [_word(joined)]
    words: list[Word] = []
    for part in plain.split()[:_WORDS]:
        word = _word(part)
        if words and word.kind is words[-1].kind is Sought.LETTERS:
            words[-1] = Word(Sought.LETTERS, words[-1].text + word.text)
        else:
            words.append(word)
    return words


def _word(part: str) -> Word:
    upper, lower = part.upper(), part.lower().replace("'", "").replace("ü", "v")
    if _TAIL.fullmatch(upper):
        return Word(Sought.TAIL, upper)
    if _NUMBER.fullmatch(upper):
        return Word(Sought.IDENTITY, upper)
    if _PHONE.fullmatch(upper):
        return Word(Sought.PHONE, upper if len(upper) == 11 else f"021{upper[-8:]}")
    if _LETTERS.fullmatch(lower):
        return Word(Sought.LETTERS, lower)
    if re.fullmatch(r"[0-9X*]+", upper):
        return Word(Sought.NOTHING, upper)
    return Word(Sought.NAME, part)


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 29 February becomes 28 February.

    >>> years_before(date(2028, 2, 29), 1)
    datetime.date(2027, 2, 28)
    """
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def born_between(youngest: int, oldest: int | None, on: date) -> tuple[date | None, date]:
    """First and last birth date of those aged ``youngest`` to ``oldest`` (both included) on a day.

    >>> born_between(80, 89, date(2026, 11, 18))
    (datetime.date(1936, 11, 19), datetime.date(1946, 11, 18))
    """
    first = None if oldest is None else years_before(on, oldest + 1) + timedelta(days=1)
    return first, years_before(on, youngest)


#: Names of outcomes. Shanghai: 上海市老年照护统一需求评估标准 2.0 (正常, 照护一级…六级).
#: National: 长期护理失能等级评估标准（试行）. GB/T 42195-2022 老年人能力评估规范.
LEVEL_NAMES = {
    "shanghai": ("正常", "照护一级", "照护二级", "照护三级", "照护四级", "照护五级", "照护六级"),
    "national": ("基本正常", "轻度失能", "中度失能", "重度失能Ⅰ级", "重度失能Ⅱ级", "重度失能Ⅲ级"),
    "gbt42195": ("能力完好", "能力轻度受损（轻度失能）", "能力中度受损（中度失能）", "能力重度受损（重度失能）",
                 "能力完全丧失（完全失能）"),
}


def level_name(scheme: str, level: int) -> str:
    """The name of a level under its scheme. ValueError for a level that the scheme does not have.

    >>> level_name("shanghai", 4)
    '照护四级'
    """
    names = LEVEL_NAMES[scheme]
    if not 0 <= level < len(names):
        raise ValueError(f"{scheme} has no level {level}")
    return names[level]
