"""What is this person entitled to 我能享受什么: the insurance, the service subsidy, the old-age allowance; each with why."""

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
from .refusals import explain

#: The columns of the subsidy table by income class of the register.
GROUPS = {"dibao": "dibao", "low": "low_income", "modest": "modest_80"}


def insurance(person_id: UUID, post: Post) -> Sequence[Entitled]:
    """Home care and institution care of the long-term care insurance."""
    day, answer = actions.in_view(person_id)
    if not answer.entitled:
        against = explain(answer.refusals, portal=post.is_portal)
        return [
            Entitled("ltci", _("长期护理保险"), False, "", [*against, *answer.because],
                     _("先申请老年照护统一需求评估；评估为照护二级至六级即可享受。"))
        ]
    hours = answer.weekly_minutes // 60
    begins = "" if day <= clock.today() else _("自 %(day)s 起，") % {"day": day}
    return [
        Entitled(
            "ltci.home", _("长护险社区居家照护"), True,
            begins + _("每周最多 %(hours)d 小时，基金支付 %(percent)d%%") % {"hours": hours, "percent": answer.home_percent},
            answer.because, _("在「长护险服务」中选择护理机构，机构上门制定照护计划。"),
        ),
        Entitled(
            "ltci.institution", _("长护险养老机构照护"), True,
            begins + _("每天 %(rate)s 元，基金支付 %(percent)d%%")
            % {"rate": money.yuan(answer.day_rate_fen), "percent": answer.institution_percent},
            answer.because, _("入住定点养老机构后由机构办理；与居家照护不能同一天享受。"),
        ),
    ]


def subsidies(person_id: UUID, post: Post) -> Sequence[Entitled]:
    """The means-tested service subsidy and the old-age allowance: rates only, nothing is paid here."""
    person: Person | None = Person.objects.visible_to(post).filter(pk=person_id).first()
    if person is None or person.death_date is not None:
        return []
    day = clock.today()
    facts = actions.facts_of([person_id], day)[person_id]
    local = person.hukou_area_code.startswith("31")
    return [_service(person, facts.level, local, day), _allowance(person, local, day)]


def _service(person: Person, level: int | None, local: bool, day: date) -> Entitled:
    title, how = _("养老服务补贴"), _("向居住地街镇社区事务受理服务中心申请，以服务形式发放。")
    if not local:
        return Entitled("subsidy.service", title, False, "", [_because("subsidy.service.hukou_required", day, _("须为本市户籍"))], how)
    if not level:
        return Entitled("subsidy.service", title, False, "", [Because(_("没有在有效期内、达到照护一级及以上的统一需求评估结论"),
                        "subsidy.service.monthly_fen")], how)
    group = GROUPS.get(str(person.income))
    if group is None:
        outside = _("登记的收入类别为「%(income)s」，不在补贴范围") % {"income": person.get_income_display()}
        return Entitled("subsidy.service", title, False, "", [Because(outside, "subsidy.service.monthly_fen")], how)
    try:
        value = policy.value("subsidy.service.monthly_fen", on=day, level=level, group=group)
    except policy.UnknownPolicy as unknown:
        return Entitled("subsidy.service", title, False, "", [Because(unknown.message, "subsidy.service.monthly_fen")], how)
    return Entitled("subsidy.service", title, True, _("每月 %(yuan)s 元") % {"yuan": money.yuan(int(value.value))}, [value.because()], how)


def _allowance(person: Person, local: bool, day: date) -> Entitled:
    title, how = _("老年综合津贴"), _("凭社会保障卡（敬老卡）到任一社区事务受理服务中心申领。")
    youngest = policy.value("subsidy.oldage_allowance.minimum_age", on=day)
    age = person.age_on(day)
    if not local or age < int(youngest.value):
        reason = youngest.because(_("须满 %(age)s 周岁") % {"age": youngest.value}) if local else Because(_("须为本市户籍"))
        return Entitled("subsidy.allowance", title, False, "", [reason], how)
    for value in policy.table("subsidy.oldage_allowance_fen", on=day):
        low, _dash, high = str(value.where.get("age_band", "")).replace("+", "-999").partition("-")
        if low.isdigit() and high.isdigit() and int(low) <= age <= int(high):
            return Entitled("subsidy.allowance", title, True, _("每月 %(yuan)s 元") % {"yuan": money.yuan(int(value.value))},
                            [value.because()], how)
    return Entitled("subsidy.allowance", title, False, "", [youngest.because()], how)


def _because(key: str, day: date, text: str) -> Because:
    return policy.value(key, on=day).because(text)
