"""Who sees workers: their employer, the offices of the employer's area, each of them herself."""

from __future__ import annotations

from songhe.kernel.access import rights
from songhe.kernel.access.models import Post
from songhe.kernel.access.rights import FieldRule, clear_for, in_area, own_organisation, own_rows
from songhe.kernel.access.roles import Role
from songhe.kernel.identity import mask_phone
from songhe.register.sites.access import under

from .models import Absence, Certificate, Shift, Worker

OFFICES = clear_for({Role.BUREAU, Role.INSURER, Role.AUDITOR})
EMPLOYERS = clear_for({Role.COORDINATOR, Role.HOME, Role.AGENCY})
SELF = clear_for({Role.CARER, Role.NURSE, Role.ASSESSOR, Role.DOCTOR})
READERS = OFFICES | EMPLOYERS
#: Who writes: the employer about her own staff, the bureau about anybody's in its area.
KEEPERS = EMPLOYERS | clear_for({Role.BUREAU})

# By the employer's area: where a carer herself lives says nothing about who answers for her.
rights.rows(
    Worker,
    {
        **dict.fromkeys(OFFICES, in_area("organisation__area_code")),
        **dict.fromkeys(EMPLOYERS, own_organisation()),
        **dict.fromkeys(SELF, own_rows("pk")),
    },
)
for _model in (Certificate, Shift, Absence):
    rights.rows(
        _model,
        {
            **dict.fromkeys(OFFICES, in_area("worker__organisation__area_code")),
            **dict.fromkeys(EMPLOYERS, own_organisation("worker__organisation_id")),
            **dict.fromkeys(SELF, own_rows("worker_id")),
        },
    )
rights.fields(Worker, {"phone": FieldRule(mask_phone, clear=EMPLOYERS | SELF, reveal=OFFICES)})


def keeps(post: Post, worker: Worker) -> bool:
    """Whether a post may change this worker's record."""
    if post.role == Role.BUREAU:
        return under(post, worker.organisation.area_code)
    return post.role in EMPLOYERS and worker.organisation_id == post.organisation_id
