"""Draws for visits and for carers: what comes of planned visits, and who stays away."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .codes import CARER_MISSED, DONE, ELDER_ABSENT, ELDER_REFUSED, MISTAKE, NO_PLACE, OFF_SITE, ON_SITE, Code
from .draw import Flags, Floats, Ints, Rng, Small, choose
from .events import VisitAssumptions

_SHORT_STAY = MISTAKE.index(Code("short_stay", "实际时长明显不足"))
_IDENTICAL = MISTAKE.index(Code("identical_duration", "时长雷同"))
_MOST_MINUTES = 3 * 24 * 60


@dataclass(frozen=True)
class VisitCourses:
    """Columns by planned visit; those of a visit that was not done mean nothing beyond ``outcome``."""

    outcome: Small  # codes.VISIT_OUTCOME
    start_shift: npt.NDArray[np.int16]  # minutes after the planned start, negative if early
    length_share: Floats  # actual ÷ planned length
    place: Small  # codes.PLACE, at sign-in
    metres: Floats  # from the elder's door; NaN without a position
    sync_delay: Ints  # minutes from sign-out to arrival at the server; 0 when online
    sent_twice: Flags
    clock_error: Ints  # seconds by which the phone's clock is wrong
    mistake: Small  # codes.MISTAKE; what audit should find, 0 for an honest visit


def draw_visits(rng: Rng, size: int, stated: VisitAssumptions) -> VisitCourses:
    """What comes of ``size`` planned visits."""
    outcome = _outcomes(rng, size, stated)
    honest = 1 - sum(stated.mistakes)
    mistake = choose(rng, (honest, *stated.mistakes[1:]), size).astype(np.int8)
    mistake[outcome != DONE] = 0
    place, metres = _places(rng, size, stated)
    offline = rng.random(size) < stated.offline
    delay = rng.lognormal(np.log(stated.sync_median), stated.sync_spread, size=size)
    wrong = rng.random(size) < stated.wrong_clock
    error = rng.integers(300, 7200, size=size) * rng.choice(np.array([-1, 1]), size=size)
    return VisitCourses(
        outcome=outcome,
        start_shift=_start_shifts(rng, size, stated),
        length_share=_length_shares(rng, mistake, stated),
        place=place,
        metres=metres,
        sync_delay=np.where(offline, np.rint(delay).clip(1, _MOST_MINUTES), 0).astype(np.int64),
        sent_twice=rng.random(size) < stated.sent_twice,
        clock_error=np.where(wrong, error, 0),
        mistake=mistake,
    )


def _outcomes(rng: Rng, size: int, stated: VisitAssumptions) -> Small:
    failed = {
        ELDER_ABSENT: stated.elder_absent,
        ELDER_REFUSED: stated.elder_refused,
        CARER_MISSED: stated.carer_missed,
    }
    return choose(rng, [1 - sum(failed.values()), *failed.values()], size).astype(np.int8)


def _start_shifts(rng: Rng, size: int, stated: VisitAssumptions) -> npt.NDArray[np.int16]:
    late = rng.random(size) < stated.late
    minutes = np.where(
        late,
        rng.lognormal(np.log(stated.late_median), 0.5, size=size),
        rng.normal(0.0, stated.punctual_spread, size=size),
    )
    shifted: npt.NDArray[np.int16] = np.rint(minutes).clip(-30, 180).astype(np.int16)
    return shifted


def _length_shares(rng: Rng, mistake: Small, stated: VisitAssumptions) -> Floats:
    size = len(mistake)
    share = rng.normal(1.0, stated.length_spread, size=size).clip(0.85, 1.25)
    short = rng.random(size) < stated.short
    share = np.where(short, rng.uniform(0.4, 0.8, size=size), share)
    share = np.where(mistake == _SHORT_STAY, rng.uniform(0.05, 0.3, size=size), share)
    shares: Floats = np.where(mistake == _IDENTICAL, 1.0, share)
    return shares


def _places(rng: Rng, size: int, stated: VisitAssumptions) -> tuple[Small, Floats]:
    place = choose(rng, [1 - stated.no_place - stated.off_site, stated.no_place, stated.off_site], size)
    median = np.where(place == OFF_SITE, stated.off_site_metres, stated.on_site_metres)
    metres = median * rng.lognormal(0.0, 0.5, size=size)
    # Inside the fence is inside: the tail of the error belongs to the off-site share.
    metres = np.where(place == ON_SITE, metres.clip(max=stated.fence_metres), metres)
    metres = np.where(place == OFF_SITE, metres.clip(min=stated.fence_metres * 1.05), metres)
    return place.astype(np.int8), np.where(place == NO_PLACE, np.nan, metres)


class Absences(NamedTuple):
    """Absences of carers that begin today: who, and for how many days."""

    carer: Ints
    days: Ints


def draw_absences(rng: Rng, on_duty: Flags, stated: VisitAssumptions) -> Absences:
    """Who of the carers on duty falls out today."""
    carer = np.flatnonzero(on_duty & (rng.random(len(on_duty)) < stated.absence_starts))
    return Absences(carer, rng.geometric(1 / stated.absence_days, size=len(carer)))
