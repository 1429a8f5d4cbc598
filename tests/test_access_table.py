"""Every address × every post: the answer is written down in access_table.tsv and compared in every run.

Each address that holds a row is asked for twice: with 沈桂芳's (near) and with 戴建国's (far). After a
change that is meant: ``pytest tests/test_access_table.py --rewrite``, and review the difference.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client

from songhe.kernel.screens.rights import screens
from songhe.simulation.cast import PARTS
from tests.conftest import acting
from tests.house import House
from tests.house.readers import cells as cells_of
from tests.house.samples import FAR, NEAR, Address, addresses
from tests.tables import HERE, Key, read_table, write_column

#: Who may open what is decided by the same code on both databases; the neighbour tests ask both.
pytestmark = pytest.mark.sqlite
TABLE = HERE / "access_table.tsv"
OUT = "signed_out"
COLUMNS = [OUT, *(part for part, *_ in PARTS), "other_assessor"]
#: Who serves only the other half. Their codes on near rows, and the near ones' on far rows, open nothing.
ONLY_FAR = {"neighbour_street", "other_agency", "other_assessor", "other_coordinator", "other_carer", "neighbour", "stranger"}
ONLY_NEAR = {"street", "advisor", "agency", "assessor", "assessor_b", "coordinator", "carer", "nurse", "doctor", "elder", "daughter"}
#: Pages about places, which are public: everybody who may open the screen sees both halves.
PUBLIC_ROWS = ("/sites/", "/api/v1/sites/")
CLOSED = {"401", "403", "404", "405"}
#: The interface says how it is spoken to, and nothing else, to everybody.
PUBLIC_API = {("/api/v1/", "404"), ("/api/v1/openapi.json", "200")}
#: A body that cannot be read is refused before any row is looked for, so that it tells nothing.
UNREAD = {"400", "422"}


def tried(address: Address) -> Iterator[tuple[Key, str, str]]:
    for key in address.rows():
        yield key, key[0], address.path


def answers(house: House, column: str) -> dict[Key, str]:
    """The codes of one column, each request undone before the next."""
    client = Client(raise_request_exception=False) if column == OUT else acting(house.parts[column])
    codes: dict[Key, str] = {}
    for address in addresses(house.near, house.far):
        for key, method, path in tried(address):
            with transaction.atomic():
                codes[key] = code_of(client, method, path)
                transaction.set_rollback(True)
    return codes


def code_of(client: Client, method: str, path: str) -> str:
    """The status; a way to the sign-in is told apart from every other redirect."""
    response = client.generic(method, path, **({"content_type": "application/x-www-form-urlencoded"} if method == "POST" else {}))
    if response.status_code in (301, 302, 303) and response.headers["Location"].startswith("/accounts/login/"):
        return "login"
    return str(response.status_code)


@pytest.mark.parametrize("column", COLUMNS)
def test_every_address_answers_a_post_as_the_table_says(house: House, column: str, request: pytest.FixtureRequest) -> None:
    found = answers(house, column)
    if request.config.getoption("--rewrite"):
        write_column(TABLE, column, found, COLUMNS)
    _, table = read_table(TABLE)
    expected = {key: cells.get(column, "?") for key, cells in table.items()}
    assert set(found) - set(expected) == set(), "new addresses without a row: pytest tests/test_access_table.py --rewrite"
    assert set(expected) - set(found) == set(), "rows of addresses that are gone"
    wrong = {key: f"{expected[key]} → {code}" for key, code in found.items() if code != expected[key]}
    assert wrong == {}
    assert [key for key, code in found.items() if code.startswith("5") and key[1] != "/healthz"] == []


def rows() -> Iterator[tuple[Key, dict[str, str]]]:
    yield from cells_of().items()


def test_signed_out_one_is_sent_to_sign_in_everywhere(house: House) -> None:
    public = {f"/{a.route}" for a in addresses(house.near, house.far) if a.screen and a.screen.public}
    foreign = {f"/{a.route}" for a in addresses(house.near, house.far) if a.foreign and not a.is_api}
    opened = [(k, c[OUT]) for k, c in rows() if c[OUT] not in ("login", "401") and k[1] not in public | foreign]
    assert {(key[1], code) for key, code in opened} <= PUBLIC_API


def test_a_role_that_a_screen_does_not_name_is_refused(house: House) -> None:
    for address in addresses(house.near, house.far):
        if address.screen is None or address.screen.public or address.screen.signed_in:
            continue
        for key in address.rows():
            cells = cells_of()[key]
            for part, post in house.parts.items():
                if not address.screen.admits(post.role):
                    assert cells[part] == "403", (key, part)


def test_the_other_half_of_the_house_stays_closed() -> None:
    for key, cells in rows():
        if key[1].startswith(PUBLIC_ROWS):
            continue
        outsiders = {NEAR: ONLY_FAR, FAR: ONLY_NEAR}.get(key[2], set())
        opened = {part: cells[part] for part in outsiders if cells[part] not in CLOSED and not tells_nothing(key, cells)}
        assert opened == {}, key


def tells_nothing(key: Key, cells: dict[str, str]) -> bool:
    """Whether everybody whom the screen admits gets the same refusal of an empty body."""
    return key[0] == "POST" and len(set(cells.values()) - CLOSED - {"login"}) == 1 and bool(set(cells.values()) & UNREAD)


def test_a_row_out_of_sight_is_missing_where_the_screen_is_open(house: House) -> None:
    """404 and not 403: a refusal would say that there is something."""
    for address in addresses(house.near, house.far):
        if address.sample != NEAR or address.screen is None or f"/{address.route}".startswith(PUBLIC_ROWS):
            continue
        for key in address.rows():
            cells = cells_of()[key]
            for part in ONLY_FAR:
                if address.screen.admits(house.parts[part].role) and not tells_nothing(key, cells):
                    assert cells[part] == "404", (key, part)


def test_every_address_opens_for_somebody() -> None:
    dead = [key for key, cells in rows() if set(cells.values()) <= CLOSED | {"login"} and key[1] not in NOBODY]
    assert dead == []


#: What needs more than an empty request: a second factor that is set up, a post that is chosen, a file.
NOBODY = {
    "/accounts/2fa/recovery-codes/", "/accounts/2fa/recovery-codes/download/", "/accounts/2fa/totp/deactivate/", "/posts/",
    "/api/v1/", "/visits/upload/",
}  # fmt: skip


#: What the administrator keeps: accounts of staff, jobs, the sample pages.
MACHINE = ("/access/", "/jobs/", "/styles/", *PUBLIC_ROWS)


def test_the_administrator_opens_no_row_of_a_person() -> None:
    about_people = [
        (key, cells["admin"]) for key, cells in rows()
        if key[2] in (NEAR, FAR) and not key[1].startswith(MACHINE) and cells["admin"] not in CLOSED
    ]
    assert about_people == []


def test_every_screen_stands_in_the_table(house: House) -> None:
    drawn = {a.screen.name for a in addresses(house.near, house.far) if a.screen}
    assert {name for name in screens() if not name.startswith(("error.", "test."))} - drawn == set()
