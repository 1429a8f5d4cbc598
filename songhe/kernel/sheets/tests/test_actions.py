"""The life of an upload: staged, checked, imported once or not at all, purged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from songhe.kernel import clock
from songhe.kernel.access.models import Account, Post
from songhe.kernel.access.roles import Role
from songhe.kernel.errors import Conflict, Forbidden, Missing, Refused
from songhe.kernel.events.models import Event
from songhe.kernel.jobs import Cancelled, Run
from songhe.kernel.jobs import start as start_job
from songhe.kernel.sheets import actions
from songhe.kernel.sheets.models import BatchState, ImportBatch, ImportRow

from .conftest import NUMBER, Accounts, csv_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("accounts")]
GOOD = csv_of(["li", "李芸"], ["chen", "陈敏", NUMBER, "13812345678", "1949-01-01", "女", "是", "12.50"])


def staged(post: Post, data: bytes = GOOD) -> ImportBatch:
    return actions.stage("accounts", "人员.csv", data, post)


def checked(post: Post, data: bytes = GOOD) -> ImportBatch:
    return actions.check(staged(post, data).pk, post)


def rows(batch: ImportBatch) -> list[ImportRow]:
    return list(ImportRow.objects.unscoped("a test").filter(batch=batch).order_by("number"))


def imported() -> list[str]:
    return list(
        Account.objects.filter(username__in=["li", "chen"])
        .order_by("username")
        .values_list("username", flat=True)
    )


def kinds() -> list[str]:
    return list(Event.objects.unscoped("a test").order_by("id").values_list("kind", flat=True))


def test_a_good_file_goes_from_staged_to_imported(post: Post) -> None:
    batch = staged(post)
    assert (batch.state, batch.total, imported()) == (BatchState.STAGED, 2, [])
    batch = actions.check(batch.pk, post)
    assert (batch.state, batch.bad, imported()) == (BatchState.CHECKED, 0, [])
    assert rows(batch)[1].cleaned["fee"] == 1250
    batch = actions.commit(batch.pk, post)
    assert (batch.state, batch.result, imported()) == (BatchState.COMMITTED, {"新建账号": 2}, ["chen", "li"])
    assert kinds() == ["import.staged", "import.committed"]


def test_what_was_typed_lies_sealed_in_the_database(post: Post) -> None:
    batch = checked(post)
    with connection.cursor() as cursor:
        cursor.execute("select content from sheets_importrow")
        stored = " ".join(content for (content,) in cursor.fetchall())
    assert stored
    for personal in (NUMBER, "13812345678", "陈敏"):
        assert personal not in stored
    assert rows(batch)[1].raw["number"] == NUMBER


def test_every_kind_of_fault_is_found_by_row_and_column(post: Post, make_post: Callable[..., Post]) -> None:
    make_post("taken")
    batch = checked(
        post,
        csv_of(
            ["li", "李芸"],
            ["", "", "123"],
            ["li", "李芸"],
            ["taken", "陈敏"],
            ["zhao", "无名"],
            ["qian", "钱"],
        ),
    )
    assert (batch.state, batch.total, batch.bad) == (BatchState.CHECKED, 6, 4)
    found = {row.number: [(e.column, e.message) for e in row.errors] for row in rows(batch) if row.faulty}
    assert found == {
        3: [
            ("login", "必填，不能为空。"),
            ("name", "必填，不能为空。"),
            ("number", "身份证号应为 18 位，现为 3 位。"),
        ],
        4: [("login", "与第 2 行重复。")],
        5: [("login", "系统中已有这个登录名。")],
        6: [("name", "请填写真实姓名。")],
    }


def test_one_fault_and_nothing_is_imported(post: Post) -> None:
    batch = checked(post, csv_of(["li", "李芸"], ["chen", ""]))
    with pytest.raises(Refused, match="有 1 行有错，没有导入"):
        actions.commit(batch.pk, post)
    assert imported() == []


def test_an_unchecked_file_cannot_be_imported(post: Post) -> None:
    with pytest.raises(Refused, match="还没有核对完"):
        actions.commit(staged(post).pk, post)
    assert imported() == []


def test_asked_twice_it_is_imported_once(post: Post) -> None:
    batch = checked(post)
    first = actions.commit(batch.pk, post)
    again = actions.commit(batch.pk, post)
    assert (again.state, again.result) == (first.state, first.result)
    assert kinds().count("import.committed") == 1


def test_what_changed_since_the_check_refuses_the_whole_file_and_says_where(
    post: Post, make_post: Callable[..., Post]
) -> None:
    batch = checked(post)
    make_post("chen")
    with pytest.raises(Conflict, match="1 行不能再导入"):
        actions.commit(batch.pk, post)
    batch.refresh_from_db()
    assert (batch.state, batch.bad) == (BatchState.CHECKED, 1)
    assert [(r.number, r.errors[0].message) for r in rows(batch) if r.faulty] == [
        (3, "系统中已有这个登录名。")
    ]
    assert not Account.objects.filter(username="li").exists()
    assert "import.committed" not in kinds()


def test_a_refusal_in_the_middle_leaves_nothing_behind(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(self: Accounts, rows: Any, by: Post) -> dict[str, Any]:
        Account.objects.create(username="li", name="李芸")
        raise Refused("full", "名额已满。")

    monkeypatch.setattr(Accounts, "commit", half)
    batch = checked(post)
    with pytest.raises(Refused, match="名额已满"):
        actions.commit(batch.pk, post)
    batch.refresh_from_db()
    assert (batch.state, imported()) == (BatchState.CHECKED, [])


def test_a_discarded_file_is_gone_with_its_rows_and_cannot_be_imported(post: Post) -> None:
    batch = checked(post)
    discarded = actions.discard(batch.pk, post)
    assert (discarded.state, rows(batch)) == (BatchState.DISCARDED, [])
    for act in (actions.commit, actions.discard, actions.check):
        with pytest.raises(Conflict, match="已作废"):
            act(batch.pk, post)
    assert imported() == []


def test_an_imported_file_cannot_be_discarded(post: Post) -> None:
    batch = checked(post)
    actions.commit(batch.pk, post)
    with pytest.raises(Conflict, match="已导入"):
        actions.discard(batch.pk, post)


def test_a_neighbour_reaches_neither_file_nor_rows(post: Post, make_post: Callable[..., Post]) -> None:
    batch = checked(post)
    neighbour = make_post("neighbour")
    assert not ImportBatch.objects.visible_to(neighbour).exists()
    assert not ImportRow.objects.visible_to(neighbour).exists()
    for act in (actions.commit, actions.discard, actions.check):
        with pytest.raises(Missing):
            act(batch.pk, neighbour)
    assert imported() == []


@pytest.mark.parametrize("role", [Role.CARER, Role.ADMIN, Role.ELDER])
def test_another_role_may_not_upload(make_post: Callable[..., Post], role: Role) -> None:
    with pytest.raises(Forbidden):
        staged(make_post("somebody", role))
    assert not ImportBatch.objects.unscoped("a test").exists()


def test_a_file_that_is_no_table_leaves_nothing_behind(post: Post) -> None:
    with pytest.raises(Refused):
        staged(post, b"%PDF")
    assert not ImportBatch.objects.unscoped("a test").exists()


def test_old_rows_are_purged_and_the_heads_stay(post: Post) -> None:
    done, left, fresh = checked(post), checked(post, csv_of(["x", "新"])), None
    actions.commit(done.pk, post)
    clock.advance(timedelta(days=31))
    fresh = staged(post)
    assert start_job("sheets.purge").result == {"清除文件数": 2}
    for batch in (done, left, fresh):
        batch.refresh_from_db()
    assert [rows(done), rows(left), len(rows(fresh))] == [[], [], 2]
    assert (done.state, left.state, fresh.state) == (
        BatchState.COMMITTED,
        BatchState.DISCARDED,
        BatchState.STAGED,
    )
    assert done.result == {"新建账号": 2}
    assert actions.purge() == 0


def test_a_large_check_tells_its_progress_and_can_be_stopped(post: Post) -> None:
    class Stopped(Run):
        told: list[tuple[int, int]] = []

        def progress(self, done: int, total: int, message: str = "") -> None:
            self.told.append((done, total))

        def cancelled(self) -> bool:
            return len(self.told) == 2

    batch = staged(post, csv_of(*([f"u{i}", "某人"] for i in range(3_000))))
    with pytest.raises(Cancelled):
        actions.check(batch.pk, post, Stopped())
    assert Stopped.told == [(1000, 3000), (2000, 3000)]
    batch.refresh_from_db()
    assert batch.state == BatchState.STAGED
    assert actions.check(batch.pk, post).bad == 0


def test_nine_hundred_rows_take_a_handful_of_queries(post: Post, django_assert_max_num_queries: Any) -> None:
    batch = staged(post, csv_of(*([f"u{i}", "某人"] for i in range(900))))
    with django_assert_max_num_queries(25):
        actions.check(batch.pk, post)
    with django_assert_max_num_queries(25):
        actions.commit(batch.pk, post)


# -- Two who confirm the same file at the same moment: one import. ---------------------------------


def a_second_clerk_cuts_in(
    monkeypatch: pytest.MonkeyPatch, post: Post, claim: Callable[[ImportBatch], bool]
) -> None:
    """Between the first one's reading and claim, the second one confirms from beginning to end."""
    cut_in = [False]

    def claim_after_the_other(batch: ImportBatch) -> bool:
        if not cut_in[0]:
            cut_in[0] = True
            actions.commit(batch.pk, post)
        return claim(batch)

    monkeypatch.setattr(actions, "claim", claim_after_the_other)
    monkeypatch.setattr(Accounts, "check_set", lambda self, rows, ctx: ())
    monkeypatch.setattr(Accounts, "commit", lambda self, rows, by: {"次": _imports.append(1)})


_imports: list[int] = []


def test_without_the_claim_one_file_is_imported_twice(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    _imports.clear()
    batch = checked(post)
    a_second_clerk_cuts_in(monkeypatch, post, lambda batch: batch.state == BatchState.CHECKED)
    actions.commit(batch.pk, post)
    assert len(_imports) == 2


def test_with_the_claim_one_file_is_imported_once(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    _imports.clear()
    batch = checked(post)
    a_second_clerk_cuts_in(monkeypatch, post, actions.claim)
    assert actions.commit(batch.pk, post).state == BatchState.COMMITTED
    assert len(_imports) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_six_confirmations_at_once_import_once(post: Post) -> None:
    import threading

    batch = checked(post)
    gate = threading.Barrier(6)
    states = []

    def confirm() -> None:
        gate.wait()
        try:
            states.append(actions.commit(batch.pk, post).state)
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm) for _n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states == [BatchState.COMMITTED] * 6
    assert kinds().count("import.committed") == 1
    assert imported() == ["chen", "li"]
