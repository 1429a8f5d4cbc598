"""Who sees agreements: their parties, and the offices of their area."""

from __future__ import annotations

from django.db.models import Q

from songhe.kernel.access import rights
from songhe.kernel.access.models import Post
from songhe.kernel.access.rights import clear_for, in_area
from songhe.kernel.access.roles import Role
from songhe.register.sites.access import under

from .models import Agreement

OFFICES = clear_for({Role.BUREAU, Role.STREET, Role.INSURER, Role.AUDITOR})
PARTIES = clear_for({Role.COORDINATOR, Role.HOME, Role.AGENCY, Role.INSURER, Role.DOCTOR})
READERS = OFFICES | PARTIES
#: Who concludes and ends which kinds.
KINDS: dict[str, frozenset[str]] = {
    Role.BUREAU: frozenset(Agreement.Kind.values),
    Role.INSURER: frozenset({Agreement.Kind.LTCI}),
    Role.HOME: frozenset(set(Agreement.Kind.values) - {Agreement.Kind.LTCI}),
}
KEEPERS = frozenset(KINDS)


def _own(post: Post) -> Q | None:
    """Agreements in which the post's organisation is a party."""
    if not post.organisation_id:
        return None
    return Q(party_a=post.organisation_id) | Q(party_b=post.organisation_id)


rights.rows(Agreement, dict.fromkeys(OFFICES, in_area()))
rights.rows(Agreement, dict.fromkeys(PARTIES, _own))


def keeps(post: Post, agreement: Agreement) -> bool:
    """Whether a post may conclude or end this agreement: its kind, and as a party or as the area's bureau."""
    if agreement.kind not in KINDS.get(post.role, frozenset()):
        return False
    if post.role == Role.BUREAU:
        return under(post, agreement.area_code)
    return post.organisation_id in (agreement.party_a_id, agreement.party_b_id)
