"""What is this person entitled to 我能享受什么: the insurance, its bonus; each with why and how to get it."""

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

from . import actions, entitlement, gathering
from .facts import home_care_since
from .models import Enrolment
from .refusals import explain


def insurance(person_id: UUID, post: Post) -> Sequence[Entitled]:
    """Home care, care in a home, and the bonus of the long-term care insurance; nothing outside the post's scope."""
    if not Person.objects.visible_to(post).filter(pk=person_id).exists():
        return []
    day, answer = actions.in_view(person_id)
    if not answer.entitled:
        against = explain(answer.refusals, portal=post.is_portal)
        return [Entitled("ltci", _("长期护理保险"), False, "", [*against, *answer.because], _remedy(answer.refusals))]
    begins = "" if day <= clock.today() else _("自 %(day)s 起，") % {"day": day}
    return [
        Entitled(
            "ltci.home", _("长护险社区居家照护"), True,
            begins + _("每周最多 %(hours)d 小时，基金支付 %(percent)d%%")
            % {"hours": answer.weekly_minutes // 60, "percent": answer.home_percent},
            answer.because, _("在「长护险服务」中选择护理机构，机构上门制定照护计划。"),
        ),
        Entitled(
            "ltci.institution", _("长护险养老机构照护"), True,
            begins + _("每天 %(rate)s 元，基金支付 %(percent)d%%")
            % {"rate": money.yuan(answer.day_rate_fen), "percent": answer.institution_percent},
            answer.because, _("入住定点养老机构后由机构办理；与居家照护不能同一天享受。"),
        ),
        *_bonus(person_id, answer, day),
    ]


def _remedy(refusals: Sequence[str]) -> str:
    """What the person can do about the first thing that stands against her."""
    first = refusals[0]
    if first in ("level_missing", "level_not_eligible"):
        return _("先申请老年照护统一需求评估；评估为照护二级至六级即可享受。")
    if first == "level_lapsed":
        return _("请申请期末评估；新的评估结论生效后可以继续享受。")
    if first in ("not_insured", "pension_not_claimed"):
        return _("请先到社区事务受理服务中心核对医保参保和养老金领取情况。")
    if first == "before_entitlement":
        return _("待遇自评估结论次月开始，可以先选择护理机构。")
    return ""


def _bonus(person_id: UUID, answer: entitlement.Entitlement, day: date) -> Sequence[Entitled]:
    """Hours or cash for unbroken care at home, levels 5 and 6: what was chosen, or what could be."""
    levels = policy.value("ltci.home.bonus.levels", on=day)
    if answer.level is None or answer.level not in levels.value:
        return []
    title, how = _("长护险连续居家照护激励"), _("选择护理机构时一并选择增加时长或现金，一个评估有效期内一般不变。")
    facts = gathering.people_facts([person_id], day, day)[person_id]
    since = home_care_since(facts, day, int(policy.value("ltci.home.bonus.gap_days", on=day).value))
    chosen = (
        Enrolment.objects.unscoped("the person was opened through her scope").filter(person_id=person_id, state__in=actions.OPEN)
        .values_list("bonus", flat=True).first()
    )
    if since is None:
        return [Entitled("ltci.bonus", title, False, "", [levels.because(), Because(_("尚未开始居家照护"))], how)]
    minutes, _none, hours_because = entitlement.bonus(answer.level, since, "hours", day)
    _none, cash, cash_because = entitlement.bonus(answer.level, since, "cash", day)
    reasons = [Because(_("自 %(day)s 起连续居家照护") % {"day": since}), *hours_because, *cash_because[1:]]
    if not minutes:
        return [Entitled("ltci.bonus", title, False, "", [*reasons, Because(_("须连续居家照护满一个月"))], how)]
    both = _("每月增加 %(hours)d 小时，或现金 %(yuan)s 元") % {"hours": minutes // 60, "yuan": money.yuan(cash)}
    amount = {
        "hours": _("每月增加 %(hours)d 小时") % {"hours": minutes // 60},
        "cash": _("每月现金 %(yuan)s 元") % {"yuan": money.yuan(cash)},
    }.get(chosen or "", both)
    return [Entitled("ltci.bonus", title, True, amount, reasons, how)]
