"""What every writer asks first: the right, and the rows under lock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from songhe.kernel.access.models import Post
from songhe.kernel.errors import Forbidden, Missing, Refused

from ..models import Person

T = TypeVar("T")
CHUNK = 1000


def require(by: Post, roles: Collection[str], what: str) -> None:
    """Refuse a post whose role does not do this."""
    if by.role not in roles:
        raise Forbidden(
            _("您的岗位（%(role)s）不办理「%(what)s」") % {"role": by.get_role_display(), "what": what}
        )


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The items in lists that a database takes in one statement."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part


def lock(ids: Iterable[UUID], by: Post) -> dict[UUID, Person]:
    """The people under lock, by id, in the order of their ids. Missing when one is out of the post's sight."""
    wanted = sorted(set(ids))
    found: dict[UUID, Person] = {}
    for part in chunks(wanted):
        seen = Person.objects.visible_to(by).filter(pk__in=part)
        locked = Person.objects.unscoped("locked after the scope was asked").select_for_update(of=("self",))
        found.update((p.pk, p) for p in locked.filter(pk__in=seen.values("pk")).order_by("pk"))
    if len(found) != len(wanted):
        raise Missing(_("没有找到该长者，或不在您的管辖范围内"))
    return found


def require_living(people: Iterable[Person]) -> None:
    """Refuse to open anything for the dead."""
    for person in people:
        if person.status == Person.Status.DECEASED:
            raise Refused(
                "person.deceased",
                _("%(name)s 已于 %(day)s 登记去世，不能再办理") % {"name": person.name, "day": person.death_date},
                remedy=_("如死亡登记有误，请先在档案中撤销死亡登记。"),
            )


def require_reason(reason: str) -> str:
    """A correction says why."""
    if len(reason.strip()) < 2:
        raise Refused("reason_missing", _("请填写理由"), field="reason")
    return reason.strip()


def people_of(rows: Sequence[object]) -> set[UUID]:
    """Whom these rows are about."""
    return {row.person_id for row in rows}  # type: ignore[attr-defined]
