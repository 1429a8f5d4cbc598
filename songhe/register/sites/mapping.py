"""Sites and town boundaries as GeoJSON for the map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.kernel.areas import queries as areas

from .faces import ICONS, POSITIONS
from .models import Site


def place(site: Site) -> dict[str, Any]:
    """One site as a point."""
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [site.lng, site.lat]},
        "properties": {
            "id": str(site.pk), "name": site.name, "kind": _(site.get_kind_display()),
            "icon": ICONS[Site.Kind(site.kind)],
            "note": f"{areas.town_name(site.area_code)} · {_(POSITIONS.get(site.position_status, ''))}",
            "href": reverse("sites:site", args=[site.pk]),
        },
    }  # fmt: skip


def one(site: Site) -> dict[str, Any] | None:
    """A single site as a map of its own; None where its place is not known."""
    return {"type": "FeatureCollection", "features": [place(site)]} if site.lng is not None else None


def drawing(sites: Sequence[Site], prefix: str) -> dict[str, Any]:
    """Places, town shapes shaded by the number of these sites, and whom to credit for the shapes."""
    counted = Counter(site.area_code[:9] for site in sites)
    drawn = areas.boundaries(prefix)
    shapes = [
        {
            "type": "Feature", "geometry": area.boundary,
            "properties": {"id": area.code, "name": area.name, "value": counted.get(area.code[:9], 0)},
        }
        for area in drawn
    ]  # fmt: skip
    points = [place(site) for site in sites if site.lng is not None]
    return {
        "places": {"type": "FeatureCollection", "features": points},
        "areas": {"type": "FeatureCollection", "features": shapes},
        "credit": next((area.boundary_credit for area in drawn if area.boundary_credit), ""),
    }
