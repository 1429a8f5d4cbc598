"""``songhe run-due``: what a cron line calls where no worker keeps running."""

from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    """No options: the schedule is in the database."""


def run(options: Namespace) -> int:
    from songhe.kernel import clock
    from songhe.kernel.jobs import schedules

    schedules.sync()
    started = schedules.run_due(clock.now())
    for run in started:
        print(run)
    print(f"已启动 {len(started)} 项到期任务")
    return 0
