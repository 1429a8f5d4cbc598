"""The demo district: loaded, settled in, lived until yesterday, settled for the month that closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.conf import settings

from songhe.care.ltci import settlement
from songhe.care.ltci.models import Statement
from songhe.care.ltci.paying import pay_out
from songhe.kernel import bulk, clock
from songhe.kernel.access.models import Account, Post
from songhe.kernel.access.posts import system
from songhe.kernel.process.deadlines import add_months
from songhe.kernel.process.firing import fire
from songhe.oversight.indicators import actions as indicators
from songhe.register.loading import load_district
from songhe.register.people.models import CareLevel, Cover, Person, Relative
from songhe.register.sites.models import Organisation
from songhe.register.workforce.models import Worker

from . import cast as cast_module
from . import living, loading, opening, report, stock, story
from .cast import Cast
from .living import Town
from .population import generate, generate_staff, published, read_district, read_facts

#: What a terminal shows: done, total, in words.
Watcher = Callable[[int, int, str], None]
Progress = Callable[[str, int, int], None]
DISTRICT = "putuo"


def build(
    *, scale: int = 10, seed: int = 1, days: int | None = None, progress: Watcher | None = None, until: date | None = None
) -> str:
    """Build the demo in an empty, migrated database; one person in ``scale``.

    Lives from the first of last month: to yesterday, or for ``days`` days. The month that has
    closed by then is settled. Returns a sentence for the terminal.
    """
    watch = progress

    def tell(what: str, done: int, total: int) -> None:
        if watch is not None:
            watch(done, total, what)

    end = until or clock.today()
    start = (end.replace(day=1) - timedelta(days=1)).replace(day=1)
    lived = days if days is not None else (end - start).days
    town = settle_district(scale=scale, seed=seed, start=start, progress=tell)
    if days is None:
        # What reaches the cast's own window in the last days waits for a visitor of the demo.
        town.left_lying = {cast_module.CAOYANG: start + timedelta(days=lived - 5)}
    try:
        living.live(town, start, lived, progress=tell)
        _close_month(start, start + timedelta(days=lived), tell, left=days is None)
        _measure(start, start + timedelta(days=lived - 1), tell)
        report.write(town, scale=scale, days=lived)
        clock.set_clock(None)
        if days is None:
            tell("今天和未来七天", 0, 1)
            town.visited += opening.live(town.phones, seed, town.stated.visit, clock.now())
    finally:
        clock.set_clock(None)
    return f"已建成：{Person.objects.unscoped('report').count():,} 名模拟长者，推演 {lived} 天，上门服务 {town.visited:,} 次。"


def settle_district(*, scale: int, seed: int, start: date, progress: Progress) -> Town:
    """District, cast, people and providers, with everybody in service on the eve of ``start``."""
    town, cast = load_everybody(scale=scale, seed=seed, start=start, progress=progress)
    bring_into_service(town, cast, start, progress=progress)
    return town


@bulk.long_run()
def load_everybody(*, scale: int, seed: int, start: date, progress: Progress) -> tuple[Town, Cast]:
    """The register: district, cast, people with their families, providers with their staff, posts that act."""
    folder = loading.district_folder(DISTRICT)
    clock.set_clock(datetime.combine(start - timedelta(days=1), datetime.min.time(), clock.SHANGHAI) + timedelta(hours=20))
    progress("载入普陀区", 0, 1)
    load_district(DISTRICT, None)
    cast = cast_module.build(cast_module.PASSWORD if settings.SYNTHETIC else None)
    facts = read_facts(folder / "published_facts.csv")
    figures = published(facts, "310107")
    district = read_district(folder)
    size = None if scale == 1 else max(500, round(figures.elders / scale))
    progress("生成模拟人口", 0, 1)
    population = generate(district, figures, on=start, size=size, seed=seed)
    staff = generate_staff(population.ground, figures, scale=population.scale, on=start, seed=seed)
    placed = loading.load(population, staff, progress=progress)
    posts = loading.offices(placed, staff)
    for part in ("assessor", "assessor_b"):
        posts["assessor"][cast.workers[part].pk] = cast.posts[part]
    bulk.analyze(Person, Relative, CareLevel, Cover, Worker, Organisation)
    return Town(population, staff, placed, figures, posts), cast


@bulk.long_run()
def bring_into_service(town: Town, cast: Cast, start: date, *, progress: Progress) -> None:
    """Who holds a level chooses, is planned for and served from ``start`` on, through the actions; the cast lives its story."""
    progress("演员入职，沈桂芳申请长护险", 0, 1)
    eve = clock.now()
    story.employ(cast, town.placed, town.staff)
    story.live_through(cast, start)
    clock.set_clock(eve)
    stock.settle_in(town.population, town.staff, town.placed, starts=start, progress=progress)


def _close_month(start: date, until: date, progress: Progress, *, left: bool) -> None:
    """Settle every month that has closed, as its calendar says, on the fifth of the next.

    ``left``: two statements of the last month wait, one to be filed and one to be checked.
    """
    month = start
    while add_months(month, 1) <= until:
        after = add_months(month, 1)
        clock.set_clock(clock.midnight(after) + timedelta(days=4, hours=10))
        if left and add_months(month, 2) > until:
            _leave_two(month, progress)
        else:
            settlement.settle_month(month, through="pay", progress=_under(f"结算 {month:%Y-%m}", progress))
        month = after


def _leave_two(month: date, progress: Progress) -> None:
    """Settle a month but for two providers that are not the cast's own."""
    by = system()
    wanted = settlement.providers_of(month)
    own = set(Post.objects.filter(account__username="liyun").values_list("organisation_id", flat=True))
    others = [p for p in wanted if p.pk not in own]
    waiting = {p.pk: n for n, p in enumerate(others[-2:])}
    for at, provider in enumerate(wanted):
        statement = settlement.draft(provider, month, by=by)
        if statement is not None:
            for step in ("submit", "approve")[: waiting.get(provider.pk, 2)]:
                fire(statement, step, by=by)
        progress(f"结算 {month:%Y-%m}", at + 1, len(wanted))
    pay_out(list(Statement.objects.unscoped("demo").filter(month=month, state="approved").select_related("provider")), by=by)


def _measure(start: date, until: date, progress: Progress) -> None:
    """Snapshots of every indicator: weekly while it was lived, and for the last day."""
    day = start
    while day < until:
        day = min(day + timedelta(days=7), until)
        clock.set_clock(clock.midnight(day) + timedelta(hours=23, minutes=55))
        progress("计算指标", (day - start).days, (until - start).days)
        indicators.take(day)


def _under(title: str, progress: Progress) -> Watcher:
    """Tell of a part's progress under a title."""
    return lambda done, total, name: progress(title, done, total)


def status(address: str) -> list[str]:
    """Lines for the terminal: the address, and whom to sign in as."""
    lines = ["", f"松鹤已启动：{address}", f"演示账号密码均为 {cast_module.PASSWORD}", ""]
    known = set(Account.objects.filter(username__in=[p[1] for p in cast_module.PARTS]).values_list("username", flat=True))
    for _part, username, name, role, title, _org, _area in cast_module.PARTS:
        if username in known:
            lines.append(f"  {username:<14}{name}　{title or role.label}")
    lines.append("")
    lines.append(f"共 {Post.objects.count()} 个岗位。人员均为模拟生成。")
    return lines
