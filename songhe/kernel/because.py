"""One reason of one answer: what a rule says, which rule, from which paper, since when."""

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Because:
    """A reason 理由 that a clerk or a daughter can read.

    text    the reason in Chinese, one sentence
    rule    key of the rule or policy value that made it, e.g. "ltci.home.hours_per_week"
    source  the paper and clause it rests on, e.g. "沪医保规〔2021〕13号 第十二条"
    status  "" or how sure the source is: sourced, recalled, recalled-low, assumed, not-found
    since   first day on which the rule held
    """

    text: str
    rule: str = ""
    source: str = ""
    status: str = ""
    since: date | None = None

    def __str__(self) -> str:
        return self.text

    def as_data(self) -> dict[str, Any]:
        """JSON-ready form, for events and stored results; empty parts are left out."""
        data: dict[str, Any] = {"text": self.text}
        for name in ("rule", "source", "status"):
            if part := getattr(self, name):
                data[name] = part
        if self.since is not None:
            data["since"] = self.since.isoformat()
        return data

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "Because":
        """The reason that as_data() wrote down; unknown parts are ignored."""
        since = data.get("since")
        return cls(
            text=data["text"],
            rule=data.get("rule", ""),
            source=data.get("source", ""),
            status=data.get("status", ""),
            since=date.fromisoformat(since) if since else None,
        )
