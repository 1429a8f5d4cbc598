"""Answers 作答 of a simulated survey: as a person of a given need would be found, with some noise."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from songhe.care.assessment.merging import Entry
from songhe.care.assessment.models import Assessment
from songhe.care.assessment.surveys import Batch
from songhe.engines import scoring
from songhe.kernel import clock

#: How far single items stray from the person's overall need, in parts of the whole scale.
SPREAD = 0.18
HIGHEST = 6


def batch(case: Assessment, instrument: str, level: int, rng: np.random.Generator) -> Batch:
    """All answers of one instrument for a person whose true level is ``level``, one a few seconds."""
    form = scoring.load(instrument)
    need = (level / HIGHEST + rng.normal(0, SPREAD, size=len(form.items))).clip(0, 1)
    began = clock.now() - timedelta(minutes=40)
    entries = []
    for at, item in enumerate(form.items):
        scores = sorted((o.score for o in item.options), reverse=True)
        score = scores[min(len(scores) - 1, int(need[at] * len(scores)))]
        entries.append(
            Entry(id=f"{case.number}-{instrument}-{item.id}", kind="answer", item=item.id, value=score,
                  at=began + timedelta(seconds=20 * at))
        )
    return Batch(case.pk, instrument, entries)
