"""The one task that the queue knows: carry out a run."""

from uuid import UUID

from django_tasks import task

from .running import execute


@task()
def run_job(run_id: str) -> None:
    """Carry out the run of this id."""
    execute(UUID(run_id))
