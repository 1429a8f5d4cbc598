"""Loading a district 装入一个区: its folder of cited data becomes areas, organisations, sites, beds and figures.

May be repeated: what is already as the files say is left alone, what an office corrected here is
kept, what has left a list is reported and never deleted. Every line of every file gets an answer.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import transaction

from songhe.kernel import events
from songhe.kernel.access import posts
from songhe.kernel.areas import queries as area_queries
from songhe.kernel.areas.models import Loading
from songhe.kernel.errors import Refused

from .areas import load_areas
from .beds import load_beds
from .facts import load_facts
from .folder import Folder
from .places import load_places
from .report import Action, Line, Report

__all__ = ["Action", "Line", "Report", "load_district"]


def load_district(
    name: str,
    report: Callable[[Line], None] | None = None,
    progress: Callable[[str], None] | None = None,
) -> Report:
    """Load the folder ``districts/<name>`` in one transaction.

    Args:
        name: folder name, e.g. "putuo".
        report: called with every line as it is decided.
        progress: called with a sentence before each part.

    Raises:
        Refused: no such folder, or a file of it is missing.
    """
    say = progress or (lambda text: None)
    folder = Folder.open(_path(name))
    result = Report(folder.name, report)
    with transaction.atomic():
        say("区、街镇、居村委和边界")
        load_areas(folder, result)
        say("机构和设施")
        places = load_places(folder, result)
        say("公布数字")
        load_facts(folder, result)
        say("床位")
        load_beds(folder, places, result)
        _put_on_record(folder, result)
    area_queries.forget()
    return result


def _path(name: str) -> Path:
    root = Path(settings.DISTRICTS)
    known = sorted(head.parent.name for head in root.glob("*/district.yaml"))
    if name not in known:
        raise Refused(
            "district.unknown", f"没有名为「{name}」的区数据。", remedy=f"可装入：{'、'.join(known) or '（无）'}"
        )
    return root / name


def _put_on_record(folder: Folder, result: Report) -> None:
    counts = result.counts
    loading = Loading.objects.create(
        district=folder.name, area_code=folder.code, added=counts["added"], changed=counts["changed"],
        same=counts["same"], refused=counts["refused"],
    )  # fmt: skip
    if counts["added"] or counts["changed"]:
        events.record(
            "district.loaded", by=posts.system(), subject=loading, area_code=folder.code, data=dict(counts)
        )
