"""The parts of a journey: chapters of stops, each with a date, a clock, reasons and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from songhe.kernel.because import Because


@dataclass(frozen=True)
class Link:
    """Something to do or to look at. ``main`` is what the journey waits for.

    ``acts`` is only for who may act for the elder; the others are for whoever may look.
    """

    label: str
    url: str
    main: bool = False
    danger: bool = False
    acts: bool = False


@dataclass(frozen=True)
class Stop:
    """One step. ``state`` is done, current, refused or todo; ``text`` is one plain sentence.

    ``on`` is the day it was done, ``due`` the last day of the time limit that runs, ``certain``
    whether the holidays of that year are published.
    """

    label: str
    state: str = "todo"
    text: str = ""
    on: date | None = None
    due: date | None = None
    certain: bool = True
    reasons: Sequence[Because] = ()
    links: Sequence[Link] = ()


@dataclass(frozen=True)
class Chapter:
    """One process of the journey. ``open`` while something is still to come in it."""

    key: str
    title: str
    icon: str
    stops: Sequence[Stop]
    number: str = ""
    url: str = ""
    open: bool = True
    links: Sequence[Link] = field(default_factory=tuple)

    @property
    def now(self) -> Stop | None:
        """Where it stands: the running stop, else the last one that was reached."""
        running = [s for s in self.stops if s.state in ("current", "refused")]
        if running:
            return running[-1]
        done = [s for s in self.stops if s.state == "done"]
        return done[-1] if done else None

    @property
    def tasks(self) -> list[Link]:
        """What the journey waits for the elder or her family to do."""
        return [link for stop in self.stops for link in stop.links if link.main]


def line(labels: Sequence[str], here: int, now: Stop, done: dict[int, date | None]) -> list[Stop]:
    """Stops of a way: those before ``here`` done with their days, ``now`` at ``here``, the rest to come.

    A way that was refused ends where it was.
    """
    stops = []
    for at, label in enumerate(labels):
        if at < here:
            stops.append(Stop(label, "done", on=done.get(at)))
        elif at == here:
            stops.append(replace(now, label=now.label or label))
        elif now.state != "refused":
            stops.append(Stop(label))
    return stops
