"""Who sees single beds, and who keeps the facility register.

Organisations, sites, licences and bed counts are public facts. A single bed, which may one day name
its occupant, is opened to the offices of its area and to the home it stands in.
"""

from __future__ import annotations

from songhe.kernel.access import rights
from songhe.kernel.access.models import Post
from songhe.kernel.access.rights import clear_for, in_area, own_organisation
from songhe.kernel.access.roles import STAFF, Role
from songhe.kernel.areas import queries as areas

from .models import Bed, BedKind, Organisation, Site

READERS = frozenset(STAFF)
#: Who may change something of the register at all; which rows is asked per row below.
KEEPERS = clear_for({Role.BUREAU, Role.HOME, Role.COORDINATOR, Role.AGENCY})
BED_READERS = clear_for({Role.BUREAU, Role.STREET, Role.ADVISOR, Role.INSURER, Role.AUDITOR, Role.HOME})
#: What a home may put right about its own site; licensed facts are the bureau's.
OWN_FIELDS = frozenset({"address", "lng", "lat", "note"})

_offices = (Role.BUREAU, Role.STREET, Role.ADVISOR, Role.INSURER, Role.AUDITOR)
rights.rows(Bed, {**dict.fromkeys(_offices, in_area()), Role.HOME: own_organisation("site__organisation_id")})
rights.rows(
    BedKind,
    {
        **dict.fromkeys(_offices, in_area("bed__area_code")),
        Role.HOME: own_organisation("bed__site__organisation_id"),
    },
)


def under(post: Post, area_code: str) -> bool:
    """Whether an area lies under the post's."""
    return bool(post.area_code) and area_code.startswith(areas.stem(post.area_code))


def keeps_site(post: Post, site: Site) -> bool:
    """The bureau of the area, and the home for its own site."""
    if post.role == Role.BUREAU:
        return under(post, site.area_code)
    return post.role == Role.HOME and site.organisation_id is not None and site.organisation_id == post.organisation_id


def keeps_organisation(post: Post, organisation: Organisation) -> bool:
    """The bureau of the area, and the organisation itself for its licences."""
    if post.role == Role.BUREAU:
        return under(post, organisation.area_code)
    return post.role in KEEPERS and organisation.pk == post.organisation_id


def may_change(post: Post, field: str) -> bool:
    """Whether a keeper may change this field of a site."""
    return post.role == Role.BUREAU or field in OWN_FIELDS
