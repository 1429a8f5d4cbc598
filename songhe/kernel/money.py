"""Money in whole fen 分; hours live elsewhere as whole minutes. No float ever touches either."""

import re
import unicodedata
from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from enum import StrEnum

from .errors import Refused


class Rounding(StrEnum):
    """What happens to a part of a fen; which one applies is policy data, not code."""

    HALF_UP = "half-up"  # 四舍五入
    DOWN = "down"  # 舍去
    UP = "up"  # 进位


_MODES = {Rounding.HALF_UP: ROUND_HALF_UP, Rounding.DOWN: ROUND_DOWN, Rounding.UP: ROUND_UP}
Exact = int | Decimal | str


def _exact(number: Exact) -> Decimal:
    if isinstance(number, float):
        raise TypeError("a float is not exact; pass int, Decimal or str")
    return Decimal(number)


def rounded(amount: Decimal, rule: str = Rounding.HALF_UP) -> int:
    """Whole fen. Half-up rounds the size: -0.5 becomes -1, so a reversal mirrors its original."""
    return int(amount.quantize(Decimal(1), rounding=_MODES[Rounding(rule)]))


def share(total_fen: int, percent: Exact, rule: str = Rounding.HALF_UP) -> tuple[int, int]:
    """(the percent of a total, the rest), in fen; the two always add up to the total.

    >>> share(6501, 90)
    (5851, 650)
    """
    part = rounded(total_fen * _exact(percent) / 100, rule)
    return part, total_fen - part


def split(total_fen: int, weights: Sequence[int]) -> list[int]:
    """A total shared out by whole weights, in fen; the parts add up to the total.

    Largest remainder: the fen left over go to the parts that lost most, earlier ones first.

    >>> split(100, [1, 1, 1])
    [34, 33, 33]
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be zero or more and not all zero")
    size, sign = abs(total_fen), -1 if total_fen < 0 else 1
    parts = [size * weight // whole for weight in weights]
    by_loss = sorted(range(len(weights)), key=lambda i: -(size * weights[i] % whole))
    for i in by_loss[: size - sum(parts)]:
        parts[i] += 1
    return [sign * part for part in parts]


def yuan(fen: int) -> str:
    """For people: 123450 -> "1,234.50".

    >>> yuan(-5)
    '-0.05'
    """
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"


_TYPED = re.compile(r"[¥￥]?(-?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?元?")


def parse_yuan(text: str, field: str = "") -> int:
    """What a person typed, in fen: "1,234.5", "￥12", "12元", full-width digits. Raises Refused."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    found = _TYPED.fullmatch(plain)
    if not found:
        raise Refused(
            "money.format",
            f"“{text.strip()}”不是金额。",
            field=field,
            remedy="请填写以元为单位的数字，最多两位小数，例如 1234.50。",
        )
    sign, whole, rest = found.groups()
    fen = int(whole.replace(",", "")) * 100 + int((rest or "").ljust(2, "0"))
    return -fen if sign else fen


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def capital(fen: int) -> str:
    """大写金额 as on a payment paper: 1234050 -> "壹万贰仟叁佰肆拾元伍角整".

    Rules: 中国人民银行《支付结算办法》附一《正确填写票据和结算凭证的基本规定》.
    """
    whole, rest = divmod(abs(fen), 100)
    if whole >= 10**16:
        raise ValueError("more than can be written on a paper")
    jiao, cents = divmod(rest, 10)
    text = f"{_in_capitals(whole)}元" if whole else ""
    if not rest:
        text = (text or "零元") + "整"
    elif not cents:
        text += f"{_DIGITS[jiao]}角整"
    else:
        zero = "零" if whole and not jiao else ""
        text += (f"{_DIGITS[jiao]}角" if jiao else zero) + f"{_DIGITS[cents]}分"
    return f"负{text}" if fen < 0 else text


def _in_capitals(whole: int) -> str:
    groups = []
    while whole:
        whole, low = divmod(whole, 10_000)
        groups.append(low)
    text = ""
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            continue
        if text and (group < 1000 or groups[place + 1] == 0):
            text += "零"
        text += _thousands(group) + _GROUPS[place]
    return text


def _thousands(group: int) -> str:
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit:
            text += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
            gap = False
        elif text:
            gap = True
    return text
