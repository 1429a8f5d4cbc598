"""Forms of the workforce register."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.errors import Refused
from songhe.kernel.identity import valid_phone
from songhe.register.sites import queries as sites
from songhe.register.sites.forms import day_field

from .models import Worker
from .rules import GRADE_CHOICES, LANGUAGES, SKILLS

CERTIFICATES = (
    "养老护理员职业技能等级证书", "长护险护理服务培训合格证", "医疗照护员证书", "健康证明", "护士执业证书", "A类评估员证书",
    "B类评估员证书", "评估员培训合格证", "医师执业证书",
)  # fmt: skip
ABSENCES = ("年假", "病假", "事假", "产假", "培训", "其他")


def grades() -> list[tuple[str, Any]]:
    """Grades of the profession, none first."""
    return [("", _("无")), *((grade, grade) for grade in GRADE_CHOICES)]


class WorkerForm(forms.Form):
    """The record of a worker."""

    organisation = forms.ChoiceField(label=_("机构"))
    name = forms.CharField(label=_("姓名"), max_length=40)
    sex = forms.ChoiceField(label=_("性别"), choices=[("f", _("女")), ("m", _("男"))], widget=forms.RadioSelect)
    phone = forms.CharField(label=_("电话"), max_length=20)
    occupation = forms.ChoiceField(label=_("岗位类别"), choices=[("", _("请选择")), *Worker.Occupation.choices])
    staff_class = forms.ChoiceField(
        label=_("长护险服务类别"), required=False, choices=[("", _("不提供上门服务")), *Worker.StaffClass.choices],
        help_text=_("决定可做的项目和计费价格"),
    )  # fmt: skip
    grade = forms.ChoiceField(label=_("职业技能等级"), required=False)
    assessor_class = forms.ChoiceField(
        label=_("评估员类别"), required=False, choices=[("", _("无")), ("A", _("A 类")), ("B", _("B 类（医师）"))]
    )
    skills = forms.MultipleChoiceField(
        label=_("技能"), required=False, choices=list(SKILLS.items()), widget=forms.CheckboxSelectMultiple
    )
    languages = forms.MultipleChoiceField(
        label=_("语言"), required=False, choices=list(LANGUAGES.items()), widget=forms.CheckboxSelectMultiple
    )
    starts = day_field(_("入职日期"))
    ends = day_field(_("离职日期"), required=False, help_text=_("这一天起不再在职"))

    def __init__(self, *args: Any, post: Post, worker: Worker | None = None, **kwargs: Any) -> None:
        if worker is not None:
            kwargs["initial"] = {name: getattr(worker, name) for name in self.base_fields if name != "organisation"}
            kwargs["initial"]["organisation"] = str(worker.organisation_id)
        super().__init__(*args, **kwargs)
        self.fields["grade"].choices = grades()  # type: ignore[attr-defined]
        if worker is not None or post.role != Role.BUREAU:
            # Moving to another employer is leaving and being registered there: the record stays whole.
            del self.fields["organisation"]
        else:
            choices = sites.organisation_choices(post.area_code)
            self.fields["organisation"].choices = [("", _("请选择")), *choices]  # type: ignore[attr-defined]
        if worker is None:
            del self.fields["ends"]
            self.fields["starts"].initial = clock.today()
        else:
            self._keep_unlisted(worker)

    def _keep_unlisted(self, worker: Worker) -> None:
        """Values that came from elsewhere stay choosable, so that saving loses none."""
        for name, now in (("skills", worker.skills), ("grade", [worker.grade]), ("languages", worker.languages)):
            field = self.fields[name]
            known = {key for key, _ in field.choices}  # type: ignore[attr-defined]
            field.choices = [*field.choices, *((v, v) for v in now if v not in known)]  # type: ignore[attr-defined]

    def clean_phone(self) -> str:
        """A mobile or a Shanghai landline in one form."""
        try:
            return valid_phone(self.cleaned_data["phone"])
        except Refused as refusal:
            raise forms.ValidationError(f"{refusal.message}{refusal.remedy}") from refusal

    def clean(self) -> dict[str, Any]:
        """What goes together."""
        values = super().clean() or {}
        occupation = values.get("occupation")
        if occupation == Worker.Occupation.ASSESSOR and not values.get("assessor_class"):
            self.add_error("assessor_class", _("评估员须选择类别"))
        if occupation == Worker.Occupation.NURSE and values.get("staff_class") not in ("", "nurse", None):
            self.add_error("staff_class", _("护士的服务类别应为执业护士"))
        if occupation != Worker.Occupation.NURSE and values.get("staff_class") == "nurse":
            self.add_error("staff_class", _("只有护士可登记为执业护士"))
        if values.get("starts") and values.get("ends") and values["ends"] <= values["starts"]:
            self.add_error("ends", _("离职日期须晚于入职日期"))
        return values

    def facts(self, post: Post) -> dict[str, Any]:
        """The values as the action takes them; a new worker with her employer."""
        values = dict(self.cleaned_data)
        chosen = values.pop("organisation", "")
        if chosen:
            values["organisation"] = sites.organisation(UUID(chosen))
        elif post.organisation_id and "ends" not in self.fields:
            values["organisation"] = sites.organisation(post.organisation_id)
        return values


class CertificateForm(forms.Form):
    """One certificate."""

    kind = forms.ChoiceField(label=_("证书"), choices=[("", _("请选择")), *((c, c) for c in CERTIFICATES)])
    number = forms.CharField(label=_("证书编号"), max_length=60)
    grade = forms.ChoiceField(label=_("等级"), required=False)
    starts = day_field(_("发证日期"))
    ends = day_field(_("有效期止"), required=False, help_text=_("含当日；长期有效的不填"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grade"].choices = grades()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The end is not before the start."""
        values = super().clean() or {}
        if values.get("starts") and values.get("ends") and values["ends"] < values["starts"]:
            self.add_error("ends", _("有效期止不能早于发证日期"))
        return values


class AbsenceForm(forms.Form):
    """An absence in whole days; the form asks for the last one."""

    kind = forms.ChoiceField(label=_("类别"), choices=[(k, k) for k in ABSENCES])
    starts = day_field(_("第一天"))
    last = day_field(_("最后一天"), help_text=_("含当日"))

    def clean(self) -> dict[str, Any]:
        """In order."""
        values = super().clean() or {}
        if values.get("starts") and values.get("last") and values["last"] < values["starts"]:
            self.add_error("last", _("最后一天不能早于第一天"))
        return values

    @property
    def ends(self) -> Any:
        """The day after the last."""
        return self.cleaned_data["last"] + timedelta(days=1)


class PurposeForm(forms.Form):
    """Why a masked field is to be seen."""

    purpose = forms.CharField(label=_("查看用途"), min_length=2, max_length=200, help_text=_("将与您的岗位一并留下记录"))
