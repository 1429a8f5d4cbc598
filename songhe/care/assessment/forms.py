"""Forms of the assessment room: the application, and what each step asks. No rule lives here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from songhe.kernel import clock, policy
from songhe.kernel.access.models import Post
from songhe.register.people.models import Person

from . import queries, rules, scheduling
from .actions import Application
from .models import Assessment

#: Papers that an application brings 申请材料.
DOCUMENTS = [
    ("id_card", _("居民身份证")),
    ("social_card", _("社会保障卡")),
    ("proxy", _("委托书及代办人身份证")),
    ("guardian", _("监护关系证明")),
    ("discharge", _("出院小结")),
    ("record", _("病历、诊断等健康资料")),
]
PRIORITIES = [
    ("", _("无")), ("severe", _("重度失能")), ("lonely", _("孤寡")), ("very_old", _("高龄")), ("retired_cadre", _("离休")),
]
WAYS = [("window", _("窗口当面送达")), ("visit", _("上门送达")), ("post", _("邮寄")), ("online", _("随申办推送"))]
_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ApplyForm(forms.Form):
    """The application 评估申请 for one person; renewal and change are offered where they apply."""

    kind = forms.ChoiceField(label=_("评估类别"), widget=forms.RadioSelect)
    applicant = forms.ChoiceField(label=_("申请人"), choices=Assessment.Applicant.choices, widget=forms.RadioSelect)
    documents = forms.MultipleChoiceField(
        label=_("已收材料"), choices=DOCUMENTS, widget=forms.CheckboxSelectMultiple, required=False
    )
    green_channel = forms.BooleanField(label=_("走绿色通道"), required=False)
    discharged_on = forms.DateField(label=_("出院日期"), required=False, widget=_DATE)
    priority = forms.ChoiceField(label=_("优先情形"), choices=PRIORITIES, required=False)
    self_paid = forms.BooleanField(
        label=_("自费评估"), required=False, help_text=_("未参加本市长期护理保险、为申请养老服务补贴等而评估的，评估费由个人全额负担。")
    )
    statement = forms.CharField(
        label=_("身体状况说明"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("状态评估必填：写明发生了什么变化。"),
    )

    def __init__(self, data: Any = None, files: Any = None, *, person: Person, post: Post, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        self.person, self.post = person, post
        facts = queries.facts([person.pk], clock.today())[person.pk]
        again = facts.last is not None
        kinds = [Assessment.Kind.FIRST, Assessment.Kind.RENEWAL, Assessment.Kind.CHANGE] if again else [Assessment.Kind.FIRST]
        self.fields["kind"].choices = [(k.value, k.label) for k in kinds]  # type: ignore[attr-defined]
        self.fields["kind"].initial = _usual_kind(facts)
        self.fields["green_channel"].help_text = _green_channel_terms(person.area_code)
        self.fields["priority"].initial = "lonely" if person.living == Person.Living.LONE else ""
        self.fields["applicant"].initial = (
            Assessment.Applicant.RELATIVE if post.role == "family" else Assessment.Applicant.SELF
        )

    def clean(self) -> dict[str, Any]:
        """A date is asked for where the green channel is."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("green_channel") and not data.get("discharged_on") and "discharged_on" not in self.errors:
            self.add_error("discharged_on", _("走绿色通道须填写出院日期"))
        if data.get("kind") == Assessment.Kind.CHANGE and not data.get("statement"):
            self.add_error("statement", _("请写明身体状况发生了什么变化"))
        return data

    def application(self) -> Application:
        """What :func:`songhe.care.assessment.actions.apply` takes."""
        data = self.cleaned_data
        return Application(
            self.person.pk, kind=data["kind"], applicant=data["applicant"],
            channel="portal" if self.post.is_portal else "window", green_channel=data["green_channel"],
            discharged_on=data["discharged_on"] if data["green_channel"] else None, priority=data["priority"],
            documents=data["documents"], self_paid=data["self_paid"], statement=data["statement"],
        )


def _green_channel_terms(area: str) -> str:
    """What the green channel asks and gives, by the policy of today."""
    terms = {
        name: policy.value(key, on=clock.today(), area=area).shown
        for name, key in {
            "paper": "assessment.green_channel.summary_months",
            "report": "assessment.deadline.green_channel_assess",
            "valid": "assessment.deadline.green_channel_validity_months",
        }.items()
    }
    return _t("近期出院、急需照护的，凭 %(paper)s以内的出院小结，%(report)s出具报告，结论有效期 %(valid)s。") % terms


def _usual_kind(facts: rules.Facts) -> str:
    """What most people in this position ask for."""
    if facts.last is None:
        return Assessment.Kind.FIRST
    return Assessment.Kind.CHANGE if facts.last.in_force(clock.today()) else Assessment.Kind.RENEWAL


class StepForm(forms.Form):
    """A form of a step: it knows its case and the post that takes it."""

    def __init__(self, data: Any = None, files: Any = None, *, case: Assessment, post: Post, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        self.case, self.post = case, post
        self.prepare()

    def prepare(self) -> None:
        """Fill choices and first values from the case."""


class AssignForm(StepForm):
    """Which agency; left open, the lightest load decides."""

    agency = forms.TypedChoiceField(label=_("评估机构"), required=False, empty_value=None, widget=forms.RadioSelect)

    def prepare(self) -> None:
        ranked = [r for r in queries.ranking(self.case, clock.today()) if r.eligible]
        best = f"（{ranked[0].agency.name}）" if ranked else ""
        self.fields["agency"].choices = [  # type: ignore[attr-defined]
            ("", _t("按负荷自动派单%(best)s") % {"best": best}),
            *((str(r.agency.id), f"{r.agency.name}：{r.reasons[0].text}") for r in ranked),
        ]
        self.fields["agency"].coerce = queries.as_uuid  # type: ignore[attr-defined]


class ScheduleForm(StepForm):
    """Day, time and team; the next free time of a complete team is proposed."""

    scheduled_at = forms.DateTimeField(
        label=_("上门时间"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": _("请填写上门时间"), "invalid": _("请按「年-月-日 时:分」填写")},
    )
    assessor_a = forms.TypedChoiceField(label=_("评估员"), coerce=queries.as_uuid)
    assessor_b = forms.TypedChoiceField(label=_("评估员（B 类）"), coerce=queries.as_uuid)

    def prepare(self) -> None:
        members = queries.assessors_of(self.case.agency_id, clock.today())
        self.fields["assessor_a"].choices = _people(members)  # type: ignore[attr-defined]
        self.fields["assessor_b"].choices = _people([m for m in members if m.assessor_class == "B"])  # type: ignore[attr-defined]
        if self.case.scheduled_at:
            self.initial = {
                "scheduled_at": self.case.scheduled_at, "assessor_a": self.case.assessor_a_id,
                "assessor_b": self.case.assessor_b_id,
            }
        elif not self.is_bound and (slots := scheduling.propose(self.case.agency_id, self.case.area_code, 1)):
            self.initial = {
                "scheduled_at": slots[0].at, "assessor_a": slots[0].a.worker_id, "assessor_b": slots[0].b.worker_id,
            }

    def clean(self) -> dict[str, Any]:
        """Two different people."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("assessor_a") and data.get("assessor_a") == data.get("assessor_b"):
            self.add_error("assessor_a", _("两名评估员不能是同一人"))
        return data


def _people(members: Sequence[rules.Member]) -> list[tuple[str, str]]:
    return [(str(m.worker_id), f"{m.name}（{m.assessor_class} 类）") for m in members]


class ReviewForm(StepForm):
    """What the panel found, and the city's official level with its number."""

    official_level = forms.TypedChoiceField(
        label=_("市系统评估结论"), coerce=int, widget=forms.RadioSelect,
        error_messages={"required": _("请选择市系统给出的评估结论")},
        help_text=_("正式等级由市统一需求评估系统给出，本平台只作登记，不推算。"),
    )
    official_number = forms.CharField(
        label=_("市系统结论编号"), max_length=60, error_messages={"required": _("请填写市系统的结论编号")}
    )
    members = forms.MultipleChoiceField(
        label=_("参加集体审核的本机构人员"), widget=forms.CheckboxSelectMultiple, required=False
    )
    others = forms.CharField(
        label=_("其他参加人"), required=False, max_length=120, help_text=_("外聘专家等，多人用顿号隔开。集体审核须三人以上。")
    )

    def prepare(self) -> None:
        self.fields["official_level"].choices = rules.level_choices()  # type: ignore[attr-defined]
        staff = queries.assessors_of(self.case.agency_id, clock.today())
        self.fields["members"].choices = [(m.name, f"{m.name}（{m.assessor_class} 类）") for m in staff]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Both lists make one panel."""
        data: dict[str, Any] = super().clean() or {}
        others = data.get("others", "")
        for mark in "，,;； ":
            others = others.replace(mark, "、")
        data["panel"] = [*data.get("members", []), *(n.strip() for n in others.split("、") if n.strip())]
        if against := rules.panel(data["panel"], clock.today(), self.case.area_code):
            self.add_error("others", against[0].text)
        return data


class DeliverForm(StepForm):
    """How the notice of the result was handed over."""

    way = forms.ChoiceField(label=_("送达方式"), choices=WAYS, widget=forms.RadioSelect, initial="window")


class ObjectionForm(forms.Form):
    """复核 or 终核: who asks, and why."""

    applicant = forms.ChoiceField(label=_("申请人"), choices=Assessment.Applicant.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("异议理由"), min_length=4, max_length=300, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写明对哪些项目、哪些事实有异议。"),
        error_messages={"required": _("请填写异议理由"), "min_length": _("理由太短，请写清楚")},
    )


STEP_FORMS: dict[str, Any] = {
    "assign": AssignForm, "reassign": AssignForm, "schedule": ScheduleForm, "reschedule": ScheduleForm,
    "review": ReviewForm, "deliver": DeliverForm,
}
