"""Giving out accounts and posts. Each change is on record; nobody gives a post to himself."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from songhe.kernel import clock, events
from songhe.kernel.errors import Forbidden, Missing, Refused
from songhe.kernel.intervals import in_force

from . import posts
from .models import Account, Post
from .roles import FIELD, PORTAL, Role

#: Roles that an administrator gives out: elders and families get theirs from the elder file.
GIVEN = tuple(role for role in Role if role not in PORTAL and role is not Role.SYSTEM)
#: Roles of people who are in the register of workers, so that their work can be found.
WORKERS = frozenset(FIELD - {Role.VOLUNTEER})
#: Roles that see what their organisation does, hence need one.
PLACED = frozenset({Role.AGENCY, Role.COORDINATOR, Role.HOME})
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class NewPost:
    """A post to be given. ``area_code`` is a prefix of the 12-digit code; ``ends`` the first day without it."""

    role: str
    title: str
    area_code: str
    organisation_id: UUID | None = None
    organisation_name: str = ""
    holder_id: UUID | None = None
    starts: date | None = None
    ends: date | None = None


def open_first_admin(username: str, name: str, password: str, area_code: str) -> Post:
    """The administrator of an empty house, who then gives out everything else from the screens.

    Refused while somebody holds that post: a second one is given by the first, and is on record with her.
    Without anybody left who can sign in to it, it may be opened again.
    """
    with transaction.atomic():
        held = Post.objects.select_for_update().filter(in_force(clock.today()), role=Role.ADMIN, account__is_active=True)
        if (admin := held.select_related("account").first()) is not None:
            raise Refused(
                "admin.exists", _("已有系统管理员 %(name)s（用户名 %(username)s）")
                % {"name": admin.account.name, "username": admin.account.username},
                remedy=_("更多的管理员由现有的管理员在「账号与岗位」里开设。"),
            )  # fmt: skip
        if Account.objects.filter(username__iexact=username).exists():
            raise Refused("account.taken", _("用户名「%(name)s」已被使用，请换一个") % {"name": username}, field="username")
        try:
            validate_password(password, Account(username=username, name=name))
        except ValidationError as weak:
            raise Refused("account.weak", "".join(weak.messages), field="password") from weak
        account = Account.objects.create_user(username, password, name=name)
        post = Post.objects.create(account=account, role=Role.ADMIN, title="系统管理员", area_code=area_code)
        by = posts.system()
        events.record("account.opened", by=by, subject=account)
        events.record("post.given", by=by, subject=post, data={"role": str(Role.ADMIN), "account": str(account.pk)})
    return post


def account_of(pk: UUID, by: Post) -> Account:
    """An account that the administrator may handle: of staff, or with no post yet.

    The accounts of elders and relatives are not hers, nor is the system's.
    """
    _require_admin(by)
    account = Account.objects.filter(pk=pk).first()
    held = set(Post.objects.filter(account_id=pk).values_list("role", flat=True))
    if account is None or (held and held.isdisjoint(GIVEN)) or Role.SYSTEM in held:
        raise Missing(_("没有这个账号"))
    return account


def open_account(username: str, name: str, *, by: Post) -> tuple[Account, str]:
    """A new account and its first password, which is shown once and kept nowhere."""
    _require_admin(by)
    if Account.objects.filter(username__iexact=username).exists():
        raise Refused("account.taken", _("用户名「%(name)s」已被使用，请换一个") % {"name": username}, field="username")
    password = new_password()
    with transaction.atomic():
        account = Account.objects.create_user(username, password, name=name, must_change_password=True)
        events.record("account.opened", by=by, subject=account)
    return account, password


def reset_password(pk: UUID, *, by: Post) -> str:
    """A new password in place of a lost one; shown once and kept nowhere."""
    account = account_of(pk, by)
    if account.pk == by.account_id:
        raise Refused("account.own", _("自己的密码请在「修改密码」中更改"))
    if Post.objects.filter(account=account, role__in=PORTAL).exists():
        # Whoever knows the password of a portal account reads an elder's file.
        raise Refused("account.portal", _("该账号同时用于查看家人档案，密码须由本人通过登录页找回"))
    with transaction.atomic():
        password = first_password(account)
        events.record("account.password", by=by, subject=account)
    return password


def set_active(pk: UUID, active: bool, *, by: Post, reason: str) -> Account:
    """Close an account, or open it again. A closed one signs nobody in."""
    account = account_of(pk, by)
    if account.pk == by.account_id:
        raise Refused("account.own", _("不能停用自己的账号，请由其他管理员办理"))
    with transaction.atomic():
        account.is_active = active
        account.save(update_fields=["is_active"])
        kind = "account.enabled" if active else "account.disabled"
        events.record(kind, by=by, subject=account, reason=reason)
    return account


def give_post(account_pk: UUID, new: NewPost, *, by: Post) -> Post:
    """Give a post. Refused for oneself, outside the administrator's own area, or without its worker."""
    account = account_of(account_pk, by)
    _require_giveable(account, new, by)
    starts = new.starts or clock.today()
    if new.ends is not None and new.ends <= starts:
        raise Refused("post.period", _("任职止日须晚于任职起日"), field="ends")
    held = Post.objects.filter(account=account, role=new.role, organisation_id=new.organisation_id)
    if any(p.area_code == new.area_code and (p.ends is None or p.ends > starts) for p in held):
        raise Refused("post.held", _("该账号已担任同一岗位，无需重复授予"), field="role")
    with transaction.atomic():
        post = Post.objects.create(
            account=account, role=new.role, title=new.title, area_code=new.area_code, holder_id=new.holder_id,
            organisation_id=new.organisation_id, organisation_name=new.organisation_name, starts=starts, ends=new.ends,
        )  # fmt: skip
        events.record("post.given", by=by, subject=post, data={"role": new.role, "account": str(account.pk)})
    return post


def _require_giveable(account: Account, new: NewPost, by: Post) -> None:
    if account.pk == by.account_id:
        raise Refused("post.own", _("不能给自己授予岗位，请由其他管理员办理"))
    if new.role not in GIVEN:
        raise Refused("post.role", _("长者和家属的账号在长者档案中开通，不在此授予"), field="role")
    if not (by.area_code and new.area_code.startswith(by.area_code)):
        raise Refused("post.area", _("只能授予您所管辖区域内的岗位"), field="area_code")
    if new.role in PLACED and new.organisation_id is None:
        raise Refused("post.organisation", _("该角色按单位查看数据，请选择所在单位"), field="organisation")
    if new.role in WORKERS and new.holder_id is None:
        raise Refused(
            "post.worker", _("护理员、护士和评估员的岗位须对应到从业人员登记"), field="holder",
            remedy=_("请先在「从业人员」中登记本人，姓名与账号一致。"),
        )  # fmt: skip


def end_post(pk: UUID, *, by: Post, reason: str, on: date | None = None) -> Post:
    """End a post; ``on`` (today) is the first day without it. What it opened closes with it."""
    _require_admin(by)
    post = Post.objects.select_related("account").filter(pk=pk, role__in=GIVEN).first()
    if post is None or not (by.area_code and post.area_code.startswith(by.area_code)):
        raise Missing(_("没有这个岗位"))
    if post.account_id == by.account_id:
        raise Refused("post.own", _("不能终止自己的岗位，请由其他管理员办理"))
    last = on or clock.today()
    if post.ends is not None and post.ends <= last:
        raise Refused("post.ended", _("该岗位已经终止"))
    with transaction.atomic():
        if last <= post.starts:
            # A post lasts at least a day: one that was given today by mistake is dated back by one.
            post.starts = date.fromordinal(last.toordinal() - 1)
        post.ends = last
        post.save(update_fields=["starts", "ends"])
        events.record("post.ended", by=by, subject=post, data={"role": post.role}, reason=reason)
    return post


def first_password(account: Account) -> str:
    """Give an account a password that its holder has to change at the next sign-in; it is kept nowhere."""
    password = new_password()
    account.set_password(password)
    account.must_change_password = True
    account.save(update_fields=["password", "must_change_password"])
    return password


def new_password() -> str:
    """Twelve letters and digits in groups of four, without those that look alike."""
    while True:
        word = "".join(secrets.choice(_LETTERS) for _ in range(12))
        try:
            validate_password(word)
        except ValidationError:
            continue
        return "-".join((word[:4], word[4:8], word[8:]))


def _require_admin(by: Post) -> None:
    if by.role != Role.ADMIN:
        raise Forbidden(_("只有系统管理员能办理账号和岗位"))
