"""``songhe worker``: runs queued jobs, and every minute whatever the schedule says is due."""

import time
from argparse import ArgumentParser, Namespace

MINUTE = 60.0


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--interval", type=float, default=1.0, help="队列为空时的等待秒数")
    parser.add_argument("--once", action="store_true", help="做完现有任务即退出")


def run(options: Namespace) -> int:
    from django.utils.crypto import get_random_string
    from django_tasks_db.management.commands.db_worker import Worker

    from songhe.kernel.jobs import run_due

    worker = Worker(
        queue_names=["*"], excluded_queue_names=[], interval=0, batch=True, backend_name="default",
        startup_delay=False, max_tasks=None, worker_id=get_random_string(32),
    )
    worker.configure_signals()
    due_at = 0.0
    while worker.running:
        if time.monotonic() >= due_at:
            run_due()
            due_at = time.monotonic() + MINUTE
        worker.run()  # batch: returns when the queue is empty
        if options.once:
            break
        time.sleep(options.interval)
    return 0
