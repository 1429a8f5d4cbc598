"""Forms of the plan editor and of the plan's steps."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from datetime import time
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from songhe.delivery import catalogue
from songhe.kernel.access.models import Post
from songhe.register.people.models import Person

from . import queries
from .actions import SlotDraft
from .models import CarePlan, Slot
from .risks import RISKS

#: From the least trained to the most: a visit is given to the first class that may do all of it.
LADDER = ("carer_health", "carer_medical", "nurse")
_PNG = "data:image/png;base64,"


class SlotForm(forms.Form):
    """One weekly visit; several weekdays at once make several visits."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("星期"), choices=list(enumerate(queries.DAYS)), coerce=int, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选择一天")},
    )
    earliest = forms.TimeField(
        label=_("最早开始"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": _("请填写最早开始时间"), "invalid": _("时间格式应为 09:30")},
    )
    latest = forms.TimeField(
        label=_("最晚开始"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("留空表示准点开始。留出余地更容易排班。"), error_messages={"invalid": _("时间格式应为 10:30")},
    )
    minutes = forms.IntegerField(
        label=_("时长（分钟）"), min_value=5, max_value=600, initial=60,
        error_messages={"required": _("请填写时长"), "invalid": _("时长应为整数分钟")},
    )
    items = forms.TypedMultipleChoiceField(
        label=_("服务项目"), coerce=int, widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(i.number, i.name) for i in catalogue.items()],
        error_messages={"required": _("请至少选择一个服务项目")},
    )
    staff_class = forms.ChoiceField(
        label=_("服务人员类别"), required=False,
        choices=lambda: [("", _("按所选项目自动确定")), *catalogue.classes().items()],
    )
    carer = forms.ChoiceField(label=_("指定护理员"), required=False)

    def __init__(self, data: Any = None, *, plan: CarePlan, slot: Slot | None = None, initial: dict[str, Any] | None = None) -> None:
        if slot is not None:
            initial = {
                "weekdays": [slot.weekday], "earliest": slot.earliest, "latest": slot.latest, "minutes": slot.minutes,
                "items": slot.items, "staff_class": slot.staff_class, "carer": str(slot.carer_id or ""),
            }
        super().__init__(data, initial=initial)
        crew = [(str(w.pk), f"{w.name}（{w.get_staff_class_display()}）") for w in queries.carers(plan.provider_id)]
        self.fields["carer"].choices = [("", _("不指定")), *crew]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The latest start follows the earliest, and the class follows the items."""
        data = super().clean() or {}
        earliest, latest = data.get("earliest"), data.get("latest")
        if earliest and latest and latest < earliest:
            self.add_error("latest", _("最晚开始时间不能早于最早开始时间"))
        if earliest and data.get("minutes") and _end(latest or earliest, data["minutes"]) > 24 * 60:
            self.add_error("minutes", _("服务须在当天结束，请提前开始或缩短时长"))
        return data

    def drafts(self) -> list[SlotDraft]:
        """The visits, one a weekday, in the order of the week."""
        d = self.cleaned_data
        return [
            SlotDraft(
                weekday=day, earliest=d["earliest"], latest=d["latest"] or d["earliest"], minutes=d["minutes"],
                items=tuple(sorted(d["items"])), staff_class=d["staff_class"] or lowest_class(d["items"]),
                carer_id=UUID(d["carer"]) if d["carer"] else None,
            )
            for day in sorted(d["weekdays"])
        ]


def _end(start: time, minutes: int) -> int:
    return start.hour * 60 + start.minute + minutes


def lowest_class(items: list[int]) -> str:
    """The least trained class that may do all of the items; a nurse where nobody may."""
    return next((c for c in LADDER if not any(catalogue.allowed(n, c) for n in items)), LADDER[-1])


class AboutForm(forms.Form):
    """Goals, risks, wishes and first day of a plan."""

    starts = forms.DateField(
        label=_("开始日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("请填写开始日期"), "invalid": _("日期格式应为 2026-12-01")},
    )
    sex_wish = forms.ChoiceField(
        label=_("护理员性别意愿"), required=False, choices=[("", _("不限")), *Person.Sex.choices]
    )
    goals = forms.CharField(
        label=_("照护目标"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("例：三个月内能扶拐在室内行走；皮肤完整无压疮。"),
    )
    risks = forms.MultipleChoiceField(
        label=_("风险提示"), required=False, choices=[(r, r) for r in RISKS], widget=forms.CheckboxSelectMultiple,
        help_text=_("护理员每次上门都会看到。"),
    )
    other_risks = forms.CharField(label=_("其他风险"), required=False, max_length=120, help_text=_("多项用顿号分开"))

    def __init__(self, data: Any = None, *, plan: CarePlan) -> None:
        known = [r for r in plan.risks if r in RISKS]
        super().__init__(
            data,
            initial={
                "starts": plan.starts, "sex_wish": plan.sex_wish, "goals": plan.goals, "risks": known,
                "other_risks": "、".join(r for r in plan.risks if r not in RISKS),
            },
        )

    def all_risks(self) -> list[str]:
        """Those chosen and those written, each once."""
        written = [r.strip() for r in self.cleaned_data["other_risks"].replace("，", "、").split("、")]
        return list(dict.fromkeys(r for r in [*self.cleaned_data["risks"], *written] if r))


class SignatureWidget(forms.Widget):
    """A pad to sign on with a finger; without scripts only the typed name counts."""

    template_name = "plans/signature_pad.html"
    needs_multipart_form = False


class SignatureField(forms.CharField):
    """A signature as PNG bytes, or nothing."""

    widget = SignatureWidget

    def to_python(self, value: Any) -> Any:
        """The bytes of the drawing."""
        text = super().to_python(value)
        if not text:
            return b""
        try:
            if not text.startswith(_PNG):
                raise ValueError
            return b64decode(text.removeprefix(_PNG), validate=True)
        except (ValueError, NotBase64):
            raise ValidationError(_("签名没有传完整，请擦除后重新签一次"), code="signature") from None


class AgreeForm(forms.Form):
    """Who agrees to the plan: elder and family in their own name, a provider for those who agreed before it."""

    def __init__(self, data: Any = None, files: Any = None, *, case: CarePlan, post: Post) -> None:
        super().__init__(data, files)
        if post.is_portal:
            self.fields["read"] = forms.BooleanField(
                label=_("我看过这份计划，同意按此服务"), error_messages={"required": _("请先勾选，再确认计划")}
            )
        else:
            self.fields["agreed_by"] = forms.CharField(
                label=_("确认人姓名"), max_length=40, initial=case.person.name, error_messages={"required": _("请填写确认人姓名")}
            )
            self.fields["relation"] = forms.ChoiceField(
                label=_("与长者关系"),
                choices=[(r, r) for r in ("本人", "配偶", "儿子", "女儿", "儿媳", "女婿", "其他亲属", "监护人")],
            )
        self.fields["signature"] = SignatureField(
            label=_("手写签名"), required=False,
            help_text=_("用手指或鼠标在框内签名；不方便签名可以不签。") if post.is_portal
            else _("请确认人在框内签名；已有纸质签字的可不签。"),
        )

    def clean(self) -> dict[str, Any]:
        """「本人」 needs no word beside the name."""
        data = super().clean() or {}
        data.pop("read", None)
        if data.get("relation") == "本人":
            data["relation"] = ""
        return data
