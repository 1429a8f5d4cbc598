"""Pure rules about workers: whose certificate holds, who may work, at what class a visit is paid."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from songhe.kernel import policy
from songhe.kernel.because import Because

#: 职业技能等级 as registers write it → the key of the policy library. 五级 is the lowest.
GRADES = {
    "初级": "beginner", "五级": "beginner", "初级工": "beginner",
    "中级": "intermediate", "四级": "intermediate", "中级工": "intermediate",
    "高级": "senior", "三级": "senior", "高级工": "senior",
    "技师": "technician", "二级": "technician",
    "高级技师": "senior_technician", "一级": "senior_technician",
}  # fmt: skip
GRADE_CHOICES = ("初级", "中级", "高级", "技师", "高级技师")
#: Classes in rising order; a nurse may do what a carer does.
RANK = {"": 0, "carer_health": 1, "carer_medical": 2, "nurse": 3}
TITLES = {"carer_health": "养老护理员（健康照护）", "carer_medical": "养老护理员（医疗照护）", "nurse": "执业护士"}
SKILLS = {
    "bathing": "助浴", "transfer": "移位与翻身", "dementia": "认知障碍照护", "pressure_care": "压疮预防护理",
    "tube_feeding": "鼻饲护理", "catheter": "留置尿管护理", "rehabilitation": "生活自理能力训练",
}  # fmt: skip
LANGUAGES = {"mandarin": "普通话", "shanghainese": "沪语", "dialect": "其他方言"}
EQUIVALENT = "ltci.home.staff_class_equivalent"
REQUIRED = "register.certificate.required"


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate as rules see it; ``ends`` is its last day, None where it has none."""

    kind: str
    starts: date
    ends: date | None = None


def certificate_valid(held: Held, on: date) -> bool:
    """Whether a certificate holds on a day; its last day counts.

    >>> certificate_valid(Held("健康证明", date(2025, 1, 1), date(2025, 12, 31)), date(2025, 12, 31))
    True
    """
    return held.starts <= on and (held.ends is None or on <= held.ends)


def may_work(occupation: str, certificates: Iterable[Held], on: date) -> list[Because]:
    """Why somebody may not take up work on a day; empty when nothing stands against it.

    One of the certificates that the occupation asks for must hold; an expired one opens no work.
    """
    try:
        rule = policy.value(REQUIRED, on=on, occupation=occupation)
    except policy.UnknownPolicy:
        return []
    wanted = set(rule.value)
    held = [one for one in certificates if one.kind in wanted]
    if any(certificate_valid(one, on) for one in held):
        return []
    over = [one.ends for one in held if one.ends and one.ends < on]
    if over:
        return [rule.because(f"上岗证书已于 {max(over)} 到期")]
    return [rule.because(f"没有有效的上岗证书（{'、'.join(rule.value)}，持有其一）")]


def may_do(staff_class: str, wanted: Collection[str]) -> list[Because]:
    """Why a staff class may not do what asks for one of ``wanted``; empty when it may.

    A higher class may stand in for a lower one, never the other way round.
    """
    if not wanted or RANK.get(staff_class, 0) >= min(RANK[one] for one in wanted):
        return []
    lowest = min(wanted, key=lambda one: RANK[one])
    have = TITLES.get(staff_class, "未登记服务类别")
    return [Because(f"须由{TITLES[lowest]}及以上完成，该人员为{have}", rule="ltci.catalogue")]


def pay_class(staff_class: str, grade: str, on: date) -> tuple[str, Because]:
    """The class at whose price a visit of that day is paid, and why.

    A carer's own class holds unless the grade of profession counts for a higher one: from 2024-01-01
    中级 and above are paid as 医疗照护. Asked for an old day, the old answer comes.
    """
    if staff_class == "nurse":
        return staff_class, Because("执业护士按护士价格计费")
    own = Because(f"按登记的服务类别计费：{TITLES.get(staff_class, '未登记')}")
    key = GRADES.get(grade.strip())
    if key is None or not staff_class:
        return staff_class, own
    try:
        rule = policy.value(EQUIVALENT, on=on, grade=key)
    except policy.UnknownPolicy:
        return staff_class, own
    if RANK.get(rule.value, 0) <= RANK[staff_class]:
        return staff_class, own
    return rule.value, rule.because(f"{grade}养老护理员视同{TITLES[rule.value]}")
