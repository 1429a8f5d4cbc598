"""Hours of a weekday as people write them: 「08:00-11:30、13:00-17:00」."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import time
from itertools import pairwise

Span = tuple[time, time]
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*(?:-|–|—|~|至|到)\s*(\d{1,2}):(\d{2})")


def parse_spans(text: str) -> list[Span]:
    """Periods of one day in order; an empty text means closed.

    >>> format_spans(parse_spans("8:00-11:30，13:00至17:00"))
    '08:00–11:30、13:00–17:00'

    Raises:
        ValueError: with the sentence a clerk reads.
    """
    spans = []
    for part in re.split(r"[、,;\s]+(?=\d{1,2}:)", unicodedata.normalize("NFKC", text).strip()):
        if not part:
            continue
        found = _SPAN.fullmatch(part.strip())
        if not found:
            raise ValueError(f"「{part[:20]}」应写成 08:00-17:00，两段之间用顿号")
        hours = [int(n) for n in found.groups()]
        if hours[0] > 23 or hours[2] > 23 or hours[1] > 59 or hours[3] > 59:
            raise ValueError(f"「{part[:20]}」不是一天之内的时刻")
        spans.append((time(hours[0], hours[1]), time(hours[2], hours[3])))
    for begins, ends in spans:
        if ends <= begins:
            raise ValueError(f"结束（{ends:%H:%M}）须晚于开始（{begins:%H:%M}）")
    spans.sort()
    for (_, before), (after, _) in pairwise(spans):
        if after < before:
            raise ValueError("两段时间有重叠")
    return spans


def format_spans(spans: Iterable[Span]) -> str:
    """The same, written one way; empty for a day without any."""
    return "、".join(f"{begins:%H:%M}–{ends:%H:%M}" for begins, ends in sorted(spans))
