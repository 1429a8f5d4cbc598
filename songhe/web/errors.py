"""Error pages: what happened, why, and what to do; with the request's number."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from songhe.kernel.screens import ANYBODY, screen


def _page(request: HttpRequest, status: int, text: str, remedy: str) -> HttpResponse:
    return render(request, "message.html", {"status": status, "message": text, "remedy": remedy}, status=status)


@screen("error.400", roles=ANYBODY, methods=("GET", "POST"))
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The request could not be understood."""
    return _page(request, 400, _("提交的内容无法识别"), _("请返回上一页，检查后重新提交。"))


@screen("error.403", roles=ANYBODY, methods=("GET", "POST"))
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The post lacks the right."""
    return _page(request, 403, _("您的岗位无权进行此操作"), _("如确需办理，请切换岗位或联系本单位管理员。"))


@screen("error.404", roles=ANYBODY, methods=("GET", "POST"))
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing there, or nothing there for this post."""
    return _page(request, 404, _("没有找到您要的内容"), _("它可能不存在，或不在您的管辖范围内。请从列表重新进入。"))


@screen("error.500", roles=ANYBODY, methods=("GET", "POST"))
def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of the programme."""
    return _page(request, 500, _("系统出错了，刚才的操作没有完成"), _("已自动记录。请稍后再试；急事请电话联系，并报上页面底部的编号。"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page had been open too long, or the form came from elsewhere."""
    return _page(request, 403, _("页面已过期，刚才的内容没有提交"), _("请返回上一页并刷新，您填写的内容仍保留在本机，刷新后可恢复。"))


def problem(status: int, title: str, **extra: Any) -> dict[str, Any]:
    """The body of an API refusal (RFC 9457)."""
    return {"type": "about:blank", "status": status, "title": title, **extra}
