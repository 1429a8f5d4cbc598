"""What the wall and the desk page show: the same content, drawn twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.areas import queries as areas
from songhe.kernel.areas.models import Area
from songhe.kernel.registry import case_faces, indicators
from songhe.oversight.indicators import queries
from songhe.oversight.indicators.access import area_of
from songhe.oversight.indicators.queries import SMALL, Figure

#: The six figures, in order; the first known code of each place is shown.
SIX = (
    ("people.registered60",), ("ltci.serving",), ("visits.today", "visits.served", "ltci.home"), ("assessment.late",),
    ("ltci.settled",), ("beds.approved",),
)
#: What the map is coloured by.
MAP = ("ltci.serving",)
#: The funnel from application to service, of the year so far.
FUNNEL = ("assessment.applied", "assessment.assessed", "ltci.started")


@dataclass(frozen=True)
class Content:
    """Everything on the screen, for one area."""

    area: str
    name: str
    figures: list[Figure]
    map_figure: Figure | None
    towns: list[tuple[areas.Node, Figure]]
    funnel: list[Figure]
    late: list[dict[str, Any]]


def known(codes: tuple[str, ...]) -> str:
    """The first of the codes that some room has declared."""
    return next((c for c in codes if c in indicators), "")


def gather(post: Post) -> Content:
    """Figures from snapshots, and what is late from the worklists' processes: counts, no person."""
    area = area_of(post)
    six = [c for c in (known(codes) for codes in SIX) if c]
    funnel = [c for c in FUNNEL if c in indicators]
    found = {f.indicator.code: f for f in queries.figures([*six, *funnel], area)}
    shown = known(MAP)
    towns = areas.towns(area)
    by_town = queries.by_town(shown, [t.code for t in towns]) if shown else {}
    return Content(
        area=area,
        name=areas.name_of(area),
        figures=[found[c] for c in six],
        map_figure=queries.figures([shown], area)[0] if shown else None,
        towns=[(t, by_town[t.code]) for t in towns] if shown else [],
        funnel=[found[c] for c in funnel],
        late=late(post),
    )


def late(post: Post) -> list[dict[str, Any]]:
    """How much waits and how much is late, by kind of work, whoever has to do it. One query a kind."""
    today = clock.today()
    rows = []
    for process, face in case_faces.items():
        if not hasattr(face.model, "due_on") or not hasattr(face.model, "area_code"):
            continue
        opened = face.model.objects.visible_to(post).filter(closed_at__isnull=True, due_on__isnull=False)
        counts = opened.aggregate(open=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
        rows.append({"title": face.title, "process": process, **counts})
    return sorted(rows, key=lambda r: -r["late"])


def map_areas(content: Content) -> dict[str, Any]:
    """Town boundaries with the figure; a count of people that is small is hidden."""
    figures = {t.code: f for t, f in content.towns}
    shapes = Area.objects.filter(code__in=list(figures), boundary__isnull=False)
    features = []
    for code, name, boundary in shapes.values_list("code", "name", "boundary"):
        figure = figures[code]
        hidden = figure.indicator.unit == "人" and figure.value is not None and 0 < figure.value < SMALL
        list_url = figure.indicator.list_url
        features.append(
            {
                "type": "Feature", "geometry": boundary,
                "properties": {
                    "id": code, "name": name, "value": None if hidden else figure.value,
                    "href": list_url(code) if list_url else f"/indicators/{figure.indicator.code}/",
                },
            }
        )
    return {"type": "FeatureCollection", "features": features}


def funnel_chart(content: Content) -> dict[str, Any]:
    """The funnel as the chart component takes it."""
    return {
        "kind": "funnel", "unit": content.funnel[0].indicator.unit if content.funnel else "",
        "columns": [_("环节"), _("数量")], "rows": [[_(f.indicator.title), f.value or 0] for f in content.funnel],
    }
