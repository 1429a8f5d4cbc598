"""A run is seen by the post that started it; the administrator keeps the machine and sees all runs."""

from django.db.models import Q

from songhe.kernel.access import rights
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import STAFF, Role

from .models import JobRun


def _started_by(post: Post) -> Q:
    return Q(by_post_id=post.pk)


_RULES: dict[str, rights.RowRule] = dict.fromkeys(STAFF, _started_by)

rights.rows(JobRun, _RULES | {Role.ADMIN: rights.all_rows})
