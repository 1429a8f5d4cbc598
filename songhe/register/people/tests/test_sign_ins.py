"""Sign-ins of elders and their families: opened at a window, shown once, and never by a neighbour."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from songhe.kernel import clock
from songhe.kernel.access.models import Account, Consent, Post, ReadEntry
from songhe.kernel.errors import Forbidden, Missing, Refused
from songhe.kernel.events.models import Event
from songhe.register.people import actions, queries
from songhe.register.people.models import Person, Relative
from songhe.simulation.cast import Cast

from .conftest import someone

LOGIN = "/accounts/login/"
OWN = "my-own-long-secret-7"


@pytest.fixture
def zhang(cast: Cast) -> Person:
    """An elder nobody has opened anything for."""
    return actions.register(someone(5), by=cast.street)


@pytest.fixture
def son(cast: Cast, zhang: Person) -> Relative:
    """Her son, who may look with her consent."""
    return relative(cast, zhang)


def relative(cast: Cast, person: Person, by: Post | None = None, agreed: bool = True, **given: Any) -> Relative:
    by = by or cast.street
    facts = {"name": "张明", "relation": "儿子", "phone": "13912345678", "may_view": True, **given}
    [made] = actions.add_relatives([actions.NewRelative(person_id=person.pk, **facts)], by=by)
    if agreed:
        new = actions.NewConsent(person.pk, "family_view", made.pk, made.name, person.name)
        actions.give_consents([new], by=by)
    return made


def address(name: str, person: Person, holder: Any = None) -> str:
    return reverse(f"people:{name}", args=[person.pk] if holder is None else [person.pk, holder.pk])


def first_sign_in(username: str, password: str) -> Client:
    visitor = Client()
    visitor.post(LOGIN, {"login": username, "password": password})
    return visitor


def test_a_son_gets_a_slip_changes_his_password_and_sees_his_mother(
    cast: Cast, sign_in: Callable[..., Client], zhang: Person, son: Relative
) -> None:
    client = sign_in(cast.street)
    assert "开通家属/本人账号" in client.get(reverse("people:file", args=[zhang.pk])).content.decode()
    assert client.get(address("account_open", zhang, son)).status_code == 200
    response = client.post(address("account_open", zhang, son))
    account, password = response.context["account"], response.context["password"]
    page = response.content.decode()
    assert password in page
    assert account.username in page
    assert "第一次登录会请您换密码" in page
    assert password not in client.get(address("accounts", zhang)).content.decode()

    visitor = first_sign_in(account.username, password)
    home = visitor.get(reverse("portal:home"))
    assert home.status_code == 302
    assert home.url == reverse("account_change_password") + "?elder=1", "nothing opens before the password is his own"
    assert visitor.get("/api/v1/people").status_code == 401
    assert "长辈版" in visitor.get(home.url).content.decode()
    same = {"oldpassword": password, "password1": password, "password2": password}
    assert "与初始密码相同" in visitor.post(home.url, same).content.decode()
    changed = visitor.post(home.url, {"oldpassword": password, "password1": OWN, "password2": OWN})
    assert changed.url == reverse("home")
    page = visitor.get(reverse("portal:home"), follow=True).content.decode()
    assert zhang.name in page
    assert Person.objects.visible_to(Post.objects.get(account=account)).get() == zhang


def test_opening_is_on_record_for_the_elder(cast: Cast, zhang: Person, son: Relative, sign_in: Callable[..., Client]) -> None:
    sign_in(cast.advisor).post(address("account_open", zhang, son))
    event = Event.objects.unscoped("test").get(kind="portal.opened")
    assert (event.person_id, event.area_code, event.data) == (zhang.pk, zhang.area_code, {"role": "family"})
    assert son.name not in str(event.data)
    looks = ReadEntry.objects.unscoped("test").filter(person_id=zhang.pk, post_id=cast.advisor.pk)
    assert looks.filter(what="print", purpose="账号凭条").exists()


def test_an_elder_gets_one_without_a_telephone(cast: Cast) -> None:
    person = actions.register(someone(6, phone=""), by=cast.street)
    handed = actions.open_account(person.pk, person.pk, by=cast.advisor)
    post = Post.objects.get(account=handed.account)
    assert (post.role, post.holder_id, post.area_code) == ("elder", person.pk, "")
    assert handed.account.check_password(handed.password)
    assert handed.account.must_change_password


def test_a_user_name_says_no_number(cast: Cast, zhang: Person, son: Relative) -> None:
    username = actions.open_account(zhang.pk, son.pk, by=cast.street).account.username
    assert username.startswith("zm")
    assert son.phone not in username
    assert len(username) == 6


def test_a_second_one_is_refused(cast: Cast, zhang: Person, son: Relative, sign_in: Callable[..., Client]) -> None:
    actions.open_account(zhang.pk, son.pk, by=cast.street)
    before = Account.objects.count()
    response = sign_in(cast.street).post(address("account_open", zhang, son))
    assert response.status_code == 422
    assert "已有账号" in response.content.decode()
    assert Account.objects.count() == before


@pytest.mark.parametrize(
    ("given", "agreed", "said"),
    [({"phone": ""}, True, "没有登记电话"), ({"may_view": False}, True, "什么也看不到"), ({}, False, "知情同意")],
)
def test_a_relative_without_telephone_right_or_consent_gets_none(
    cast: Cast, zhang: Person, sign_in: Callable[..., Client], given: dict[str, Any], agreed: bool, said: str
) -> None:
    other = relative(cast, zhang, agreed=agreed, **given)
    client = sign_in(cast.street)
    page = client.get(address("accounts", zhang)).content.decode()
    assert said in page
    assert address("account_open", zhang, other) not in page
    assert said in client.post(address("account_open", zhang, other)).content.decode()
    assert not Post.objects.filter(holder_id=other.pk).exists()


def test_for_the_dead_nothing_is_opened_nor_reset(cast: Cast, zhang: Person, son: Relative) -> None:
    actions.open_account(zhang.pk, zhang.pk, by=cast.street)
    actions.record_deaths({zhang.pk: clock.today()}, by=cast.street)
    with pytest.raises(Refused, match="已登记去世"):
        actions.open_account(zhang.pk, son.pk, by=cast.street)
    with pytest.raises(Refused, match="登记去世"):
        actions.reset_account(zhang.pk, zhang.pk, by=cast.street)
    actions.close_account(zhang.pk, zhang.pk, by=cast.street, reason="已去世")
    assert queries.sign_ins(Person.objects.visible_to(cast.street).get(pk=zhang.pk), cast.street)[0].account is None


def test_a_daughter_of_two_elders_keeps_one_account(cast: Cast, zhang: Person, son: Relative) -> None:
    father = actions.register(someone(9, name="张德"), by=cast.street)
    first = actions.open_account(zhang.pk, son.pk, by=cast.street)
    second = actions.open_account(father.pk, relative(cast, father).pk, by=cast.street)
    assert second.account == first.account
    assert second.password == ""
    assert first.account.check_password(first.password)
    namesake = relative(cast, father, phone="13987654321")
    assert actions.open_account(father.pk, namesake.pk, by=cast.street).account != first.account, "another telephone is another man"
    actions.close_account(father.pk, second.account.posts.latest("pk").holder_id, by=cast.street, reason="本人要求")
    first.account.refresh_from_db()
    assert first.account.is_active, "he still looks after his mother"


def test_a_password_that_opens_a_neighbours_file_is_not_reset_here(cast: Cast, zhang: Person, son: Relative) -> None:
    far = actions.register(someone(11, area_code=cast.people["dai"].area_code), by=cast.neighbour_street)
    handed = actions.open_account(zhang.pk, son.pk, by=cast.street)
    actions.open_account(far.pk, relative(cast, far, cast.neighbour_street).pk, by=cast.neighbour_street)
    with pytest.raises(Refused, match="管辖范围以外"):
        actions.reset_account(zhang.pk, son.pk, by=cast.street)
    handed.account.refresh_from_db()
    assert handed.account.check_password(handed.password)
    assert actions.reset_account(zhang.pk, son.pk, by=cast.bureau).password


def test_a_working_account_is_not_reset_at_the_window(cast: Cast) -> None:
    Post.objects.filter(pk=cast.daughter.pk).update(account_id=cast.carer.account_id)
    with pytest.raises(Refused, match="同时是工作账号"):
        actions.reset_account(cast.shen.pk, cast.relatives["daughter"].pk, by=cast.street)


def test_a_reset_ends_the_old_password_and_a_closing_the_account(
    cast: Cast, sign_in: Callable[..., Client], zhang: Person, son: Relative
) -> None:
    handed = actions.open_account(zhang.pk, son.pk, by=cast.street)
    client = sign_in(cast.street)
    password = client.post(address("account_reset", zhang, son)).context["password"]
    handed.account.refresh_from_db()
    assert not handed.account.check_password(handed.password)
    assert handed.account.check_password(password)
    visitor = first_sign_in(handed.account.username, password)
    assert client.post(address("account_close", zhang, son), {"reason": ""}).status_code == 422
    assert client.post(address("account_close", zhang, son), {"reason": "本人要求"}).status_code == 303
    assert visitor.get(reverse("portal:home")).url.startswith(LOGIN)
    assert not first_sign_in(handed.account.username, password).session.get("_auth_user_id")
    kinds = set(Event.objects.unscoped("test").filter(person_id=zhang.pk).values_list("kind", flat=True))
    assert {"portal.opened", "portal.password", "portal.closed"} <= kinds
    again = actions.open_account(zhang.pk, son.pk, by=cast.street)
    assert again.account != handed.account


def test_a_removed_relative_signs_in_no_more(cast: Cast, zhang: Person, son: Relative) -> None:
    handed = actions.open_account(zhang.pk, son.pk, by=cast.street)
    actions.remove_relative(son.pk, by=cast.street, reason="误登")
    handed.account.refresh_from_db()
    assert not handed.account.is_active


NAMES = ("account_open", "account_reset", "account_close")


def test_a_neighbouring_street_finds_nobody(cast: Cast, sign_in: Callable[..., Client], zhang: Person, son: Relative) -> None:
    client = sign_in(cast.neighbour_street)
    assert client.get(address("accounts", zhang)).status_code == 404
    for name in NAMES:
        assert client.get(address(name, zhang, son)).status_code == 404
        assert client.post(address(name, zhang, son), {"reason": "越权"}).status_code == 404
    for act in (actions.open_account, actions.reset_account):
        with pytest.raises(Missing):
            act(zhang.pk, son.pk, by=cast.neighbour_street)
    assert not Post.objects.filter(holder_id=son.pk).exists()


def test_somebody_elses_relative_is_nobody_here(cast: Cast, sign_in: Callable[..., Client], zhang: Person) -> None:
    assert sign_in(cast.street).post(address("account_open", zhang, cast.relatives["daughter"])).status_code == 404
    with pytest.raises(Missing):
        actions.open_account(zhang.pk, cast.relatives["daughter"].pk, by=cast.street)


@pytest.mark.parametrize("part", ["carer", "coordinator", "doctor", "insurer", "auditor", "elder", "daughter", "admin"])
def test_others_open_no_accounts(cast: Cast, sign_in: Callable[..., Client], part: str) -> None:
    client = sign_in(cast.posts[part])
    daughter = cast.relatives["daughter"]
    assert client.get(address("accounts", cast.shen)).status_code == 403
    for name in NAMES:
        assert client.get(address(name, cast.shen, daughter)).status_code == 403
    with pytest.raises(Forbidden):
        actions.open_account(cast.shen.pk, daughter.pk, by=cast.posts[part])


def test_the_page_costs_the_same_for_a_large_family(
    cast: Cast, sign_in: Callable[..., Client], zhang: Person, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client = sign_in(cast.street)
    for n in range(6):
        actions.open_account(zhang.pk, relative(cast, zhang, name=f"张{n}", phone=f"1391234560{n}").pk, by=cast.street)
    with django_assert_max_num_queries(10):
        page = client.get(address("accounts", zhang)).content.decode()
    assert page.count("重设密码") == 6
    assert Consent.objects.visible_to(cast.street).filter(person_id=zhang.pk).count() == 6
