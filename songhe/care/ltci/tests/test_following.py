"""What a conclusion, a plan, a hospital, a death or the calendar do to a service relation."""

from datetime import date, datetime, timedelta

import pytest

from songhe.care.ltci import actions, following, listing
from songhe.care.ltci.models import Enrolment, Pause
from songhe.delivery.plans import actions as plans
from songhe.delivery.plans.actions import SlotDraft
from songhe.delivery.plans.models import CarePlan
from songhe.delivery.visits.models import Visit
from songhe.kernel import checks, clock, hooks
from songhe.kernel.access.models import Consent
from songhe.kernel.errors import Forbidden, Missing, Refused
from songhe.kernel.process.firing import fire
from songhe.register.people.models import CareLevel, Cover, Person, Stay

from .world import World, at, broken

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 18)
SLOT = (SlotDraft(2, datetime(2026, 1, 1, 9).time(), datetime(2026, 1, 1, 10).time(), 60, (1, 9), "carer_medical"),)


def level(person, value, starts=date(2026, 12, 1), ends=date(2028, 12, 1)):
    return CareLevel.objects.create(person=person, scheme="shanghai", level=value, label=f"照护{value}级", starts=starts, ends=ends)


def conclude(cast, *people):
    hooks.call("assessment.concluded", [p.pk for p in people], by=cast.system, at=clock.now())


def relation(person):
    return Enrolment.objects.unscoped("test").filter(person=person).order_by("-opened_at", "-pk").first()


def plan_of(row, cast, starts=TODAY):
    """A plan that the family agreed to."""
    plan = actions.plan([row], {row.pk: SLOT}, by=cast.system, starts=starts)[0]
    fire(plan, "propose", by=cast.system)
    fire(plan, "agree", by=cast.system, data={"agreed_by": "陆敏"})
    return plan


@pytest.fixture
def serving(cast):
    """沈桂芳 at level 4, served by 曹杨护理站 since today."""
    level(cast.shen, 4, date(2026, 1, 1))
    [row] = actions.request([actions.Request(cast.shen, provider=cast.organisations["provider"])], by=cast.system)
    fire(row, "accept", by=cast.coordinator)
    plan_of(row, cast)
    return relation(cast.shen)


@pytest.mark.parametrize(("value", "opened"), [(-1, False), (0, False), (1, False), (2, True), (3, True), (6, True)])
def test_a_conclusion_opens_the_choice_for_levels_two_to_six(cast, value, opened):
    level(cast.shen, value)
    conclude(cast, cast.shen, cast.people["dai"])
    row = relation(cast.shen)
    assert (row is not None) is opened
    if opened:
        assert (row.state, row.form, row.provider, row.area_code) == ("choosing", "home", None, cast.shen.area_code)
    assert relation(cast.people["dai"]) is None


def test_the_case_that_led_to_it_stays_with_the_relation(cast):
    case = level(cast.shen, 3).pk
    CareLevel.objects.unscoped("test").filter(pk=case).update(case_id=case)
    conclude(cast, cast.shen)
    assert relation(cast.shen).assessment_id == case


def test_who_is_served_already_gets_no_second_relation(cast, serving):
    level(cast.shen, 5, date(2028, 12, 1), date(2029, 12, 1))
    conclude(cast, cast.shen)
    assert Enrolment.objects.unscoped("test").count() == 1


def test_who_is_not_insured_is_not_led_to_a_choice(cast):
    Cover.objects.unscoped("test").filter(person=cast.shen).delete()
    level(cast.shen, 4)
    conclude(cast, cast.shen)
    assert relation(cast.shen) is None


def test_who_lives_in_a_home_is_led_to_care_there(cast):
    Stay.objects.create(person=cast.shen, kind="institution", organisation_id=cast.organisations["care_home"].pk, starts=at(date(2026, 9, 1), 9))
    level(cast.shen, 4)
    conclude(cast, cast.shen)
    assert relation(cast.shen).form == "institution"


def test_an_agreed_plan_begins_the_service_and_no_earlier(cast):
    level(cast.shen, 4, date(2026, 1, 1))
    [row] = actions.request([actions.Request(cast.shen, provider=cast.organisations["provider"])], by=cast.system)
    fire(row, "accept", by=cast.coordinator)
    plan = actions.plan([row], {row.pk: SLOT}, by=cast.coordinator, starts=date(2026, 11, 23))[0]
    fire(plan, "propose", by=cast.coordinator)
    assert relation(cast.shen).state == "confirmed"
    fire(plan, "agree", by=cast.daughter)
    row = relation(cast.shen)
    assert (row.state, row.started_on) == ("serving", date(2026, 11, 23))
    assert broken() == []


def test_without_a_plan_the_service_does_not_begin(cast):
    level(cast.shen, 4, date(2026, 1, 1))
    [row] = actions.request([actions.Request(cast.shen, provider=cast.organisations["provider"])], by=cast.system)
    fire(row, "accept", by=cast.coordinator)
    with pytest.raises(Refused, match="照护计划"):
        fire(row, "start", by=cast.coordinator)


def test_hospital_rests_the_service_and_coming_home_resumes_it(cast, serving):
    stay = Stay.objects.create(person=cast.shen, kind="hospital", starts=clock.now())
    hooks.call("stay.opened", [cast.shen.pk], by=cast.street, at=clock.now(), kind="hospital")
    assert relation(cast.shen).state == "suspended"
    pause = Pause.objects.unscoped("test").get()
    assert (pause.kind, pause.starts, pause.ends) == ("stay", TODAY + timedelta(days=1), None)
    assert CarePlan.objects.unscoped("test").get().state == "active"
    clock.advance(timedelta(days=10))
    Stay.objects.unscoped("test").filter(pk=stay.pk).update(ends=clock.now())
    hooks.call("stay.closed", [cast.shen.pk], by=cast.street, at=clock.now())
    assert relation(cast.shen).state == "serving"
    pause.refresh_from_db()
    assert pause.ends == TODAY + timedelta(days=10)
    assert checks.run_all(only=["ltci.relations", "ltci.serving"]) == []


def test_a_day_in_hospital_leaves_no_pause(cast, serving):
    hooks.call("stay.opened", [cast.shen.pk], by=cast.street, at=clock.now(), kind="hospital")
    hooks.call("stay.closed", [cast.shen.pk], by=cast.street, at=clock.now() + timedelta(hours=5))
    assert relation(cast.shen).state == "serving"
    assert not Pause.objects.unscoped("test").exists()


def test_from_hospital_into_a_home_the_home_care_does_not_go_on(cast, serving):
    hooks.call("stay.opened", [cast.shen.pk], by=cast.street, at=clock.now(), kind="hospital")
    Stay.objects.create(person=cast.shen, kind="institution", organisation_id=cast.organisations["care_home"].pk, starts=clock.now())
    hooks.call("stay.closed", [cast.shen.pk], by=cast.street, at=clock.now())
    assert relation(cast.shen).state == "suspended"


def test_moving_into_a_home_changes_the_form_of_care(cast, serving):
    home = cast.organisations["care_home"]
    Stay.objects.create(person=cast.shen, kind="institution", organisation_id=home.pk, starts=clock.now())
    hooks.call("stay.opened", [cast.shen.pk], by=cast.street, at=clock.now(), kind="institution")
    serving.refresh_from_db()
    assert (serving.state, serving.ended_on) == ("ended", TODAY)
    assert CarePlan.objects.unscoped("test").get().state == "ended"
    new = relation(cast.shen)
    assert (new.form, new.provider, new.state) == ("institution", home, "requested")
    fire(new, "accept", by=cast.home)
    fire(new, "start", by=cast.home, data={"started_on": TODAY})
    assert relation(cast.shen).state == "serving"
    assert broken() == []


def test_care_in_a_home_does_not_begin_before_the_moving_in(cast):
    level(cast.shen, 4, date(2026, 1, 1))
    home = cast.organisations["care_home"]
    [row] = actions.request([actions.Request(cast.shen, "institution", home)], by=cast.system)
    fire(row, "accept", by=cast.home)
    with pytest.raises(Refused, match="入住登记"):
        fire(row, "start", by=cast.home)
    Stay.objects.create(person=cast.shen, kind="institution", organisation_id=home.pk, starts=at(date(2026, 11, 10), 9))
    with pytest.raises(Refused, match="2026-11-10"):
        fire(row, "start", by=cast.home, data={"started_on": date(2026, 11, 9)})
    fire(row, "start", by=cast.home, data={"started_on": date(2026, 11, 10)})
    assert relation(cast.shen).started_on == date(2026, 11, 10)


def test_moving_into_a_home_without_a_contract_leaves_the_choice_open(cast, serving):
    Stay.objects.create(person=cast.shen, kind="institution", organisation_id=cast.organisations["agency"].pk, starts=clock.now())
    hooks.call("stay.opened", [cast.shen.pk], by=cast.street, at=clock.now(), kind="institution")
    serving.refresh_from_db()
    assert serving.state == "ended"
    assert Enrolment.objects.unscoped("test").count() == 1


def test_death_ends_with_its_day_and_the_visits_after_it_fall(cast, serving):
    Person.objects.unscoped("test").filter(pk=cast.shen.pk).update(death_date=date(2026, 11, 17), status="deceased")
    hooks.call("person.died", [cast.shen.pk], by=cast.street, at=clock.now())
    row = relation(cast.shen)
    assert (row.state, row.ended_on) == ("ended", date(2026, 11, 17))
    assert not Visit.objects.unscoped("test").filter(state__in=["planned", "assigned"]).exists()
    assert checks.run_all(only=["ltci.relations", "process.told"]) == []


def test_who_moves_away_is_served_elsewhere_and_who_moves_within_is_seen_there(cast, serving):
    hooks.call("person.moved", [cast.shen.pk], by=cast.street, at=clock.now(), area_code="310107015001")
    row = relation(cast.shen)
    assert row.area_code == "310107015001"
    assert not Enrolment.objects.visible_to(cast.street).exists()
    hooks.call("person.moved_out", [cast.shen.pk], by=cast.street, at=clock.now())
    assert relation(cast.shen).state == "ended"


def test_a_level_that_ran_out_rests_the_service_and_a_new_plan_resumes_it(cast, serving):
    CareLevel.objects.unscoped("test").update(ends=TODAY)
    assert following.run_due() == {"lapse": 0, "suspend": 1, "end": 0, "resume": 0}
    row = relation(cast.shen)
    assert row.state == "suspended"
    assert CarePlan.objects.unscoped("test").get().state == "ended"
    assert Pause.objects.unscoped("test").get().kind == "level"
    assert following.run_due()["suspend"] == 0
    level(cast.shen, 5, TODAY)
    conclude(cast, cast.shen)
    assert relation(cast.shen).state == "suspended"
    draft = actions.draft_plan(row, by=cast.coordinator)
    assert (draft.level, draft.weekly_minutes, draft.slots.unscoped("test").count()) == (5, 420, 1)
    fire(draft, "propose", by=cast.coordinator)
    fire(draft, "agree", by=cast.daughter)
    row = relation(cast.shen)
    assert row.state == "serving"
    assert row.started_on == TODAY
    assert not Pause.objects.unscoped("test").filter(ends__isnull=True).exists()
    assert broken() == []


def test_a_plan_that_no_longer_fits_the_level_waits_to_be_made_anew(cast, serving):
    assert not listing.to_replan(cast.coordinator).exists()
    CareLevel.objects.unscoped("test").update(ends=TODAY)
    level(cast.shen, 5, TODAY)
    assert list(listing.to_replan(cast.coordinator)) == [serving]
    assert not listing.to_replan(cast.other_coordinator).exists()
    draft = actions.draft_plan(relation(cast.shen), by=cast.coordinator)
    assert not listing.to_replan(cast.coordinator).exists()
    fire(draft, "propose", by=cast.coordinator)
    fire(draft, "agree", by=cast.daughter)
    assert not listing.to_replan(cast.coordinator).exists()
    fire(relation(cast.shen), "suspend", by=cast.coordinator, reason="长者外出两周")
    assert list(listing.to_replan(cast.coordinator)) == [serving]


def test_a_level_that_gives_nothing_ends_the_service(cast, serving):
    CareLevel.objects.unscoped("test").update(level=1)
    assert following.run_due()["end"] == 1
    assert relation(cast.shen).state == "ended"


def test_insurance_that_stopped_rests_the_service(cast, serving):
    Cover.objects.unscoped("test").filter(person=cast.shen).update(ends=TODAY)
    assert following.run_due()["suspend"] == 1
    events = hooks.listeners("assessment.concluded")
    assert following.concluded in events


def test_a_choice_before_the_level_begins_is_left_alone(cast):
    level(cast.shen, 4)
    conclude(cast, cast.shen)
    assert following.run_due() == {"lapse": 0, "suspend": 0, "end": 0, "resume": 0}
    assert relation(cast.shen).state == "choosing"


def test_a_resident_is_resumed_when_the_level_is_back(home: World, cast):
    person = home.elder(level=4, form="institution")
    home.stay(person, "institution", at(date(2026, 9, 1), 9))
    home.build()
    CareLevel.objects.unscoped("test").filter(person=person).update(ends=TODAY)
    assert following.run_due()["suspend"] == 1
    clock.advance(timedelta(days=5))
    level(person, 4, clock.today())
    assert following.run_due()["resume"] == 1
    assert relation(person).state == "serving"
    assert Pause.objects.unscoped("test").get().ends == clock.today()


def test_a_provider_that_does_not_answer_is_passed_over(cast):
    level(cast.shen, 4, date(2026, 1, 1))
    provider = cast.organisations["provider"]
    [row] = actions.request([actions.Request(cast.shen, provider=provider)], by=cast.system)
    clock.advance(timedelta(days=12))
    assert following.run_due()["lapse"] == 1
    row = relation(cast.shen)
    assert (row.state, row.provider, row.declined_by) == ("choosing", None, [str(provider.pk)])
    with pytest.raises(Refused, match="另选"):
        fire(row, "choose", by=cast.elder, data={"provider": provider.pk})


def test_suspended_by_hand_the_plan_ends_and_the_way_back_is_a_new_plan(cast, serving):
    fire(serving, "suspend", by=cast.coordinator, reason="长者到外地女儿家住两周")
    assert CarePlan.objects.unscoped("test").get().state == "ended"
    with pytest.raises(Refused, match="照护计划"):
        fire(serving, "resume", by=cast.coordinator)
    plan_of(relation(cast.shen), cast)
    assert relation(cast.shen).state == "serving"


def test_a_plan_that_is_paid_otherwise_survives_the_end(cast, serving):
    [own] = plans.draft(
        [plans.PlanDraft(cast.shen, cast.organisations["provider"], 4, 60, TODAY, SLOT, funding="self")], by=cast.system
    )
    fire(own, "propose", by=cast.system)
    fire(own, "agree", by=cast.system, data={"agreed_by": "沈桂芳"})
    fire(serving, "end", by=cast.coordinator, reason="不再需要长护险服务")
    own.refresh_from_db()
    assert own.state == "active"


def test_a_change_of_provider_ends_one_relation_and_asks_the_other(cast, serving):
    other = cast.organisations["other_provider"]
    new = actions.change(serving, by=cast.daughter, reason="离家近", provider=other)
    assert (new.state, new.provider, new.person) == ("requested", other, cast.shen)
    serving.refresh_from_db()
    assert (serving.state, serving.ended_on) == ("ended", TODAY)
    assert not Enrolment.objects.visible_to(cast.coordinator).filter(pk=new.pk).exists()
    assert Enrolment.objects.visible_to(cast.other_coordinator).filter(pk=new.pk).exists()


def test_a_relative_without_consent_to_act_chooses_nothing(cast):
    level(cast.shen, 4, date(2026, 1, 1))
    [row] = actions.request([actions.Request(cast.shen)], by=cast.system)
    data = {"provider": cast.organisations["provider"].pk}
    Consent.objects.unscoped("test").filter(purpose="family_act").update(withdrawn_at=clock.now())
    with pytest.raises(Forbidden, match="未授权"):
        fire(row, "choose", by=cast.daughter, data=data)
    with pytest.raises(Missing):
        fire(row, "choose", by=cast.stranger, data=data)
    fire(row, "choose", by=cast.elder, data=data)


def test_the_choice_of_the_bonus_holds_for_the_validity_of_the_level(cast):
    level(cast.shen, 5, date(2026, 1, 1))
    provider, other = cast.organisations["provider"], cast.organisations["other_provider"]
    [row] = actions.request([actions.Request(cast.shen)], by=cast.system)
    fire(row, "choose", by=cast.elder, data={"provider": provider.pk, "bonus": "hours"})
    fire(row, "decline", by=cast.coordinator, reason="人手不足")
    with pytest.raises(Refused, match="不变更"):
        fire(row, "choose", by=cast.elder, data={"provider": other.pk, "bonus": "cash"})
    fire(row, "choose", by=cast.elder, data={"provider": other.pk})
    assert relation(cast.shen).bonus == "hours"


def test_one_form_of_care_at_a_time(cast, serving):
    with pytest.raises(Refused, match="同一时间只能享受一种"):
        actions.request([actions.Request(cast.shen, "institution")], by=cast.system)


def test_who_is_not_entitled_is_told_every_reason(cast):
    with pytest.raises(Refused) as refused:
        actions.request([actions.Request(cast.shen)], by=cast.system)
    assert "没有该参保人的统一需求评估结论" in refused.value.message
    assert all(r.rule for r in refused.value.reasons)


def test_a_day_of_many_is_a_handful_of_queries(world: World, django_assert_max_num_queries):
    for _ in range(40):
        world.elder(level=3)
    world.build()
    CareLevel.objects.unscoped("test").update(ends=TODAY)
    CarePlan.objects.unscoped("test").update(state="ended")
    with django_assert_max_num_queries(60):
        assert following.follow_levels()["suspend"] == 40
