"""Any sequence of postings, repeats, reversals and refusals leaves books that add up."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from songhe.kernel.errors import Refused
from songhe.kernel.ledger import invariants, queries
from songhe.kernel.ledger.actions import NewPosting, open_account, post_many, reverse
from songhe.kernel.ledger.models import Posting, Unit

ACCOUNTS = st.integers(0, 3)
AMOUNTS = st.integers(-300, 300)
FLOORS = (None, 0, -100, 0)


class Books(RuleBasedStateMachine):
    """A model in plain dictionaries beside the real ledger."""

    written = Bundle("written")

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.accounts = [
            open_account("b", f"a{n}", name=f"账户{n}", unit=Unit.POINT, floor=floor)
            for n, floor in enumerate(FLOORS)
        ]
        self.balances = [0] * len(FLOORS)
        self.postings: dict[str, list[tuple[int, int]]] = {}
        self.reversed: set[str] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def lines(self, moves):
        return [(self.accounts[n], amount) for n, amount in moves]

    def allowed(self, changes) -> bool:
        return all(
            change >= 0 or FLOORS[n] is None or self.balances[n] + change >= FLOORS[n]
            for n, change in enumerate(changes)
        )

    def apply(self, changes) -> None:
        self.balances = [old + change for old, change in zip(self.balances, changes, strict=True)]

    @rule(target=written, transfers=st.lists(st.tuples(ACCOUNTS, ACCOUNTS, AMOUNTS), min_size=1, max_size=3))
    def transfer(self, transfers):
        """Several postings in one set: all or none."""
        keys = [f"k{len(self.postings) + n}" for n in range(len(transfers))]
        moves = [[(a, -amount), (b, amount)] for a, b, amount in transfers]
        changes = [sum(amount for move in moves for n, amount in move if n == i) for i in range(4)]
        moving = all(a != b and amount for a, b, amount in transfers)
        wanted = [NewPosting(key, self.lines(move)) for key, move in zip(keys, moves, strict=True)]
        if moving and self.allowed(changes):
            post_many(wanted)
            self.apply(changes)
            self.postings |= dict(zip(keys, moves, strict=True))
            return keys[0]
        with pytest.raises(Refused):
            post_many(wanted)
        return next(iter(self.postings), "")

    @rule(key=written)
    def repeat(self, key):
        """Late and twice: nothing changes."""
        if key:
            post_many([NewPosting(key, self.lines(self.postings[key]))])

    @rule(key=written, amount=st.integers(301, 400))
    def misuse(self, key, amount):
        """The same key for something else."""
        if key:
            with pytest.raises(Refused):
                post_many([NewPosting(key, self.lines([(0, -amount), (1, amount)]))])

    @rule(key=written)
    def take_back(self, key):
        """A reversal, once, and never under a floor."""
        if not key:
            return
        changes = [-sum(amount for n, amount in self.postings[key] if n == i) for i in range(4)]
        posting = Posting.objects.get(key=key)
        if key in self.reversed or self.allowed(changes):
            reverse(posting, reason="错")
            if key not in self.reversed:
                self.apply(changes)
                self.reversed.add(key)
        else:
            with pytest.raises(Refused):
                reverse(posting, reason="错")

    @rule(total=st.integers(1, 50))
    def lopsided(self, total):
        """A posting that does not add up."""
        with pytest.raises(Refused):
            post_many([NewPosting("lopsided", self.lines([(0, total)]))])

    @invariant()
    def the_books_agree_with_the_model(self):
        found = queries.balances(self.accounts)
        assert [found[account.pk] for account in self.accounts] == self.balances
        assert sum(self.balances) == 0
        assert Posting.objects.count() == len(self.postings) + len(self.reversed)
        assert invariants.check() == []


@pytest.mark.django_db
def test_any_life_of_the_books_adds_up():
    quick = settings(
        max_examples=25, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Books, settings=quick)
