"""What the steps of a service relation and of a statement ask. No rule lives here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from songhe.engines.geo import haversine_metres
from songhe.kernel import clock, policy
from songhe.kernel.access.models import Post
from songhe.kernel.errors import Refused
from songhe.register.people.models import Person
from songhe.register.sites.models import Organisation

from . import actions, calendar, reviewing
from .models import Enrolment
from .refusals import catalogue

#: So many providers are offered at once, the nearest first.
OFFERED = 12


def kilometres(organisation: Organisation, person: Person) -> float | None:
    """Straight-line distance; nothing where one of the two places is not known."""
    if None in (organisation.lng, organisation.lat, person.lng, person.lat):
        return None
    here, there = (organisation.lng, organisation.lat), (person.lng, person.lat)
    return haversine_metres(here, there) / 1000  # type: ignore[arg-type]


def offered(row: Enrolment) -> list[tuple[str, str]]:
    """Contracted providers that have not declined this person, nearest first, as choices."""
    found = [o for o in actions.contracted(clock.today(), row.form) if str(o.pk) not in row.declined_by]
    ranked = sorted(found, key=lambda o: (kilometres(o, row.person) or 1e9, o.pinyin))[:OFFERED]
    return [(str(o.pk), _label(o, row.person)) for o in ranked]


def _label(organisation: Organisation, person: Person) -> str:
    far = kilometres(organisation, person)
    where = _t("约 %(km).1f 千米") % {"km": far} if far is not None else _t("距离不详")
    return f"{organisation.name}（{organisation.get_kind_display()}，{where}）"


class ChooseForm(forms.Form):
    """Choose the provider 选择护理机构."""

    provider = forms.ChoiceField(
        label=_("护理机构"), widget=forms.RadioSelect, error_messages={"required": _("请选择一家护理机构")},
        help_text=_("按与住处的直线距离由近到远排列，均为长护险定点机构。"),
    )
    bonus = forms.ChoiceField(
        label=_("居家照护激励"), choices=Enrolment.Bonus.choices, required=False,
        help_text=_("连续居家照护满一个月后享受，可选增加服务时长或现金；一次评估有效期内一般不变。"),
    )

    def __init__(self, data: Any = None, files: Any = None, *, case: Enrolment, post: Post, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        choices = offered(case)
        self.fields["provider"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            self.fields["provider"].help_text = _("目前没有可选的定点机构，请联系街镇。")
        self.fields["bonus"].initial = case.bonus
        if case.form != Enrolment.Form.HOME or not _may_have_bonus(case):
            del self.fields["bonus"]


def _may_have_bonus(row: Enrolment) -> bool:
    """Whether the level that holds, or comes, is one of those that the bonus is for."""
    day, answer = actions.in_view(row.person_id)
    return answer.level in policy.value("ltci.home.bonus.levels", on=day).value


class ChangeForm(ChooseForm):
    """Change the provider 更换机构: another one at once, or to be chosen later."""

    def __init__(self, data: Any = None, files: Any = None, *, case: Enrolment, post: Post, **kwargs: Any) -> None:
        super().__init__(data, files, case=case, post=post, **kwargs)
        field = self.fields["provider"]
        field.required = False
        field.choices = [  # type: ignore[attr-defined]
            ("", _t("以后再选")), *(pair for pair in offered(case) if pair[0] != str(case.provider_id))
        ]
        field.initial = ""
        self.fields.pop("bonus", None)


class StartForm(forms.Form):
    """Begin the service 开始服务. Home care begins with its plan; care in a home on a day that is said."""

    started_on = forms.DateField(
        label=_("机构照护开始日"), widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("不早于入住登记的日期。"), error_messages={"required": _("请填写开始日")},
    )

    def __init__(self, data: Any = None, files: Any = None, *, case: Enrolment, post: Post, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        if case.form == Enrolment.Form.HOME:
            del self.fields["started_on"]
        else:
            self.fields["started_on"].initial = clock.today()


def words(error: Refused) -> str:
    """What a rule has against it, and what to do now."""
    return f"{error.message}。{error.remedy}" if error.remedy else error.message


class ReleaseForm(forms.Form):
    """Lines that were held back are paid after they were looked into 放行."""

    lines = forms.MultipleChoiceField(
        error_messages={"required": _("请勾选要处理的明细"), "invalid_choice": _("所选明细已有变动，请刷新页面")}
    )
    reason = forms.CharField(
        label=_("核查结论"), min_length=2, max_length=200,
        error_messages={"required": _("请填写核查结论"), "min_length": _("核查结论太短，请写清楚")},
    )

    def __init__(self, data: Any = None, *, known: Sequence[str] = ()) -> None:
        super().__init__(data, auto_id=f"{type(self).__name__.removesuffix('Form').lower()}-%s")
        self.fields["lines"].choices = [(k, k) for k in known]  # type: ignore[attr-defined]


class RefuseForm(ReleaseForm):
    """Lines are refused for a reason that no record shows 审核拒付."""

    field_order = ("lines", "code", "reason")
    code = forms.ChoiceField(
        label=_("拒付理由"),
        error_messages={"required": _("请选择拒付理由"), "invalid_choice": _("请从列出的理由中选择")},
    )

    def __init__(self, data: Any = None, *, known: Sequence[str] = ()) -> None:
        super().__init__(data, known=known)
        titles = [(code, catalogue()[code].title) for code in reviewing.BY_HAND]
        self.fields["code"].choices = [("", _t("请选择")), *titles]  # type: ignore[attr-defined]


class MonthForm(forms.Form):
    """The month to be settled, or paid out. A month that still runs cannot be either."""

    month = forms.CharField(
        label=_("结算月份"), max_length=7, widget=forms.TextInput(attrs={"type": "month"}),
        error_messages={"required": _("请选择月份"), "max_length": _("月份请写作 2026-10 的样子。")},
    )

    def clean_month(self) -> date:
        """The first day of the month."""
        try:
            month = calendar.parse_month(self.cleaned_data["month"])
            calendar.require_closed(month)
        except Refused as error:
            raise forms.ValidationError(words(error)) from error
        return month
