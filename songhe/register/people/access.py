"""Who may reach which elders and which of their personal fields.

An office sees who lives under it, and a street also who is registered 户籍 there: it answers for
both. An elder sees her own row; a relative sees her while the file says so *and* her consent
stands. Those who come to her home or case (assessors, carers, agencies) are let in by the rooms
that send them. What hangs on a person follows the person.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from songhe.kernel.access import consent, rights
from songhe.kernel.access.models import Consent, Post, ReadEntry
from songhe.kernel.access.rights import FieldRule, RowRule, area_q, clear_for, in_area
from songhe.kernel.access.roles import EVERYBODY, Role
from songhe.kernel.identity import mask_address, mask_identity, mask_phone

from .models import CareLevel, Cover, Diagnosis, Person, Relative, Stay

#: Who keeps the register: opens files, corrects them, records moves and deaths.
KEEPERS = clear_for({Role.BUREAU, Role.STREET, Role.SYSTEM})
#: Who records family, guardians and consents at a window or at a home.
CONSENT_KEEPERS = KEEPERS | clear_for({Role.ADVISOR, Role.ELDER})
RELATIVE_KEEPERS = KEEPERS | clear_for({Role.ADVISOR})
#: Who opens, resets and closes the sign-ins of elders and their families, the paper in hand.
ACCOUNT_KEEPERS = clear_for({Role.BUREAU, Role.STREET, Role.ADVISOR})
#: Who may say that somebody went into hospital, into a home, or away.
STAY_KEEPERS = KEEPERS | clear_for({Role.ADVISOR, Role.COORDINATOR, Role.NURSE, Role.HOME, Role.DOCTOR})
COVER_KEEPERS = KEEPERS | clear_for({Role.INSURER})
#: Who reads the record of looks besides the elder and her family: those who answer for it.
LOOK_READERS = clear_for({Role.BUREAU, Role.STREET, Role.ADVISOR, Role.AUDITOR, Role.ELDER, Role.FAMILY})

TOWN_DIGITS = 9


def is_broad(area_code: str) -> bool:
    """Whether a town or more: tens of thousands of elders, better found along the order of the list."""
    return len(area_code.rstrip("0")) <= TOWN_DIGITS


def resident_or_registered(post: Post) -> Q | None:
    """Elders who live in the post's area, or are registered there."""
    if not post.area_code:
        return None
    broad = is_broad(post.area_code)
    return area_q("area_code", post.area_code, broad=broad) | area_q(
        "hukou_area_code", post.area_code, broad=broad
    )


def with_consent(post: Post) -> Q | None:
    """The elder of a relative, while the file lets him look and her consent to it stands."""
    if not post.holder_id:
        return None
    named = Relative.objects.filter(pk=post.holder_id, person=OuterRef("pk"), may_view=True)
    agreed = consent.active("family_view").filter(recipient_id=post.holder_id, person_id=OuterRef("pk"))
    return Q(Exists(named)) & Q(Exists(agreed))


def of_seen_person(field: str = "person_id") -> RowRule:
    """Rows about a person whom the post sees, whichever room opened her to it."""

    def rule(post: Post) -> Q | None:
        scope = rights.rows_for(Person, post)
        if scope is None:
            return None
        # Asked person by person (EXISTS), never as a list of everybody the post could see.
        return Q(Exists(Person.objects.filter(scope, pk=OuterRef(field))))

    return rule


rights.rows(
    Person,
    {
        Role.BUREAU: in_area(),
        Role.STREET: resident_or_registered,
        Role.ADVISOR: resident_or_registered,
        Role.DOCTOR: in_area(),
        Role.INSURER: in_area(),
        Role.AUDITOR: in_area(),
        Role.ELDER: rights.own_rows("pk"),
        Role.FAMILY: with_consent,
    },
)
# The administrator and volunteers are never opened; everybody else follows the person.
_FOLLOWERS = EVERYBODY - {Role.ADMIN, Role.VOLUNTEER}
for _model in (Relative, Cover, CareLevel, Stay):
    rights.rows(_model, dict.fromkeys(_FOLLOWERS, of_seen_person()))
rights.rows(Consent, dict.fromkeys(_FOLLOWERS - {Role.CARER}, of_seen_person()))
rights.rows(ReadEntry, dict.fromkeys(LOOK_READERS, of_seen_person()))
rights.rows(
    Diagnosis,
    dict.fromkeys((Role.DOCTOR, Role.NURSE, Role.ASSESSOR, Role.AGENCY, Role.ELDER), of_seen_person()),
)

_AT_HER_DOOR = clear_for({Role.ELDER, Role.FAMILY, Role.CARER, Role.NURSE, Role.ASSESSOR})
_AT_A_DESK = clear_for(
    {
        Role.BUREAU, Role.STREET, Role.ADVISOR, Role.COORDINATOR, Role.AGENCY, Role.HOME,
        Role.DOCTOR, Role.INSURER, Role.AUDITOR,
    }
)  # fmt: skip
_phone = FieldRule(mask_phone, clear=_AT_HER_DOOR, reveal=_AT_A_DESK)
_address = FieldRule(mask_address, clear=_AT_HER_DOOR, reveal=_AT_A_DESK, data_class="address")
rights.fields(
    Person,
    {
        "identity_number": FieldRule(
            mask_identity,
            clear=clear_for({Role.ELDER}),
            reveal=clear_for(
                {Role.BUREAU, Role.STREET, Role.INSURER, Role.AUDITOR, Role.ASSESSOR, Role.DOCTOR, Role.HOME}
            ),
            data_class="identity",
        ),
        "phone": _phone,
        "address": _address,
        "hukou_address": FieldRule(
            mask_address,
            clear=clear_for({Role.ELDER, Role.FAMILY}),
            reveal=clear_for({Role.BUREAU, Role.STREET}),
            data_class="address",
        ),
    },
)
rights.fields(
    Relative,
    {"phone": FieldRule(mask_phone, clear=_AT_HER_DOOR, reveal=_AT_A_DESK)},
)
