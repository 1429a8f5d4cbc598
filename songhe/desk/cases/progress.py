"""How far a case has come: the stepper, from the process table and the case's own events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from songhe.kernel import clock
from songhe.kernel.events.queries import Moment
from songhe.kernel.process.models import Case
from songhe.kernel.process.table import Process, State


@dataclass(frozen=True)
class Stage:
    """One stop of the stepper. ``state`` is done, current, refused, skipped or todo."""

    label: str
    state: str
    note: str = ""
    due: date | None = None


def main_path(process: Process) -> list[State]:
    """The states a case passes when all goes well: along the primary steps and the clock's own.

    A step that leads back to a state already on the path ends it.
    """
    path, seen = [process.by_state[process.start]], {process.start}
    while True:
        onward = [s for s in process.steps_from(path[-1].name) if s.target and (s.primary or s.when_due)]
        step = next((s for s in onward if s.target not in seen), None)
        if step is None or process.by_state[step.target].tone == "mute":
            return path
        seen.add(step.target)
        path.append(process.by_state[step.target])


def entered(case: Case, moments: Sequence[Moment]) -> dict[str, datetime]:
    """When the case entered each state, the last time."""
    times = {case.process.start: case.opened_at}
    for moment in moments:
        if (target := moment.data.get("to")) and moment.subject_id == case.pk:
            times[target] = moment.at
    return times


def stages(case: Case, moments: Sequence[Moment]) -> list[Stage]:
    """The stepper of one case."""
    path = main_path(case.process)
    times = entered(case, moments)
    names = [s.name for s in path]
    shown: list[Stage] = []
    if case.state in names:
        here = names.index(case.state)
        for at, state in enumerate(path):
            when = _day(times.get(state.name))
            if at < here:
                shown.append(Stage(state.label, "done" if state.name in times else "skipped", when))
            elif at == here:
                last = at == len(path) - 1
                shown.append(Stage(state.label, "done" if last and state.tone == "ok" else "current", when, case.due_on))
            else:
                shown.append(Stage(state.label, "todo"))
        return shown
    now = case.state_now
    passed = [s for s in path if s.name in times]
    shown = [Stage(s.label, "done", _day(times[s.name])) for s in passed]
    tone = "refused" if now.tone == "bad" else "done" if now.final else "current"
    shown.append(Stage(now.label, tone, _day(case.state_since), None if now.final else case.due_on))
    if not now.final:
        shown += [Stage(s.label, "todo") for s in path if s.name not in times]
    return shown


def _day(moment: datetime | None) -> str:
    return moment.astimezone(clock.SHANGHAI).strftime("%m-%d") if moment else ""
