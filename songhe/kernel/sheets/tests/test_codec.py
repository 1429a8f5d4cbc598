"""Cleaned values survive staging with their types."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from songhe.kernel.sheets import codec


def test_every_type_comes_back_as_it_went() -> None:
    value = {
        "a": date(2026, 3, 1), "b": datetime(2026, 3, 1, 8, tzinfo=UTC), "c": Decimal("1.50"), "d": UUID(int=7),
        "e": [None, True, 1, 1.5, "王芳", {"f": "~"}], "g": {"~": "x", "y": 1},
    }  # fmt: skip
    back = codec.loads(codec.dumps(value))
    assert back == value
    assert type(back["a"]) is date
    assert str(back["c"]) == "1.50"


def test_an_unknown_type_is_refused_when_written_not_when_read() -> None:
    with pytest.raises(TypeError):
        codec.dumps({"a": object()})
