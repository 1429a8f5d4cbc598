"""The catalogue of reasons why a claim is not paid, paid in part, held back, or remarked upon."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from songhe.kernel.because import Because

#: How a reason acts on a line, the harshest first.
SEVERITIES = ("reject", "hold", "reduce", "flag")
SEVERITY_WORDS = {"reject": "不予支付", "hold": "暂缓支付", "reduce": "扣减", "flag": "照付并标记"}


@dataclass(frozen=True)
class Refusal:
    """One reason: what the provider reads, what the family reads, on which rule, what to do."""

    code: str
    title: str
    severity: str
    provider: str
    family: str
    rule: str
    source: str
    status: str
    remedy: str

    def because(self, portal: bool = False) -> Because:
        """As a reason with its rule and source."""
        return Because(self.family if portal else self.provider, self.rule, self.source, self.status)


def _file(name: str) -> Any:
    return yaml.safe_load((Path(settings.POLICIES) / "shanghai" / name).read_text(encoding="utf-8"))


@cache
def catalogue() -> dict[str, Refusal]:
    """All reasons by code, in the order of the file; their sources by title, as an officer knows them."""
    titles = {s["key"]: s["title"] for s in _file("sources.yaml")["sources"]}
    return {
        r["code"]: Refusal(
            code=r["code"], title=r["title"], severity=r["severity"], provider=r["provider"], family=r["family"],
            rule=r["rule"]["key"], source="；".join(titles[k] for k in r["rule"].get("source", "").split(", ") if k),
            status=r["rule"]["status"], remedy=r["remedy"],
        )
        for r in _file("refusals.yaml")["reasons"]
    }


def worst_first(codes: Iterable[str]) -> list[str]:
    """Codes without repetition, the harshest first."""
    known = catalogue()
    return sorted(dict.fromkeys(codes), key=lambda c: SEVERITIES.index(known[c].severity))


def explain(codes: Iterable[str], *, portal: bool = False) -> list[Because]:
    """The reasons in words."""
    known = catalogue()
    return [known[c].because(portal) for c in codes if c in known]
