"""Identity numbers 居民身份证号 (GB 11643-1999), telephone numbers, and what of them may be shown."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from stdnum.cn.ric import calc_check_digit

from . import clock
from .errors import Refused

# The first two digits a number can begin with: GB/T 2260 provinces, and 81-83 for residents
# from Hong Kong, Macao and Taiwan who hold a 居民居住证.
_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
SYNTHETIC_COUNTY = "310199"
_OLDEST = 130


class Sex(StrEnum):
    """Sex as on the identity card; values as in FHIR."""

    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True, slots=True)
class Identity:
    """What a checked number tells. `county_code` is where it was issued, not where one lives."""

    number: str
    birth_date: date
    sex: Sex
    county_code: str
    synthetic: bool = False


def _plain(text: str) -> str:
    """Full-width to half-width, without spaces and hyphens."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", str(text)))


def _refuse(code: str, message: str, field: str, remedy: str = "请对照身份证原件逐位核对。") -> Refused:
    return Refused(f"identity.{code}", message, field=field, remedy=remedy)


def parse_identity(number: str, field: str = "identity") -> Identity:
    """Check an 18-digit number and read it; raises Refused that says which digits are wrong.

    The issuing county is not looked up: counties come and go, and an old number stays valid.
    Numbers with SYNTHETIC_COUNTY are accepted and flagged.
    """
    text = _plain(number).upper()
    if len(text) == 15 and text.isdigit():
        raise _refuse("old", "这是 15 位旧号，已停止使用。", field, "请填写 18 位居民身份证号。")
    if len(text) != 18:
        raise _refuse("length", f"身份证号应为 18 位，现为 {len(text)} 位。", field)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", text, re.ASCII):
        raise _refuse("characters", "身份证号前 17 位应为数字，末位应为数字或 X。", field)
    if not _PROVINCE.fullmatch(text[:2]):
        raise _refuse("region", f"身份证号第 1 至 2 位“{text[:2]}”不是有效的地区码。", field)
    birth = _birth_date(text, field)
    expected = calc_check_digit(text)
    if text[17] != expected:
        # Saying which digit would fit would help to make numbers up.
        raise _refuse("checksum", "身份证号校验不符：第 18 位与前 17 位对不上，至少有一位填错。", field)
    return Identity(text, birth, _sex(text), text[:6], text[:6] == SYNTHETIC_COUNTY)


def _birth_date(text: str, field: str) -> date:
    try:
        birth = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        raise _refuse("birth", f"身份证号第 7 至 14 位“{text[6:14]}”不是有效日期。", field) from None
    today = clock.today()
    if birth > today:
        raise _refuse("birth", f"身份证号中的出生日期 {birth} 晚于今天。", field)
    if birth.year < today.year - _OLDEST:
        raise _refuse("birth", f"身份证号中的出生日期 {birth} 距今已逾 {_OLDEST} 年。", field)
    return birth


def _sex(text: str) -> Sex:
    return Sex.MALE if int(text[16]) % 2 else Sex.FEMALE


def make_synthetic_identity(birth: date, sex: Sex | str, serial: int) -> str:
    """A number with a right check digit that can never be a real person's.

    County 310199 was never assigned: no edition of GB/T 2260 and no yearly table of 县以上行政区划代码
    has it (Shanghai's districts run from 310101 to 310120, its former counties from 310221 to
    310230), so no police station ever issued under it. `serial` 0 to 499 tells apart people of one birth
    day and sex; ValueError beyond.
    """
    if not 0 <= serial < 500:
        raise ValueError("at most 500 synthetic people share a birth day and a sex")
    order = serial * 2 + (Sex(sex) is Sex.MALE)
    body = f"{SYNTHETIC_COUNTY}{birth:%Y%m%d}{order:03d}"
    return body + calc_check_digit(body + "0")


_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"021[2-9][0-9]{7}")


def valid_phone(text: str, field: str = "phone") -> str:
    """A mainland mobile or a Shanghai landline in one form: "13812345678", "021-62345678"."""
    plain = re.sub(r"^(\+|00)86", "", re.sub(r"[()]", "", _plain(text)))
    if _MOBILE.fullmatch(plain):
        return plain
    landline = f"021{plain}" if re.fullmatch(r"[2-9][0-9]{7}", plain) else plain
    if landline.startswith("21"):  # +86 21 …
        landline = f"0{landline}"
    if _LANDLINE.fullmatch(landline):
        return f"{landline[:3]}-{landline[3:]}"
    raise Refused("phone.format", _what_is_wrong(plain), field=field, remedy=_PHONE_REMEDY)


_PHONE_REMEDY = "请填写 11 位手机号，或 021 加 8 位的本市固定电话。"


def _what_is_wrong(plain: str) -> str:
    if not plain:
        return "没有填写电话号码。"
    if not plain.isdigit():
        return "电话号码只能是数字。"
    if plain[0] == "1":
        length = len(plain)
        return (
            f"手机号应为 11 位，现为 {length} 位。" if length != 11 else f"没有以 {plain[:2]} 开头的手机号。"
        )
    if plain.startswith("0") and not plain.startswith("021"):
        return "区号不是 021。"
    return "固定电话应为 021 加 8 位号码，首位为 2 至 9。"


# -- What may be shown without a purpose ---------------------------------------------------------


def mask_identity(number: str | None) -> str:
    """310107********1234: the issuing district and the last four."""
    text = str(number or "")
    return f"{text[:6]}{'*' * 8}{text[-4:]}" if len(text) == 18 else "*" * len(text)


def mask_phone(number: str | None) -> str:
    """138****5678; 021-****5678."""
    text = str(number or "")
    if len(text) < 8:
        return "*" * len(text)
    return f"{text[:4] if text[0] == '0' else text[:3]}****{text[-4:]}"


# A town's name ends before the first road, lane or number; 长寿路街道 is a town, 镇坪路 is a road.
_BEFORE_ROAD = r"(?:(?!路(?!街道))[^0-9弄号室])*?"
_TOWN = re.compile(rf"({_BEFORE_ROAD}(?:街道|镇(?![坪宁江]路)|乡))(?=.)")
_DISTRICT = re.compile(rf"({_BEFORE_ROAD}(?<!小)(?:区|县))(?=.)")


def mask_address(address: str | None) -> str:
    """Keeps the town 街镇, or the district where no town is named: "普陀区曹杨新村街道****"."""
    text = str(address or "")
    if not text:
        return ""
    found = _TOWN.match(text) or _DISTRICT.match(text)
    return f"{found.group(1) if found else ''}****"


# Two-character surnames 复姓 that are still met.
_DOUBLE = re.compile(
    "欧阳|司马|上官|诸葛|司徒|东方|独孤|南宫|夏侯|皇甫|尉迟|公孙|慕容|长孙|宇文|令狐|端木|轩辕|申屠|闻人|澹台|濮阳|淳于|太史"
    "|公羊|赫连|呼延|百里|东郭|西门|钟离"
)


def mask_name(name: str | None) -> str:
    """Keeps the surname: 王**, 欧阳*."""
    text = str(name or "")
    keep = 2 if len(text) > 2 and _DOUBLE.match(text) else 1
    return text[:keep] + "*" * (len(text) - keep)
