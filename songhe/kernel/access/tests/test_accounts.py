"""Accounts and posts: what the administrator may give, and what he never sees."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from songhe.kernel.access import actions, posts
from songhe.kernel.access.models import Account, Post
from songhe.kernel.access.roles import Role
from songhe.kernel.errors import Forbidden, Missing, Refused
from songhe.kernel.events.models import Event
from songhe.simulation.cast import CAOYANG, CHANGSHOU, Cast

FORM = {"role": "street", "title": "受理窗口", "area_code": CAOYANG}


def account(cast: Cast, username: str = "newcomer", name: str = "新人") -> Account:
    return actions.open_account(username, name, by=cast.admin)[0]


def test_a_newcomer_gets_an_account_a_password_and_a_post(cast: Cast, sign_in: Callable[..., Client]) -> None:
    client = sign_in(cast.admin)
    response = client.post(reverse("access:new"), {"username": "zhangli", "name": "张丽"})
    made, password = Account.objects.get(username="zhangli"), response.context["password"]
    assert password in response.content.decode()
    assert made.check_password(password)
    assert posts.held_by(made) == []
    response = client.post(reverse("access:give", args=[made.pk]), FORM)
    assert response.status_code == 303
    [post] = posts.held_by(made)
    assert (post.role, post.area_code) == ("street", CAOYANG)
    kinds = Event.objects.unscoped("test").values_list("kind", flat=True)
    assert {"account.opened", "post.given"} <= set(kinds)
    page = client.get(reverse("access:account", args=[made.pk])).content.decode()
    assert "授予岗位" in page
    assert password not in page


def test_a_newcomer_works_only_with_a_password_of_his_own(cast: Cast, client: Client) -> None:
    made, password = actions.open_account("zhangli", "张丽", by=cast.admin)
    actions.give_post(made.pk, actions.NewPost(**FORM), by=cast.admin)
    client.post("/accounts/login/", {"login": "zhangli", "password": password})
    change = reverse("account_change_password")
    for name in ("people:list", "choose_post", "second_factor"):
        assert client.get(reverse(name)).url == change
    assert client.get(reverse("people:list"), headers={"Accept": "application/json"}).status_code == 401
    assert client.get("/api/v1/people").status_code == 401
    own = "only-zhangli-knows-it"
    client.post(change, {"oldpassword": password, "password1": own, "password2": own})
    assert client.get(reverse("people:list")).status_code == 200
    actions.reset_password(made.pk, by=cast.admin)
    made.refresh_from_db()
    assert made.must_change_password


def test_an_ended_post_opens_nothing(cast: Cast, sign_in: Callable[..., Client]) -> None:
    visitor = sign_in(cast.street)
    assert visitor.get(reverse("people:list")).status_code == 200
    sign_in(cast.admin).post(reverse("access:end", args=[cast.street.pk]), {"reason": "调离"})
    assert visitor.get(reverse("people:list")).status_code == 302
    assert not Post.objects.get(pk=cast.street.pk).is_current


def test_nobody_gives_to_or_takes_from_himself(cast: Cast) -> None:
    new = actions.NewPost(role="bureau", title="科长", area_code="310107")
    own = cast.admin.account_id
    with pytest.raises(Refused, match="不能给自己"):
        actions.give_post(own, new, by=cast.admin)
    for act in (
        lambda: actions.end_post(cast.admin.pk, by=cast.admin, reason="测试"),
        lambda: actions.set_active(own, False, by=cast.admin, reason="测试"),
        lambda: actions.reset_password(own, by=cast.admin),
    ):
        with pytest.raises(Refused):
            act()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"role": "elder"}, "role"),
        ({"role": "system"}, "role"),
        ({"area_code": "310105"}, "area_code"),
        ({"area_code": ""}, "area_code"),
        ({"role": "carer"}, "holder"),
        ({"role": "coordinator"}, "organisation"),
    ],
)
def test_what_must_not_be_given_is_refused(cast: Cast, given: dict[str, str], field: str) -> None:
    new = actions.NewPost(**{**FORM, **given})
    with pytest.raises(Refused) as refused:
        actions.give_post(account(cast).pk, new, by=cast.admin)
    assert refused.value.field == field


def test_the_same_post_is_given_once(cast: Cast) -> None:
    pk = account(cast).pk
    actions.give_post(pk, actions.NewPost(**FORM), by=cast.admin)
    with pytest.raises(Refused, match="已担任同一岗位"):
        actions.give_post(pk, actions.NewPost(**FORM), by=cast.admin)
    actions.give_post(pk, actions.NewPost(**{**FORM, "area_code": CHANGSHOU}), by=cast.admin)


def test_a_carers_post_stands_for_the_registered_carer(cast: Cast, sign_in: Callable[..., Client]) -> None:
    pk = account(cast, "wangxy", "王秀英").pk
    worker = cast.workers["carer"]
    form = {"role": "carer", "title": "护理员", "area_code": CAOYANG, "holder": str(worker.pk)}
    assert sign_in(cast.admin).post(reverse("access:give", args=[pk]), form).status_code == 303
    post = Post.objects.get(account_id=pk)
    assert (post.holder_id, post.organisation_id) == (worker.pk, worker.organisation_id)


def test_no_elder_and_no_family_is_shown(cast: Cast, sign_in: Callable[..., Client]) -> None:
    client = sign_in(cast.admin)
    for query in ("", "沈桂芳", "shenguifang", "陆敏"):
        rows = client.get(reverse("access:list"), {"q": query}).context["rows"]
        names = {row["row"].account.name for row in rows}
        assert names.isdisjoint({"沈桂芳", "陆敏", "戴建国", "高芳"})
        assert bool(names) is (query == "")
    for part in ("elder", "daughter"):
        post = cast.posts[part]
        assert client.get(reverse("access:account", args=[post.account_id])).status_code == 404
        assert client.get(reverse("access:end", args=[post.pk])).status_code == 404
        with pytest.raises(Missing):
            actions.reset_password(post.account_id, by=cast.admin)


def test_a_daughter_on_the_staff_keeps_her_password_to_herself(cast: Cast, sign_in: Callable[..., Client]) -> None:
    Post.objects.filter(pk=cast.daughter.pk).update(account_id=cast.carer.account_id)
    page = sign_in(cast.admin).get(reverse("access:account", args=[cast.carer.account_id])).content.decode()
    assert "护理员" in page
    assert "家属" not in page
    with pytest.raises(Refused, match="由本人"):
        actions.reset_password(cast.carer.account_id, by=cast.admin)


def test_another_districts_posts_are_not_listed_nor_ended(cast: Cast, sign_in: Callable[..., Client]) -> None:
    Post.objects.filter(pk=cast.street.pk).update(area_code="310105004")
    assert "周洁" not in sign_in(cast.admin).get(reverse("access:list")).content.decode()
    with pytest.raises(Missing):
        actions.end_post(cast.street.pk, by=cast.admin, reason="越权")


@pytest.mark.parametrize("part", ["bureau", "street", "auditor", "elder", "carer"])
def test_only_the_administrator_enters(cast: Cast, sign_in: Callable[..., Client], part: str) -> None:
    client = sign_in(cast.posts[part])
    for name, args in (("list", []), ("new", []), ("account", [cast.street.account_id]), ("end", [cast.street.pk])):
        assert client.get(reverse(f"access:{name}", args=args)).status_code == 403
    with pytest.raises(Forbidden):
        actions.open_account("x-y", "某人", by=cast.posts[part])


def test_a_closed_account_signs_nobody_in(cast: Cast, sign_in: Callable[..., Client]) -> None:
    visitor = sign_in(cast.street)
    sign_in(cast.admin).post(reverse("access:active", args=[cast.street.account_id]), {"reason": "长期请假"})
    assert visitor.get(reverse("people:list")).status_code == 302


def test_the_table_of_rights_is_read_off_the_declarations(cast: Cast, sign_in: Callable[..., Client]) -> None:
    response = sign_in(cast.auditor).get(reverse("access:rights"))
    lines = {line.name: dict(zip(response.context["roles"], line.marks, strict=True)) for line in response.context["fields"]}
    identity = lines["长者 · 居民身份证号"]
    assert (identity[Role.ELDER], identity[Role.STREET], identity[Role.ADVISOR]) == ("明", "查", "掩")
    assert identity[Role.ADMIN] == ""
    screens = {line.name: line for _room, lines in response.context["rooms"] for line in lines}
    assert screens["people.list"].marks[response.context["roles"].index(Role.ADMIN)] == ""
    assert sign_in(cast.street).get(reverse("access:rights")).status_code == 403


def test_the_list_costs_the_same_for_many(
    cast: Cast, sign_in: Callable[..., Client], django_assert_max_num_queries: Callable[..., object]
) -> None:
    client = sign_in(cast.admin)
    client.get(reverse("access:list"))
    with django_assert_max_num_queries(8) as few:  # type: ignore[attr-defined]
        client.get(reverse("access:list"))
    for n in range(20):
        actions.give_post(account(cast, f"user{n}").pk, actions.NewPost(**FORM), by=cast.admin)
    with django_assert_max_num_queries(8) as many:  # type: ignore[attr-defined]
        client.get(reverse("access:list"))
    assert len(few) == len(many)
