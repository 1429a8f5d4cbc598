"""The page of a process in the documentation: Markdown from its table, compared in every test run."""

from __future__ import annotations

from songhe.kernel.process.table import Process, processes
from songhe.kernel.screens.templatetags.songhe import STATUS_WORDS

from .diagrams import Told, states

FOLDER = "docs/processes"


def _state_row(told: Told) -> str:
    state, limit = told.state, told.limit
    said = limit.text if limit else "—"
    source = f"{limit.source}（{STATUS_WORDS.get(limit.status, limit.status)}）" if limit and limit.source else "—"
    return f"| `{state.name}` | {state.label} | {state.waiting_for or '—'} | {said} | {source} | {'是' if state.final else ''} |"


def _step_rows(process: Process) -> list[str]:
    found: dict[str, str] = {}
    for told in states(process):
        for way in told.ways:
            step = way.step
            sources = "、".join(process.by_state[s].label for s in step.sources)
            target = process.by_state[step.target].label if step.target else "（不变）"
            said = (("须写理由", step.reason_required), ("到期自动", step.when_due), ("长者和家属可见", step.portal))
            marks = "、".join(word for word, holds in said if holds)
            found[step.name] = f"| `{step.name}` | {step.label} | {sources} | {target} | {way.who} | {marks or '—'} |"
    return [found[step.name] for step in process.steps if step.name in found]


def page(process: Process) -> str:
    """The whole page."""
    return "\n".join([
        f"# {process.title}（`{process.name}`）",
        "",
        "本页由 `songhe process-pages --write` 从流程表生成，每次测试都核对。按钮、待办、时限和权限都出自同一张表。",
        "",
        "## 状态",
        "",
        "| 代码 | 状态 | 等谁办 | 时限 | 依据 | 终结 |",
        "| --- | --- | --- | --- | --- | --- |",
        *(_state_row(told) for told in states(process)),
        "",
        "## 步骤",
        "",
        "| 代码 | 步骤 | 从 | 到 | 谁办 | 说明 |",
        "| --- | --- | --- | --- | --- | --- |",
        *_step_rows(process),
        "",
        "## 流程图",
        "",
        "```mermaid",
        process.mermaid(),
        "```",
        "",
    ])


def pages() -> dict[str, str]:
    """Every page by its path in the repository."""
    return {f"{FOLDER}/{name.replace('_', '-')}.md": page(process) for name, process in sorted(processes().items())}
