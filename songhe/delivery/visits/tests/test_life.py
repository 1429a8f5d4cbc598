"""The life of a visit under an unruly phone: late, twice, out of order, with a wrong clock, beside a colleague."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from songhe.delivery.visits import actions
from songhe.delivery.visits.models import Punch, Visit
from songhe.kernel import clock
from songhe.kernel.errors import Conflict

NOON = 180  # minutes after which nothing new happens at the door


def machine(delivery, cast, visit):
    start = clock.now()

    class Life(RuleBasedStateMachine):
        """Reports wait in phones and arrive as they please."""

        def __init__(self):
            super().__init__()
            self.block = transaction.atomic()
            self.block.__enter__()
            self.held, self.sent, self.true = [], [], {}
            self.minute, self.best, self.cancelled = 0, 0, False

        def teardown(self):
            # Whatever is still in a pocket arrives in the end, and the life is that of the true times.
            for report in self.held:
                self._deliver(report)
            self.the_life_is_that_of_the_true_times()
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

        def now(self):
            return start + timedelta(minutes=self.minute)

        @rule(minutes=st.integers(1, 25))
        def time_passes(self, minutes):
            self.minute = min(NOON, self.minute + minutes)

        @rule(kind=st.sampled_from(["in", "out"]), colleague=st.booleans(), error=st.sampled_from([0, 0, -500, 300, 90_000]))
        def somebody_punches(self, kind, colleague, error):
            worker = cast.workers["nurse" if colleague else "carer"].pk
            wrong = timedelta(minutes=error)
            report = delivery.punch(visit, kind, self.now() + wrong, carer_id=worker, signed=kind == "out")
            self.true[report.id] = (self.now(), report)
            self.held.append((report, wrong))

        @precondition(lambda self: self.held)
        @rule(data=st.data(), later=st.integers(0, 2000))
        def a_phone_finds_the_network(self, data, later):
            place = data.draw(st.integers(0, len(self.held) - 1))
            self._deliver(self.held.pop(place), later)

        @precondition(lambda self: self.sent)
        @rule(data=st.data(), later=st.integers(0, 2000))
        def a_phone_sends_again(self, data, later):
            before = self._facts()
            outcome = self._deliver(data.draw(st.sampled_from(self.sent)), later)
            assert outcome.status in ("known", "refused")
            assert self._facts() == before

        @rule()
        def the_clock_gives_up(self):
            with clock.frozen(start + timedelta(days=1)):
                actions.miss_overdue(by=cast.system)

        @rule()
        def the_coordinator_cancels(self):
            try:
                with transaction.atomic():
                    actions.cancel([visit.pk], by=cast.coordinator, reason="家属来电")
                self.cancelled = True
            except Conflict:
                assert self._state() not in ("planned", "assigned")

        def _deliver(self, held, later=0):
            from dataclasses import replace

            report, wrong = held
            with clock.frozen(self.now() + timedelta(minutes=later + NOON)):
                by = cast.nurse if report.carer_id == cast.workers["nurse"].pk else cast.carer
                [outcome] = actions.report([replace(report, phone_now=clock.now() + wrong)], by=by)
            if outcome.status == "recorded":
                self.sent.append(held)
            return outcome

        def _facts(self):
            rows = Visit.objects.unscoped("test").filter(pk=visit.pk)
            return rows.values("state", "started_at", "ended_at", "minutes", "flags", "carer_id", "signed", "done_items").get()

        def _state(self):
            return self._facts()["state"]

        @invariant()
        def every_report_is_kept_once(self):
            ids = set(Punch.objects.unscoped("test").filter(visit=visit).values_list("pk", flat=True))
            assert ids == {r.id for r, _ in self.sent}

        @invariant()
        def nothing_goes_back(self):
            rank = {"assigned": 0, "missed": 0, "started": 1, "done": 2, "cancelled": 9}[self._state()]
            assert rank >= self.best
            self.best = rank

        @invariant()
        def a_cancelled_visit_stays_cancelled(self):
            assert not self.cancelled or (self._state() == "cancelled" and self._facts()["started_at"] is None)

        def the_life_is_that_of_the_true_times(self):
            facts = self._facts()
            arrived = sorted(((self.true[r.id][0], r.id, r) for r, _ in self.sent), key=lambda x: x[:2])
            first = next((x for x in arrived if x[2].kind == "in"), None)
            if first is None:
                assert facts["started_at"] is None
                return
            end = next((x for x in arrived if x[2].kind == "out" and x[0] >= first[0]), None)
            assert (facts["started_at"], facts["carer_id"]) == (first[0], first[2].carer_id)
            assert facts["ended_at"] == (end[0] if end else None)
            assert ("other_carer" in facts["flags"]) == any(
                x is not None and x[2].carer_id != cast.workers["carer"].pk for x in (first, end)
            )

    return Life


@pytest.mark.django_db
def test_whatever_the_phone_does_the_life_is_that_of_the_true_times(delivery, cast):
    visit = delivery.assigned()
    run_state_machine_as_test(
        machine(delivery, cast, visit),
        settings=settings(max_examples=40, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)),
    )
