"""The statement on paper: totals, the people served, what was not paid and why."""

from __future__ import annotations

from collections import Counter

from django.db.models import Count, Q, Sum

from songhe.kernel import clock, money, paper
from songhe.kernel.access import reads
from songhe.kernel.access.models import Post
from songhe.kernel.sheets import Column

from .models import ClaimLine, Statement
from .refusals import catalogue


def statement_pdf(row: Statement, post: Post) -> bytes:
    """One provider's month as PDF, a row a person; the people on it go into the read log."""
    people = list(
        ClaimLine.objects.visible_to(post).filter(statement=row)
        .values("person_id", "person__name")
        .annotate(
            lines=Count("pk"), paid=Count("pk", filter=Q(accepted=True)), amount=Sum("amount_fen"), fund=Sum("fund_fen"),
            own=Sum("person_fen"), refused=Sum("refused_fen"),
        ).order_by("person__pinyin", "person_id")
    )
    reads.log(post, (p["person_id"] for p in people), what="print", purpose=row.number)
    columns = [
        Column("name", "长者", "text"), Column("lines", "申报条数", "int"), Column("paid", "通过条数", "int"),
        Column("amount", "费用", "fen"), Column("fund", "基金支付", "fen"), Column("own", "个人支付", "fen"),
        Column("refused", "拒付与扣减", "fen"),
    ]
    table = [
        [p["person__name"], p["lines"], p["paid"], p["amount"], p["fund"], p["own"], p["refused"]] for p in people
    ]
    known = catalogue()
    why: Counter[str] = Counter()
    for codes in ClaimLine.objects.visible_to(post).filter(statement=row, accepted=False).values_list("refusals", flat=True):
        why.update(codes[:1])
    return paper.statement(
        columns, table, title="长期护理保险月度结算单", number=row.number, on=clock.today(), organisation=row.provider.name,
        facts=[
            ("结算月份", f"{row.month:%Y-%m}"), ("状态", row.state_now.label), ("服务人数", str(row.people)),
            ("总费用（元）", money.yuan(row.amount_fen)), ("基金支付（元）", money.yuan(row.fund_fen)),
            ("个人支付（元）", money.yuan(row.person_fen)),
        ],
        notes=[f"{known[code].title}：{count} 条。{known[code].remedy}" for code, count in why.most_common() if code in known],
        source=f"明细摘要 SM3 {row.digest[:16]}…，以系统明细为准",
    )
