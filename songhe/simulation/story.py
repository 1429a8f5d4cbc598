"""The cast in the simulated district: employed by its organisations, and 沈桂芳's own way through the house.

What happens to 沈桂芳 is done by the cast itself, each through the action of her or his post, some
weeks before the first day that is lived: her daughter applies, the street accepts, two
assessors come, a level is found and published, a provider is chosen, a plan agreed.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from songhe.care.assessment import actions, materials, surveys
from songhe.care.assessment import instruments as scales
from songhe.care.assessment.models import Assessment
from songhe.care.ltci import actions as ltci
from songhe.care.ltci.models import Enrolment
from songhe.delivery.plans import actions as plans
from songhe.delivery.plans.actions import SlotDraft
from songhe.kernel import calendar, clock
from songhe.kernel.access.models import Post
from songhe.kernel.process.firing import fire
from songhe.register.agreements.models import Agreement
from songhe.register.sites.models import Organisation
from songhe.register.workforce.models import Worker

from . import answers, ink
from .cast import Cast
from .loading import Placed
from .population import Staff, decoded
from .population.draw import stream

WHY = "the cast finds its place"
#: Part of the cast's organisations → kind of the simulated one, and which of that kind, in the order of the list.
EMPLOYERS = {
    "provider": ("nursing_station", 0), "other_provider": ("community", 0), "care_home": ("care_home", 0),
    "agency": ("assessor", 0), "other_agency": ("assessor", 1), "insurer": ("insurer", 0),
}
#: So long before the first lived day the daughter applies: the notice alone takes a week.
BEFORE = timedelta(days=45)


def employ(cast: Cast, placed: Placed, staff: Staff) -> None:
    """Move the cast's posts and workers to organisations that have work; their own empty shells go."""
    kinds = decoded(staff.organisations)["kind"]
    rows = Organisation.objects.in_bulk(placed.organisations)
    for part, (kind, nth) in EMPLOYERS.items():
        own = cast.organisations[part]
        at = [i for i, k in enumerate(kinds) if k == kind]
        employer = rows[placed.organisations[at[min(nth, len(at) - 1)]]]
        Worker.objects.unscoped(WHY).filter(organisation=own).update(organisation=employer, area_code=employer.area_code)
        Post.objects.filter(organisation_id=own.pk).update(organisation_id=employer.pk, organisation_name=employer.name)
        Agreement.objects.unscoped(WHY).filter(party_b=own).delete()
        cast.organisations[part] = employer
    for part in EMPLOYERS:
        shell = Organisation.objects.get(source_id=f"cast:{part}")
        Agreement.objects.unscoped(WHY).filter(party_a=shell).delete()
        shell.delete()
    for post in cast.posts.values():
        post.refresh_from_db(fields=["organisation_id", "organisation_name"])
    for worker in cast.workers.values():
        worker.refresh_from_db(fields=["organisation"])


def live_through(cast: Cast, starts: date) -> Enrolment:
    """沈桂芳 from the application to the agreed plan; served from ``starts``."""
    _set(starts - BEFORE, 10)
    shen = cast.shen
    case = actions.apply(
        actions.Application(shen.pk, applicant="relative", channel="portal", documents=("id_card", "social_card")), by=cast.daughter
    )[0]
    actions.submit(case, by=cast.daughter)
    _next(starts, 1)
    actions.accept(case, by=cast.street)
    actions.assign(case, by=cast.street, agency=cast.organisations["agency"].pk)
    visit = _next_working_day(clock.today())
    actions.schedule(
        actions.Visit(case, datetime.combine(visit, time(9), clock.SHANGHAI), cast.workers["assessor"].pk, cast.workers["assessor_b"].pk),
        by=cast.agency,
    )
    _set(visit, 11)
    _survey(case, cast)
    _set(_next_working_day(visit), 15)
    actions.review(actions.Finding(case, 4, "模拟-0001", ("潘伟", "孙萍", "刘海")), by=cast.agency)
    actions.publish(case, by=cast.agency)
    _set(clock.today() + timedelta(days=9), 9)
    actions.run_due(clock.today())
    case = Assessment.objects.unscoped(WHY).get(pk=case.pk)
    actions.deliver(case, by=cast.street)
    return _served(cast, starts)


def _survey(case: Assessment, cast: Cast) -> None:
    rng = stream(1, "shen")
    surveys.save_answers([answers.batch(case, name, 4, rng) for name in scales.NAMES], by=cast.assessor_b, sent_at=clock.now())
    signers = ("assessor_a", "assessor_b", "family")
    signed = [materials.Material(case.pk, ink.scribble(at), "signature", who) for at, who in enumerate(signers)]
    materials.attach(signed, by=cast.assessor_b)
    actions.submit_survey(case, by=cast.assessor_b)


def _served(cast: Cast, starts: date) -> Enrolment:
    provider = cast.organisations["provider"]
    row = Enrolment.objects.unscoped(WHY).filter(person=cast.shen, state="choosing").first()
    if row is None:
        row = ltci.request([ltci.Request(cast.shen)], by=cast.daughter)[0]
    fire(row, "choose", by=cast.daughter, data={"provider": provider.pk})
    fire(row, "accept", by=cast.coordinator)
    row = Enrolment.objects.unscoped(WHY).select_related("person", "provider").get(pk=row.pk)
    carer = cast.workers["carer"]
    slots = tuple(
        SlotDraft(weekday, time(9), time(10), 60, items, "carer_medical", carer.pk)
        for weekday, items in ((0, (1, 8, 9)), (1, (5, 10)), (2, (1, 8, 24)), (3, (6, 10)), (4, (4, 9, 24)))
    )
    plan = ltci.plan([row], {row.pk: slots}, by=cast.coordinator, starts=max(starts, clock.today()))[0]
    plans.change_slots(plan, slots, by=cast.coordinator, goals="保持自理能力，防跌倒", risks=("跌倒",))
    fire(plan, "propose", by=cast.coordinator)
    fire(plan, "agree", by=cast.daughter, data={"agreed_by": "陆敏（女儿）"})
    row.refresh_from_db()
    if row.state == "confirmed":
        fire(row, "start", by=cast.coordinator)
    return row


def _set(day: date, hour: int) -> None:
    clock.set_clock(datetime.combine(day, time(hour), clock.SHANGHAI))


def _next(starts: date, days: int) -> None:
    _set(_next_working_day(starts - BEFORE + timedelta(days=days - 1)), 10)


def _next_working_day(day: date) -> date:
    following = day + timedelta(days=1)
    while not calendar.is_working_day(following):
        following += timedelta(days=1)
    return following
