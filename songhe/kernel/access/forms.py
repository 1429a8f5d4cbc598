"""Forms for accounts and posts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from songhe.kernel.areas import queries as areas
from songhe.kernel.registry import Listed, directories

from . import actions
from .models import Account, Post

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AccountForm(forms.Form):
    """A new account."""

    username = forms.CharField(
        label=_("用户名"), max_length=64, min_length=3, help_text=_("登录用，小写字母、数字、点和连字符"),
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9.\-]*$", _("只能用小写字母、数字、点和连字符，以字母或数字开头"))],
    )  # fmt: skip
    name = forms.CharField(label=_("姓名"), max_length=64, help_text=_("工作人员本人姓名，会出现在办理和查阅记录中"))


class PostForm(forms.Form):
    """A post for an account."""

    role = forms.ChoiceField(label=_("角色"), choices=[("", _("请选择")), *((r.value, r.label) for r in actions.GIVEN)])
    title = forms.CharField(label=_("岗位名称"), max_length=100, help_text=_("例如：曹杨新村街道受理窗口"))
    organisation = forms.ChoiceField(label=_("所在单位"), required=False, help_text=_("护理员、护士、评估员以从业人员登记的单位为准"))
    holder = forms.ChoiceField(label=_("对应的从业人员"), required=False, help_text=_("护理员、护士、评估员必选；按账号姓名查找"))
    area_code = forms.ChoiceField(label=_("管辖区域"), help_text=_("岗位只能看到该区域内的数据"))
    starts = forms.DateField(label=_("任职起"), required=False, widget=_DAY, help_text=_("不填即今天"))
    last = forms.DateField(label=_("任职止"), required=False, widget=_DAY, help_text=_("最后一个有效日，不填即长期"))

    def __init__(self, *args: Any, account: Account, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = _listed("organisations", "")
        self.workers = _listed("workers", account.name)
        district = post.area_code[:6]
        places = [(district, areas.name_of(district)), *((n.code[:9], n.name) for n in areas.towns(post.area_code))]
        for name, choices in (
            ("organisation", [("", _t("无")), *((k, v.label) for k, v in self.organisations.items())]),
            ("holder", [("", _t("无")), *((k, v.label) for k, v in self.workers.items())]),
            ("area_code", [("", _t("请选择")), *(place for place in places if place[0].startswith(post.area_code))]),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def new(self) -> actions.NewPost:
        """What :func:`actions.give_post` takes; a worker's post is in the worker's organisation."""
        data = self.cleaned_data
        last: date | None = data["last"]
        worker = self.workers.get(data["holder"]) if data["role"] in actions.WORKERS else None
        place = worker or self.organisations.get(data["organisation"])
        return actions.NewPost(
            role=data["role"], title=data["title"], area_code=data["area_code"],
            organisation_id=place.organisation_id if place else None,
            organisation_name=place.organisation_name if place else "",
            holder_id=UUID(data["holder"]) if worker else None,
            starts=data["starts"], ends=last + timedelta(days=1) if last else None,
        )  # fmt: skip


def _listed(directory: str, asked: str) -> dict[str, Listed]:
    if directory not in directories:
        return {}
    return {str(entry.id): entry for entry in directories.get(directory)(asked)}


class ReasonForm(forms.Form):
    """Only why."""

    reason = forms.CharField(label=_("理由"), min_length=2, max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
