"""Reads of agreements: scoped for pages, in sets for settlement."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from songhe.kernel.access.models import Post
from songhe.kernel.errors import Missing
from songhe.kernel.intervals import in_force, overlapping

from .models import Agreement

WHY = "settlement and the choice of a provider ask who is under contract"


def agreements(post: Post) -> QuerySet[Agreement]:
    """Agreements that a post sees, with both parties."""
    rows: QuerySet[Agreement] = Agreement.objects.visible_to(post).select_related("party_a", "party_b")
    return rows


def agreement(pk: UUID, post: Post) -> Agreement:
    """One agreement, or Missing."""
    found = agreements(post).filter(pk=pk).first()
    if found is None:
        raise Missing(_("没有这份协议。"))
    return found


def of_party(organisation_id: UUID, post: Post) -> QuerySet[Agreement]:
    """Agreements of one organisation, whichever side it stands on, newest first."""
    return agreements(post).filter(Q(party_a=organisation_id) | Q(party_b=organisation_id)).order_by("-starts", "pk")


def search(rows: QuerySet[Agreement], text: str) -> QuerySet[Agreement]:
    """By number or by the name of a party."""
    found = Q(number__icontains=text) | Q(party_a__name__contains=text) | Q(party_b__name__contains=text)
    if text.isascii():
        plain = text.lower().replace(" ", "")
        found |= Q(party_a__pinyin__contains=plain) | Q(party_b__pinyin__contains=plain)
    return rows.filter(found)


def clashing(parties: Iterable[UUID], kind: str, starts: date, ends: date | None) -> list[Agreement]:
    """Agreements of a kind between two parties, either way round, that share a day with [starts, ends)."""
    one, other = parties
    rows = Agreement.objects.unscoped("an overlap is refused whoever asks").filter(
        overlapping(starts, ends),
        Q(party_a=one, party_b=other) | Q(party_a=other, party_b=one),
        kind=kind,
    )
    return list(rows.order_by("starts"))


def contracted(provider_ids: Collection[UUID], on: date, kind: str = Agreement.Kind.LTCI) -> set[UUID]:
    """Which of these organisations are under contract on a day, as the providing party 乙方."""
    rows = Agreement.objects.unscoped(WHY).filter(in_force(on), party_b__in=provider_ids, kind=kind)
    return set(rows.values_list("party_b", flat=True))


def contract_periods(
    provider_ids: Collection[UUID], kind: str = Agreement.Kind.LTCI
) -> dict[UUID, list[tuple[date, date | None]]]:
    """When each of these organisations was or is under contract: periods [starts, ends), in order."""
    found: dict[UUID, list[tuple[date, date | None]]] = {pk: [] for pk in provider_ids}
    rows = Agreement.objects.unscoped(WHY).filter(party_b__in=provider_ids, kind=kind).order_by("starts")
    for provider, starts, ends in rows.values_list("party_b", "starts", "ends"):
        found[provider].append((starts, ends))
    return found
