"""The elder reads who looked: the street, the doctor, her daughter; not herself, and nobody else's looks."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from songhe.desk.portal.readers import SIZE
from songhe.kernel.access import reads
from songhe.kernel.access.models import Post
from songhe.simulation.cast import Cast

URL = "/my/readers/"


def test_an_elder_reads_who_looked_at_what_and_for_what(cast: Cast, sign_in: Callable[[Post], Client]) -> None:
    reads.log(cast.doctor, [cast.shen.pk], what="reveal", purpose="上门巡诊联系", fields=["phone"])
    sign_in(cast.street).get(reverse("intake:person", args=[cast.shen.pk]))
    sign_in(cast.daughter).get(reverse("portal:bill"))
    elder = sign_in(cast.elder)
    elder.get(reverse("portal:home"))
    html = elder.get(URL).content.decode()
    assert "马琳" in html
    assert "完整信息：电话" in html
    assert "上门巡诊联系" in html
    assert "周洁" in html
    assert "窗口受理" in html
    assert "陆敏" in html
    assert "费用账单" in html
    assert "沈桂芳（" not in html


def test_looks_at_others_are_not_hers(cast: Cast, sign_in: Callable[[Post], Client]) -> None:
    reads.log(cast.doctor, [cast.people["dai"].pk], what="file", purpose="巡诊")
    assert "还没有别人看过" in sign_in(cast.elder).get(URL).content.decode()


def test_a_long_record_turns_its_pages(cast: Cast, sign_in: Callable[[Post], Client]) -> None:
    for n in range(SIZE + 5):
        reads.log(cast.street, [cast.shen.pk], what="list", purpose=f"第{n}次")
    elder = sign_in(cast.elder)
    first = elder.get(URL).content.decode()
    assert first.count("look-at") == SIZE
    after = first.split('rel="next" href="')[1].split('"')[0]
    second = elder.get(URL + after).content.decode()
    assert second.count("look-at") == 5
    assert "第0次" in second
    assert "第0次" not in first


def test_a_cursor_that_was_tampered_with_leads_to_the_first_page(cast: Cast, sign_in: Callable[[Post], Client]) -> None:
    assert sign_in(cast.elder).get(URL, {"after": "x" * 40}).status_code == 200
