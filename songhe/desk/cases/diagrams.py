"""The process table as a page and as a drawing: what follows from it, never drawn by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from songhe.kernel import clock, policy
from songhe.kernel.access.roles import Role
from songhe.kernel.because import Because
from songhe.kernel.errors import Missing
from songhe.kernel.process.table import Process, State, Step, processes

from .progress import main_path

WIDTH, HEIGHT, GAP, TOP = 220, 52, 46, 10


@dataclass(frozen=True)
class Way:
    """A step out of a state, with who takes it in words."""

    step: Step
    target: State
    who: str


@dataclass(frozen=True)
class Told:
    """A state with its ways out and its time limit, where it has one."""

    state: State
    ways: Sequence[Way]
    limit: Because | None


def declared(name: str) -> Process:
    """A process by name, or Missing."""
    found = processes().get(name)
    if found is None:
        raise Missing(_("没有这个流程"))
    return found


def roles(step: Step) -> str:
    """「街镇经办、养老顾问」; the clock where nobody else takes it."""
    people = [str(Role(r).label) for r in Role if r in step.who and r != Role.SYSTEM]
    if Role.SYSTEM in step.who:
        people.append(_("系统按时限") if step.when_due else _("系统"))
    return "、".join(_(p) for p in people)


def limit_of(state: State) -> Because | None:
    """The time limit of a state as it stands today, with its source; all of them where it has conditions."""
    if not state.within:
        return None
    values = sorted(policy.table(state.within, on=clock.today()), key=lambda v: v.value)
    if not values:
        return None
    said = "、".join(v.shown for v in values)
    return values[0].because(f"{values[0].title}：{said}")


def states(process: Process) -> list[Told]:
    """Every state in the order of the table."""
    return [
        Told(
            s,
            [Way(step, process.by_state[step.target or s.name], roles(step)) for step in process.steps_from(s.name)],
            limit_of(s),
        )
        for s in process.states
    ]


@dataclass(frozen=True)
class Box:
    """A state on the drawing; numbers are units of the drawing."""

    state: State
    x: int
    y: int
    step: str
    middle: int
    text_y: int
    arrow: str
    arrow_text_y: int


@dataclass(frozen=True)
class Drawing:
    """The main way from the first state to where it comes to rest, from top to bottom."""

    width: int
    height: int
    boxes: Sequence[Box]


def drawing(process: Process) -> Drawing:
    """The main way: one box a state, one arrow a step."""
    path = main_path(process)
    boxes = []
    for at, state in enumerate(path):
        y = TOP + at * (HEIGHT + GAP)
        step = ""
        if at:
            before = path[at - 1]
            step = next((s.label for s in process.steps_from(before.name) if s.target == state.name), "")
        middle = 10 + WIDTH // 2
        arrow = f"M {middle} {y - GAP} L {middle} {y - 8}" if at else ""
        boxes.append(Box(state, 10, y, step, middle, y + HEIGHT // 2 + 6, arrow, y - GAP // 2 + 5))
    return Drawing(2 * WIDTH + 40, TOP * 2 + len(path) * (HEIGHT + GAP) - GAP, boxes)
