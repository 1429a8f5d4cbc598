"""Process tables are checked when they are declared; steps are taken all or none."""

from __future__ import annotations

import pytest

from songhe.kernel.access.roles import Role
from songhe.kernel.process import Process, State, Step
from songhe.kernel.process import table as tables
from songhe.kernel.process.table import processes, who

BEGIN, END = State("begin", "开始"), State("end", "结束", final=True)


@pytest.fixture(autouse=True)
def _leave_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_processes", dict(tables._processes))


def declare(*steps: Step, states: tuple[State, ...] = (BEGIN, END)) -> Process:
    return Process("t", "测试", states, steps, "begin")


@pytest.mark.parametrize(("steps", "states", "fault"), [
    ((Step("go", "走", ("begin",), "end", frozenset()),), (BEGIN, END), "nobody may take it"),
    ((Step("go", "走", ("begin",), "nowhere", who(Role.STREET)),), (BEGIN, END), "unknown state nowhere"),
    ((Step("go", "走", ("end",), "begin", who(Role.STREET)),), (BEGIN, END), "final state end"),
    ((Step("stay", "等", ("begin",), "", who(Role.STREET)),), (BEGIN, END), "no step leads to"),
    ((Step("go", "走", ("begin",), "end", who(Role.STREET)),) * 2, (BEGIN, END), "declared twice"),
])
def test_a_faulty_table_does_not_start(steps: tuple[Step, ...], states: tuple[State, ...], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        declare(*steps, states=states)


def test_the_diagram_names_every_step() -> None:
    process = declare(Step("go", "走", ("begin",), "end", who(Role.STREET)))
    assert "begin --> end: 走" in process.mermaid()
    assert process.states_for(Role.STREET) == ["begin"]
    assert process.states_for(Role.CARER) == []


def test_every_state_that_is_not_final_can_be_left() -> None:
    for process in processes().values():
        for state in process.states:
            assert state.final or process.steps_from(state.name) or state.tone == "ok", (process.name, state.name)


def test_whoever_must_give_a_reason_is_asked_for_one_word_at_least() -> None:
    for process in processes().values():
        for step in process.steps:
            assert not (step.danger and not step.reason_required and step.when_due), (process.name, step.name)
