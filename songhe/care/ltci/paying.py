"""Paying approved statements out: one payment file 拨付文件 for the bank, with its digest."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO

from django.db import transaction

from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.crypto import sm3
from songhe.kernel.errors import Refused
from songhe.kernel.process.firing import fire
from songhe.kernel.process.models import take_numbers

from .models import PaymentFile, Statement

HEADS = ("序号", "结算单号", "护理机构", "统一社会信用代码", "结算月份", "拨付金额（元）", "明细摘要")


@transaction.atomic
def pay_out(statements: Sequence[Statement], *, by: Post) -> PaymentFile:
    """Pay approved statements of one month: the step of each, and the file that the bank gets.

    All or none. Raises Refused where nothing is named or months are mixed.
    """
    if not statements:
        raise Refused("payment.nothing", "没有待拨付的结算单", remedy="结算单审核通过后才能拨付。")
    if len({s.month for s in statements}) > 1:
        raise Refused("payment.months", "一份拨付文件只含一个月的结算单")
    paid = sorted(fire(list(statements), "pay", by=by), key=lambda s: s.number)
    rows = [
        {
            "statement": str(s.pk), "number": s.number, "provider": s.provider.name, "uscc": s.provider.uscc,
            "month": f"{s.month:%Y-%m}", "fen": s.fund_fen, "digest": s.digest,
        }
        for s in paid
        if s.fund_fen
    ]
    file = PaymentFile(
        number=take_numbers("BF")[0], month=paid[0].month, area_code=_common([s.area_code for s in paid]),
        made_at=clock.now(), made_by=by.label, statements=rows, total_fen=sum(s.fund_fen for s in paid),
    )
    file.digest = sm3(content(file)).hex()
    file.save(force_insert=True)
    return file


def _common(codes: Sequence[str]) -> str:
    """The smallest area that holds all of the statements."""
    for length in (12, 9, 6, 4, 2):
        if len({c[:length] for c in codes}) == 1:
            return codes[0][:length].ljust(12, "0")
    return "0" * 12


def content(file: PaymentFile) -> bytes:
    """The bytes of the file: CSV in UTF-8 with a byte-order mark, a row a statement and the total last."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADS)
    for at, r in enumerate(file.statements, 1):
        writer.writerow([at, r["number"], r["provider"], r["uscc"], r["month"], _plain(r["fen"]), r["digest"]])
    writer.writerow(["合计", file.number, "", "", f"{file.month:%Y-%m}", _plain(sum(r["fen"] for r in file.statements)), ""])
    return out.getvalue().encode("utf-8-sig")


def _plain(fen: int) -> str:
    """Yuan without thousands separators, as banks take it."""
    return f"{fen // 100}.{fen % 100:02d}"
