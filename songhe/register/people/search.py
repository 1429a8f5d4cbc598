"""Finding one of 354,900 people: one box, and filters beside it.

Every way in is a range or an equality that an index answers on both databases: the name's
beginning, pinyin, initials, the blind index of a whole number or of its last four digits.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from songhe.kernel import clock
from songhe.kernel.access.rights import area_q
from songhe.kernel.crypto import blind_index
from songhe.kernel.intervals import in_force
from songhe.kernel.text import FirstCharacter, begins_with

from .access import is_broad
from .models import CareLevel, Relative
from .rules import Sought, Word, born_between, read_search

Rows = QuerySet[Any]
#: Age bands 年龄段 of the filter: key, words, youngest, oldest.
AGE_BANDS = (
    ("60", "60–69 岁", 60, 69),
    ("70", "70–79 岁", 70, 79),
    ("80", "80–89 岁", 80, 89),
    ("90", "90–99 岁", 90, 99),
    ("100", "100 岁及以上", 100, None),
    ("80+", "80 岁及以上", 80, None),
)
UNRATED = "none"


def search(rows: Rows, text: str) -> Rows:
    """Those of ``rows`` who fit every word that was typed (see :func:`.rules.read_search`)."""
    for word in read_search(text):
        rows = _narrow(rows, word)
    return rows


def _narrow(rows: Rows, word: Word) -> Rows:
    match word.kind:
        case Sought.NAME if len(word.text) == 1:
            return rows.alias(surname=FirstCharacter("name")).filter(surname=word.text)
        case Sought.NAME:
            return rows.filter(begins_with("name", word.text))
        case Sought.LETTERS:
            return _by_letters(rows, word.text)
        case Sought.TAIL:
            return rows.filter(
                Q(identity_tail=blind_index(word.text, "identity_tail"))
                | Q(phone_tail=blind_index(word.text, "phone_tail"))
            )
        case Sought.IDENTITY:
            return rows.filter(identity_index=blind_index(word.text, "identity"))
        case Sought.PHONE:
            return _by_phone(rows, word.text)
    return rows.none()


def _by_letters(rows: Rows, letters: str) -> Rows:
    """Pinyin where anybody is spelt so, else initials. Joined by *or*, neither index would give the order."""
    spelt: Rows = rows.filter(begins_with("pinyin", letters))
    if len(letters) == 1 or spelt.order_by().exists():
        return spelt
    initials: Rows = rows.filter(begins_with("initials", letters))
    return initials


def _by_phone(rows: Rows, phone: str) -> Rows:
    """By her own telephone, or by that of somebody of the family who is calling."""
    index = blind_index(phone, "phone")
    called = Relative.objects.unscoped("narrows rows that are scoped themselves").filter(phone_index=index)
    # Fetched first: as a subquery under an "or" it would keep both indexes from being used.
    family = list(called.values_list("person_id", flat=True)[:50])
    found: Rows = rows.filter(Q(phone_index=index) | Q(pk__in=family))
    return found


def living_in(rows: Rows, area_code: str) -> Rows:
    """Those who live under an area 常住."""
    found: Rows = rows.filter(area_q("area_code", area_code, broad=is_broad(area_code)))
    return found


def registered_in(rows: Rows, area_code: str) -> Rows:
    """Those who are registered under an area 户籍."""
    found: Rows = rows.filter(area_q("hukou_area_code", area_code, broad=is_broad(area_code)))
    return found


def with_level(rows: Rows, level: str) -> Rows:
    """Those whose Shanghai level is in force today; :data:`UNRATED` means those without one."""
    held = CareLevel.objects.filter(in_force(clock.today()), scheme="shanghai")
    if level == UNRATED:
        return rows.filter(~Exists(held.filter(person=OuterRef("pk"))))
    # As a set, so that it may also be walked from the few who hold the level.
    return rows.filter(pk__in=held.filter(level=int(level)).values("person_id"))


def of_age(rows: Rows, band: str) -> Rows:
    """Those in an age band of :data:`AGE_BANDS` today."""
    _key, _words, youngest, oldest = next(b for b in AGE_BANDS if b[0] == band)
    first, last = born_between(youngest, oldest, clock.today())
    rows = rows.filter(birth_date__lte=last)
    return rows.filter(birth_date__gte=first) if first else rows
