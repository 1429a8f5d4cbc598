"""长护险服务一件事: every step from the application to the monthly bill, as an elder reads it."""

from .stops import Chapter, Link, Stop
from .whole import journey

__all__ = ["Chapter", "Link", "Stop", "journey"]
