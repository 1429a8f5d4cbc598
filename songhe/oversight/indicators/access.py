"""Who reads indicators, and of which area."""

from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role

READERS = frozenset({Role.BUREAU, Role.STREET, Role.ADVISOR, Role.INSURER, Role.AUDITOR})


def area_of(post: Post) -> str:
    """The area whose figures a post sees: its own, or the district."""
    return post.area_code or "310107"
