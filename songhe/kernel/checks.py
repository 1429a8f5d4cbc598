"""Run the invariants of every installed app."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.module_loading import autodiscover_modules

from .errors import Refused
from .invariants import Invariant, Violation, registered


def every() -> list[Invariant]:
    """All invariants, found in the ``invariants`` module of every installed app."""
    autodiscover_modules("invariants")
    return registered()


def run_all(only: Sequence[str] = ()) -> list[Violation]:
    """What is wrong, in the order of the invariants' keys; an empty list is the good answer.

    `only` limits the run to these keys; an unknown key is refused, since "nothing found" by a
    check that never ran would be a lie. A rule that breaks off with an exception is let through
    for the same reason.
    """
    known = every()
    if unknown := sorted(set(only) - {rule.key for rule in known}):
        raise Refused("checks.unknown", f"没有这项核对：{'、'.join(unknown)}", remedy="songhe check --list 列出全部核对项")
    wanted = [rule for rule in known if not only or rule.key in only]
    return [replace(violation, key=rule.key) for rule in wanted for violation in rule.rule()]
