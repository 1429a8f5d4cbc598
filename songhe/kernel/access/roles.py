"""Roles 角色: what a post may be. A person acts in one post, hence one role, at a time."""

from django.db import models


class Role(models.TextChoices):
    """Every role the house knows; screens and row scopes name them one by one."""

    BUREAU = "bureau", "区民政局"
    STREET = "street", "街镇经办"
    ADVISOR = "advisor", "养老顾问"
    AGENCY = "agency", "评估机构负责人"
    ASSESSOR = "assessor", "评估员"
    COORDINATOR = "coordinator", "护理机构协调员"
    CARER = "carer", "护理员"
    NURSE = "nurse", "护士"
    HOME = "home", "养老机构负责人"
    DOCTOR = "doctor", "家庭医生"
    INSURER = "insurer", "长护险经办"
    AUDITOR = "auditor", "稽核员"
    ELDER = "elder", "长者"
    FAMILY = "family", "家属"
    VOLUNTEER = "volunteer", "志愿者"
    ADMIN = "admin", "系统管理员"
    SYSTEM = "system", "系统"


#: Offices that work over an area.
OFFICE = frozenset({Role.BUREAU, Role.STREET, Role.ADVISOR})
#: Everybody who works at a desk with other people's files.
DESK = OFFICE | {Role.AGENCY, Role.COORDINATOR, Role.HOME, Role.INSURER, Role.AUDITOR, Role.DOCTOR}
#: Those who work standing up, on a phone.
FIELD = frozenset({Role.ASSESSOR, Role.CARER, Role.NURSE, Role.VOLUNTEER})
#: Elders and their families.
PORTAL = frozenset({Role.ELDER, Role.FAMILY})
#: All who are paid to be here. The administrator keeps the machine and sees no person.
STAFF = DESK | FIELD | {Role.ADMIN}
#: Every role that a human being can hold.
EVERYBODY = STAFF | PORTAL
