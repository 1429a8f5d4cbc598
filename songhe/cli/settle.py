"""``songhe settle 2026-10``: settle one month of long-term care insurance."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import date

STEPS = ("draft", "submit", "approve", "pay")


def month(text: str) -> date:
    """First day of a month written as 2026-10."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ArgumentTypeError(f"月份应写作 2026-10，收到 {text}") from None


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("month", type=month, help="结算月份，如 2026-10")
    parser.add_argument("--through", choices=STEPS, default="pay", help="办到哪一步为止：起草、申报、核准、拨付")


def run(options: Namespace) -> int:
    from songhe.care.ltci.settlement import settle_month
    from songhe.cli.progress import Progress
    from songhe.kernel.money import yuan

    progress = Progress()
    done = settle_month(options.month, through=options.through, progress=progress)
    progress.close()
    print(
        f"{done.month:%Y-%m}：{done.statements:,} 份结算单，{done.lines:,} 条明细，通过 {done.accepted:,} 条，"
        f"金额 {yuan(done.amount_fen)} 元（基金 {yuan(done.fund_fen)} 元，个人 {yuan(done.person_fen)} 元），"
        f"拒付 {yuan(done.refused_fen)} 元"
    )
    return 0
