"""Sign-in accounts 平台账号 for elders and their families: opened at a window, handed over on paper.

An account stands for one human being: a daughter of two elders signs in once and chooses whom she
looks at. What she then sees is decided elsewhere, by the file and by the elders' consents.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from songhe.kernel import clock, events
from songhe.kernel.access import consent
from songhe.kernel.access.actions import first_password, new_password
from songhe.kernel.access.models import Account, Post
from songhe.kernel.access.roles import PORTAL, Role
from songhe.kernel.errors import Missing, Refused
from songhe.kernel.pinyin import pinyin

from ..access import ACCOUNT_KEEPERS
from ..models import Person, Relative
from .common import lock, require, require_living, require_reason

_WHY = "one human being signs in with one account, whoever's family she is"
#: User names offered at once, so that one of them is free.
_CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class Handed:
    """What is handed over: the account, and its first password; "" where she keeps the one she has."""

    account: Account
    password: str


def obstacle(person: Person, relative: Relative | None, agreed: bool) -> Refused | None:
    """Why no account can be opened for the elder, or for her relative; ``None`` when one can."""
    who = relative or person
    if person.status == Person.Status.DECEASED:
        return Refused("account.deceased", _("长者已登记去世，不能再开通账号"))
    if relative is None:
        return None
    if not relative.phone:
        return Refused(
            "account.phone", _("%(name)s 没有登记电话，无法核对本人，不能开通账号") % {"name": who.name},
            remedy=_("请先在「家属与监护」中补登电话。"),
        )  # fmt: skip
    if not (relative.may_view and agreed):
        return Refused(
            "account.consent", _("%(name)s 还不能查看这位长者，开通账号后什么也看不到") % {"name": who.name},
            remedy=_("请先勾选家属的「可查看」，并登记长者对「家属查看」的知情同意。"),
        )  # fmt: skip
    return None


def open_account(person_id: UUID, holder_id: UUID, *, by: Post) -> Handed:
    """Open a sign-in for the elder herself (``holder_id`` is hers) or for a relative in her file."""
    require(by, ACCOUNT_KEEPERS, _("开通账号"))
    with transaction.atomic():
        person = lock([person_id], by)[person_id]
        relative = _relative(person, holder_id, by)
        agreed = relative is not None and bool(consent.allowed([person.pk], "family_view", relative.pk))
        if _held(holder_id) is not None:
            name = (relative or person).name
            raise Refused(
                "account.exists", _("%(name)s 已有账号，无需重复开通") % {"name": name},
                remedy=_("忘记密码的，请办理「重设密码」。"),
            )  # fmt: skip
        if (refused := obstacle(person, relative, agreed)) is not None:
            raise refused
        account, password = _account(relative or person)
        post = Post.objects.create(
            account=account, role=Role.FAMILY if relative else Role.ELDER, holder_id=holder_id, starts=clock.today(),
            title=f"{person.name}的{relative.relation}" if relative else "本人",
        )  # fmt: skip
        _record("portal.opened", person, post, by=by)
    return Handed(account, password)


def reset_account(person_id: UUID, holder_id: UUID, *, by: Post) -> Handed:
    """A new first password in place of a lost one; shown once and kept nowhere.

    Refused where the account opens more than the post may see: its password would open that too.
    """
    require(by, ACCOUNT_KEEPERS, _("重设账号密码"))
    with transaction.atomic():
        person = lock([person_id], by)[person_id]
        relative = _relative(person, holder_id, by)
        if relative is None:
            require_living([person])
        post = _require_held(holder_id)
        _require_nothing_else(post, by)
        password = first_password(post.account)
        _record("portal.password", person, post, by=by)
    return Handed(post.account, password)


def close_account(person_id: UUID, holder_id: UUID, *, by: Post, reason: str) -> None:
    """Close a sign-in at once. An account that serves for another elder too goes on for her."""
    require(by, ACCOUNT_KEEPERS, _("关闭账号"))
    reason = require_reason(reason)
    with transaction.atomic():
        person = lock([person_id], by)[person_id]
        _relative(person, holder_id, by)
        post = _require_held(holder_id)
        end_posts([holder_id])
        _record("portal.closed", person, post, by=by, reason=reason)


def end_posts(holders: Collection[UUID]) -> None:
    """End what elders or relatives sign in with, from today; who holds no other post signs in no more."""
    today = clock.today()
    ending = Post.objects.filter(_in_force(), role__in=PORTAL, holder_id__in=holders)
    accounts = set(ending.values_list("account_id", flat=True))
    # A post lasts at least a day: one given today is dated back by one.
    ending.filter(starts__gte=today).update(starts=today - timedelta(days=1), ends=today)
    ending.update(ends=today)
    others = Post.objects.filter(_in_force(), account_id__in=accounts).values("account_id")
    Account.objects.filter(pk__in=accounts).exclude(pk__in=others).update(is_active=False)


def _relative(person: Person, holder_id: UUID, by: Post) -> Relative | None:
    if holder_id == person.pk:
        return None
    found: Relative | None = Relative.objects.visible_to(by).filter(pk=holder_id, person=person).first()
    if found is None:
        raise Missing(_("没有找到该家属"))
    return found


def _in_force() -> Q:
    return Q(ends__isnull=True) | Q(ends__gt=clock.today())


def _held(holder_id: UUID) -> Post | None:
    rows = Post.objects.filter(_in_force(), role__in=PORTAL, holder_id=holder_id, account__is_active=True)
    return rows.select_related("account").order_by("-starts", "-pk").first()


def _require_held(holder_id: UUID) -> Post:
    post = _held(holder_id)
    if post is None:
        raise Refused("account.none", _("还没有开通账号，或账号已关闭"), remedy=_("请返回档案，先开通账号。"))
    return post


def _require_nothing_else(post: Post, by: Post) -> None:
    """Whoever knows a password opens everything that its account opens."""
    if post.account_id == by.account_id:
        raise Refused("account.own", _("自己的密码请在「修改密码」中更改"))
    others = Post.objects.filter(_in_force(), account_id=post.account_id).exclude(pk=post.pk)
    holders = {other.holder_id for other in others if other.role in PORTAL}
    if any(other.role not in PORTAL for other in others):
        raise Refused("account.staff", _("该账号同时是工作账号，密码须由本人登录后修改"))
    seen = set(Person.objects.visible_to(by).filter(pk__in=holders).values_list("pk", flat=True))
    seen |= set(Relative.objects.visible_to(by).filter(pk__in=holders).values_list("pk", flat=True))
    if holders - seen:
        raise Refused(
            "account.shared", _("该账号还用于查看您管辖范围以外的长者，不能在此重设密码"),
            remedy=_("请由区民政局办理。"),
        )  # fmt: skip


def _account(who: Person | Relative) -> tuple[Account, str]:
    """The account with which this human being signs in already, or a new one with its first password."""
    known = _known(who)
    if known is not None:
        return known, ""
    password = new_password()
    account = Account.objects.create_user(_username(who.name), password, name=who.name, must_change_password=True)
    return account, password


def _known(who: Person | Relative) -> Account | None:
    if not who.phone_index:
        return None
    same = {"name": who.name, "phone_index": who.phone_index}
    ids = [
        *Person.objects.unscoped(_WHY).filter(**same).values_list("pk", flat=True),
        *Relative.objects.unscoped(_WHY).filter(**same).values_list("pk", flat=True),
    ]
    posts = Post.objects.filter(_in_force(), role__in=PORTAL, holder_id__in=ids, account__is_active=True)
    found = posts.select_related("account").order_by("pk").first()
    return found.account if found else None


def _username(name: str) -> str:
    """Initials and four digits, like 「lm4821」: short to type, and says no telephone number."""
    stem = pinyin(name).initials[:4] or "u"
    wanted = [f"{stem}{1000 + secrets.randbelow(9000)}" for _n in range(_CANDIDATES)]
    taken = set(Account.objects.filter(username__in=wanted).values_list("username", flat=True))
    # Eight taken ones in a row among nine thousand: the longer one is free.
    return next((word for word in wanted if word not in taken), f"{stem}{secrets.randbelow(10**8):08d}")


def _record(kind: str, person: Person, post: Post, *, by: Post, reason: str = "") -> None:
    events.record(
        kind, by=by, subject=post, person_id=person.pk, area_code=person.area_code, data={"role": str(post.role)},
        reason=reason,
    )  # fmt: skip
