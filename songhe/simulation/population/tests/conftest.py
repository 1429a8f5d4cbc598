"""One district and a few samples of it, made once for the whole folder."""

from datetime import date
from pathlib import Path

import pytest

from songhe.simulation.population import (
    District,
    Fact,
    Population,
    Published,
    generate,
    published,
    read_district,
    read_facts,
)

PUTUO = Path(__file__).parents[4] / "districts" / "putuo"
TODAY = date(2026, 11, 1)


@pytest.fixture(scope="session")
def facts() -> list[Fact]:
    return read_facts(PUTUO / "published_facts.csv")


@pytest.fixture(scope="session")
def totals(facts: list[Fact]) -> Published:
    return published(facts, "310107")


@pytest.fixture(scope="session")
def putuo() -> District:
    return read_district(PUTUO)


@pytest.fixture(scope="session")
def sample(putuo: District, totals: Published) -> Population:
    """Twenty thousand: large enough for shares, small enough for a second."""
    return generate(putuo, totals, on=TODAY, size=20_000, seed=7)
