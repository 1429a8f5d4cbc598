"""One line of progress on a terminal, plain lines where the output goes to a file."""

import sys
import time


class Progress:
    """Callable (done, total, message). A line is rewritten at most five times a second.

    `total` 0 means that nobody knows how much there is.
    """

    def __init__(self, indent: str = "      ") -> None:
        self.indent = indent
        self.live = sys.stdout.isatty()
        self.shown = 0.0
        self.began = time.monotonic()
        self.open = False

    def __call__(self, done: int, total: int = 0, message: str = "") -> None:
        at = time.monotonic()
        wait = 0.2 if self.live else 10.0
        if at - self.shown < wait and not (total and done >= total):
            return
        self.shown = at
        share = f"{done:,}/{total:,} ({100 * done // total}%)" if total else f"{done:,}"
        line = f"{self.indent}{message} {share} · {at - self.began:.0f} s"
        if self.live:
            sys.stdout.write(f"\r{line}\x1b[K")
            self.open = True
        else:
            sys.stdout.write(line + "\n")
        sys.stdout.flush()

    def close(self) -> None:
        """End the rewritten line, so that what follows starts on a new one."""
        if self.open:
            sys.stdout.write("\n")
            self.open = False
