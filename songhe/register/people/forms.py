"""Forms of the elder file. Each turns what was typed into what an action takes; no rule lives here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from songhe.kernel import clock
from songhe.kernel.access import rights
from songhe.kernel.access.consent import PURPOSES
from songhe.kernel.access.models import Post
from songhe.kernel.areas import queries as areas
from songhe.register.sites.models import Organisation

from . import actions
from .models import Cover, Person, Relative, Stay
from .rules import HUKOU_OUTSIDE

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
RELATIONS = ("配偶", "儿子", "女儿", "儿媳或女婿", "孙辈", "兄弟姐妹", "侄甥", "其他亲属", "监护人", "朋友邻居")
CHANNELS = (("window", _("窗口当面")), ("home", _("上门")), ("paper", _("书面材料")))
#: What somebody may want to see a whole number or address for.
PURPOSES_OF_REVEAL = (
    _("办理业务时核对身份"),
    _("上门或约访前联系"),
    _("突发情况紧急联系"),
    _("回复本人或家属来电"),
    _("核查服务与费用"),
)
_BLANK = [("", _("请选择"))]
Choices = Sequence[tuple[str, Any]]


def home_choices(prefix: str) -> list[tuple[str, Any]]:
    """Towns under a prefix with their committees, for a select; a town itself where the committee is unknown."""
    found: list[tuple[str, Any]] = [("", _t("请选择"))]
    committees = areas.committees(prefix)
    for town in areas.towns(prefix):
        under = [(c.code, c.name) for c in committees if c.code.startswith(town.code[:9])]
        found.append((town.name, [*under, (town.code, _t("居村委不详"))]))
    return found


def hukou_choices(prefix: str) -> list[tuple[str, Any]]:
    """As :func:`home_choices` for the whole district, and the world outside it."""
    outside = [(code, _t(name)) for code, name in HUKOU_OUTSIDE.items()]
    return [*home_choices(prefix[:6]), (_t("区外"), outside)]


class PersonForm(forms.Form):
    """A new file. Birth date and sex are read from the identity number."""

    identity_number = forms.CharField(
        label=_("居民身份证号"), max_length=24, help_text=_("18 位；出生日期和性别由此自动填写"),
        widget=forms.TextInput(
            attrs={
                "hx-post": reverse_lazy("people:identity"), "hx-trigger": "change", "hx-target": "#identity-says",
                "autocomplete": "off", "data-private": "", "inputmode": "text",
            }
        ),
    )  # fmt: skip
    name = forms.CharField(label=_("姓名"), max_length=40, help_text=_("与身份证一致"))
    phone = forms.CharField(label=_("电话"), max_length=24, required=False, help_text=_("手机，或 021 加 8 位固定电话"))
    area_code = forms.ChoiceField(label=_("常住居村委"), help_text=_("实际居住的地方"))
    address = forms.CharField(label=_("常住地址"), max_length=120, required=False, help_text=_("路、弄、号、室"))
    hukou_area_code = forms.ChoiceField(label=_("户籍居村委"), required=False, help_text=_("不选即与常住地相同"))
    hukou_address = forms.CharField(label=_("户籍地址"), max_length=120, required=False)
    living = forms.ChoiceField(label=_("居住情况"), choices=[*_BLANK, *Person.Living.choices])
    income = forms.ChoiceField(label=_("收入类别"), choices=Person.Income.choices, initial=Person.Income.GENERAL)
    language = forms.ChoiceField(label=_("语言"), choices=Person.Language.choices, initial=Person.Language.MANDARIN)
    sex_wish = forms.ChoiceField(label=_("护理员性别意愿"), required=False, choices=[("", _("不限")), *Person.Sex.choices])
    marital = forms.ChoiceField(label=_("婚姻状况"), required=False, choices=[("", _("未填")), *Person.Marital.choices])
    education = forms.ChoiceField(
        label=_("文化程度"), required=False, choices=[("", _("未填")), *Person.Education.choices]
    )
    remark = forms.CharField(label=_("备注"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area_code"].choices = home_choices(post.area_code)  # type: ignore[attr-defined]
        self.fields["hukou_area_code"].choices = hukou_choices(post.area_code)  # type: ignore[attr-defined]
        if post.role == "street":
            # Who is registered in the street may live anywhere in the district.
            self.fields["area_code"].choices = home_choices(post.area_code[:6])  # type: ignore[attr-defined]

    def new(self) -> actions.NewPerson:
        """What :func:`actions.register` takes."""
        return actions.NewPerson(**self.cleaned_data)


class CorrectForm(forms.Form):
    """Corrections. Masked fields come empty: what is left empty stays as it is."""

    name = forms.CharField(label=_("姓名"), max_length=40)
    identity_number = forms.CharField(label=_("居民身份证号"), max_length=24, required=False)
    phone = forms.CharField(label=_("电话"), max_length=24, required=False)
    living = forms.ChoiceField(label=_("居住情况"), choices=Person.Living.choices)
    income = forms.ChoiceField(label=_("收入类别"), choices=Person.Income.choices)
    language = forms.ChoiceField(label=_("语言"), choices=Person.Language.choices)
    sex_wish = forms.ChoiceField(label=_("护理员性别意愿"), required=False, choices=[("", _("不限")), *Person.Sex.choices])
    marital = forms.ChoiceField(label=_("婚姻状况"), required=False, choices=[("", _("未填")), *Person.Marital.choices])
    education = forms.ChoiceField(
        label=_("文化程度"), required=False, choices=[("", _("未填")), *Person.Education.choices]
    )
    remark = forms.CharField(label=_("备注"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    reason = forms.CharField(
        label=_("更正理由"), max_length=200, help_text=_("例如：与身份证原件核对，姓名录入有误。请勿写入证件号等个人信息。")
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    MASKED = ("identity_number", "phone")
    PLAIN = ("name", "living", "income", "language", "sex_wish", "marital", "education", "remark")

    def __init__(self, *args: Any, person: Person, post: Post, **kwargs: Any) -> None:
        initial = {name: getattr(person, name) for name in self.PLAIN}
        kwargs["initial"] = {**initial, "seen": person.updated_at.isoformat()}
        super().__init__(*args, **kwargs)
        for name in self.MASKED:
            field = self.fields[name]
            now = rights.shown(person, name, post)
            field.help_text = _t("现为 %(now)s；不改请留空") % {"now": now} if now else _t("尚未登记")
            field.widget.attrs |= {"autocomplete": "off", "data-private": ""}

    def changes(self) -> dict[str, Any]:
        """What :func:`actions.correct` takes."""
        given = {name: self.cleaned_data[name] for name in self.PLAIN}
        return given | {name: self.cleaned_data[name] for name in self.MASKED if self.cleaned_data[name]}

    def seen_at(self) -> datetime | None:
        """When the file that the clerk had before her was last changed."""
        try:
            return datetime.fromisoformat(self.cleaned_data["seen"])
        except ValueError:
            return None


class MoveForm(forms.Form):
    """A new address: where she lives, where she is registered, or both."""

    area_code = forms.ChoiceField(label=_("新的常住居村委"), required=False, help_text=_("常住地不变请留空"))
    address = forms.CharField(label=_("新的常住地址"), max_length=120, required=False)
    hukou_area_code = forms.ChoiceField(label=_("新的户籍居村委"), required=False, help_text=_("户籍不变请留空"))
    hukou_address = forms.CharField(label=_("新的户籍地址"), max_length=120, required=False)
    reason = forms.CharField(label=_("变更理由"), max_length=200, help_text=_("例如：随子女居住。"))

    def __init__(self, *args: Any, person: Person, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everywhere = hukou_choices(post.area_code)
        self.fields["area_code"].choices = everywhere[:-1]  # type: ignore[attr-defined]
        self.fields["hukou_area_code"].choices = everywhere  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """At least one of the two, each address with its area."""
        data: dict[str, Any] = super().clean() or {}
        for area, address in (("area_code", "address"), ("hukou_area_code", "hukou_address")):
            if data.get(address) and not data.get(area):
                self.add_error(area, _t("填写了地址，请同时选择居村委"))
        if not data.get("area_code") and not data.get("hukou_area_code") and not self.errors:
            self.add_error("area_code", _t("请至少填写新的常住地或新的户籍地"))
        return data

    def home(self) -> actions.Home | None:
        """The new residence, if it changes."""
        data = self.cleaned_data
        return actions.Home(data["area_code"], data["address"]) if data["area_code"] else None

    def hukou(self) -> actions.Home | None:
        """The new registration, if it changes."""
        data = self.cleaned_data
        return actions.Home(data["hukou_area_code"], data["hukou_address"]) if data["hukou_area_code"] else None


class ReasonForm(forms.Form):
    """Only why."""

    reason = forms.CharField(label=_("理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, person: Person, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class RelativeForm(forms.Form):
    """A relative or guardian and her rights."""

    name = forms.CharField(label=_("姓名"), max_length=40)
    relation = forms.ChoiceField(label=_("与长者的关系"), choices=[*_BLANK, *((r, _(r)) for r in RELATIONS)])
    phone = forms.CharField(label=_("电话"), max_length=24, required=False)
    lives_with = forms.BooleanField(label=_("与长者同住"), required=False)
    is_emergency = forms.BooleanField(label=_("紧急联系人"), required=False)
    is_guardian = forms.BooleanField(
        label=_("监护人"), required=False, help_text=_("须有监护关系证明，或长者本人指定的意定监护协议。")
    )
    may_view = forms.BooleanField(
        label=_("可查看长者的办理进度、服务和费用"), required=False, help_text=_("另须登记长者同意，撤回同意即不能再看。")
    )
    may_act = forms.BooleanField(label=_("可代长者申请、确认和签字"), required=False, help_text=_("另须登记长者同意。"))
    position = forms.IntegerField(label=_("联系顺序"), min_value=1, max_value=20, initial=1)

    def __init__(
        self, *args: Any, person: Person, post: Post, relative: Relative | None = None, **kwargs: Any
    ) -> None:
        if relative is not None:
            names = [n for n in self.base_fields if n != "phone"]
            kwargs["initial"] = {n: getattr(relative, n) for n in names}
        super().__init__(*args, **kwargs)
        if relative is not None and relative.relation not in RELATIONS:
            self.fields["relation"].choices += [(relative.relation, relative.relation)]  # type: ignore[attr-defined]
        if relative is not None and relative.phone:
            now = rights.shown(relative, "phone", post)
            self.fields["phone"].help_text = _t("现为 %(now)s；不改请留空") % {"now": now}


class ConsentForm(forms.Form):
    """A consent: for what, to whom, how long, given by whom."""

    purpose = forms.ChoiceField(label=_("用途"), choices=[(k, _(v)) for k, v in PURPOSES.items()], widget=forms.RadioSelect)
    recipient = forms.ChoiceField(label=_("提供给"))
    given_by = forms.CharField(label=_("同意人"), max_length=80, help_text=_("长者本人；本人不能表达时为监护人"))
    channel = forms.ChoiceField(label=_("同意方式"), choices=CHANNELS)
    ends = forms.DateField(label=_("有效期至"), required=False, widget=DAY, help_text=_("不填即长期有效，可随时撤回"))

    def __init__(self, *args: Any, person: Person, post: Post, **kwargs: Any) -> None:
        kwargs["initial"] = {"given_by": person.name}
        super().__init__(*args, **kwargs)
        self.family = {
            f"relative:{r.pk}": f"{r.name}（{r.relation}）"
            for r in Relative.objects.visible_to(post).filter(person=person)
        }
        offices = Organisation.objects.filter(ends__isnull=True).exclude(kind__in=("office", "merchant"))
        self.bodies = {f"organisation:{pk}": name for pk, name in offices.order_by("pinyin").values_list("pk", "name")}
        self.fields["recipient"].choices = [  # type: ignore[attr-defined]
            ("", _t("请选择")), (_t("家属"), list(self.family.items())), (_t("机构"), list(self.bodies.items())),
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Family purposes go to family, the others to organisations."""
        data: dict[str, Any] = super().clean() or {}
        purpose, recipient = data.get("purpose", ""), data.get("recipient", "")
        if purpose and recipient and purpose.startswith("family_") != recipient.startswith("relative:"):
            wanted = _t("家属") if purpose.startswith("family_") else _t("机构")
            self.add_error("recipient", _t("这项用途只能提供给%(who)s，请重新选择") % {"who": wanted})
        return data

    def new(self, person: Person) -> actions.NewConsent:
        """What :func:`actions.give_consents` takes."""
        data = self.cleaned_data
        recipient = data["recipient"]
        last: date | None = data["ends"]
        return actions.NewConsent(
            person_id=person.pk, purpose=data["purpose"], recipient_id=UUID(recipient.partition(":")[2]),
            recipient_name={**self.family, **self.bodies}[recipient], given_by=data["given_by"],
            channel=data["channel"],
            # The last day on the paper is included; the interval ends with the first day after it.
            ends=last + timedelta(days=1) if last else None,
        )  # fmt: skip


class StayForm(forms.Form):
    """A hospital stay, a move into a home, a time away."""

    kind = forms.ChoiceField(label=_("类别"), choices=Stay.Kind.choices, widget=forms.RadioSelect)
    organisation_name = forms.CharField(label=_("医院或机构"), max_length=120, required=False, help_text=_("暂离本市可不填"))
    starts = forms.DateTimeField(label=_("开始时间"), widget=MOMENT)
    ends = forms.DateTimeField(label=_("结束时间"), required=False, widget=MOMENT, help_text=_("尚未出院或返回请留空"))

    def __init__(self, *args: Any, person: Person, post: Post, **kwargs: Any) -> None:
        kwargs["initial"] = {"kind": "hospital", "starts": clock.now()}
        super().__init__(*args, **kwargs)

    def new(self, person: Person) -> actions.NewStay:
        """What :func:`actions.open_stays` takes."""
        return actions.NewStay(person_id=person.pk, **self.cleaned_data)


class StayEndForm(forms.Form):
    """The end of a stay."""

    ends = forms.DateTimeField(label=_("结束时间"), widget=MOMENT)

    def __init__(self, *args: Any, person: Person, post: Post, **kwargs: Any) -> None:
        kwargs["initial"] = {"ends": clock.now()}
        super().__init__(*args, **kwargs)


class CoverForm(forms.Form):
    """A period of health insurance."""

    kind = forms.ChoiceField(label=_("险种"), choices=Cover.Kind.choices)
    starts = forms.DateField(label=_("参保起"), widget=DAY)
    last = forms.DateField(label=_("参保止"), required=False, widget=DAY, help_text=_("仍在参保请留空"))
    pension_claimed = forms.BooleanField(label=_("已办理按月领取养老金"), required=False, initial=True)

    def __init__(self, *args: Any, person: Person, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def new(self, person: Person) -> actions.NewCover:
        """What :func:`actions.open_covers` takes."""
        data = self.cleaned_data
        ends = data["last"] + timedelta(days=1) if data["last"] else None
        return actions.NewCover(person.pk, data["kind"], data["starts"], ends, data["pension_claimed"])


class CoverEndForm(forms.Form):
    """The last day of a period of health insurance."""

    last = forms.DateField(label=_("参保止"), widget=DAY, help_text=_("最后一个有效日"))

    def __init__(self, *args: Any, person: Person, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def first_day_without(self) -> date:
        """The end of the interval: the day after the last day of cover."""
        return self.cleaned_data["last"] + timedelta(days=1)  # type: ignore[no-any-return]


class DeathForm(forms.Form):
    """A death, with the paper that proves it."""

    death_date = forms.DateField(label=_("死亡日期"), widget=DAY, help_text=_("按死亡证明填写"))
    reason = forms.CharField(label=_("依据"), max_length=200, help_text=_("例如：居民死亡医学证明、家属报告。"))
    sure = forms.BooleanField(label=_("已核对：登记后，等级、参保和服务安排即行终止"))

    def __init__(self, *args: Any, person: Person, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class RevealForm(forms.Form):
    """What the whole value is wanted for."""

    purpose = forms.ChoiceField(
        label=_("查看用途"), widget=forms.RadioSelect,
        choices=[*((str(i), p) for i, p in enumerate(PURPOSES_OF_REVEAL)), ("other", _("其他（请写明）"))],
    )  # fmt: skip
    detail = forms.CharField(label=_("补充说明"), max_length=160, required=False)

    def clean(self) -> dict[str, Any]:
        """Another purpose than the usual ones is written out."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("purpose") == "other" and len(data.get("detail", "").strip()) < 2:
            self.add_error("detail", _t("请写明查看用途"))
        return data

    def in_words(self) -> str:
        """The purpose as the elder reads it."""
        chosen, detail = self.cleaned_data["purpose"], self.cleaned_data["detail"].strip()
        usual = "" if chosen == "other" else str(PURPOSES_OF_REVEAL[int(chosen)])
        return "：".join(filter(None, (usual, detail)))
