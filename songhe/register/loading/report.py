"""What became of every line of every file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Action = Literal["added", "changed", "same", "refused", "gone"]
WORDS: dict[Action, str] = {
    "added": "新增", "changed": "变更", "same": "一致", "refused": "拒收", "gone": "名单中已无",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One answer: which line of which file (0 where the row is in the register alone), what, why."""

    file: str
    line: int
    action: Action
    what: str
    why: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place} {WORDS[self.action]} {self.what}" + (f"（{self.why}）" if self.why else "")


@dataclass
class Report:
    """All answers of one loading, in the order in which they were given."""

    name: str
    listener: Callable[[Line], None] | None = None
    rows: list[Line] = field(default_factory=list)

    def add(self, file: str, line: int, action: Action, what: str, why: str = "") -> None:
        """Note an answer and tell whoever listens."""
        row = Line(file, line, action, what, why)
        self.rows.append(row)
        if self.listener:
            self.listener(row)

    def of(self, action: Action) -> list[Line]:
        """The answers of one kind."""
        return [row for row in self.rows if row.action == action]

    @property
    def counts(self) -> Counter[str]:
        """How many answers of each kind."""
        return Counter(row.action for row in self.rows)

    def __str__(self) -> str:
        files: dict[str, Counter[str]] = {}
        for row in self.rows:
            files.setdefault(row.file, Counter())[row.action] += 1
        lines = [f"{self.name}：{_words(self.counts)}"]
        lines += [f"  {file:<24} {_words(counts)}" for file, counts in files.items()]
        lines += [f"  ! {row}" for row in self.rows if row.action in ("refused", "gone")]
        return "\n".join(lines)


def _words(counts: Counter[str]) -> str:
    return "，".join(f"{WORDS[action]} {counts[action]}" for action in WORDS if counts[action]) or "无内容"
