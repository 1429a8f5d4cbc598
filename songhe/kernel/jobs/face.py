"""How the state of a run looks: a word, a tone, and whether anything more will happen."""

from __future__ import annotations

from dataclasses import dataclass

from .models import JobRun, State


@dataclass(frozen=True, slots=True)
class Face:
    """What the state component of a page draws."""

    label: str
    tone: str
    final: bool


_TONES = {
    State.QUEUED: "mute",
    State.RUNNING: "info",
    State.DONE: "ok",
    State.FAILED: "bad",
    State.CANCELLED: "mute",
}


def face(run: JobRun) -> Face:
    """The face of a run's state."""
    return Face(run.get_state_display(), _TONES[State(run.state)], not run.is_open)
