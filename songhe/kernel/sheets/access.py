"""An upload is seen by the post that made it, and by nobody else."""

from django.db.models import Q

from songhe.kernel.access import rights
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import STAFF, Role

from .models import ImportBatch, ImportRow

# The administrator has no personal data, hence nothing to import.
UPLOADERS = STAFF - {Role.ADMIN}


def _own_batches(post: Post) -> Q:
    return Q(post_id=post.pk)


def _rows_of_own_batches(post: Post) -> Q:
    return Q(batch__post_id=post.pk)


rights.rows(ImportBatch, dict.fromkeys(map(str, UPLOADERS), _own_batches))
rights.rows(ImportRow, dict.fromkeys(map(str, UPLOADERS), _rows_of_own_batches))
