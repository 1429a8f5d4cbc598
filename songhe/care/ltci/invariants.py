"""What holds of the insurance whatever happened: crash, race, or a hand in the database."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from songhe.delivery.plans.models import CarePlan
from songhe.kernel import clock
from songhe.kernel.invariants import Violation, invariant
from songhe.kernel.ledger.models import Entry, Posting

from .booking import BOOK
from .models import ClaimLine, Enrolment, PaymentFile, Statement

WHY = "invariants look at every statement"
#: States in which a statement's money stands in the books.
BOOKED = ("approved", "paid")


@invariant("ltci.totals", "结算单合计等于明细之和")
def totals() -> Iterator[Violation]:
    """Counts, fen and minutes of each statement are the sums of its lines."""
    paid = Q(accepted=True)
    found = {
        row["statement"]: row
        for row in ClaimLine.objects.unscoped(WHY).order_by().values("statement").annotate(
            lines_total=Count("pk"), lines_accepted=Count("pk", filter=paid),
            people=Count("person", distinct=True),
            minutes=Coalesce(Sum("quantity", filter=paid & Q(kind="visit")), 0),
            amount_fen=Coalesce(Sum("amount_fen", filter=paid), 0), fund_fen=Coalesce(Sum("fund_fen", filter=paid), 0),
            person_fen=Coalesce(Sum("person_fen", filter=paid), 0), refused_fen=Coalesce(Sum("refused_fen"), 0),
        )
    }
    names = ("lines_total", "lines_accepted", "people", "minutes", "amount_fen", "fund_fen", "person_fen", "refused_fen")
    for row in Statement.objects.unscoped(WHY).order_by().values("pk", "number", *names):
        sums = found.get(row["pk"], dict.fromkeys(names, 0))
        wrong = [name for name in names if row[name] != sums[name]]
        if wrong:
            yield Violation(f"statement {row['number']}", f"{'、'.join(wrong)} 与明细不符", "请退回重新生成明细，或冲正。")


@invariant("ltci.shares", "基金支付与个人支付之和等于费用")
def shares() -> Iterator[Violation]:
    """Line by line; and a line that is not accepted costs nobody anything."""
    rows = ClaimLine.objects.unscoped(WHY).order_by().filter(
        ~Q(amount_fen=F("fund_fen") + F("person_fen")) | Q(accepted=False, amount_fen__gt=0) | Q(amount_fen__lt=0)
        | Q(fund_fen__lt=0) | Q(person_fen__lt=0) | Q(refused_fen__lt=0)
    )
    for pk in rows.values_list("pk", flat=True):
        yield Violation(f"claim line {pk}", "基金支付、个人支付与费用不符")


@invariant("ltci.paid_once", "一次服务只支付一次")
def paid_once() -> Iterator[Violation]:
    """No visit is accepted in two statements that stand."""
    rows = ClaimLine.objects.unscoped(WHY).order_by().filter(accepted=True, visit_id__isnull=False).exclude(
        statement__state="reversed"
    )
    for visit_id in rows.values("visit_id").annotate(n=Count("pk")).filter(n__gt=1).values_list("visit_id", flat=True):
        yield Violation(f"visit {visit_id}", "在两份有效的结算单中支付", "请冲正其中一份。")


@invariant("ltci.booked", "已审核的结算单与账目一致")
def booked() -> Iterator[Violation]:
    """What a statement's postings move is what its lines say; one that was reversed has moved nothing."""
    moved: dict[tuple[str, str], int] = {}
    entries = Entry.objects.filter(account__book=BOOK).order_by()
    for key, code, total in entries.values_list("posting__key", "account__code").annotate(total=Sum("amount")):
        number, what = key.split(":")[1], code.split(":")[0]
        moved[number, what] = moved.get((number, what), 0) + total
    for number, state, fund, person in Statement.objects.unscoped(WHY).order_by().values_list(
        "number", "state", "fund_fen", "person_fen"
    ):
        stands = state in BOOKED
        wanted = {
            "fund": -fund if stands else 0, "person": -person if stands else 0, "bank": fund if state == "paid" else 0,
            "provider": (person if state == "paid" else fund + person) if stands else 0,
        }
        for what, fen in wanted.items():
            if moved.get((number, what), 0) != fen:
                yield Violation(f"statement {number}", f"账目 {what} 为 {moved.get((number, what), 0)} 分，应为 {fen} 分")


@invariant("ltci.postings", "长护险账目都有结算单")
def postings() -> Iterator[Violation]:
    """No posting of the book without its statement."""
    known = set(Statement.objects.unscoped(WHY).order_by().values_list("number", flat=True))
    for key in Posting.objects.filter(kind__startswith="ltci.").order_by().values_list("key", flat=True):
        if key.split(":")[1] not in known:
            yield Violation(f"posting {key}", "没有对应的结算单")


@invariant("ltci.payments", "拨付文件与结算单一致")
def payments() -> Iterator[Violation]:
    """Each paid statement is in exactly one file, at its own sum; each file adds up."""
    listed: dict[str, list[int]] = {}
    for number, rows, total in PaymentFile.objects.unscoped(WHY).order_by().values_list("number", "statements", "total_fen"):
        if sum(r["fen"] for r in rows) != total:
            yield Violation(f"payment file {number}", "各笔之和与总额不符")
        for r in rows:
            listed.setdefault(r["number"], []).append(r["fen"])
    for number, fund in Statement.objects.unscoped(WHY).order_by().filter(state="paid", fund_fen__gt=0).values_list("number", "fund_fen"):
        if listed.get(number) != [fund]:
            yield Violation(f"statement {number}", f"拨付文件中的金额为 {listed.get(number)}，应为 {fund}")


@invariant("ltci.serving", "居家服务中的长者有一份执行中的照护计划")
def serving() -> Iterator[Violation]:
    """Home care that runs rests on a plan of the same provider; the day on which it is changed is left out."""
    plan = CarePlan.objects.filter(
        person=OuterRef("person"), provider=OuterRef("provider"), state="active", funding="ltci"
    )
    rows = Enrolment.objects.unscoped(WHY).order_by().filter(
        ~Exists(plan), state="serving", form="home", state_since__lt=clock.midnight(clock.today())
    )
    for number in rows.values_list("number", flat=True):
        yield Violation(f"enrolment {number}", "服务中但没有执行中的照护计划", "请编制计划并由家属确认，或暂停服务。")


@invariant("ltci.relations", "服务关系的机构与起止日完整")
def relations() -> Iterator[Violation]:
    """From confirmation on there is a provider, from the start a day; what has ended has an end and no pause."""
    rows = Enrolment.objects.unscoped(WHY).order_by()
    chosen = rows.filter(state__in=("requested", "confirmed", "serving", "suspended"))
    for number in chosen.filter(provider__isnull=True).values_list("number", flat=True):
        yield Violation(f"enrolment {number}", "没有护理机构")
    for number in rows.filter(state__in=("serving", "suspended"), started_on__isnull=True).values_list("number", flat=True):
        yield Violation(f"enrolment {number}", "服务中但没有开始日")
    for number in rows.filter(state="ended", ended_on__isnull=True).values_list("number", flat=True):
        yield Violation(f"enrolment {number}", "已结束但没有结束日")
    open_pause = Q(pauses__ends__isnull=True, pauses__isnull=False)
    for number in rows.filter(open_pause, ~Q(state="suspended")).values_list("number", flat=True).distinct():
        yield Violation(f"enrolment {number}", "不在暂停中，却有未结束的暂停")
