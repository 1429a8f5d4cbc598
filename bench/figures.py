"""Every figure. The peer is the target that the plan of the house set for two cores, where no other is named."""

import random
from typing import Any

from . import house, pages
from .harness import figure

TARGET = "target at most"
OFFICER = "chenli"
SAMPLE = 120


@figure("load.district", "s", peer=TARGET, peer_value=120)
def load_district() -> tuple[float, str]:
    """All of 普陀: published figures, cited sites, generated people with their families, providers and staff."""
    return house.load()


@figure("load.service", "s")
def load_service() -> tuple[float, str]:
    """Everybody who holds a level brought into service through the actions: chosen, accepted, planned, agreed, visits made."""
    return house.into_service()


@figure("simulate.month", "s", peer=TARGET, peer_value=300)
def simulate_month() -> tuple[float, str]:
    """A month lived through the actions that people use."""
    return house.simulate()


@figure("settle.month", "s", peer=TARGET, peer_value=60)
def settle_month() -> tuple[float, str]:
    """The month's settlement: every visit judged, statements, ledger, payment."""
    return house.settle()


def sample(rows: Any) -> list[Any]:
    """Some keys of a queryset, the same ones every time."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:20_000])
    return random.Random(house.SEED).sample(keys, min(SAMPLE, len(keys)))


@figure("web.search", "ms p95", peer=TARGET, peer_value=60)
def search() -> tuple[float, str]:
    """The search box over everybody: surnames, names, pinyin, initials, tails of numbers."""
    house.furnished()
    from urllib.parse import quote

    from django.urls import reverse

    from songhe.register.people.models import Person

    people = list(Person.objects.unscoped("bench").order_by("pk")[: 40 * 400 : 400])
    words = [w for p in people for w in (p.name[0], p.name, p.pinyin.split()[0], p.initials, str(p.identity_number)[-4:])]
    address = reverse("people:list")
    return pages.measure([f"{address}?q={quote(word)}" for word in words], OFFICER)


@figure("web.worklist", "ms p95", peer=TARGET, peer_value=60)
def worklist() -> tuple[float, str]:
    """The worklist of whoever has most waiting."""
    house.furnished()
    from django.urls import reverse

    from songhe.desk.worklist.queries import waiting
    from songhe.kernel.access.models import Post

    posts = Post.objects.filter(account__is_active=True).select_related("account").order_by("pk")
    cases, username = max((waiting(post), post.account.username) for post in posts)
    value, size = pages.measure([reverse("worklist:index")], username)
    return value, f"{cases:,} cases waiting, {size}"


@figure("web.file", "ms p95", peer=TARGET, peer_value=60)
def elder_file() -> tuple[float, str]:
    """The elder file, with everything that ever happened."""
    house.furnished()
    from django.urls import reverse

    from songhe.register.people.models import Person

    rows = Person.objects.unscoped("bench").filter(levels__isnull=False)
    return pages.measure([reverse("people:file", args=[pk]) for pk in sample(rows)], OFFICER)


@figure("web.case", "ms p95", peer=TARGET, peer_value=60)
def case_page() -> tuple[float, str]:
    """The case page of an assessment: facts, reasons, buttons, timeline."""
    house.furnished()
    from django.urls import reverse

    from songhe.care.assessment.models import Assessment

    rows = Assessment.objects.unscoped("bench")
    return pages.measure([reverse("cases:page", args=[Assessment.process.name, pk]) for pk in sample(rows)], OFFICER)
