"""Who sees calls for help: the street that answers, the elder and the family that asked."""

from __future__ import annotations

from songhe.delivery.plans.access import own_or_relative
from songhe.kernel.access import rights
from songhe.kernel.access.rights import FieldRule, clear_for, in_area
from songhe.kernel.access.roles import Role
from songhe.kernel.identity import mask_phone

from .models import HelpRequest

#: Who takes in requests at the window.
WINDOW = frozenset({Role.STREET, Role.ADVISOR})
#: Who may look up what a person is entitled to.
ADVISERS = WINDOW | {Role.BUREAU}

rights.rows(
    HelpRequest,
    {
        **dict.fromkeys((Role.BUREAU, Role.STREET, Role.ADVISOR), in_area()),
        **dict.fromkeys((Role.ELDER, Role.FAMILY), own_or_relative()),
    },
)
# Whoever is to ring back reads the number; the bureau looks on.
rights.fields(
    HelpRequest,
    {"phone": FieldRule(mask_phone, clear=clear_for({Role.STREET, Role.ADVISOR, Role.ELDER, Role.FAMILY}))},
)
