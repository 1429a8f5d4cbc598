"""What every test of the repository shares: which of them this database can run."""

import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent / "tests"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The one flag by which a checked-in table is written anew instead of compared."""
    parser.addoption("--rewrite", action="store_true", help="write access table and query budgets as they are now")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with the reason said, what needs the other database; the test command runs both."""
    from django.db import connection

    for item in items:
        for vendor, mark in (("postgresql", "postgres"), ("sqlite", "sqlite")):
            if item.get_closest_marker(mark) and connection.vendor != vendor:
                item.add_marker(pytest.mark.skip(reason=f"needs {vendor}"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test of a room must not find the furnished house of the cross-cutting tests."""
    if (standing := sys.modules.get("tests.house.standing")) and not item.path.is_relative_to(HOUSE):
        standing.leave()
