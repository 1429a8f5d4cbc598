"""What the job pages show."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from songhe.kernel.access.models import Post
from songhe.kernel.access.scoping import ScopedQuerySet
from songhe.kernel.errors import Missing

from .models import JobRun, State


def runs(post: Post) -> ScopedQuerySet:
    """The runs a post may see, newest first."""
    rows: ScopedQuerySet = JobRun.objects.visible_to(post)
    return rows.order_by("-id")


def run_of(run_id: UUID, post: Post) -> JobRun:
    """One run, or Missing."""
    run: JobRun | None = runs(post).filter(pk=run_id).first()
    if run is None:
        raise Missing(_("没有这项任务。"))
    return run


def ahead_of(run: JobRun) -> int:
    """How many runs wait before this one."""
    waiting: ScopedQuerySet = JobRun.objects.unscoped("a count of the queue names nobody")
    return waiting.filter(state=State.QUEUED, pk__lt=run.pk).count()
