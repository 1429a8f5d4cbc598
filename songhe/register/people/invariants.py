"""What holds of every elder file, whatever happened to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import F, Q

from songhe.kernel.access.scoping import ScopedModel
from songhe.kernel.invariants import Violation, invariant

from .models import CareLevel, Cover, Person, Stay

_WHY = "an invariant looks at everybody"


@invariant("people.death", "已故长者有死亡日期，在册长者没有")
def death_has_a_day() -> Iterable[Violation]:
    """Status and day of death agree."""
    wrong = Person.objects.unscoped(_WHY).filter(
        Q(status="deceased", death_date__isnull=True) | (~Q(status="deceased") & Q(death_date__isnull=False))
    )
    for pk in wrong.values_list("pk", flat=True):
        yield Violation(f"people.person {pk}", "档案状态与死亡日期不一致", "请在档案中更正死亡登记。")


@invariant("people.after_death", "去世后不再有等级、参保、住院或入住")
def nothing_runs_after_death() -> Iterator[Violation]:
    """Periods end with the day of death; what had not begun by then is empty."""
    begins: tuple[tuple[type[ScopedModel], str], ...] = (
        (CareLevel, "starts"), (Cover, "starts"), (Stay, "starts__date"),
    )  # fmt: skip
    for model, begin in begins:
        open_or_later = Q(ends__isnull=True) | Q(**{f"{begin}__gt": F("person__death_date")}, ends__gt=F("starts"))
        running = model.objects.unscoped(_WHY).filter(open_or_later, person__status="deceased")
        for pk in running.values_list("pk", flat=True):
            yield Violation(f"{model._meta.label_lower} {pk}", "长者已故，该期间仍未终止", "请终止该期间。")
