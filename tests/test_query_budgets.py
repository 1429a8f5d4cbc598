"""No page asks the database more often because there are more rows.

Every page is opened with a few rows behind it and again with sixty: the number of queries is the same, but for
the one that counts a list which no longer fits its page, and within the budget of query_budgets.json. After a change that is meant:
``pytest tests/test_query_budgets.py --rewrite -n 0``, and review the difference.
"""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import acting
from tests.house import House
from tests.house.crowd import crowd
from tests.house.listing import shown_lists
from tests.house.readers import READERS, reader_of
from tests.house.samples import FAR, addresses
from tests.tables import HERE, read_json, write_json

BUDGETS = HERE / "query_budgets.json"
FEW, MANY = 5, 60
#: A list of which all rows are on the page need not be counted.
COUNTING = 1
#: Written files are measured by their own tests: what they read grows with what they hold.
LEFT_OUT = ("/healthz",)
#: Trays that stay empty in the house: no plan of it is old enough to be reviewed.
EMPTY = ["list worklist.plan.review"]


def pages(house: House) -> dict[str, tuple[str, str, dict[str, str]]]:
    """Name of a page → who opens it, where, with what: every page, and every list searched and exported."""
    found: dict[str, tuple[str, str, dict[str, str]]] = {}
    for address in addresses(house.near, house.far):
        if address.sample == FAR or "GET" not in address.methods or (address.foreign and not address.is_api):
            continue
        reader = reader_of(address)
        if reader and f"/{address.route}" not in LEFT_OUT:
            found[f"/{address.route}"] = (reader, address.path, {})
    for name, one in shown_lists(house, acting).items():
        found[f"list {name}"] = (one.reader, *one.url())
        if one.page.search:
            found[f"list {name} searched"] = (one.reader, *one.url(q="沈"))
        exporter = next((r for r in READERS if house.parts[r].role in one.page.export_roles), None)
        if exporter:
            found[f"list {name} exported"] = (exporter, *one.url(export="csv"))
    return found


def _get(client: Client, path: str, query: dict[str, str]) -> tuple[int, int]:
    """Status, and how often the database was asked; nothing stays of it."""
    connection.queries_log.clear()  # it holds nine thousand and then counts no further
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        response = client.get(path, query)
        b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    return response.status_code, len(asked)


def measure(house: House, wanted: dict[str, tuple[str, str, dict[str, str]]]) -> dict[str, int]:
    clients = {reader: acting(house.parts[reader]) for reader, *_ in wanted.values()}
    for reader, path, query in wanted.values():
        _get(clients[reader], path, query)  # what is kept in memory is there from the second time on
    return {name: _get(clients[reader], path, query)[1] for name, (reader, path, query) in wanted.items()}


def is_longer(house: House, page: tuple[str, str, dict[str, str]]) -> bool:
    """Whether a list fills a page by now, so that the measure means something."""
    reader, path, query = page
    response = acting(house.parts[reader]).get(path, query)
    return len(response.context["rows"]) >= min(MANY, response.context["page"].size)


@pytest.mark.timeout(600)
def test_no_page_asks_more_often_for_more_rows(house: House, request: pytest.FixtureRequest) -> None:
    wanted = pages(house)
    crowd(house, 0, FEW)
    few = measure(house, wanted)
    crowd(house, FEW, MANY)
    many = measure(house, wanted)
    assert {name: (few[name], many[name]) for name in few if many[name] - few[name] not in (0, COUNTING)} == {}
    lists = [name for name in wanted if name.startswith("list ") and len(name.split()) == 2]
    assert [name for name in lists if not is_longer(house, wanted[name])] == EMPTY
    if request.config.getoption("--rewrite"):
        write_json(BUDGETS, many)
    budgets = read_json(BUDGETS)
    assert sorted(set(many) - set(budgets)) == [], "pages without a budget: pytest tests/test_query_budgets.py --rewrite -n 0"
    assert sorted(set(budgets) - set(many)) == [], "budgets of pages that are gone"
    assert {name: (budgets[name], n) for name, n in many.items() if n > budgets[name]} == {}
