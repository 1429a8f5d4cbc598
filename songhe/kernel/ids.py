"""UUIDv7 keys (RFC 9562 §5.7): 48 bits of milliseconds, then 74 bits kept in order.

Keys sort by time of creation, so an index grows at its end and a page of a list is a range.
Time comes from the platform's clock. Within one millisecond the 74 bits grow by a random step
(RFC 9562 §6.2, method 2), so that keys made by one process never go backwards and the next
one cannot be guessed from the last. A process that hands parts of its work to others goes on
behind them (:func:`go_on_behind`).
"""

import os
from array import array
from threading import Lock
from uuid import UUID, SafeUUID

from . import clock

_VERSION_AND_VARIANT = (0x7 << 76) | (0b10 << 62)
_TAIL_BITS = 74
_LOW_62 = (1 << 62) - 1

_new = UUID.__new__
_put = object.__setattr__
_UNKNOWN = SafeUUID.unknown
_lock = Lock()


class _State:
    """The last key's parts. `steps` is random 32-bit numbers bought in bulk: one system call per 1024 keys."""

    __slots__ = ("milliseconds", "reign", "steps", "tail")

    def __init__(self) -> None:
        self.milliseconds = -1
        self.reign = -1
        self.tail = 0
        self.steps: array[int] = array("I")


_state = _State()


def _begin_apart() -> None:
    """A forked child goes on behind its parent, but far from where its parent and its siblings go on."""
    global _state, _lock
    before = _state
    _state, _lock = _State(), Lock()
    if before.milliseconds >= 0:
        # Steps are of 32 bits: after a leap of 64 two processes do not meet within one millisecond.
        _state.milliseconds, _state.reign = before.milliseconds, before.reign
        _state.tail = before.tail + int.from_bytes(os.urandom(8), "big")


os.register_at_fork(after_in_child=_begin_apart)


def position() -> tuple[int, int]:
    """How far the keys of this process have come, for :func:`go_on_behind` in another."""
    with _lock:
        return _state.milliseconds, _state.tail


def go_on_behind(other: tuple[int, int]) -> None:
    """Make keys from now on that come after those of a process that has done its part, though the clock may stand still."""
    with _lock:
        if other > (_state.milliseconds, _state.tail):
            _state.milliseconds, _state.tail = other
            _state.reign = clock.reign()


def _next(ms: int, reign: int) -> int:
    state = _state
    if ms > state.milliseconds or reign != state.reign:
        state.milliseconds, state.reign = ms, reign
        # The top bit starts clear: room for more than 10^12 keys in one millisecond.
        state.tail = int.from_bytes(os.urandom(10), "big") >> (80 - _TAIL_BITS + 1)
    else:
        if not state.steps:
            state.steps.frombytes(os.urandom(4096))
        state.tail += state.steps.pop() + 1
        if state.tail >> _TAIL_BITS:
            state.milliseconds += 1
            state.tail &= (1 << _TAIL_BITS) - 1
    tail = state.tail
    return (state.milliseconds << 80) | ((tail >> 62) << 64) | (tail & _LOW_62) | _VERSION_AND_VARIANT


def _uuid(number: int) -> UUID:
    # UUID(int=...) checks what is known here; going past it halves the time of a bulk load.
    made = _new(UUID)
    _put(made, "int", number)
    _put(made, "is_safe", _UNKNOWN)
    return made


def uuid7() -> UUID:
    """The next key: later than every key this process made before on the same clock."""
    with _lock:
        return _uuid(_next(clock.milliseconds(), clock.reign()))


def uuid7_many(n: int) -> list[UUID]:
    """n keys in order, with one look at the clock."""
    with _lock:
        ms, reign = clock.milliseconds(), clock.reign()
        return [_uuid(_next(ms, reign)) for _ in range(n)]
