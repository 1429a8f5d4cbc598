"""``songhe worker``: runs queued jobs, and every minute whatever the schedule says is due."""

from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--interval", type=float, default=1.0, help="队列为空时的等待秒数")
    parser.add_argument("--once", action="store_true", help="做完现有任务即退出")


def run(options: Namespace) -> int:
    from songhe.kernel.jobs.worker import work

    work(interval=options.interval, batch=options.once)
    return 0
