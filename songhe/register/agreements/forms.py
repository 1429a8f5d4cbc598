"""Forms of agreements."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.register.sites import queries as sites
from songhe.register.sites.forms import day_field

from .access import KINDS
from .actions import Terms
from .models import Agreement


class AgreementForm(forms.Form):
    """A new agreement. The form asks for the last day; the register keeps the day after it."""

    kind = forms.ChoiceField(label=_("类别"))
    number = forms.CharField(label=_("协议编号"), max_length=60)
    party_a = forms.ChoiceField(label=_("甲方"))
    party_b = forms.ChoiceField(label=_("乙方"), help_text=_("提供服务的一方"))
    starts = day_field(_("生效日期"))
    last = day_field(_("最后一日"), required=False, help_text=_("含当日；未约定期限的不填"))
    content = forms.CharField(
        label=_("主要约定"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.post = post
        allowed = KINDS.get(post.role, frozenset())
        kinds = [(k.value, k.label) for k in Agreement.Kind if k in allowed]
        everybody = sites.organisation_choices(post.area_code[:6])
        own = [(key, name) for key, name in everybody if key == str(post.organisation_id)]
        first: list[Any] = [("", _("请选择"))]
        self.fields["kind"].choices = kinds if len(kinds) == 1 else [*first, *kinds]  # type: ignore[attr-defined]
        sides = {"party_a": everybody, "party_b": everybody}
        if post.role == Role.INSURER:
            sides["party_a"] = own
        elif post.role != Role.BUREAU:
            sides["party_b"] = own
        for side, choices in sides.items():
            self.fields[side].choices = choices if len(choices) == 1 else [*first, *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        values = super().clean() or {}
        if values.get("starts") and values.get("last") and values["last"] < values["starts"]:
            self.add_error("last", _("最后一日不能早于生效日期"))
        return values

    def terms(self) -> Terms:
        """As the action takes it."""
        v = self.cleaned_data
        return Terms(
            number=v["number"].strip(), kind=v["kind"], starts=v["starts"],
            party_a=sites.organisation(UUID(v["party_a"])), party_b=sites.organisation(UUID(v["party_b"])),
            ends=v["last"] + timedelta(days=1) if v["last"] else None,
            terms={"content": v["content"].strip()} if v["content"].strip() else {},
        )  # fmt: skip


class EndForm(forms.Form):
    """Ending an agreement."""

    ends = day_field(_("自何日起终止"), help_text=_("这一天起不再有效"))
    reason = forms.CharField(label=_("终止理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends"].initial = clock.today()
