"""The refusals that reach a person. Each says what happened, why, and what to do.

Anything else that is raised is a fault of the programme and becomes an error page.
"""

from collections.abc import Sequence
from typing import Any

from .because import Because


class SongheError(Exception):
    """Common parent; `status` is the HTTP status a view answers with."""

    status = 500
    code = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        """Comes back whole from a process of its own: an exception is otherwise made anew from its message alone."""
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[SongheError], args: tuple[Any, ...], state: dict[str, Any]) -> SongheError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class Refused(SongheError):
    """A rule says no 不予办理: nothing was changed.

    code     short stable name for programs, e.g. "interval.overlap"
    message  Chinese, what happened and why
    field    name of the form field it belongs to, if one
    reasons  the rules that made it
    remedy   Chinese, what the person can do now
    """

    status = 422

    def __init__(
        self,
        code: str,
        message: str,
        *,
        field: str = "",
        reasons: Sequence[Because] = (),
        remedy: str = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.field = field
        self.reasons = tuple(reasons)
        self.remedy = remedy

    def as_data(self) -> dict[str, Any]:
        """JSON-ready form for an API answer."""
        return {
            "code": self.code,
            "message": self.message,
            "field": self.field,
            "reasons": [reason.as_data() for reason in self.reasons],
            "remedy": self.remedy,
        }


class Conflict(Refused):
    """Somebody else was faster 已被他人办理: the state asked for is no longer there."""

    status = 409


class Missing(SongheError):
    """Not there, or not there for this post: the two must look the same from outside."""

    status = 404
    code = "missing"


class Forbidden(SongheError):
    """The post lacks the right that this screen or action needs."""

    status = 403
    code = "forbidden"
