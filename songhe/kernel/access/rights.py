"""Declared rights: rows by role, fields by role. What is not declared is closed.

Apps call :func:`rows` and :func:`fields` in their ``access.py``. Several apps may
open the rows of one model to one role (a carer sees the people she visits; that
is said by ``delivery``, not by ``register``): the openings are joined by *or*.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Model, Q

from songhe.kernel import text as text  # the lookup ``broad``

if TYPE_CHECKING:
    from .models import Post

RowRule = Callable[["Post"], "Q | None"]
_rows: dict[tuple[type[Model], str], list[RowRule]] = {}
_fields: dict[tuple[type[Model], str], FieldRule] = {}


@dataclass(frozen=True)
class FieldRule:
    """How one personal field is shown.

    mask: what everybody who sees the row may read.
    clear: roles that read it in full without asking.
    reveal: roles that may ask for it, with a purpose that is put on record.
    data_class: the class of personal data for consent and retention.
    """

    mask: Callable[[str], str]
    clear: frozenset[str] = frozenset()
    reveal: frozenset[str] = frozenset()
    data_class: str = "contact"


def all_rows(post: Post) -> Q:
    """Every row: for roles whose work is the whole district."""
    return Q()


def in_area(field: str = "area_code") -> RowRule:
    """Rows whose 12-digit area code lies under the post's area. A post without an area sees none."""

    def rule(post: Post) -> Q | None:
        return area_q(field, post.area_code) if post.area_code else None

    return rule


def area_q(field: str, prefix: str, *, broad: bool | None = None) -> Q:
    """A subtree is a prefix; written as a range so that both databases use the index.

    ``broad`` says that most rows lie under it, so that no index should be chosen for it; by
    default a district or more, for one district is one database.
    """
    stem = prefix.rstrip("0") if len(prefix) == 12 else prefix
    # 12-digit codes end in padding zeros; levels are 2, 4, 6, 9 and 12 digits long.
    for length in (2, 4, 6, 9, 12):
        if len(stem) <= length:
            stem = stem.ljust(length, "0")
            break
    # Counted up as a number: a bound that ends in another sign than a digit sorts by the locale's rules.
    upper = str(int(stem) + 1).zfill(len(stem))
    if len(stem) <= 6 if broad is None else broad:
        field = f"{field}__broad"
    return Q(**{f"{field}__gte": stem, f"{field}__lt": upper})


def own_organisation(field: str = "organisation_id") -> RowRule:
    """Rows of the post's organisation."""

    def rule(post: Post) -> Q | None:
        return Q(**{field: post.organisation_id}) if post.organisation_id else None

    return rule


def own_rows(field: str) -> RowRule:
    """Rows that name the holder of the post (a worker, an elder, a relative)."""

    def rule(post: Post) -> Q | None:
        return Q(**{field: post.holder_id}) if post.holder_id else None

    return rule


def rows(model: type[Model], rules: Mapping[str, RowRule]) -> None:
    """Open rows of ``model`` to roles."""
    for role, rule in rules.items():
        _rows.setdefault((model, str(role)), []).append(rule)


def rows_for(model: type[Model], post: Post) -> Q | None:
    """The condition under which ``post`` sees rows of ``model``; ``None`` when it sees none."""
    if not post.is_current:
        return None
    if post.role == "system":
        return Q()
    found: Q | None = None
    for rule in _rows.get((model, post.role), ()):
        opening = rule(post)
        if opening is None:
            continue
        if not opening:  # an empty Q opens everything
            return Q()
        found = opening if found is None else found | opening
    return found


def declared_models() -> set[type[Model]]:
    """Models that some role may see: the neighbour tests walk this set."""
    return {model for model, _ in _rows}


def roles_of(model: type[Model]) -> set[str]:
    """Roles to which rows of ``model`` are open at all."""
    return {role for known, role in _rows if known is model}


def fields(model: type[Model], rules: Mapping[str, FieldRule]) -> None:
    """Declare how personal fields of ``model`` are shown."""
    for name, rule in rules.items():
        _fields[(model, name)] = rule


def field_rule(model: type[Model], name: str) -> FieldRule | None:
    """The rule of one field, if it is a personal one."""
    return _fields.get((model, name))


def personal_fields() -> dict[tuple[type[Model], str], FieldRule]:
    """All declared personal fields, for the privacy register and its tests."""
    return dict(_fields)


def shown(row: Any, name: str, post: Post | None) -> str:
    """The value of a personal field as ``post`` may read it: in full, or masked."""
    value = getattr(row, name) or ""
    rule = _fields.get((type(row), name))
    if rule is None or not value:
        return str(value)
    if post is not None and post.role in rule.clear:
        return str(value)
    return rule.mask(str(value))


def may_reveal(row: Any, name: str, post: Post) -> bool:
    """Whether ``post`` may ask to see the whole value."""
    rule = _fields.get((type(row), name))
    return rule is not None and post.role in rule.reveal


def reveal(row: Any, name: str, post: Post, purpose: str) -> str:
    """The whole value, put on record with its purpose. Refused without the right or the purpose."""
    from songhe.kernel.errors import Forbidden, Refused

    from .reads import log

    if not may_reveal(row, name, post):
        raise Forbidden("您的岗位无权查看该项完整信息")
    if len(purpose.strip()) < 2:
        raise Refused("purpose_missing", "请先填写查看用途，再查看完整信息", field="purpose")
    log(post, [getattr(row, "person_id", None) or row.pk], what="reveal", purpose=purpose.strip(), fields=[name])
    return str(getattr(row, name) or "")


def clear_for(roles: Collection[str]) -> frozenset[str]:
    """A frozen set of role values, for tidy declarations."""
    return frozenset(str(role) for role in roles)
