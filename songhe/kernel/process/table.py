"""The table: states, steps, who may take them, and within how long.

Pure declarations. The machinery that takes a step is in :mod:`.firing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .models import Case

#: A guard says why a step cannot be taken now: an empty sequence lets it pass.
Guard = Callable[["Case", "dict[str, Any]"], Sequence[Any]]


@dataclass(frozen=True)
class State:
    """A state of a case.

    name: code stored in the row. label: the word on the screen.
    tone: ok, warn, bad, info or mute; always shown with the word and a shape.
    within: policy key of the time limit for leaving this state, if it has one.
    final: nothing follows. waiting_for: whom the case waits for, in words.
    """

    name: str
    label: str
    tone: str = "info"
    within: str = ""
    final: bool = False
    waiting_for: str = ""


@dataclass(frozen=True)
class Step:
    """A transition.

    name: code of the step, unique in its process. label: the word on the button.
    sources: names of states it may start from. target: the state it leads to, or ""
    where the case stays as it is. who: roles that may take it.
    guard: reasons against it. reason_required: the clerk must say why.
    primary: the main button of its state. danger: ends something; asks first.
    event: code of the event it writes; ``<process>.<step>`` when empty.
    portal: whether the elder and the family see that event.
    when_due: taken by the clock when the state's time limit has passed.
    """

    name: str
    label: str
    sources: tuple[str, ...]
    target: str
    who: frozenset[str]
    guard: Guard | None = None
    reason_required: bool = False
    primary: bool = False
    danger: bool = False
    portal: bool = True
    when_due: bool = False
    icon: str = "point"
    sentence: str = ""


@dataclass
class Process:
    """A process: its states and steps, checked when it is declared."""

    name: str
    title: str
    states: Sequence[State]
    steps: Sequence[Step]
    start: str
    number_prefix: str = ""
    by_state: dict[str, State] = field(init=False)
    by_step: dict[str, Step] = field(init=False)

    def __post_init__(self) -> None:
        self.by_state = {s.name: s for s in self.states}
        self.by_step = {s.name: s for s in self.steps}
        if len(self.by_state) != len(self.states):
            raise ValueError(f"{self.name}: a state is declared twice")
        if len(self.by_step) != len(self.steps):
            raise ValueError(f"{self.name}: a step is declared twice")
        if self.start not in self.by_state:
            raise ValueError(f"{self.name}: start state {self.start} is not declared")
        for step in self.steps:
            if not step.who:
                raise ValueError(f"{self.name}.{step.name}: nobody may take it")
            for name in (*step.sources, *([step.target] if step.target else [])):
                if name not in self.by_state:
                    raise ValueError(f"{self.name}.{step.name}: unknown state {name}")
            for source in step.sources:
                if self.by_state[source].final:
                    raise ValueError(f"{self.name}.{step.name}: starts from the final state {source}")
        reachable, front = {self.start}, [self.start]
        while front:
            here = front.pop()
            for step in self.steps_from(here):
                if step.target and step.target not in reachable:
                    reachable.add(step.target)
                    front.append(step.target)
        if unreachable := set(self.by_state) - reachable:
            raise ValueError(f"{self.name}: no step leads to {sorted(unreachable)}")
        _processes[self.name] = self

    def steps_from(self, state: str) -> list[Step]:
        """Steps that may start from a state, in the order of the table."""
        return [s for s in self.steps if state in s.sources]

    def choices(self) -> list[tuple[str, str]]:
        """For the model field."""
        return [(s.name, s.label) for s in self.states]

    def open_states(self) -> list[str]:
        """States in which the case still waits for somebody."""
        return [s.name for s in self.states if not s.final]

    def states_for(self, role: str) -> list[str]:
        """States from which ``role`` has a step to take: the role's worklist."""
        return [s.name for s in self.states if any(role in step.who and not step.when_due for step in self.steps_from(s.name))]

    def event_of(self, step: Step) -> str:
        """Code of the event that a step writes."""
        return f"{self.name}.{step.name}"

    def mermaid(self) -> str:
        """The diagram for the documentation page."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.start}"]
        lines += [f"    {s.name}: {s.label}" for s in self.states]
        for step in self.steps:
            for source in step.sources:
                lines.append(f"    {source} --> {step.target or source}: {step.label}")
        lines += [f"    {s.name} --> [*]" for s in self.states if s.final]
        return "\n".join(lines)


_processes: dict[str, Process] = {}


def processes() -> dict[str, Process]:
    """Every declared process by name."""
    return dict(_processes)


def who(*roles: str, also: Iterable[str] = ()) -> frozenset[str]:
    """Roles of a step, for tidy tables."""
    return frozenset(str(r) for r in (*roles, *also))
