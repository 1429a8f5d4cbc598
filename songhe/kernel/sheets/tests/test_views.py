"""The upload pages, from the choice of a table to the result."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from songhe.kernel.access.models import Account, Post
from songhe.kernel.access.roles import Role
from songhe.kernel.jobs.models import JobRun
from songhe.kernel.sheets import views
from songhe.kernel.sheets.models import ImportBatch

from .conftest import NUMBER, csv_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("accounts")]
Enter = Callable[[Post], Client]
GOOD = csv_of(["li", "李芸", NUMBER, "13812345678"])
BAD = csv_of(["li", "李芸", NUMBER], ["chen", "", "310199194901010013x", "", "三月", "", "", "1.234"])


@pytest.fixture
def client_of(post: Post, sign_in: Enter) -> Client:
    return sign_in(post)


def upload(client: Client, data: bytes, name: str = "人员.csv") -> Any:
    file = SimpleUploadedFile(name, data)
    return client.post(reverse("sheets:upload", args=["accounts"]), {"file": file}, follow=True)


def only() -> ImportBatch:
    return ImportBatch.objects.unscoped("a test").get()  # type: ignore[no-any-return]


def test_the_start_offers_the_posts_tables_and_its_files(client_of: Client) -> None:
    upload(client_of, GOOD)
    page = client_of.get(reverse("sheets:list")).content.decode()
    for said in (
        "账号登记",
        "为新到岗人员建立账号。",
        reverse("sheets:template", args=["accounts"]),
        "人员.csv",
        "待确认",
    ):
        assert said in page


def test_a_good_file_is_checked_shown_shortened_and_imported_on_confirmation(client_of: Client) -> None:
    page = upload(client_of, GOOD).content.decode()
    assert "核对无误" in page
    assert "310199********" in page
    assert NUMBER not in page
    assert "13812345678" not in page
    assert not Account.objects.filter(username="li").exists()
    page = client_of.post(reverse("sheets:commit", args=[only().pk]), follow=True).content.decode()
    assert "1 行已于" in page
    assert "新建账号" in page
    assert Account.objects.filter(username="li").exists()


def test_confirming_twice_shows_the_same_result(client_of: Client) -> None:
    upload(client_of, GOOD)
    address = reverse("sheets:commit", args=[only().pk])
    client_of.post(address)
    assert "全部导入" in client_of.post(address, follow=True).content.decode()


def test_faults_are_listed_by_row_and_column_and_the_file_cannot_be_confirmed(client_of: Client) -> None:
    page = upload(client_of, BAD).content.decode()
    for said in (
        "2 行中有 1 行有错",
        "必填，不能为空。",
        "身份证号应为 18 位",
        "应为日期",
        "至多两位小数",
        "下载标红的文件",
    ):
        assert said in page
    assert "310199194901010013x" not in page
    assert reverse("sheets:commit", args=[only().pk]) not in page
    page = client_of.post(reverse("sheets:commit", args=[only().pk]), follow=True).content.decode()
    assert "有 1 行有错，没有导入" in page
    assert not Account.objects.filter(username="li").exists()


def test_the_corrected_file_is_mended_and_uploaded_again(client_of: Client) -> None:
    upload(client_of, BAD)
    response = client_of.get(reverse("sheets:corrected", args=[only().pk]))
    assert "filename" in response["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    sheet = book["数据"]
    assert "必填" in sheet["I3"].value
    sheet["B3"], sheet["C3"], sheet["E3"], sheet["H3"] = "陈敏", None, None, 1.2
    out = io.BytesIO()
    book.save(out)
    assert "核对无误" in upload(client_of, out.getvalue(), "改好.xlsx").content.decode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7", "文件不是可读取的表格"),
        (csv_of(["a"], head=["登录名"]), "缺少必填的列：“姓名”"),
        (csv_of(["a"], head=["甲", "乙"]), "不是本表的表头"),
        (csv_of(), "只有表头，没有数据行"),
        (b"", "文件是空的"),
    ],
)
def test_a_wrong_file_is_refused_on_the_same_page_with_what_to_do(
    client_of: Client, data: bytes, said: str
) -> None:
    response = upload(client_of, data)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert "模板" in response.content.decode()


def test_no_file_at_all_says_choose_one(client_of: Client) -> None:
    response = client_of.post(reverse("sheets:upload", args=["accounts"]))
    assert response.status_code == 422
    assert "请先选择文件" in response.content.decode()


def test_the_template_is_served_under_its_chinese_name(client_of: Client) -> None:
    response = client_of.get(reverse("sheets:template", args=["accounts"]))
    assert "filename*=utf-8''%E8%B4%A6%E5%8F%B7" in response["Content-Disposition"]
    assert "数据" in openpyxl.load_workbook(io.BytesIO(response.content)).sheetnames


def test_a_discarded_file_says_so(client_of: Client) -> None:
    upload(client_of, GOOD)
    page = client_of.post(reverse("sheets:discard", args=[only().pk]), follow=True).content.decode()
    assert "已作废“人员.csv”" in page
    assert "没有导入任何数据" in client_of.get(reverse("sheets:batch", args=[only().pk])).content.decode()


def test_a_large_file_is_checked_and_imported_beside_the_page(
    client_of: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "AT_ONCE", 0)
    assert "核对无误" in upload(client_of, GOOD).content.decode()
    page = client_of.post(reverse("sheets:commit", args=[only().pk]), follow=True).content.decode()
    assert "全部导入" in page
    kinds = JobRun.objects.unscoped("a test").order_by("id").values_list("kind", "state")
    assert list(kinds) == [("sheets.check", "done"), ("sheets.commit", "done")]


def test_while_the_job_waits_the_page_shows_progress_and_no_confirmation(
    client_of: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(views, "AT_ONCE", 0)
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    page = upload(client_of, GOOD).content.decode()
    run = JobRun.objects.unscoped("a test").get()
    assert reverse("jobs:progress", args=[run.pk]) in page
    assert "核对导入文件：人员.csv" in page
    assert reverse("sheets:commit", args=[only().pk]) not in page
    client_of.post(reverse("jobs:cancel", args=[run.pk]))
    page = client_of.get(reverse("sheets:batch", args=[only().pk])).content.decode()
    assert "重新核对" in page


def test_a_neighbours_file_is_not_found_on_any_page(
    client_of: Client, sign_in: Enter, make_post: Callable[..., Post]
) -> None:
    upload(client_of, BAD)
    neighbour = sign_in(make_post("li2"))
    pk = only().pk
    for name in ("batch", "corrected"):
        assert neighbour.get(reverse(f"sheets:{name}", args=[pk])).status_code == 404
    for name in ("commit", "discard", "check"):
        assert neighbour.post(reverse(f"sheets:{name}", args=[pk])).status_code == 404
    assert "人员.csv" not in neighbour.get(reverse("sheets:list")).content.decode()
    assert only().state == "checked"


def test_a_role_without_the_table_may_neither_see_nor_use_it(
    sign_in: Enter, make_post: Callable[..., Post]
) -> None:
    client = sign_in(make_post("carer", Role.CARER))
    assert "账号登记" not in client.get(reverse("sheets:list")).content.decode()
    assert client.get(reverse("sheets:upload", args=["accounts"])).status_code == 403
    assert client.get(reverse("sheets:template", args=["accounts"])).status_code == 403
    assert upload(client, GOOD).status_code == 403
    assert client.get(reverse("sheets:upload", args=["nothing"])).status_code == 404
    for role in (Role.ADMIN, Role.ELDER):
        assert sign_in(make_post(role, role)).get(reverse("sheets:list")).status_code == 403
