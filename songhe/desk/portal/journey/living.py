"""The running service: visits of the month, and what was settled."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.desk.portal import bills, visiting, words
from songhe.kernel import clock, money
from songhe.kernel.access.models import Post
from songhe.kernel.screens.templatetags.songhe import hours
from songhe.register.people.models import Person

from .stops import Chapter, Link, Stop


def visits(person: Person, post: Post) -> Chapter | None:
    """Visits of this month: how many were made, which comes next."""
    today = clock.today()
    first = today.replace(day=1)
    done = visiting.tally(post, person, first, today + timedelta(days=1))
    coming = visiting.next_visit(post, person, may_cancel=True)
    if coming is None and not done.visits and not done.missed:
        return None
    text = _("本月已上门 %(n)d 次，共%(time)s。") % {"n": done.visits, "time": hours(done.minutes)}
    if done.missed:
        text += _("有 %(n)d 次没有来。") % {"n": done.missed}
    stops = [Stop(_("已经上门"), "done", text, links=[Link(_("看上门记录"), reverse("portal:visits"))])]
    if coming is not None:
        cancel = [Link(_("取消这次上门"), coming.cancel_url, acts=True)] if coming.cancel_url else []
        stops.append(Stop(_("下一次上门"), "current", coming.sentence, links=cancel))
    return Chapter("visits", _("上门服务"), "calendar-event", stops, url=reverse("portal:visits"), open=coming is not None)


def settlement(person: Person, post: Post) -> Chapter | None:
    """The last three months that were filed: what the fund paid, what the elder pays."""
    months = bills.months(post, person)[:3]
    if not months:
        return None
    stops = [
        Stop(
            words.month(m.month), "done",
            _("基金付 %(fund)s 元，自己付 %(own)s 元。") % {"fund": money.yuan(m.fund_fen), "own": money.yuan(m.person_fen)}
            + (_("有 %(n)d 次不予支付。") % {"n": m.refused} if m.refused else ""),
            links=[Link(_("看这个月的账单"), f"{reverse('portal:bill')}?month={m.month:%Y-%m}")],
        )
        for m in months
    ]
    return Chapter("settlement", _("费用结算"), "receipt-yuan", stops, url=reverse("portal:bill"), open=False)
