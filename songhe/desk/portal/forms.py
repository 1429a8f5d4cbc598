"""Forms of the portal, in the words of a family. No rule lives here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from songhe.care.assessment.actions import Application
from songhe.care.assessment.forms import ApplyForm as WindowForm
from songhe.care.assessment.models import Assessment
from songhe.desk.intake.models import HelpRequest
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.register.people.models import Person

KINDS = {
    Assessment.Kind.FIRST: _("第一次申请"),
    Assessment.Kind.RENEWAL: _("结论快到期了，重新评估"),
    Assessment.Kind.CHANGE: _("身体状况变了，重新评估"),
}


class ApplyForm(WindowForm):
    """The application online: what the window asks, without what only the window knows."""

    def __init__(self, data: Any = None, files: Any = None, *, person: Person, post: Post, **kwargs: Any) -> None:
        super().__init__(data, files, person=person, post=post, **kwargs)
        for name in ("documents", "priority", "applicant"):
            del self.fields[name]
        kind = self.fields["kind"]
        kind.choices = [(value, KINDS.get(value, label)) for value, label in kind.choices]  # type: ignore[attr-defined]
        kind.label = _("这次申请是")
        if len(kind.choices) == 1:  # type: ignore[attr-defined]
            kind.widget, kind.required, kind.initial = forms.HiddenInput(), False, kind.choices[0][0]  # type: ignore[attr-defined]
        self.fields["green_channel"].label = _("刚出院，急着要人照护（绿色通道）")
        self.fields["self_paid"].label = _("没有参加上海医保，自己付评估费")
        self.fields["self_paid"].help_text = ""
        self.fields["statement"].label = _("身体怎么样，哪些事自己做不了")
        self.fields["statement"].help_text = _("比如：走路要扶，洗澡要人帮。不写也可以。身体变了重新评估的，必须写。")

    def clean(self) -> dict[str, Any]:
        """The only kind there is needs no choosing."""
        kind = self.fields["kind"]
        if not self.data.get("kind") and len(kind.choices) == 1:  # type: ignore[attr-defined]
            self.cleaned_data["kind"] = kind.choices[0][0]  # type: ignore[attr-defined]
        return super().clean()

    def application(self) -> Application:
        """What the assessment room takes."""
        data = self.cleaned_data
        own = self.post.role == Role.ELDER
        return Application(
            self.person.pk, kind=data["kind"],
            applicant=Assessment.Applicant.SELF if own else Assessment.Applicant.RELATIVE, channel="portal",
            green_channel=data["green_channel"], discharged_on=data["discharged_on"] if data["green_channel"] else None,
            priority="lonely" if self.person.living == Person.Living.LONE else "", self_paid=data["self_paid"],
            statement=data["statement"],
        )


class HelpForm(forms.Form):
    """What one wants to ask, and where to ring back."""

    topic = forms.ChoiceField(
        label=_("想问什么"), choices=HelpRequest.Topic.choices, widget=forms.RadioSelect, initial=HelpRequest.Topic.OTHER
    )
    phone = forms.CharField(
        label=_("打哪个电话找您"), max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"}),
        help_text=_("不填就打档案里的电话。"),
    )
    words = forms.CharField(
        label=_("还想说什么"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class CancelForm(forms.Form):
    """Why a visit is cancelled."""

    reason = forms.CharField(
        label=_("为什么取消"), max_length=200, min_length=2, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("护理机构会看到。比如：去医院看病、家里有人照顾。"),
        error_messages={"required": _("请写一下取消的原因"), "min_length": _("请写一下取消的原因")},
    )
