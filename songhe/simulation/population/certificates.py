"""Certificates 证书 of staff: most are valid for long, some run out soon, a few have run out."""

from dataclasses import dataclass

import numpy as np

from .codes import (
    ASSESSOR,
    ASSESSOR_A_CERT,
    ASSESSOR_B_CERT,
    CARER,
    GRADE_CERT,
    HEALTH_CERT,
    NURSE,
    NURSE_CERT,
    PHYSICIAN_CERT,
    TRAINING_CERT,
)
from .draw import Dates, Ints, Small, Strings, join, stream
from .staffing import StaffAssumptions

_SOON = 60


@dataclass(frozen=True)
class Certificates:
    """Columns by certificate, in the order of their worker."""

    worker: Ints  # index of the worker
    kind: Small
    grade: Small  # of the certificate of professional grade, else 0
    number: Strings  # 「示例-…」
    starts: Dates
    ends: Dates  # last day of validity; NaT where there is none

    def __len__(self) -> int:
        return len(self.worker)


def draw_certificates(
    occupation: Small,
    grade: Small,
    assessor_class: Small,
    employed_since: Dates,
    *,
    on: np.datetime64,
    seed: int,
    stated: StaffAssumptions,
) -> Certificates:
    """Draw what each worker's occupation asks for."""
    rng = stream(seed, "certificates")
    held = (
        (GRADE_CERT, occupation == CARER),
        (TRAINING_CERT, (occupation == CARER) | (occupation == NURSE)),
        (HEALTH_CERT, (occupation == CARER) | (occupation == NURSE)),
        (NURSE_CERT, occupation == NURSE),
        (ASSESSOR_A_CERT, (occupation == ASSESSOR) & (assessor_class == 1)),
        (ASSESSOR_B_CERT, (occupation == ASSESSOR) & (assessor_class == 2)),
        (PHYSICIAN_CERT, (occupation == ASSESSOR) & (assessor_class == 2)),
    )
    worker = np.concatenate([np.flatnonzero(who) for _, who in held])
    kind = np.concatenate([np.full(int(who.sum()), one, dtype=np.int8) for one, who in held])
    order = np.lexsort((kind, worker))
    worker, kind = worker[order], kind[order]
    size = len(worker)
    years = np.asarray(stated.certificate_years)[kind]
    left = (rng.random(size) * years * 365).astype(np.int64)
    fate = rng.random(size)
    left = np.where(fate < stated.expired, -rng.integers(1, 90, size=size), left)
    soon = (fate >= stated.expired) & (fate < stated.expired + stated.expiring)
    left = np.where(soon, rng.integers(0, _SOON, size=size), left)
    ends = np.where(years > 0, on + left.astype("timedelta64[D]"), np.datetime64("NaT", "D"))
    renewed = ends - (years * 365).astype("timedelta64[D]")
    return Certificates(
        worker=worker,
        kind=kind,
        grade=np.where(kind == GRADE_CERT, grade[worker], 0).astype(np.int8),
        number=join("示例-", np.strings.zfill(np.arange(1, size + 1).astype("<U7"), 7)),
        starts=np.where(years > 0, renewed, employed_since[worker] - np.timedelta64(200, "D")),
        ends=ends,
    )
