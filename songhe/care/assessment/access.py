"""Who may see which assessment, survey and attachment; and which people an assessment opens."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Exists, OuterRef, Q

from songhe.kernel.access import consent, rights
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.register.people.models import Person, Relative

from . import rules
from .models import Assessment, Attachment, Survey

_AREA = (Role.BUREAU, Role.STREET, Role.ADVISOR, Role.INSURER, Role.AUDITOR)


def _assessor(path: str) -> rights.RowRule:
    def rule(post: Post) -> Q | None:
        if not post.holder_id:
            return None
        return Q(**{f"{path}assessor_a_id": post.holder_id}) | Q(**{f"{path}assessor_b_id": post.holder_id})

    return rule


def _family(path: str) -> rights.RowRule:
    """The elder of a relative, while the file lets him look and her consent stands; withdrawal closes at once."""

    def rule(post: Post) -> Q | None:
        if not post.holder_id:
            return None
        field = f"{path}person_id"
        named = Relative.objects.filter(pk=post.holder_id, person=OuterRef(field), may_view=True)
        agreed = consent.active("family_view").filter(recipient_id=post.holder_id, person_id=OuterRef(field))
        return Q(Exists(named)) & Q(Exists(agreed))

    return rule


def _rows(path: str) -> dict[str, rights.RowRule]:
    return {
        **{role: rights.in_area(f"{path}area_code") for role in _AREA},
        Role.AGENCY: rights.own_organisation(f"{path}agency_id"),
        Role.ASSESSOR: _assessor(path),
        Role.ELDER: rights.own_rows(f"{path}person_id"),
        Role.FAMILY: _family(path),
    }


rights.rows(Assessment, _rows(""))
rights.rows(Survey, _rows("assessment__"))
rights.rows(Attachment, _rows("assessment__"))


def _people(cases: Callable[[Post], Q | None]) -> rights.RowRule:
    """The people of the cases that are in hand; with the last of them the file closes again."""

    def rule(post: Post) -> Q | None:
        own = cases(post)
        if own is None:
            return None
        in_hand = Assessment.objects.unscoped("opens the people of one's own cases").filter(
            own, state__in=(*rules.WITH_AGENCY, "concluded")
        )
        return Q(pk__in=in_hand.values("person_id"))

    return rule


rights.rows(
    Person, {Role.AGENCY: _people(rights.own_organisation("agency_id")), Role.ASSESSOR: _people(_assessor(""))}
)
