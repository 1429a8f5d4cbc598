"""From columns to plain Python values, ready to become rows of the register."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from . import codes
from .certificates import Certificates
from .organisations import Organisations
from .people import People
from .relatives import Relatives
from .staff import Workers

Table = People | Relatives | Organisations | Workers | Certificates

_LISTS: dict[str, Sequence[codes.Code]] = {
    "sex": codes.SEX,
    "separation": codes.SEPARATION,
    "living": codes.LIVING,
    "income": codes.INCOME,
    "insurance": codes.INSURANCE,
    "marital": codes.MARITAL,
    "education": codes.EDUCATION,
    "language": codes.LANGUAGE,
    "carer_sex_wish": codes.SEX_WISH,
    "care_form": codes.CARE_FORM,
    "relation": codes.RELATION,
    "lives": codes.LIVES,
    "occupation": codes.OCCUPATION,
    "staff_class": codes.STAFF_CLASS,
    "grade": codes.GRADE,
    "assessor_class": codes.ASSESSOR_CLASS,
}
_KINDS: dict[type, Sequence[codes.Code]] = {
    Organisations: codes.ORGANISATION_KIND,
    Certificates: codes.CERTIFICATE_KIND,
}
_BITS = {"conditions": codes.CONDITIONS, "skills": codes.SKILLS}


def decoded(columns: Table, start: int = 0, stop: int | None = None) -> dict[str, list[Any]]:
    """A slice of columns as lists of plain Python values.

    Coded columns give the code's text, columns of bits a list of codes, dates are ``date`` or None,
    missing numbers None.
    """
    plain: dict[str, list[Any]] = {}
    for name, column in vars(columns).items():
        part = column[start:stop]
        coded = _KINDS.get(type(columns)) if name == "kind" else _LISTS.get(name)
        if coded is not None:
            plain[name] = np.array([code.code for code in coded])[part].tolist()
        elif name in _BITS:
            plain[name] = [_set_bits(bits, _BITS[name]) for bits in part.tolist()]
        elif part.dtype.kind == "f":
            plain[name] = [None if value != value else value for value in part.tolist()]
        else:
            plain[name] = part.tolist()
    return plain


def conditions_of(bits: int) -> list[str]:
    """The disease codes set in one value of the column ``conditions``.

    >>> conditions_of(0b100000)
    ['hypertension']
    """
    return _set_bits(bits, codes.CONDITIONS)


def _set_bits(bits: int, listed: Sequence[codes.Code]) -> list[str]:
    return [code.code for bit, code in enumerate(listed) if bits >> bit & 1]
