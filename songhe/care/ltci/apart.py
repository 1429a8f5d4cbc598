"""Which providers' months may be settled side by side: those that serve nobody in common.

A line's budget depends on what was paid for the same person to another provider. Providers that share a
person are therefore settled one after the other, in one part; parts know nothing of each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from songhe.delivery.visits.models import Visit
from songhe.kernel.process.deadlines import add_months
from songhe.register.sites.models import Organisation

from . import gathering
from .models import ClaimLine, Enrolment

WHY = "settling a month"


def groups(providers: Sequence[Organisation], month: date) -> list[list[Organisation]]:
    """The providers in groups that have no person in common in the month; the longest work first.

    Within a group, and among groups of equal work, the order of ``providers`` stays.
    """
    until = add_months(month, 1)
    visited = Visit.objects.unscoped(WHY).filter(day__gte=month, day__lt=until).order_by().values_list("provider_id", "person_id")
    running = Enrolment.objects.unscoped(WHY).filter(gathering.related_in(month))
    related = running.order_by().values_list("provider_id", "person_id")
    # What an earlier run has claimed counts too, though the visit may have gone since.
    claimed = ClaimLine.objects.unscoped(WHY).filter(statement__month=month).exclude(statement__state="reversed")
    claims = claimed.order_by().values_list("statement__provider_id", "person_id")
    pairs = set(visited.distinct()) | set(related.distinct()) | set(claims.distinct())
    first = joined((p.pk for p in providers), pairs)
    served: dict[UUID, int] = defaultdict(int)
    for provider, _person in pairs:
        if provider in first:
            served[first[provider]] += 1
    together: dict[UUID, list[Organisation]] = defaultdict(list)
    for provider in providers:
        together[first[provider.pk]].append(provider)
    return [together[key] for key in sorted(together, key=lambda key: -served[key])]


def joined(providers: Iterable[UUID], pairs: Iterable[tuple[UUID | None, UUID]]) -> dict[UUID, UUID]:
    """Each provider with the one that stands for its group. ``pairs`` are (provider, person); others' are left out.

    >>> a, b, c, x, y = (UUID(int=n) for n in range(5))
    >>> joined([a, b, c], [(a, x), (b, x), (c, y)]) == {a: a, b: a, c: c}
    True
    """
    above = {provider: provider for provider in providers}

    def top(provider: UUID) -> UUID:
        while above[provider] != provider:
            above[provider] = above[above[provider]]
            provider = above[provider]
        return provider

    last: dict[UUID, UUID] = {}
    for provider, person in pairs:
        if provider is None or provider not in above:
            continue
        if person in last:
            above[top(provider)] = top(last[person])
        last[person] = provider
    return {provider: top(provider) for provider in above}
