"""What a job holds in its hand while it works: progress told to a page or to a terminal."""

from __future__ import annotations

import sys
import time
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from songhe.kernel.access.models import Post


class Cancelled(Exception):
    """The job stopped because somebody asked it to; whatever was committed stays."""


class Run:
    """A running job, as its function sees it. Progress is cheap: say it as often as you like."""

    run_id: UUID | None = None

    def progress(self, done: int, total: int, message: str = "") -> None:
        """`done` of `total` pieces are finished; `message` says in Chinese what is going on."""

    def cancelled(self) -> bool:
        """Whether somebody asked the job to stop."""
        return False

    def stop_if_cancelled(self) -> None:
        """Raise `Cancelled` if somebody asked the job to stop. Call it between pieces."""
        if self.cancelled():
            raise Cancelled

    @property
    def post(self) -> Post:
        """The post that started the job; the system's where nobody did."""
        from songhe.kernel.access import posts

        return posts.system()


class SilentRun(Run):
    """Tells nobody: for calls from tests and from other jobs."""


class ConsoleRun(Run):
    """Tells a terminal: one line that is drawn anew, with percent, rate and time left.

    Into a file or a pipe it writes a line every tenth of the way instead.
    """

    def __init__(self, title: str, out: IO[str] | None = None) -> None:
        self.title = title
        self.out = out or sys.stderr
        self.live = self.out.isatty()
        self._began = time.monotonic()
        self._drawn = float("-inf")
        self._tenth = -1
        self._width = 0

    def progress(self, done: int, total: int, message: str = "") -> None:
        share = min(done / total, 1.0) if total else 0.0
        now = time.monotonic()
        if self.live:
            if now - self._drawn < 0.2 and share < 1:
                return
        elif int(share * 10) == self._tenth:
            return
        self._drawn, self._tenth = now, int(share * 10)
        self._draw(self._line(done, total, share, now - self._began, message))

    def close(self, message: str = "") -> None:
        """Leave the line standing, with how long it took."""
        self._draw(f"{self.title} · {message or '完成'} · {duration(time.monotonic() - self._began)}")
        if self.live:
            self.out.write("\n")
        self.out.flush()

    def _line(self, done: int, total: int, share: float, passed: float, message: str) -> str:
        left = passed / share - passed if share > 0 else None
        parts = [f"{self.title} {share:4.0%} · {done:,}/{total:,}"]
        if left is not None and share < 1:
            parts.append(f"约剩 {duration(left)}")
        if message:
            parts.append(message)
        return " · ".join(parts)

    def _draw(self, line: str) -> None:
        if self.live:
            width = sum(2 if ord(c) > 0x2E7F else 1 for c in line)
            self.out.write("\r" + line + " " * max(self._width - width, 0))
            self._width = width
        else:
            self.out.write(line + "\n")
        self.out.flush()


def duration(seconds: float) -> str:
    """A length of time as a person says it: 8 秒, 3 分 20 秒, 2 小时 5 分."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} 秒"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} 分 {rest} 秒"
    return f"{minutes // 60} 小时 {minutes % 60} 分"
