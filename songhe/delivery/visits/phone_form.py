"""Checking in and out by a plain form: no position, no photo, but the same report and the same life."""

from __future__ import annotations

from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.errors import Refused

from . import actions, vitals
from .phone_reports import Unreadable, read


def report_of(typed: QueryDict, visit_id: UUID, *, by: Post) -> str:
    """Report what a form says; answers what to tell the carer. Refused with what is wrong in words."""
    now = clock.now()
    known = vitals.ranges(now.date())
    measured = _measured(typed)
    if doubts := vitals.doubts(measured, known):
        raise Refused("visits.vitals", "；".join(doubts.values()), field=next(iter(doubts)))
    row = {
        "id": typed.get("id"), "visit": str(visit_id), "kind": typed.get("kind"), "at": now.isoformat(),
        "reason": typed.get("reason"), "note": typed.get("note"), "vitals": measured,
        "items": [int(n) for n in typed.getlist("items") if n.isdecimal()],
    }
    try:
        outcome = actions.report([read(row, by, None, "", known)], by=by)[0]
    except Unreadable as trouble:
        raise Refused("visits.unreadable", str(trouble), remedy=_("请刷新页面后重试。")) from None
    if outcome.status == "refused":
        raise Refused("visits.refused", outcome.message)
    word = _("签到") if row["kind"] == "in" else _("签退")
    saying = _("%(word)s已记录，%(time)s") % {"word": word, "time": f"{now:%H:%M}"}
    return f"{saying}（{outcome.message}）" if outcome.message else saying


def _measured(typed: QueryDict) -> dict[str, float]:
    """Measures as numbers; Refused with the name of one that is none."""
    found = {}
    for vital in vitals.VITALS:
        text = typed.get(vital.key, "").strip()
        if not text:
            continue
        try:
            found[vital.key] = float(text)
        except ValueError:
            raise Refused("visits.vitals", f"{vital.name}请填数字", field=vital.key) from None
    return found
