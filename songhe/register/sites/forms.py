"""Forms of the facility register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc

from songhe.engines.geo import gcj02_to_wgs84
from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.areas import queries as areas
from songhe.kernel.errors import Refused
from songhe.kernel.identity import valid_phone
from songhe.register.hours import WEEKDAYS, Span, format_spans, parse_spans

from . import bedding, queries
from .access import may_change
from .models import Organisation, Site

SURVEYED = "surveyed"


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A day, with the browser's own picker."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


def town_choices(post: Post, *codes: str) -> list[tuple[str, Any]]:
    """Towns of a post, and the areas that a row has already."""
    found = [(node.code, node.name) for node in areas.towns(post.area_code)]
    known = {code for code, _ in found}
    return [("", _("请选择")), *found, *((c, areas.name_of(c)) for c in codes if c and c not in known)]


class SiteForm(forms.Form):
    """Facts of a site. Fields that the post may not change are left out."""

    name = forms.CharField(label=_("名称"), max_length=120)
    kind = forms.ChoiceField(label=_("类型"), choices=Site.Kind.choices)
    area_code = forms.ChoiceField(label=_("街镇"))
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    organisation_id = forms.ChoiceField(label=_("运营机构"), required=False)
    mode = forms.ChoiceField(label=_("运营方式"), required=False, choices=[("", _("未登记")), *Site.Mode.choices])
    capacity = forms.IntegerField(
        label=_("核定容量"), required=False, min_value=0, max_value=99_999, help_text=_("床位、座位或客数，按设施类型")
    )
    starts = day_field(_("启用日期"), required=False)
    ends = day_field(_("停用日期"), required=False, help_text=_("停用当日起不再计入"))
    lng = forms.FloatField(label=_("经度"), required=False, min_value=120.8, max_value=122.3)
    lat = forms.FloatField(label=_("纬度"), required=False, min_value=30.6, max_value=31.9)
    datum = forms.ChoiceField(
        label=_("坐标来源"), required=False,
        choices=[("wgs84", _("卫星定位或测绘（WGS-84）")), ("gcj02", _("手机地图（火星坐标）"))],
        help_text=_("从手机地图上抄来的坐标会换算后保存"),
    )  # fmt: skip
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, post: Post, site: Site | None = None, **kwargs: Any) -> None:
        if site is not None:
            kwargs["initial"] = {name: getattr(site, name) for name in self.base_fields if hasattr(site, name)}
        super().__init__(*args, **kwargs)
        self.site = site
        if not may_change(post, "name"):
            for name in [n for n in self.fields if n != "datum" and not may_change(post, n)]:
                del self.fields[name]
            return
        self.fields["area_code"].choices = town_choices(post, site.area_code if site else "")  # type: ignore[attr-defined]
        own = [("", _("未登记")), *queries.organisation_choices(post.area_code)]
        self.fields["organisation_id"].choices = own  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Dates in order; a position is whole, and in the datum the register keeps."""
        values = super().clean() or {}
        if values.get("starts") and values.get("ends") and values["ends"] <= values["starts"]:
            self.add_error("ends", _("停用日期须晚于启用日期"))
        lng, lat = values.get("lng"), values.get("lat")
        if (lng is None) != (lat is None):
            self.add_error("lat" if lat is None else "lng", _("经度和纬度须一并填写"))
        return values

    def facts(self) -> dict[str, Any]:
        """The values as the action takes them."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "datum"}
        if "organisation_id" in values:
            known = {key: key for key, _ in self.fields["organisation_id"].choices}  # type: ignore[attr-defined]
            values["organisation_id"] = _uuid(known.get(values["organisation_id"]))
        moved = {"lng", "lat"} & set(self.changed_data)
        if moved and values.get("lng") is not None:
            if self.cleaned_data.get("datum") == "gcj02":
                lng, lat = gcj02_to_wgs84((values["lng"], values["lat"]))
                values["lng"], values["lat"] = round(lng, 6), round(lat, 6)
            values["position_status"] = SURVEYED
        elif moved:
            values["position_status"] = "unknown"
        return values


class HoursForm(forms.Form):
    """Opening hours of a week, one line a day."""

    def __init__(self, *args: Any, hours: dict[int, list[Span]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, name in enumerate(WEEKDAYS):
            self.fields[f"day{day}"] = forms.CharField(
                label=name, required=False, max_length=60, initial=format_spans((hours or {}).get(day, [])),
                widget=forms.TextInput(attrs={"placeholder": "08:00-17:00"}),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Every line read; the fault stands beside its day."""
        values = super().clean() or {}
        for name in list(values):
            try:
                values[name] = parse_spans(values[name])
            except ValueError as error:
                self.add_error(name, str(error))
        return values

    def week(self) -> dict[int, list[Span]]:
        """Weekday → periods."""
        return {day: self.cleaned_data[f"day{day}"] for day in range(7)}


class LicenceForm(forms.Form):
    """One licence."""

    KINDS = ("养老机构备案", "民办非企业单位登记证书", "营业执照", "食品经营许可证", "医疗机构执业许可证", "消防验收意见", "长护险定点资格")

    kind = forms.CharField(label=_("证照"), max_length=40, widget=forms.TextInput(attrs={"list": "licence-kinds"}))
    number = forms.CharField(label=_("证号"), max_length=60)
    issuer = forms.CharField(label=_("发证机关"), max_length=80, required=False)
    starts = day_field(_("有效期起"))
    ends = day_field(_("有效期止"), required=False, help_text=_("含当日；长期有效的不填"))

    def clean(self) -> dict[str, Any]:
        """The end is not before the start."""
        values = super().clean() or {}
        if values.get("starts") and values.get("ends") and values["ends"] < values["starts"]:
            self.add_error("ends", _("有效期止不能早于有效期起"))
        return values


class OrganisationForm(forms.Form):
    """Facts of an organisation."""

    name = forms.CharField(label=_("名称"), max_length=120)
    kind = forms.ChoiceField(label=_("类别"), choices=Organisation.Kind.choices)
    uscc = forms.CharField(label=_("统一社会信用代码"), max_length=18, required=False)
    area_code = forms.ChoiceField(label=_("街镇"))
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    phone = forms.CharField(label=_("电话"), max_length=30, required=False)
    is_ltci_provider = forms.BooleanField(label=_("长护险定点机构"), required=False)

    def __init__(self, *args: Any, post: Post, organisation: Organisation | None = None, **kwargs: Any) -> None:
        if organisation is not None:
            kwargs["initial"] = {name: getattr(organisation, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        codes = town_choices(post, organisation.area_code if organisation else "")
        self.fields["area_code"].choices = codes  # type: ignore[attr-defined]
        if not may_change(post, "name"):
            for name in [n for n in self.fields if n not in ("address", "phone")]:
                del self.fields[name]

    def clean_uscc(self) -> str:
        """Eighteen characters with a right check digit."""
        text = self.cleaned_data["uscc"].strip().upper()
        if text and not uscc.is_valid(text):
            raise forms.ValidationError(_("统一社会信用代码应为 18 位，且校验码须相符"))
        return str(text)

    def clean_phone(self) -> str:
        """A mobile or a Shanghai landline."""
        text = self.cleaned_data["phone"].strip()
        try:
            return valid_phone(text) if text else ""
        except Refused as refusal:
            raise forms.ValidationError(f"{refusal.message}{refusal.remedy}") from refusal


class BedsForm(forms.Form):
    """New beds of one room."""

    room = forms.CharField(label=_("房间"), max_length=20, required=False, help_text=_("不填为未分房"))
    first = forms.IntegerField(label=_("起始床号"), min_value=1, max_value=9999, initial=1)
    count = forms.IntegerField(label=_("张数"), min_value=1, max_value=500)
    starts = day_field(_("启用日期"))
    kinds = forms.MultipleChoiceField(label=_("计入类别"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = bedding.known_kinds(post)  # type: ignore[attr-defined]

    def numbers(self) -> list[str]:
        """001, 002, …"""
        first = self.cleaned_data["first"]
        return [f"{n:03d}" for n in range(first, first + self.cleaned_data["count"])]


class BedChangeForm(forms.Form):
    """What happens to the beds that were ticked."""

    act = forms.ChoiceField(
        label=_("办理"), choices=[("count", _("计入类别")), ("stop", _("不再计入类别")), ("move", _("归入房间"))]
    )
    kind = forms.ChoiceField(label=_("类别"), required=False)
    starts = day_field(_("自何日起"), required=False)
    room = forms.CharField(label=_("房间"), max_length=20, required=False)

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = bedding.known_kinds(post)  # type: ignore[attr-defined]
        self.fields["starts"].initial = clock.today()

    def clean(self) -> dict[str, Any]:
        """Each act needs its own words."""
        values = super().clean() or {}
        if values.get("act") == "move" and not values.get("room"):
            self.add_error("room", _("请填写房间"))
        if values.get("act") in ("count", "stop") and not values.get("starts") and "starts" not in self.errors:
            self.add_error("starts", _("请填写日期"))
        return values


def _uuid(text: str | None) -> Any:
    from uuid import UUID

    return UUID(text) if text else None
