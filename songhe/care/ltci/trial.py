"""What a change of the insurance's rules would do to everybody 政策试算: people, hours and money a month.

People are all who hold a Shanghai level on the day and live in the area. Hours are the budgets of
those in home care; money supposes that the budgets are used up at the price of 医疗照护, and that
residents stay the whole month.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from songhe.kernel import policy
from songhe.kernel.access.rights import area_q
from songhe.kernel.policy.whatif import Figure
from songhe.register.people.models import CareLevel

from . import actions, entitlement, judging
from .gathering import rounding
from .models import Enrolment

WHY = "a trial of policy counts everybody and shows nobody"
CHUNK = 2_000
#: Weeks and days of an average month.
WEEKS, MONTHS, DAYS = 52, 12, 30


def estimate(on: date, area: str, progress: Callable[[int, int, str], None]) -> Sequence[Figure]:
    """The figures of one day under the rules that hold in this context."""
    levels = CareLevel.objects.unscoped(WHY).filter(
        Q(ends__isnull=True) | Q(ends__gt=on), area_q("person__area_code", area), scheme="shanghai", starts__lte=on,
        person__death_date__isnull=True,
    )
    people = list(levels.order_by("person_id").values_list("person_id", flat=True))
    forms = dict(
        Enrolment.objects.unscoped(WHY).filter(area_q("area_code", area), state__in=("serving", "suspended"))
        .values_list("person_id", "form")
    )
    sums: Counter[str] = Counter()
    price = int(policy.value("ltci.home.price_fen_per_hour", on=on, staff_class="carer_medical").value)
    rule = rounding(on)
    for start in range(0, len(people), CHUNK):
        for person_id, facts in actions.facts_of(people[start : start + CHUNK], on).items():
            answer = entitlement.entitle(facts, on)
            if answer.entitled:
                _count(sums, forms.get(person_id, ""), answer, price, rule)
        progress(min(start + CHUNK, len(people)), len(people), _("逐人计算待遇"))
    return (
        Figure(_("可享受长护险待遇"), sums["entitled"], "person"),
        Figure(_("其中居家照护服务中"), sums["home"], "person"),
        Figure(_("居家照护每月额度合计"), sums["minutes"] // 60, "hour/month"),
        Figure(_("居家照护基金支付（额度用足，按医疗照护价格）"), sums["home_fen"], "fen/month"),
        Figure(_("其中机构照护服务中"), sums["institution"], "person"),
        Figure(_("机构照护基金支付（住满 30 天）"), sums["institution_fen"], "fen/month"),
        Figure(_("基金支付合计"), sums["home_fen"] + sums["institution_fen"], "fen/month"),
    )


def _count(sums: Counter[str], form: str, answer: entitlement.Entitlement, price: int, rule: str) -> None:
    sums["entitled"] += 1
    if form == "home":
        minutes = answer.weekly_minutes * WEEKS // MONTHS
        sums["home"] += 1
        sums["minutes"] += minutes
        sums["home_fen"] += judging.shares(judging.amount(minutes, price), answer.home_percent, rule)[0]
    elif form == "institution":
        sums["institution"] += 1
        sums["institution_fen"] += judging.shares(answer.day_rate_fen * DAYS, answer.institution_percent, rule)[0]
