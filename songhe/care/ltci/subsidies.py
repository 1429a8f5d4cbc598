"""Subsidies beside the insurance 养老服务补贴、老年综合津贴: what the published tables give to whom (C5, rates only).

Nothing is paid here. What no register knows (whether she has children, the pension in figures) is
said as a condition and never guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from songhe.kernel import clock, money, policy
from songhe.kernel.access.models import Post
from songhe.kernel.because import Because
from songhe.kernel.registry import Entitled
from songhe.register.people.models import Person

from . import actions

TABLE = "subsidy.service.monthly_fen"
#: Income classes of the register → groups of the subsidy table.
GROUPS = {"dibao": "dibao", "low": "low_income", "modest": "aged80_low_pension"}
_CITY = "31"


def subsidies(person_id: UUID, post: Post) -> Sequence[Entitled]:
    """The means-tested service subsidy and the old-age allowance of a person in the post's scope."""
    person: Person | None = Person.objects.visible_to(post).filter(pk=person_id).first()
    if person is None or person.death_date is not None:
        return []
    day = clock.today()
    level = actions.facts_of([person_id], day)[person_id].level
    local = person.hukou_area_code.startswith(_CITY)
    return [service(str(person.income), person.age_on(day), level, local, day), allowance(person.age_on(day), local, day)]


def service(income: str, age: int, level: int | None, local: bool, on: date) -> Entitled:
    """The service subsidy 养老服务补贴 of one day, by level and income group."""
    def no(*reasons: Because) -> Entitled:
        return Entitled("subsidy.service", title, False, "", reasons, how)

    title, how = _("养老服务补贴"), _("向户籍地或居住地街镇社区事务受理服务中心申请，以服务形式给付，按月清零。")
    if not local:
        return no(_because("subsidy.service.hukou_required", on, _("须为本市户籍")))
    youngest = policy.value("subsidy.service.minimum_age", on=on)
    if age < int(youngest.value):
        return no(youngest.because(_("须年满 %(age)s 周岁") % {"age": youngest.value}))
    if not level or level < 0:
        return no(Because(_("没有在有效期内、照护一级及以上的统一需求评估结论"), TABLE))
    group = GROUPS.get(income)
    if group is None:
        return no(Because(_("登记的收入类别不属于低保、低收入，或 80 岁以上且收入低于企业月均养老金"), TABLE))
    if group == "aged80_low_pension":
        oldest = policy.value("subsidy.service.group_minimum_age", on=on, group=group)
        if age < int(oldest.value):
            return no(oldest.because(_("该收入类别须年满 %(age)s 周岁") % {"age": oldest.value}))
    try:
        value = policy.value(TABLE, on=on, level=level, group=group)
    except policy.UnknownPolicy as unknown:
        return no(Because(unknown.message, TABLE))
    if not value.value:
        return no(value.because(_("照护 %(level)d 级的这一收入类别不设补贴") % {"level": level}))
    amount = _("每月 %(yuan)s 元") % {"yuan": money.yuan(int(value.value))}
    return Entitled("subsidy.service", title, True, amount, [value.because(), *_addition(level, group, age, on)], how)


def _addition(level: int, group: str, age: int, on: date) -> list[Because]:
    """More for those without children or of a great age; only the age is known here."""
    try:
        more = policy.value("subsidy.service.addition_fen", on=on, level=level, group=group)
    except policy.UnknownPolicy:
        return []
    yuan = money.yuan(int(more.value))
    # Conditions are words of the table: no_children, or an age as age_90.
    words = policy.value("subsidy.service.addition_conditions", on=on).value
    ages = [int(word.removeprefix("age_")) for word in words if word.startswith("age_")]
    if ages and age >= min(ages):
        return [more.because(_("%(age)d 岁以上，每月另加 %(yuan)s 元") % {"age": min(ages), "yuan": yuan})]
    return [more.because(_("无子女的，每月另加 %(yuan)s 元（申请时核定）") % {"yuan": yuan})]


def allowance(age: int, local: bool, on: date) -> Entitled:
    """The old-age allowance 老年综合津贴 of one day, by age."""
    title, how = _("老年综合津贴"), _("凭社会保障卡（敬老卡）到任一社区事务受理服务中心申领。")
    youngest = policy.value("subsidy.oldage_allowance.minimum_age", on=on)
    if not local:
        reason = _because("subsidy.oldage_allowance.hukou_required", on, _("须为本市户籍"))
        return Entitled("subsidy.allowance", title, False, "", [reason], how)
    if age < int(youngest.value):
        reason = youngest.because(_("须年满 %(age)s 周岁") % {"age": youngest.value})
        return Entitled("subsidy.allowance", title, False, "", [reason], how)
    band = next(v for v in policy.table("subsidy.oldage_allowance_fen", on=on) if _in_band(age, str(v.where["age_band"])))
    amount = _("每月 %(yuan)s 元") % {"yuan": money.yuan(int(band.value))}
    return Entitled("subsidy.allowance", title, True, amount, [band.because(), youngest.because()], how)


def _in_band(age: int, band: str) -> bool:
    """
    >>> _in_band(100, "100+"), _in_band(69, "65-69"), _in_band(70, "65-69")
    (True, True, False)
    """
    if band.endswith("+"):
        return age >= int(band[:-1])
    low, _dash, high = band.partition("-")
    return int(low) <= age <= int(high)


def _because(key: str, day: date, text: str) -> Because:
    return policy.value(key, on=day).because(text)
