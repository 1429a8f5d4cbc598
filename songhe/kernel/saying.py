"""Saying in the reader's language what was raised or stored in Chinese: refusals, remedies, reasons 理由.

Chinese is what is raised and what is written down; a reason of last year was stored as one finished sentence.
Where it is shown, :func:`said` finds the message the sentence was made from, by its fixed words, and puts the
values back into the translation. The messages come from the source (`tools/spoken.py`): 「一次最多上传 {0} 条记录」.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

from django.utils.translation import get_language, trans_real

_CHINESE = re.compile(r"[㐀-鿿]")
_SIGNS = re.compile(r"[㐀-鿿，。；：、（）「」“”《》]")
_PLACE = re.compile(r"\{(\d)\}|%\((\w+)\)[sd]")
_SENTENCE = re.compile(r"[^。；]+[。；]?")
#: Fewer fixed Chinese letters than this could be anybody's words: 「{0}登记」.
_FEW = 3
#: A longer text, or one of more sentences, is a document, not something the programme said.
_LONGEST = 800
_MANY = 40
_PAIRS = (("（", "）"), ("「", "」"), ("《", "》"), ("“", "”"))
_STOPS = {"。": ". ", "；": "; "}
#: What a composed text is held together by, and what holds it together in translation.
_JOINTS = (("；", "; "), ("、", ", "), (" ", " "))
_OWN = attrgetter("own")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A message with places for values.

    words   its fixed words, around the places
    places  the names of the places
    one     its translation when the only value is 1
    many    its translation
    own     how much text is fixed: the most literal pattern is asked first
    letters how many Chinese letters of it are fixed; few of them might fit by chance
    """

    words: tuple[str, ...]
    places: tuple[str, ...]
    one: str
    many: str
    own: int
    letters: int

    def values(self, text: str) -> dict[str, str] | None:
        """What stands in the places, if the text was made from this message."""
        first, *middle, last = self.words
        if len(text) < self.own or not text.startswith(first) or not text.endswith(last):
            return None
        at, end, found = len(first), len(text) - len(last), []
        for word in middle:
            start = text.find(word, at, end)
            if start < 0:
                return None
            found.append(text[at:start])
            at = start + len(word)
        found.append(text[at:end])
        if not all(_stands_alone(value, word) for value, word in zip(found, self.words, strict=False)):
            return None
        return dict(zip(self.places, found, strict=True))

    def filled(self, values: Mapping[str, str]) -> str:
        """The translation with the values in their places."""
        wording = self.one if list(values.values()) == ["1"] else self.many
        return _PLACE.sub(lambda place: values.get(place[1] or place[2], place[0]), wording)


def _stands_alone(value: str, before: str) -> bool:
    """A value closes the brackets it opens, and is no run of sentences unless a colon announces it."""
    listed = before.endswith("：") or not any(sign in value for sign in "；。：")
    return listed and all(value.find(b) >= value.find(a) and value.count(a) == value.count(b) for a, b in _PAIRS)


@dataclass(frozen=True, slots=True)
class Book:
    """The messages of one language; those with places by their first letter, else their last, else their longest word."""

    exact: Mapping[str, str]
    begun: Mapping[str, Sequence[Pattern]]
    ended: Mapping[str, Sequence[Pattern]]
    loose: Sequence[tuple[str, Pattern]]

    def fitting(self, text: str) -> Iterator[tuple[Pattern, dict[str, str]]]:
        """Patterns that fit, the most literal first."""
        fit = [pattern for pattern in self.begun.get(text[:1], ()) if text.startswith(pattern.words[0])]
        fit += [pattern for pattern in self.ended.get(text[-1:], ()) if text.endswith(pattern.words[-1])]
        fit += [pattern for word, pattern in self.loose if word in text]
        for pattern in sorted(fit, key=_OWN, reverse=True):
            if (values := pattern.values(text)) is not None:
                yield pattern, values


def said(text: object) -> str:
    """The text in the reader's language; unknown texts and every text for a Chinese reader come back as they are."""
    words = str(text)
    language = get_language() or ""
    if language.startswith("zh") or not language or len(words) > _LONGEST or not _CHINESE.search(words):
        return words
    return _said(language, words)


@lru_cache(maxsize=4096)
def _said(language: str, text: str) -> str:
    return _message(language, text) or _parts(language, text) or _phrase(language, text) or text


def _message(language: str, text: str) -> str | None:
    """The translation of a text that is one message, with or without values."""
    book = _book(language)
    if (whole := book.exact.get(text)) is not None:
        return whole
    for pattern, values in book.fitting(text):
        if pattern.letters >= _FEW:
            return pattern.filled({place: _value(language, value) for place, value in values.items()})
    return None


def _phrase(language: str, text: str) -> str | None:
    """The translation of a text with few fixed letters 「3小时」: taken only if nothing Chinese is left then."""
    for pattern, values in _book(language).fitting(text):
        if pattern.letters == 1 and any(_CHINESE.search(value) for value in values.values()):
            continue  # 「{0}级」 is said of numbers
        told = {place: _value(language, value) for place, value in values.items()}
        if not any(_SIGNS.search(value) for value in told.values()):
            return pattern.filled(told)
    return None


def _value(language: str, text: str) -> str:
    """A value in a sentence: words, or words joined; a name stays what it is."""
    return _said(language, text) if _CHINESE.search(text) else text


def _parts(language: str, text: str) -> str | None:
    """The translation of a text that was put together from messages; None when no part is known."""
    return _sentences(language, text) or _headed(language, text) or _joined(language, text)


def _sentences(language: str, text: str) -> str | None:
    """Several sentences: what happened, and what to do. A message may itself have two."""
    rest, told, known = _SENTENCE.findall(text), "", False
    if len(rest) > _MANY:
        return None
    while rest:
        for n in range(min(len(rest), 4), 0, -1):
            whole = "".join(rest[:n])
            bare, stop = (whole[:-1], whole[-1]) if whole[-1] in _STOPS else (whole, "")
            if (found := _message(language, whole)) is not None:
                told += found.rstrip() + " "
            elif stop and (found := _headed(language, bare) or _message(language, bare)) is not None:
                told += found.rstrip(".") + _STOPS[stop]
            elif n > 1:
                continue
            else:
                told += whole
            known |= found is not None
            del rest[:n]
            break
    return told.strip() if known else None


def _headed(language: str, text: str) -> str | None:
    """「曹杨评估中心：在岗评估员 1 名」: whom it is about, and what."""
    head, colon, tail = text.partition("：")
    told = _value(language, tail)
    if not colon or (told == tail and (head not in _book(language).exact or _SIGNS.search(tail))):
        return None
    return f"{_value(language, head)}: {told}"


def _joined(language: str, text: str) -> str | None:
    """A list of words, some of them known."""
    for joint, sign in _JOINTS:
        parts = text.split(joint)
        told = [_said(language, part) for part in parts] if len(parts) > 1 else parts
        # A space holds nothing together by itself: between words that are not all known stands a name.
        if told != parts and not (joint == " " and any(_SIGNS.search(part) for part in told)):
            return sign.join(told)
    return None


@lru_cache(maxsize=8)
def _book(language: str) -> Book:
    """The messages of a language, sorted once."""
    exact: dict[str, str] = {}
    plurals: dict[str, dict[int, str]] = defaultdict(dict)
    catalogue = trans_real.translation(language)._catalog  # type: ignore[attr-defined]
    for key, wording in catalogue.items():
        if isinstance(key, tuple):
            plurals[key[0]][key[1]] = wording
        elif _SIGNS.search(key) and "\x04" not in key and wording:
            exact[key] = wording
    return bound(exact, plurals)


def bound(exact: Mapping[str, str], plurals: Mapping[str, Mapping[int, str]]) -> Book:
    """A book of messages and their translations; plurals have a translation for one and one for many."""
    found = [*_patterns((key, wording, wording) for key, wording in exact.items()),
             *_patterns((key, forms.get(0, ""), forms.get(1, "")) for key, forms in plurals.items())]
    begun: dict[str, list[Pattern]] = defaultdict(list)
    ended: dict[str, list[Pattern]] = defaultdict(list)
    loose: list[tuple[str, Pattern]] = []
    for pattern in found:
        if pattern.words[0]:
            begun[pattern.words[0][0]].append(pattern)
        elif pattern.words[-1]:
            ended[pattern.words[-1][-1]].append(pattern)
        else:
            loose.append((max(pattern.words, key=len), pattern))
    return Book(exact, begun, ended, loose)


def _patterns(messages: Iterable[tuple[str, str, str]]) -> Iterator[Pattern]:
    """Messages with places, and Chinese between them; two places side by side could not be told apart."""
    for key, one, many in messages:
        marks = list(_PLACE.finditer(key))
        if not marks or not many or not _SIGNS.search(_PLACE.sub("", key)):
            continue
        edges = [0, *(edge for mark in marks for edge in mark.span()), len(key)]
        words = tuple(key[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))
        if all(words[1:-1]):
            own = sum(map(len, words))
            letters = sum(len(_CHINESE.findall(word)) for word in words)
            yield Pattern(words, tuple(mark[1] or mark[2] for mark in marks), one or many, many, own, letters)
