"""Indicators of the workforce, declared once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Count
from django.db.models.functions import Substr
from django.urls import reverse

from songhe.kernel.access.rights import area_q
from songhe.kernel.registry import Indicator, indicators

from .models import Worker
from .queries import employed_on

WHY = "indicators count and name nobody"
UNIVERSE = "本区域内机构登记、当日在职的人员，按机构所在地计"


def _rows(prefix: str, on: date, occupation: str) -> Mapping[str, int]:
    rows = Worker.objects.unscoped(WHY).filter(
        employed_on(on), area_q("organisation__area_code", prefix), occupation=occupation
    )
    counted = rows.annotate(town=Substr("organisation__area_code", 1, 9)).values_list("town").annotate(n=Count("pk"))
    return {f"{town}000": number for town, number in counted.order_by()}


def _declare(code: str, title: str, definition: str, occupation: str) -> None:
    indicators.add(
        code,
        Indicator(
            code=code, title=title, unit="人", definition=definition, universe=UNIVERSE,
            compute=lambda prefix, on: sum(_rows(prefix, on, occupation).values()),
            by_town=lambda prefix, on: _rows(prefix, on, occupation),
            list_url=lambda prefix: f"{reverse('workforce:list')}?occupation={occupation}&service=in",
            source="从业人员登记",
        ),
    )  # fmt: skip


def register() -> None:
    """Hang them up."""
    _declare("workforce.carers", "养老护理员数", "当日在职的养老护理员人数。", Worker.Occupation.CARER)
    _declare("workforce.nurses", "护士数", "当日在职的护士人数。", Worker.Occupation.NURSE)
    _declare("workforce.assessors", "评估员数", "当日在职的评估员人数。", Worker.Occupation.ASSESSOR)
