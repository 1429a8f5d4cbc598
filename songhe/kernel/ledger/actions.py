"""The only writers of the ledger. Each takes a set and is one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from songhe.kernel import bulk, clock
from songhe.kernel.errors import Conflict, Refused
from songhe.kernel.guards import explained
from songhe.kernel.ids import uuid7_many

from . import rules
from .models import Account, Entry, Posting
from .rules import Plan

_BATCH = 500

Lines = Iterable[tuple[Account | UUID, int]]


@dataclass(frozen=True, slots=True)
class NewPosting:
    """A posting to be written. `by` is the post that acts (or its id), None for the system."""

    key: str
    lines: Lines
    on: date | None = None
    kind: str = ""
    memo: str = ""
    by: Any = None
    reverses: Posting | None = None


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be opened; see models.Account."""

    book: str
    code: str
    name: str
    unit: str
    floor: int | None = None
    owner_kind: str = ""
    owner_id: UUID | None = None


def open_accounts(wanted: Sequence[NewAccount]) -> list[Account]:
    """The accounts, opened where they are not yet there, in the order asked for.

    An account that is there stays as it is; raises Refused when it counts another unit.
    """
    with explained():
        try:
            there = _open(wanted)
        except IntegrityError:
            # Another process opened one of them meanwhile; an error that stays is not about that.
            there = _open(wanted)
    for w in wanted:
        if there[w.book, w.code].unit != w.unit:
            raise Refused("ledger.unit", f"账户“{w.name}”已存在，单位不同，不能改用 {w.unit}。")
    return [there[w.book, w.code] for w in wanted]


def _open(wanted: Sequence[NewAccount]) -> dict[tuple[str, str], Account]:
    there = _accounts_by_code(wanted)
    fields = NewAccount.__dataclass_fields__
    missing = {
        (w.book, w.code): Account(**{name: getattr(w, name) for name in fields})
        for w in wanted
        if (w.book, w.code) not in there
    }
    with transaction.atomic():
        Account.objects.bulk_create(missing.values())
    return there | missing


def _accounts_by_code(wanted: Sequence[NewAccount]) -> dict[tuple[str, str], Account]:
    codes: dict[str, list[str]] = {}
    for w in wanted:
        codes.setdefault(w.book, []).append(w.code)
    found = {}
    for book, names in codes.items():
        for part in _parts(names):
            for account in Account.objects.filter(book=book, code__in=part):
                found[account.book, account.code] = account
    return found


def open_account(
    book: str,
    code: str,
    *,
    name: str,
    unit: str,
    floor: int | None = None,
    owner_kind: str = "",
    owner_id: UUID | None = None,
) -> Account:
    """One account; see open_accounts."""
    return open_accounts([NewAccount(book, code, name, unit, floor, owner_kind, owner_id)])[0]


def post(
    key: str, lines: Lines, *, by: Any = None, on: date | None = None, kind: str = "", memo: str = ""
) -> Posting:
    """Write one posting; see post_many. `on` is today where it is not given."""
    return post_many([NewPosting(key, lines, on, kind, memo, by)])[0]


def post_many(wanted: Sequence[NewPosting]) -> list[Posting]:
    """Write postings, all or none, and return them in the order given.

    A posting whose key is there with the same content is returned as it stands and nothing is
    written. Raises Refused for a sum that is not zero, a key used for other content, accounts of
    different units in one posting, an unknown account, a balance that would fall under its floor.
    """
    plans = [_plan(w) for w in wanted]
    by_key: dict[str, Plan] = {}
    for planned in plans:
        rules.refuse_other_content(planned, by_key.setdefault(planned.key, planned).digest)
    try:
        with transaction.atomic():
            written = _write(by_key)
    except IntegrityError:
        # Another process wrote one of these keys, or reversed the same posting, between our look and
        # our insert. The second look sees its row; an error that stays is not about that.
        with transaction.atomic():
            written = _write(by_key)
    return [written[planned.key] for planned in plans]


def _plan(wanted: NewPosting) -> Plan:
    return rules.plan(
        wanted.key,
        ((_id(account), amount) for account, amount in wanted.lines),
        on=wanted.on or clock.today(),
        kind=wanted.kind,
        memo=wanted.memo,
        by_post_id=_id(wanted.by),
        reverses_id=_id(wanted.reverses),
    )


def _id(row: Any) -> Any:
    return getattr(row, "pk", row)


def _parts(items: Iterable[Any]) -> Iterable[list[Any]]:
    rows = list(items)
    return (rows[i : i + _BATCH] for i in range(0, len(rows), _BATCH))


def _write(plans: dict[str, Plan]) -> dict[str, Posting]:
    touched = {account_id for planned in plans.values() for account_id in planned.amounts}
    accounts = _accounts(touched)
    _refuse_mixed(plans.values(), accounts)
    # Lock first, look second: what a rival committed while we waited is then seen.
    _lock([account for account in accounts.values() if account.floor is not None])
    written = _already_written(plans)
    fresh = [planned for key, planned in plans.items() if key not in written]
    _refuse_below_floors(fresh, accounts)
    return written | _insert(fresh)


def _accounts(ids: Iterable[UUID]) -> dict[UUID, Account]:
    found: dict[UUID, Account] = {}
    for part in _parts(ids):
        found |= Account.objects.in_bulk(part)
    return found


def _lock(accounts: Sequence[Account]) -> None:
    """Hold the rows of accounts with a floor until commit, always in one order, so that two
    postings never wait for each other. SQLite has one writer at a time and needs no lock.
    """
    for part in _parts(sorted(account.pk for account in accounts)):
        locked = Account.objects.select_for_update().filter(pk__in=part).order_by("pk")
        floors = dict(locked.values_list("pk", "floor"))
        for account in accounts:
            if account.pk in floors:
                account.floor = floors[account.pk]


def _refuse_mixed(plans: Iterable[Plan], accounts: dict[UUID, Account]) -> None:
    for planned in plans:
        if not planned.amounts.keys() <= accounts.keys():
            raise Refused("ledger.account", f"记账“{planned.key}”用到了不存在的账户。")
        if len({accounts[account_id].unit for account_id in planned.amounts}) > 1:
            raise Refused(
                "ledger.mixed", f"记账“{planned.key}”混用了不同单位的账户，金额、时长、积分须分开记。"
            )


def _already_written(plans: dict[str, Plan]) -> dict[str, Posting]:
    found: dict[str, Posting] = {}
    for part in _parts(plans):
        for posting in Posting.objects.filter(key__in=part):
            rules.refuse_other_content(plans[posting.key], posting.digest)
            found[posting.key] = posting
    return found


def _refuse_below_floors(plans: Iterable[Plan], accounts: dict[UUID, Account]) -> None:
    changes: dict[UUID, int] = {}
    for planned in plans:
        for account_id, amount in planned.amounts.items():
            if accounts[account_id].floor is not None:
                changes[account_id] = changes.get(account_id, 0) + amount
    lowered = {account_id: change for account_id, change in changes.items() if change < 0}
    for part in _parts(lowered):
        sums = Entry.objects.filter(account__in=part).values("account").annotate(total=Sum("amount"))
        balances = dict(sums.order_by().values_list("account", "total"))
        for account_id in part:
            account = accounts[account_id]
            assert account.floor is not None
            rules.refuse_below_floor(
                account.name, account.unit, account.floor, balances.get(account_id, 0), lowered[account_id]
            )


def _insert(plans: Sequence[Plan]) -> dict[str, Posting]:
    if not plans:
        return {}
    at = clock.now()
    postings = [
        Posting(
            id=new_id,
            key=planned.key,
            kind=planned.kind,
            on=planned.on,
            memo=planned.memo,
            reverses_id=planned.reverses_id,
            digest=planned.digest,
            created_at=at,
            by_post_id=planned.by_post_id,
        )
        for planned, new_id in zip(plans, uuid7_many(len(plans)), strict=True)
    ]
    lines = [
        (posting.pk, account_id, amount)
        for planned, posting in zip(plans, postings, strict=True)
        for account_id, amount in planned.amounts.items()
    ]
    entries = [
        Entry(id=new_id, posting_id=posting_id, account_id=account_id, amount=amount)
        for (posting_id, account_id, amount), new_id in zip(lines, uuid7_many(len(lines)), strict=True)
    ]
    # COPY raises the driver's own errors; a key that a rival used has to arrive as IntegrityError.
    with connection.wrap_database_errors:
        bulk.insert(postings)
        bulk.insert(entries)
    return {posting.key: posting for posting in postings}


def reverse(posting: Posting, *, by: Any = None, reason: str, on: date | None = None) -> Posting:
    """Take one posting back; see reverse_many."""
    return reverse_many([posting], by=by, reason=reason, on=on)[0]


def reverse_many(
    postings: Sequence[Posting], *, by: Any = None, reason: str, on: date | None = None
) -> list[Posting]:
    """Post the mirror of each posting, with the reason as its memo; returns the reversals.

    A posting is reversed once: asked again with the same reason the first reversal is returned,
    with another reason Conflict is raised. A reversal itself is not reversed: post anew instead.
    Floors hold here too.
    """
    if not reason.strip():
        raise Refused("ledger.reason", "冲正须写明原因。", field="reason")
    for posting in postings:
        if posting.reverses_id:
            raise Refused("ledger.reversal", "冲正记录不能再冲正。", remedy="请重新记一笔正确的账。")
    done = _reversals(postings, reason)
    open_ids = [posting.pk for posting in postings if posting.pk not in done]
    lines: dict[UUID, list[tuple[Account | UUID, int]]] = {}
    for part in _parts(open_ids):
        rows = Entry.objects.filter(posting__in=part).values_list("posting", "account", "amount")
        for posting_id, account_id, amount in rows:
            lines.setdefault(posting_id, []).append((account_id, -amount))
    wanted = [
        NewPosting(f"{posting.key}/reversal", lines[posting.pk], on, "reversal", reason, by, posting)
        for posting in postings
        if posting.pk in lines
    ]
    done |= {reversal.reverses_id: reversal for reversal in post_many(wanted)}
    return [done[posting.pk] for posting in postings]


def _reversals(postings: Sequence[Posting], reason: str) -> dict[UUID | None, Posting]:
    found: dict[UUID | None, Posting] = {}
    for part in _parts(posting.pk for posting in postings):
        for reversal in Posting.objects.filter(reverses__in=part):
            if reversal.memo != reason:
                raise Conflict("ledger.reversed", f"该笔已于 {reversal.on} 冲正，原因：{reversal.memo}。")
            found[reversal.reverses_id] = reversal
    return found
