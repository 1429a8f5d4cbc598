"""The worker: carries out jobs one after another, and looks at the schedule each minute beside them."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable

from django.db import DatabaseError, connection
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from songhe.kernel import clock

from . import actions, schedules

log = logging.getLogger("songhe.jobs")

TICK_SECONDS = 60.0


class Ticker(threading.Thread):
    """Starts what is due and rescues what died, also while a long job is running.

    `synced` is set once the schedule table is written and the first look is done.
    """

    def __init__(self, seconds: float = TICK_SECONDS) -> None:
        super().__init__(name="schedule", daemon=True)
        self.seconds = seconds
        self.synced = threading.Event()
        self._over = threading.Event()

    def run(self) -> None:
        try:
            self._guarded(schedules.sync)
            while True:
                self._guarded(self.tick)
                self.synced.set()
                if self._over.wait(self.seconds):
                    return
        finally:
            connection.close()

    def tick(self) -> None:
        """One look at the clock."""
        actions.rescue()
        # A job of this process may be living on a chosen day; the schedule is about the real one.
        if not clock.is_set():
            schedules.run_due(clock.now())

    def stop(self) -> None:
        """End after the present look."""
        self._over.set()
        self.join(timeout=30)

    def _guarded(self, step: Callable[[], object]) -> None:
        try:
            step()
        except DatabaseError:
            # A database that restarts or is busy must not end the schedule; the next minute will do.
            log.exception("the schedule could not be looked at")
            connection.close()


def work(*, interval: float = 1.0, batch: bool = False, tick_seconds: float = TICK_SECONDS) -> None:
    """Carry out jobs until SIGTERM or SIGINT (the running job is finished first; a second signal forces).

    `interval` is the pause between looks into an empty queue, in seconds. `batch` ends when
    the queue is empty. Must be called in the main thread, for the signals.
    """
    worker = Worker(
        queue_names=["*"],
        interval=interval,
        batch=batch,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    )
    ticker = Ticker(tick_seconds)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)}
    worker.configure_signals()
    ticker.start()
    # A batch must see what the schedule has put into the queue.
    ticker.synced.wait(timeout=30)
    try:
        worker.run()
    finally:
        ticker.stop()
        for number, handler in before.items():
            signal.signal(number, handler)
