"""The first administrator of an empty installation, from the command line."""

from __future__ import annotations

import io

import pytest
from django.test import Client

from songhe import cli
from songhe.cli import open_admin
from songhe.kernel.access.models import Account, Post
from songhe.kernel.areas.models import Area
from songhe.kernel.events.models import Event

pytestmark = pytest.mark.django_db
PASSWORD = "pines-and-cranes-26"


@pytest.fixture(autouse=True)
def _district() -> None:
    Area.objects.create(code="310107000000", name="普陀区", kind="district")


def run(monkeypatch: pytest.MonkeyPatch, *words: str, password: str = PASSWORD) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    return cli.main(["open-admin", *words])


def test_the_first_administrator_signs_in_and_opens_accounts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "wangwei", "--name", "王伟") == 0
    said = capsys.readouterr()
    assert "普陀区" in said.out
    assert PASSWORD not in said.out + said.err
    post = Post.objects.get(account__username="wangwei")
    assert (post.role, post.area_code, post.is_current, post.account.must_change_password) == ("admin", "310107", True, False)
    client = Client()
    client.post("/accounts/login/", {"login": "wangwei", "password": PASSWORD})
    assert client.get("/access/accounts/new/").status_code == 200
    assert client.get("/people/").status_code == 403
    kinds = list(Event.objects.unscoped("test").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["account.opened", "post.given"]


def test_there_is_only_one_first(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    run(monkeypatch, "wangwei", "--name", "王伟")
    assert run(monkeypatch, "lina", "--name", "李娜") == 2
    assert "已有系统管理员 王伟" in capsys.readouterr().err
    assert not Account.objects.filter(username="lina").exists()


def test_when_nobody_can_sign_in_any_more_it_may_be_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch, "wangwei", "--name", "王伟")
    Account.objects.filter(username="wangwei").update(is_active=False)
    assert run(monkeypatch, "WangWei".lower(), "--name", "王伟") == 2, "the name is taken"
    assert run(monkeypatch, "lina", "--name", "李娜") == 0


@pytest.mark.parametrize(
    ("words", "password", "said"),
    [
        (("wangwei", "--name", "王伟"), "short", "10"),
        (("wangwei", "--name", "王伟"), "", "10"),
        (("wangwei", "--name", "王伟"), "1234567890", "常见"),
        (("wangweiwei", "--name", "王伟"), "wangweiwei", "用户名"),
        (("Wang Wei", "--name", "王伟"), PASSWORD, "小写字母"),
        (("wangwei", "--name", " "), PASSWORD, "姓名"),
        (("wangwei", "--name", "王伟", "--area", "310105"), PASSWORD, "310107"),
    ],
)
def test_what_does_not_do_is_refused_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], password: str, said: str
) -> None:
    assert run(monkeypatch, *words, password=password) == 2
    assert said in capsys.readouterr().err
    assert not Account.objects.exclude(username="system").exists()


def test_without_a_district_it_says_what_to_load(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Area.objects.all().delete()
    assert run(monkeypatch, "wangwei", "--name", "王伟") == 2
    assert "load-district" in capsys.readouterr().err


def test_on_a_terminal_it_asks_twice(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    answers = iter([PASSWORD, "another-one-entirely", PASSWORD, PASSWORD])
    monkeypatch.setattr(open_admin, "getpass", lambda prompt: next(answers))
    assert cli.main(["open-admin", "wangwei", "--name", "王伟"]) == 2
    assert "两次输入的密码不一样" in capsys.readouterr().err
    assert cli.main(["open-admin", "wangwei", "--name", "王伟"]) == 0
