"""The job pages: mine, its progress, cancel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.jobs.models import JobRun, State

pytestmark = pytest.mark.django_db
Enter = Callable[[Post], Client]


@pytest.fixture
def post(make_post: Any) -> Post:
    return make_post("wang")  # type: ignore[no-any-return]


def run_of(post: Post, **fields: Any) -> JobRun:
    return JobRun.objects.create(  # type: ignore[no-any-return]
        **{"kind": "test.work", "title": "10 月结算", "by_post_id": post.pk, "by": post.label, **fields}
    )


def text(client: Client, name: str, run: JobRun) -> str:
    response = client.get(reverse(f"jobs:{name}", args=[run.pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_a_working_run_shows_its_progress_and_asks_again_in_two_seconds(post: Post, sign_in: Enter) -> None:
    run = run_of(post, state=State.RUNNING, done=30, total=120, message="正在核对")
    page = text(sign_in(post), "run", run)
    assert "30 / 120" in page
    assert "正在核对" in page
    assert f'hx-get="{reverse("jobs:progress", args=[run.pk])}"' in page
    assert 'hx-trigger="every 2s"' in page
    assert reverse("jobs:cancel", args=[run.pk]) in page


def test_a_waiting_run_says_how_many_are_before_it(post: Post, sign_in: Enter, make_post: Any) -> None:
    run_of(make_post("li"))
    assert "前面还有 1 项" in text(sign_in(post), "progress", run_of(post))


def test_when_the_run_has_ended_the_asking_stops_and_the_page_loads_anew(post: Post, sign_in: Enter) -> None:
    run = run_of(post, state=State.DONE, result={"已结算": 1200})
    response = sign_in(post).get(reverse("jobs:progress", args=[run.pk]))
    assert response["HX-Refresh"] == "true"
    assert "hx-trigger" not in response.content.decode()
    page = text(sign_in(post), "run", run)
    assert "已结算" in page
    assert "1200" in page
    assert "hx-trigger" not in page
    assert reverse("jobs:cancel", args=[run.pk]) not in page


def test_a_failed_run_says_why_and_its_text_cannot_be_markup(post: Post, sign_in: Enter) -> None:
    page = text(sign_in(post), "run", run_of(post, state=State.FAILED, error="单价缺失<script>"))
    assert "单价缺失&lt;script&gt;" in page


def test_cancelling_from_the_page_ends_a_waiting_run(post: Post, sign_in: Enter) -> None:
    run = run_of(post)
    client = sign_in(post)
    response = client.post(reverse("jobs:cancel", args=[run.pk]), follow=True)
    assert "已取消“10 月结算”" in response.content.decode()
    assert client.get(reverse("jobs:cancel", args=[run.pk])).status_code == 405


def test_a_neighbours_run_is_not_found_and_not_in_the_list(
    post: Post, make_post: Any, sign_in: Enter
) -> None:
    run = run_of(post)
    client = sign_in(make_post("li"))
    for name in ("run", "progress"):
        assert client.get(reverse(f"jobs:{name}", args=[run.pk])).status_code == 404
    assert client.post(reverse("jobs:cancel", args=[run.pk])).status_code == 404
    assert "10 月结算" not in client.get(reverse("jobs:list")).content.decode()


def test_the_list_shows_my_runs(post: Post, sign_in: Enter) -> None:
    run_of(post, state=State.DONE)
    page = sign_in(post).get(reverse("jobs:list")).content.decode()
    assert "10 月结算" in page
    assert "已完成" in page


def test_an_elder_has_no_job_pages(make_post: Any, sign_in: Enter) -> None:
    assert sign_in(make_post("elder", Role.ELDER)).get(reverse("jobs:list")).status_code == 403
