"""Pinyin of a person's name 姓名拼音, for search by sound and by initials.

A dictionary gives a character its most frequent reading; a family name often has another
(单 is shan, not dan). So the surname's reading comes from the table below and the rest from
the dictionary, character by character, remembered for the life of the process: a register
has some thousands of different characters and hundreds of thousands of names.

Readings are written as they are typed on a Chinese keyboard: no tones, ü as v (吕 is lv).
"""

from functools import cache
from typing import NamedTuple

# 单姓: readings that differ from the dictionary's first choice (recalled from 姓氏读音 lists).
SURNAMES: dict[str, str] = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "朴": "piao", "任": "ren",
    "翟": "zhai", "缪": "miao", "盖": "ge", "卜": "bu", "隗": "wei", "覃": "qin", "员": "yun", "薄": "bo",
    "秘": "bi", "郇": "xun", "折": "she", "祭": "zhai", "黑": "he", "句": "gou", "召": "shao", "佴": "nai",
    "洗": "xian", "种": "chong", "乐": "yue", "繁": "po", "都": "du", "阚": "kan", "粘": "nian", "藏": "zang",
    "乜": "nie", "那": "na", "葛": "ge", "盛": "sheng", "车": "che", "尹": "yin", "石": "shi", "厘": "xi",
    "谌": "chen", "郗": "xi", "隽": "juan", "钭": "tou", "贾": "jia", "燕": "yan", "纪": "ji", "尉": "wei",
}  # fmt: skip

# 复姓: two characters that are one surname.
COMPOUND_SURNAMES: dict[str, tuple[str, str]] = {
    "欧阳": ("ou", "yang"), "上官": ("shang", "guan"), "诸葛": ("zhu", "ge"), "司徒": ("si", "tu"),
    "司马": ("si", "ma"), "夏侯": ("xia", "hou"), "尉迟": ("yu", "chi"), "万俟": ("mo", "qi"),
    "长孙": ("zhang", "sun"), "令狐": ("ling", "hu"), "单于": ("chan", "yu"), "澹台": ("tan", "tai"),
    "皇甫": ("huang", "fu"), "公孙": ("gong", "sun"), "慕容": ("mu", "rong"), "端木": ("duan", "mu"),
    "东方": ("dong", "fang"), "南宫": ("nan", "gong"), "轩辕": ("xuan", "yuan"), "呼延": ("hu", "yan"),
    "宇文": ("yu", "wen"), "独孤": ("du", "gu"), "濮阳": ("pu", "yang"), "鲜于": ("xian", "yu"),
    "公冶": ("gong", "ye"), "宗政": ("zong", "zheng"), "太史": ("tai", "shi"), "申屠": ("shen", "tu"),
    "闻人": ("wen", "ren"), "淳于": ("chun", "yu"), "亓官": ("qi", "guan"), "钟离": ("zhong", "li"),
}  # fmt: skip

# 名用字: characters whose usual reading in a given name is not the dictionary's first.
GIVEN: dict[str, str] = {
    "长": "chang", "行": "xing", "朝": "chao", "重": "chong", "晟": "sheng", "曾": "zeng", "都": "du",
    "率": "shuai", "调": "tiao", "仇": "qiu", "翟": "zhai", "盖": "gai", "柏": "bai", "薄": "bo",
}  # fmt: skip

# A dot inside a name marks a transliteration 少数民族姓名: its first character is no Chinese surname.
_DOTS = frozenset("·•・‧．.")


class Pinyin(NamedTuple):
    """``full`` has every syllable joined, ``initials`` the first letter of each; both lower case."""

    full: str
    initials: str


@cache
def _dictionary(character: str) -> str:
    """The most frequent reading of one character; "" where it has none (punctuation, blanks)."""
    if character.isascii():
        return character.lower() if character.isalnum() else ""
    # Imported at the first use: the table costs 0.2 s and 20 MB that most processes never need.
    from pypinyin import lazy_pinyin

    return "".join(str(syllable) for syllable in lazy_pinyin(character, errors="ignore"))


@cache
def _surname(character: str) -> str:
    return SURNAMES.get(character) or _dictionary(character)


@cache
def _given(character: str) -> str:
    return GIVEN.get(character) or _dictionary(character)


def pinyin(name: str) -> Pinyin:
    """Return the pinyin of one name.

    Args:
        name: a name as written; blanks and punctuation are passed over, Latin letters and
            digits are kept in lower case, characters without a known reading are left out.

    Returns:
        ``Pinyin(full, initials)``; both "" for an empty name.

    >>> pinyin("沈桂芳")
    Pinyin(full='shenguifang', initials='sgf')
    >>> pinyin("单田芳").full, pinyin("欧阳建国").initials
    ('shantianfang', 'oyjg')
    """
    name = name.strip()
    if not name:
        return Pinyin("", "")
    if not _DOTS.isdisjoint(name):
        syllables = [_dictionary(character) for character in name]
    elif len(name) > 2 and name[:2] in COMPOUND_SURNAMES:
        syllables = [*COMPOUND_SURNAMES[name[:2]], *map(_given, name[2:])]
    else:
        syllables = [_surname(name[0]), *map(_given, name[1:])]
    return Pinyin("".join(syllables), "".join([syllable[:1] for syllable in syllables]))
