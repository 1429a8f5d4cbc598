"""The house stands while the tests of this folder run, and is gone before any other test.

Furnishing takes seconds, so a worker does it once, inside a transaction that is rolled back. Tests
that write for good come last, from the rooms: the house leaves before the first of them.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

_stack: ExitStack | None = None
_house: Any = None


def enter(blocker: Any, media: Path) -> Any:
    """The house, furnished at the first call."""
    global _stack, _house
    if _stack is None:
        from django.conf import settings
        from django.db import transaction

        from tests.house.furnishing import furnish

        stack = ExitStack()
        stack.callback(setattr, settings, "MEDIA_ROOT", settings.MEDIA_ROOT)
        settings.MEDIA_ROOT = media
        stack.enter_context(blocker.unblock())
        stack.enter_context(transaction.atomic())
        stack.callback(transaction.set_rollback, True)
        try:
            _house = furnish()
        except BaseException:
            stack.close()
            raise
        _stack = stack
    return _house


def leave() -> None:
    """Undo it, if it stands."""
    global _stack, _house
    if _stack is not None:
        stack, _stack, _house = _stack, None, None
        stack.close()
