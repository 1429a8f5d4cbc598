"""Forms of the window. No rule lives here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from songhe.kernel.access.models import Post
from songhe.kernel.areas import queries as areas
from songhe.register.people.actions import NewPerson
from songhe.register.people.models import Person

TOPICS = [
    ("ltci", _("长护险")),
    ("assessment", _("统一需求评估")),
    ("subsidy", _("养老服务补贴、津贴")),
    ("institution", _("养老机构入住")),
    ("meals", _("助餐、日间照料")),
    ("home", _("适老化改造、辅具")),
    ("other", _("其他")),
]


class RegisterForm(forms.Form):
    """A new elder file at the window; birth date and sex come from the identity number."""

    name = forms.CharField(label=_("姓名"), max_length=40, error_messages={"required": _("请填写姓名")})
    identity_number = forms.CharField(
        label=_("居民身份证号"), max_length=18, error_messages={"required": _("请填写居民身份证号")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-private": ""}),
        help_text=_("出生日期和性别由身份证号得出，不用另填。"),
    )
    phone = forms.CharField(
        label=_("电话"), max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    area_code = forms.ChoiceField(label=_("常住居村委"), error_messages={"required": _("请选择常住居村委")})
    address = forms.CharField(label=_("常住地址"), max_length=200, required=False)
    hukou_here = forms.BooleanField(label=_("户籍也在这个地址"), required=False, initial=True)
    hukou_area_code = forms.ChoiceField(label=_("户籍街镇"), required=False)
    living = forms.ChoiceField(label=_("居住情况"), choices=Person.Living.choices, widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, post: Post, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        own = areas.committees(post.area_code) or areas.towns(post.area_code)
        self.fields["area_code"].choices = [("", "—"), *((n.code, areas.name_of(n.code)) for n in own)]  # type: ignore[attr-defined]
        towns = [(n.code, n.name) for n in areas.towns(post.area_code[:6])]
        self.fields["hukou_area_code"].choices = [("", "—"), *towns]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A registered address elsewhere names its town."""
        data: dict[str, Any] = super().clean() or {}
        if not data.get("hukou_here") and not data.get("hukou_area_code"):
            self.add_error("hukou_area_code", _("户籍不在常住地址的，请选择户籍街镇"))
        return data

    def person(self) -> NewPerson:
        """What the register takes."""
        data = self.cleaned_data
        here = data["hukou_here"]
        return NewPerson(
            name=data["name"], identity_number=data["identity_number"], phone=data["phone"], area_code=data["area_code"],
            address=data["address"], living=data["living"],
            hukou_area_code=data["area_code"] if here else data["hukou_area_code"],
            hukou_address=data["address"] if here else "",
        )


class ConsultForm(forms.Form):
    """A question and what was answered."""

    topic = forms.ChoiceField(label=_("咨询事项"), choices=TOPICS, widget=forms.RadioSelect,
                              error_messages={"required": _("请选择咨询事项")})
    answer = forms.CharField(
        label=_("答复要点"), max_length=500, min_length=4, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写明告诉了对方什么、请对方做什么。长者和家属能看到。"),
        error_messages={"required": _("请填写答复要点"), "min_length": _("太短，请写清楚")},
    )
