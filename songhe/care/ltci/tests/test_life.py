"""Whatever clerks do to two providers' months, in whatever order: sums agree, nothing is paid twice, books balance."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from songhe.care.ltci import paying, reviewing, settlement
from songhe.care.ltci.models import ClaimLine, Statement
from songhe.kernel import checks, clock
from songhe.kernel.errors import Conflict, Refused
from songhe.kernel.ledger import queries
from songhe.kernel.ledger.models import Account
from songhe.kernel.process.firing import fire
from songhe.simulation import cast as cast_module

from .world import OCTOBER, World

PROVIDERS = st.integers(0, 1)
CHECKED = ("ltci.totals", "ltci.shares", "ltci.paid_once", "ltci.booked", "ltci.postings", "ltci.payments", "ledger.balanced",
           "ledger.reversals", "process.told")


class Months(RuleBasedStateMachine):
    """Two providers of one elder each, and what may happen to October."""

    @initialize()
    def begin(self):
        self.block = transaction.atomic()
        self.block.__enter__()
        self.cast = cast_module.build()
        self.worlds = [World(self.cast.organisations[n], serial=100 * i) for i, n in enumerate(("provider", "other_provider"))]
        self.carers = [w.worker(f"护理员{i}") for i, w in enumerate(self.worlds)]
        self.elders = [w.elder(level=4) for w in self.worlds]
        self.served = [set(), set()]
        for world in self.worlds:
            world.build()

    def teardown(self):
        if hasattr(self, "block"):
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def standing(self, n):
        rows = Statement.objects.unscoped("test").filter(provider=self.worlds[n].provider).exclude(state="reversed")
        return rows.select_related("provider").first()

    def attempt(self, act):
        """What the state does not allow is refused and changes nothing."""
        try:
            with transaction.atomic():
                act()
        except (Refused, Conflict):
            pass

    @rule(n=PROVIDERS, days=st.sets(st.integers(0, 30), min_size=1, max_size=8), minutes=st.sampled_from([20, 45, 60, 80]),
          signed=st.booleans())
    def serve(self, n, days, minutes, signed):
        for d in days - self.served[n]:
            self.worlds[n].visit(self.elders[n], self.carers[n], OCTOBER + timedelta(days=d), 9, minutes, signed=signed)
            self.served[n].add(d)
        self.worlds[n].build()

    @rule(n=PROVIDERS)
    def draft(self, n):
        settlement.draft(self.worlds[n].provider, OCTOBER, by=self.cast.insurer)

    @rule(n=PROVIDERS)
    def file(self, n):
        if statement := self.standing(n):
            self.attempt(lambda: settlement.file(statement, by=self.cast.system))

    @rule(n=PROVIDERS, step=st.sampled_from(["submit", "reject", "approve", "reverse"]))
    def take(self, n, step):
        if statement := self.standing(n):
            by = self.cast.system if step == "submit" else self.cast.insurer
            self.attempt(lambda: fire(statement, step, by=by, reason="核对后办理"))

    @rule(which=st.sets(PROVIDERS, min_size=1))
    def pay(self, which):
        if statements := [s for n in which if (s := self.standing(n))]:
            self.attempt(lambda: paying.pay_out(statements, by=self.cast.insurer))

    @rule(n=PROVIDERS, data=st.data())
    def decide(self, n, data):
        statement = self.standing(n)
        ids = list(ClaimLine.objects.unscoped("test").filter(statement=statement).values_list("pk", flat=True)) if statement else []
        if ids:
            some = data.draw(st.lists(st.sampled_from(ids), min_size=1, max_size=3, unique=True))
            if data.draw(st.booleans()):
                self.attempt(lambda: reviewing.release(statement, some, by=self.cast.insurer, reason="已核实"))
            else:
                self.attempt(lambda: reviewing.refuse(statement, some, code="other_liability", by=self.cast.insurer, reason="已核实"))

    @rule(hours=st.integers(1, 30))
    def wait(self, hours):
        clock.advance(timedelta(hours=hours))

    @rule()
    def settle(self):
        settlement.settle_month(OCTOBER)
        assert not Statement.objects.unscoped("test").filter(state__in=["drafted", "submitted", "approved"]).exists()

    @invariant()
    def everything_adds_up(self):
        if not hasattr(self, "block"):
            return
        assert checks.run_all(only=CHECKED) == []
        assert sum(queries.balances(Account.objects.filter(book="ltci")).values()) == 0
        standing = Statement.objects.unscoped("test").exclude(state="reversed")
        assert standing.count() == standing.values("provider").distinct().count()
        weeks = {}
        rows = ClaimLine.objects.unscoped("test").filter(accepted=True).exclude(statement__state="reversed")
        for person, day, minutes in rows.values_list("person_id", "day", "quantity"):
            key = person, day - timedelta(days=day.weekday())
            weeks[key] = weeks.get(key, 0) + minutes
        assert all(total <= 300 for total in weeks.values())

    @invariant()
    def a_reversed_statement_has_moved_nothing(self):
        if hasattr(self, "block") and not Statement.objects.unscoped("test").exclude(state="reversed").exists():
            assert not any(queries.balances(Account.objects.filter(book="ltci")).values())


@pytest.mark.django_db
@pytest.mark.slow
def test_any_life_of_a_month_adds_up():
    quick = settings(max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Months, settings=quick)
