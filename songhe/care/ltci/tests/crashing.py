"""A process of its own for the crash test: builds a small month, settles it, or dies while settling it.

    python -m songhe.care.ltci.tests.crashing [migrate|build|report|settle|lines|books|between|payment]...
"""

import json
import os
import sys
import time
from datetime import date, datetime, timedelta
from typing import Any

import django

DIED = 9


def main(*commands: str) -> None:
    django.setup()
    from django.core.management import call_command

    from songhe.kernel import clock

    # Time goes on from one process to the next, as it does when a machine is started again.
    clock.set_clock(datetime(2026, 11, 18, 9, tzinfo=clock.SHANGHAI) + timedelta(seconds=time.time() % 20_000))
    for command in commands:
        if command == "migrate":
            call_command("migrate", verbosity=0)
        elif command == "build":
            build()
        elif command == "report":
            report()
        else:
            settle(command)


def build() -> None:
    from songhe.care.ltci.tests.world import OCTOBER, World
    from songhe.simulation import cast as cast_module

    cast = cast_module.build()
    for at, name in enumerate(("provider", "other_provider", "care_home")):
        world = World(cast.organisations[name], serial=100 * at)
        carer = world.worker(f"护理员{at}")
        elders = [world.elder(level=2 + n) for n in range(4)]
        for n, elder in enumerate(elders):
            for day in range(1, 29, 2):
                world.visit(elder, carer, OCTOBER.replace(day=day), 7 + 2 * n, signed=day != 15)
        world.build()
    resident = World(cast.organisations["care_home"], serial=900)
    person = resident.elder(level=3, form="institution")
    resident.stay(person, "institution", datetime(2026, 9, 1, 10, tzinfo=_shanghai()))
    resident.build()


def _shanghai() -> Any:
    from songhe.kernel import clock

    return clock.SHANGHAI


def settle(how: str) -> None:
    """The whole month, or until the process is killed at the place that is named."""
    from songhe.care.ltci import booking, paying, settlement

    def die(*args: Any, **kwargs: Any) -> None:
        os._exit(DIED)

    if how == "lines":  # the first provider's lines are written, nothing is committed
        settlement.total = die
    elif how == "books":  # the second statement's postings are written, the step is not
        post, seen = booking._post, []

        def post_and_die(statement: Any, firing: Any) -> None:
            post(statement, firing)
            seen.append(statement)
            if len(seen) == 2:
                die()

        booking._post = post_and_die
    elif how == "payment":  # the statements are paid, the file is not written
        paying._common = die

    def progress(done: int, total: int, name: str) -> None:
        if how == "between" and done == total - 1:
            die()

    settlement.settle_month(date(2026, 10, 1), progress=progress)


def report() -> None:
    """What stands in the database, without numbers that a run may draw differently."""
    from songhe.care.ltci.models import ClaimLine, PaymentFile, Statement
    from songhe.care.ltci.tests.world import broken
    from songhe.kernel.ledger import queries
    from songhe.kernel.ledger.models import Account, Posting

    names = dict(Account.objects.values_list("pk", "code"))
    everything = "the crash test compares everything"
    sys.stdout.write(json.dumps({
        "statements": sorted(
            [str(r[0]), *r[1:]] for r in Statement.objects.unscoped(everything).values_list(
                "provider_id", "state", "run", "lines_total", "lines_accepted", "amount_fen", "fund_fen", "person_fen",
                "refused_fen", "digest",
            )
        ),
        "lines": ClaimLine.objects.unscoped(everything).count(),
        "balances": sorted([names[pk], fen] for pk, fen in queries.balances(Account.objects.all()).items()),
        "postings": Posting.objects.count(),
        "files": [f.total_fen for f in PaymentFile.objects.unscoped(everything)],
        "violations": [str(v) for v in broken()],
    }) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
