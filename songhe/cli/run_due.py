"""``songhe run-due``: what a cron line calls where no worker keeps running."""

from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    """No options: the schedule is in the database."""


def run(options: Namespace) -> int:
    from songhe.kernel.jobs import run_due

    print(f"已执行 {len(list(run_due() or []))} 项到期任务")
    return 0
