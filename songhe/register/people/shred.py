"""Forgetting a person 个人信息删除: what identifies her goes, what was done and paid stays, nameless.

Ids stay, so that events, visits and accounts hold together; the hash chain of the events covers
codes and digests only and stays whole.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from songhe.kernel import bulk, clock, guards
from songhe.kernel.access.models import Account, Consent, Post, ReadEntry
from songhe.kernel.events.models import Event
from songhe.kernel.ids import uuid7
from songhe.kernel.registry import Shredder

from .actions.common import chunks
from .models import Diagnosis, Person, Relative

_WHY = "a person is forgotten by law"
GONE = "已删除"
_ERASED = (
    "name", "pinyin", "initials", "identity_number", "identity_index", "identity_tail", "phone", "phone_index",
    "phone_tail", "hukou_address", "address", "lng", "lat", "remark", "birth_date", "area_code", "hukou_area_code",
    "marital", "education", "updated_at",
)  # fmt: skip


def erase(ids: list[UUID], on: date) -> int:
    """Erase people; returns how many. Once erased, erasing again changes nothing more.

    The year of birth, the town and the outcome of assessments stay for the statistics.
    """
    done = 0
    for part in chunks(ids):
        with transaction.atomic():
            people = list(Person.objects.unscoped(_WHY).select_for_update().filter(pk__in=part).order_by("pk"))
            for person in people:
                _blank(person)
            bulk.update(people, _ERASED)
            _family_and_accounts([p.pk for p in people])
            _words([p.pk for p in people])
            done += len(people)
    return done


def _blank(person: Person) -> None:
    person.name, person.pinyin, person.initials = GONE, "", ""
    person.identity_number = person.phone = person.hukou_address = person.address = person.remark = ""
    person.phone_index = person.phone_tail = person.identity_tail = ""
    if not person.identity_index.startswith("gone"):
        # Unique by rule, so a fresh id in place of the index; nobody types it, nobody finds by it.
        person.identity_index = f"gone{uuid7().hex[4:]}"
    person.lng = person.lat = None
    person.marital = person.education = ""
    person.birth_date = date(person.birth_date.year, 1, 1)
    person.area_code, person.hukou_area_code = _town(person.area_code), _town(person.hukou_area_code)
    person.updated_at = clock.now()


def _town(code: str) -> str:
    return code[:9].ljust(12, "0")


def _family_and_accounts(ids: list[UUID]) -> None:
    relatives: QuerySet[Relative] = Relative.objects.unscoped(_WHY).filter(person__in=ids)
    holders = [*ids, *relatives.values_list("pk", flat=True)]
    posts = Post.objects.filter(holder_id__in=holders)
    accounts = list(posts.values_list("account_id", flat=True))
    posts.update(title="")  # it names the elder: 「沈桂芳的女儿」
    today = clock.today()
    posts.filter(Q(ends__isnull=True) | Q(ends__gt=today), starts__lt=today).update(ends=today)
    others = Post.objects.exclude(holder_id__in=holders).filter(account_id__in=accounts).values("account_id")
    alone = Account.objects.filter(pk__in=accounts).exclude(pk__in=others)
    for account in alone:
        account.username, account.name, account.email = f"gone-{account.pk.hex}", GONE, ""
        account.is_active = False
        account.set_unusable_password()
    Account.objects.bulk_update(alone, ["username", "name", "email", "is_active", "password"], batch_size=500)
    Consent.objects.unscoped(_WHY).filter(person_id__in=ids).update(recipient_name=GONE, given_by=GONE)
    Diagnosis.objects.unscoped(_WHY).filter(person__in=ids).delete()
    relatives.delete()


def _words(ids: list[UUID]) -> None:
    """Free text about the person, and her own and her family's names where they acted themselves."""
    own = list(Post.objects.filter(role__in=("elder", "family"), account__name=GONE).values_list("pk", flat=True))
    with guards.lifted(_WHY):
        # An event names no elder and no relative; what it says in free words is outside the chain.
        Event.objects.unscoped(_WHY).filter(person_id__in=ids).exclude(reason="").update(reason="")
        seen = ReadEntry.objects.unscoped(_WHY).filter(person_id__in=ids)
        seen.exclude(purpose="").update(purpose="")
        seen.filter(post_id__in=own).update(reader=GONE)


SHREDDER = Shredder(
    holds="长者身份、联系方式、住址、家属、诊断、同意书、档案理由文字",
    # recalled: the archives rules name the term by kind of record; the office in charge sets it.
    retention="去世或迁出后按档案保管期限保存，期满或依法请求时删除；期限由主管部门核定",
    erase=erase,
)
