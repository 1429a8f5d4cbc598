"""Sign-in: accounts are given out by an office, never opened by a visitor."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.base.forms import AuthenticateForm as BaseAuthenticateForm
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes self-service sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: a street or an agency gives out accounts."""
        return False

    def get_user_display(self, user: Any) -> str:
        """The name on the screen."""
        return str(user)


class AuthenticateForm(BaseAuthenticateForm):  # type: ignore[misc]
    """The second factor, with a Chinese label."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "动态验证码"
        self.fields["code"].help_text = "打开验证器应用，输入 6 位数字；手机不在身边时可输入恢复码。"
