"""Posts and kinds of jobs that the tests of this app share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from songhe.kernel.access.models import Account, Post
from songhe.kernel.access.roles import Role
from songhe.kernel.jobs import kinds as kinds_module
from songhe.kernel.jobs.kinds import Kind


@pytest.fixture
def make_post(db: None) -> Callable[..., Post]:
    def make(name: str, role: Role = Role.STREET, **extra: Any) -> Post:
        account = Account.objects.create_user(name, name=name)
        return Post.objects.create(account=account, role=role, area_code="310107005", **extra)

    return make


@pytest.fixture
def kinds() -> Iterator[Callable[..., None]]:
    """Register kinds of jobs for one test only."""
    before = dict(kinds_module.kinds._items)

    def add(key: str, work: Callable[..., Any], *, title: str = "测试任务", idempotent: bool = False) -> None:
        kinds_module.kinds.add(key, Kind(key, title, work, idempotent))

    yield add
    kinds_module.kinds._items.clear()
    kinds_module.kinds._items.update(before)


@pytest.fixture
def queued(settings: Any) -> None:
    """Jobs wait in the database for a worker, as in service."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
