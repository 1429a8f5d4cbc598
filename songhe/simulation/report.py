"""The report of a run: simulated totals beside published ones, and every assumption with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Sum

from songhe.care.ltci.models import Statement

from .loading import district_folder
from .models import Report
from .population import Lived, assumption_table, compare, read_facts

if TYPE_CHECKING:
    from .living import Town


def write(town: Town, *, scale: int, days: int) -> Report:
    """Keep the comparison of this run."""


    settled = Statement.objects.unscoped("report").exclude(state="reversed").aggregate(n=Sum("fund_fen"))["n"] or 0
    lived = Lived(
        days=days, applications=town.applied, assessments=town.assessed, home_visits=town.visited, settled_fen=settled
    )
    rows = compare(
        town.population, town.published, read_facts(district_folder("putuo") / "published_facts.csv"), staff=town.staff,
        lived=lived if days else None,
    )
    stated = assumption_table(town.population, town.staff.stated, town.stated)
    return Report.objects.create(
        scale=scale, seed=town.population.seed, days=days, figures=[_plain(r) for r in rows],
        assumptions=[_plain(r) for r in stated],
    )


def _plain(row: Any) -> dict[str, Any]:
    """A named tuple as JSON takes it; numbers stay numbers, everything else becomes text."""
    return {k: v if isinstance(v, int | float | str) or v is None else str(v) for k, v in row._asdict().items()}
