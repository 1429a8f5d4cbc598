"""Sign-in: accounts are given out by an office, never opened by a visitor; their first password is changed."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.base.forms import AuthenticateForm as BaseAuthenticateForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes self-service sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: a street or an agency gives out accounts."""
        return False

    def clean_password(self, password: str, user: Any = None) -> str:
        """A password that an office chose cannot be kept by typing it again."""
        if user is not None and user.must_change_password and user.check_password(password):
            raise ValidationError(_("新密码与初始密码相同，请换一个只有您自己知道的"))
        return str(super().clean_password(password, user))

    def set_password(self, user: Any, password: str) -> None:
        """Its holder has chosen it, so nobody else knows it any more."""
        user.must_change_password = False
        super().set_password(user, password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """On to the work that the change stood before."""
        return reverse("home")

    def get_user_display(self, user: Any) -> str:
        """The name on the screen."""
        return str(user)


class AuthenticateForm(BaseAuthenticateForm):  # type: ignore[misc]
    """The second factor, with a Chinese label."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "动态验证码"
        self.fields["code"].help_text = "打开验证器应用，输入 6 位数字；手机不在身边时可输入恢复码。"
