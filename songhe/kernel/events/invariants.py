"""What holds of the record."""

from collections.abc import Iterator

from songhe.kernel.invariants import Violation, invariant

from .chain import verify


@invariant("events.chain", "已封存的事件与哈希链一致")
def sealed() -> Iterator[Violation]:
    """Nothing sealed was changed, removed or slipped in."""
    for broken in verify():
        yield Violation(f"seal {broken.position}", broken.message)
