"""The form of a step: the app's own fields, and the reason where the table asks for one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from songhe.kernel.process.models import Case
from songhe.kernel.process.table import Step
from songhe.kernel.registry import CaseFace


def form_for(face: CaseFace, step: Step, case: Case, post: Any, data: Any = None, files: Any = None) -> forms.Form:
    """The bound or empty form of a step. An app's form takes ``case`` and ``post`` to fill its choices."""
    own = face.forms.get(step.name)
    form: forms.Form = own(data, files, case=case, post=post) if own else forms.Form(data, files)
    if step.reason_required:
        form.fields["reason"] = forms.CharField(
            label=_("理由"), max_length=500, min_length=2, widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("申请人会看到这段话，请写明情况和依据。") if step.portal else "",
            error_messages={"required": _("请填写理由"), "min_length": _("理由太短，请写清楚")},
        )
    return form
