"""The instruments that an assessment fills in 量表, by the scheme of the level they give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from songhe.engines import scoring

#: Scheme of the care level → instrument file. Both are computed here; Shanghai's own is recorded.
SCHEMES = {"national": "ltci_national_2021", "gbt42195": "gbt42195_2022"}
NAMES = tuple(SCHEMES.values())
SCHEME_OF = {name: scheme for scheme, name in SCHEMES.items()}


def version(name: str) -> str:
    """The version of an instrument as it is stored: the day since which it holds."""
    return scoring.load(name).since.isoformat()


def result(name: str, answers: Mapping[str, int], context: Mapping[str, Any]) -> dict[str, Any]:
    """The computed result as it is stored with the survey; ``level`` is None while items are missing."""
    found = scoring.score(scoring.load(name), answers, context)
    return {
        "instrument": found.instrument,
        "level": found.level,
        "level_name": found.level_name,
        "total": found.total,
        "totals": dict(found.totals),
        "grades": [{"dimension": g.dimension, "grade": g.grade, "name": g.name} for g in found.grades],
        "reasons": [{"text": r.text, "rule": r.rule, "source": r.source, "status": r.status} for r in found.reasons],
        "missing": list(found.missing),
    }
