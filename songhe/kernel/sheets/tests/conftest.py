"""A small table that creates accounts, and posts that upload it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import pytest

from songhe.kernel import identity, registry
from songhe.kernel.access.models import Account, Post
from songhe.kernel.access.roles import Role
from songhe.kernel.sheets import CellError, Column, Importer, RowError, duplicates

COLUMNS = (
    Column("login", "登录名", required=True, example="wangfang", help="字母和数字"),
    Column("name", "姓名", required=True, example="王芳"),
    Column("number", "身份证号", "identity", example="31019919490101001X"),
    Column("phone", "电话", "phone"),
    Column("born", "出生日期", "date", example=date(1949, 1, 1)),
    Column("sex", "性别", "choice", choices=(("male", "男"), ("female", "女"))),
    Column("alone", "独居", "bool"),
    Column("fee", "月费用（元）", "fen"),
)
NUMBER = identity.make_synthetic_identity(date(1949, 1, 1), "female", 7)


class Accounts(Importer):
    name, title, columns = "accounts", "账号登记", COLUMNS
    about = "为新到岗人员建立账号。"
    roles = frozenset({Role.STREET})

    def clean_row(self, row: dict[str, Any], ctx: Any) -> dict[str, Any] | list[CellError]:
        if row["name"] == "无名":
            return [CellError("name", "请填写真实姓名。")]
        return row

    def check_set(self, rows: Sequence[tuple[int, dict[str, Any]]], ctx: Any) -> Iterable[RowError]:
        yield from duplicates(rows, ["login"], "与第 %(line)s 行重复。")
        known = set(
            Account.objects.filter(username__in=[r["login"] for _n, r in rows]).values_list(
                "username", flat=True
            )
        )
        for number, row in rows:
            if row["login"] in known:
                yield RowError(number, "login", "系统中已有这个登录名。")

    def commit(self, rows: Sequence[dict[str, Any]], by: Post) -> dict[str, Any]:
        Account.objects.bulk_create([Account(username=r["login"], name=r["name"]) for r in rows])
        return {"新建账号": len(rows)}


@pytest.fixture
def accounts() -> Iterator[Accounts]:
    before = dict(registry.importers._items)
    importer = Accounts()
    registry.importers.add("accounts", importer)
    yield importer
    registry.importers._items.clear()
    registry.importers._items.update(before)


@pytest.fixture
def make_post(db: None) -> Callable[..., Post]:
    def make(name: str, role: Role = Role.STREET) -> Post:
        account = Account.objects.create_user(name, name=name)
        return Post.objects.create(account=account, role=role, area_code="310107005")

    return make


@pytest.fixture
def post(make_post: Callable[..., Post]) -> Post:
    return make_post("wang")


def csv_of(*rows: Sequence[Any], head: Sequence[str] = tuple(str(c.title) for c in COLUMNS)) -> bytes:
    """A csv file with the table's head; short rows are filled up."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([*row, *([""] * (len(head) - len(row)))] for row in rows)
    return out.getvalue().encode()
