"""``songhe settle 2026-10``: settle one month of long-term care insurance."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import date


def month(text: str) -> date:
    """First day of a month written as 2026-10."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ArgumentTypeError(f"月份应写作 2026-10，收到 {text}") from None


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("month", type=month, help="结算月份，如 2026-10")


def run(options: Namespace) -> int:
    from songhe.care.ltci.settlement import settle_month

    print(settle_month(options.month))
    return 0
