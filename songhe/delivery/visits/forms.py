"""Forms of the provider's day."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from songhe.kernel import clock

from .models import Visit
from .rostering import Candidate


class AssignForm(forms.Form):
    """Whom to send, when to begin, and why, where something speaks against her."""

    carer = forms.ChoiceField(label=_("护理员"), widget=forms.RadioSelect, error_messages={"required": _("请选择护理员")})
    start = forms.TimeField(
        label=_("开始时间"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": _("请填写开始时间"), "invalid": _("时间格式应为 09:30")},
    )
    reason = forms.CharField(
        label=_("理由"), required=False, max_length=120, help_text=_("有提示仍要派单的，请写明理由。"),
    )

    def __init__(self, data: Any = None, *, visit: Visit, candidates: list[Candidate]) -> None:
        planned = visit.planned_start.astimezone(clock.SHANGHAI)
        open_to = [c for c in candidates if not c.barred]
        best = next((str(c.worker.pk) for c in open_to if not c.objections), None)
        super().__init__(data, initial={"start": planned.time(), "carer": str(visit.carer_id or best or "")})
        self.visit = visit
        self.fields["carer"].choices = [(str(c.worker.pk), c.worker.name) for c in open_to]  # type: ignore[attr-defined]

    @property
    def carer_id(self) -> UUID:
        """The worker chosen."""
        return UUID(self.cleaned_data["carer"])

    @property
    def start_at(self) -> datetime:
        """The moment chosen, on the visit's day."""
        return datetime.combine(self.visit.day, self.cleaned_data["start"], clock.SHANGHAI)


class CancelForm(forms.Form):
    """Why a visit is cancelled."""

    reason = forms.CharField(
        label=_("取消原因"), min_length=2, max_length=200, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("长者和家属会看到。"),
        error_messages={"required": _("请填写取消原因"), "min_length": _("原因太短，请写清楚")},
    )


class MissForm(forms.Form):
    """Why nobody was served: the reason may stay open."""

    reason = forms.CharField(
        label=_("情况说明"), required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("例：敲门无人应答，电话未接。手机稍后传来签到记录的，会自动改为已完成。"),
    )
