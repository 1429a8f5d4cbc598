"""Addresses 地址 with a sample in them: every URL of the house as one can type it, for both sides.

A new URL whose sample cannot be guessed fails here, with the name to be put into :data:`SAMPLES`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial

from django.urls import URLPattern, reverse

from songhe.kernel.registry import case_faces
from songhe.kernel.screens.rights import Screen, all_patterns

from .side import Side

NEAR, FAR, PLAIN = "near", "far", "-"
#: Sample of a room's ``pk`` where nothing more exact is said.
ROOMS = {
    "people": "person", "sites": "site", "workforce": "worker", "agreements": "agreement", "assessment": "assessment_delivered",
    "plans": "plan_serving", "visits": "visit", "ltci": "enrolment", "intake": "person", "portal": "person", "jobs": "job",
    "sheets": "batch", "api.people": "person", "api.sites": "site", "api.assessments": "assessment_delivered",
    "api.workers": "worker", "api.agreements": "agreement", "api.ltci": "enrolment", "api.plans": "plan_serving",
    "api.visits": "visit", "api.indicators": "=beds.approved", "access": "account", "policies": "=ltci.home.hours_per_week",
}  # fmt: skip
#: Exact samples: "view name" or "view name/argument" → row, or a literal after "=".
SAMPLES = {
    "people:relative_edit": "relative", "people:relative_remove": "relative", "people:reveal_relative": "relative",
    **dict.fromkeys((f"people:account_{act}/holder" for act in ("open", "reset", "close")), "relative"),
    "people:consent_withdraw": "consent", "people:cover_end": "cover", "people:stay_end": "stay",
    "people:reveal/field": "=phone", "intake:offer/key": "=assessment", "intake:check/key": "=assessment",
    "intake:receipt": "assessment_submitted", "intake:receipt/process": "=assessment",
    "sites:organisation": "organisation", "sites:organisation_edit": "organisation", "sites:licence": "organisation",
    "workforce:back/absence_id": "absence", "assessment:attachment": "attachment", "assessment:survey": "assessment_scheduled",
    "assessment:save": "assessment_scheduled", "assessment:state": "assessment_scheduled",
    "assessment:upload": "assessment_scheduled", "assessment:submit": "assessment_scheduled",
    "assessment:done": "assessment_surveyed", "assessment:objection": "assessment_noticed",
    "indicators:page/code": "=beds.approved", "sheets:upload/kind": "=people", "sheets:template/kind": "=people",
    "access:end": "post", "portal:cancel": "visit_ahead", "portal:receipt": "assessment_delivered",
    "styles/face": "=elder", "calendar:year": "=2026", "calendar:edit": "=2026-10-01", "calendar:remove": "=2026-10-01", "cases:process/process": "=assessment",
    **dict.fromkeys(("ltci:statement", "ltci:people", "ltci:decide", "ltci:rejudge", "ltci:paper"), "statement"),
    "ltci:plan": "enrolment_drafted", "ltci:line": "claim", "ltci:payment": "payment",
    **dict.fromkeys(("plans:edit", "plans:check", "plans:slot_new", "plans:slot/pk", "plans:drop/pk"), "plan_drafted"),
    "plans:slot/slot_id": "slot_drafted", "plans:drop/slot_id": "slot_drafted", "visits:evidence": "evidence",
}  # fmt: skip
#: Arguments of the interface that say themselves what they are.
ARGUMENTS = {"person_id": "person", "statement_id": "statement"}
#: Case pages: one row a process, and one of its steps.
CASES = {
    "assessment": ("assessment_submitted", "accept"), "help": ("help", "answer"), "ltci": ("enrolment_requested", "accept"),
    "settlement": ("statement", "approve"), "plan": ("plan_planned", "agree"), "visit": ("visit", "cancel"),
}  # fmt: skip
#: Addresses of libraries that need a secret of their own.
SECRET = {"account_confirm_email": ["x"], "account_reset_password_from_key": ["x", "y"]}
_ARGUMENT = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")


@dataclass(frozen=True)
class Address:
    """One URL with a sample. ``key`` is how the tables name it; ``path`` what a browser asks for.

    ``sample`` says whose row it holds; a plain address holds nobody's.
    """

    route: str
    name: str
    sample: str
    path: str
    screen: Screen | None
    methods: tuple[str, ...]

    @property
    def foreign(self) -> bool:
        """A library's own page: it says nothing of roles."""
        return self.screen is None

    @property
    def is_api(self) -> bool:
        """Asked by programs."""
        return self.route.startswith("api/")

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Keys of its lines in the table: method, route, sample."""
        for method in self.methods:
            yield (method, f"/{self.route}", self.sample)


def addresses(near: Side, far: Side) -> list[Address]:
    """Every URL of the house, those with arguments once for each side."""
    found: list[Address] = []
    for route, pattern, name in named_patterns():
        screen = getattr(pattern.callback, "screen", None)
        methods = screen.methods if screen else operations().get(route, ("GET",))
        if name in SECRET:
            found.append(Address(route, name, PLAIN, reverse(name, args=SECRET[name]), screen, methods))
        elif "<" not in route:
            found.append(Address(route, name, PLAIN, f"/{route}", screen, methods))
        elif all(is_literal(name, m["name"]) for m in _ARGUMENT.finditer(route)):
            found.append(Address(route, name, PLAIN, _put(route, partial(sample, name, side=near)), screen, methods))
        else:
            for side in (near, far):
                for label, path in _filled(route, name, side):
                    found.append(Address(label, name, side.key, path, screen, methods))
    return sorted(found, key=lambda a: (a.route, a.sample != NEAR, a.path))


def named_patterns() -> Iterator[tuple[str, URLPattern, str]]:
    """Route, pattern and full name of every view."""
    seen = set()
    for route, pattern in all_patterns():
        if route in seen:
            continue
        seen.add(route)
        yield route, pattern, _name(pattern, route)


def _name(pattern: URLPattern, route: str) -> str:
    declared: Screen | None = getattr(pattern.callback, "screen", None)
    room = declared.name.partition(".")[0] if declared and "." in declared.name else ""
    if route.startswith("api/"):
        room = f"api.{route.split('/')[2]}"
    return f"{room}:{pattern.name}" if room else pattern.name or route


def _filled(route: str, name: str, side: Side) -> Iterator[tuple[str, str]]:
    """Label and path of a route with this side's samples; case pages once for every process."""
    if name in ("cases:page", "cases:step"):
        for process in dict(case_faces.items()):
            row, step = CASES[process]
            values = {"process": process, "pk": str(side.rows[row].pk), "step": step}
            label = route.replace("<slug:process>", process).replace("<slug:step>", step)
            yield label, _put(route, values.__getitem__)
        return
    yield route, _put(route, partial(sample, name, side=side))


def is_literal(name: str, argument: str) -> bool:
    """Whether an argument is a plain word that belongs to neither side."""
    return _wanted(name, argument).startswith("=")


def _wanted(name: str, argument: str) -> str:
    room = name.partition(":")[0]
    by_itself = ARGUMENTS.get(argument) if room.startswith("api.") else ""
    return SAMPLES.get(f"{name}/{argument}") or SAMPLES.get(name) or by_itself or ROOMS.get(room, "")


def _put(route: str, value: Callable[[str], str]) -> str:
    return "/" + _ARGUMENT.sub(lambda m: value(m["name"]), route)


def sample(name: str, argument: str, side: Side) -> str:
    """The value of one argument of one view on one side."""
    wanted = _wanted(name, argument)
    if not wanted:
        raise LookupError(f"tests/house/samples.py: say what {name}/{argument} is to be tried with")
    return wanted[1:] if wanted.startswith("=") else str(side.rows[wanted].pk)


@cache
def operations() -> dict[str, tuple[str, ...]]:
    """Methods of every address of the API, by its Django route."""
    from songhe.web.api import api

    bare = {
        re.sub(r"\{.*?\}", "{}", path).lstrip("/"): tuple(sorted(m.upper() for m in methods))
        for path, methods in api.get_openapi_schema()["paths"].items()
    }
    found = {}
    for route, _pattern in all_patterns():
        key = _ARGUMENT.sub("{}", route)
        if key in bare:
            found[route] = bare[key]
    return found
