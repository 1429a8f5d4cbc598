"""What is assumed about providers and their staff 机构与人员假设."""

from dataclasses import dataclass

from .assume import assumed

Minutes = tuple[int, int]
Pattern = tuple[str, tuple[int, ...], tuple[Minutes, ...]]

# Usual weeks 班次: name, weekdays (0 is Monday), hours as minutes after midnight.
SHIFT_PATTERNS: tuple[Pattern, ...] = (
    ("周一至周六全日", (0, 1, 2, 3, 4, 5), ((420, 690), (780, 1050))),
    ("周二至周日全日", (1, 2, 3, 4, 5, 6), ((420, 690), (780, 1050))),
    ("周一至周六上午", (0, 1, 2, 3, 4, 5), ((420, 720),)),
    ("工作日", (0, 1, 2, 3, 4), ((510, 1020),)),
    ("机构早班", (0, 1, 2, 3, 4), ((390, 870),)),
    ("机构中班", (2, 3, 4, 5, 6), ((840, 1320),)),
)
HOME_PATTERNS, OFFICE_PATTERN, WARD_PATTERNS = (0, 1, 2), 3, (4, 5)


@dataclass(frozen=True)
class StaffAssumptions:
    """Numbers at the size of the whole district; a sample has them times its scale."""

    care_homes: int = assumed(40, "80家定点机构中的养老机构", unit="家", status="published")
    community: int = assumed(29, "80家定点机构中的社区养老服务组织", unit="家", status="published")
    agencies: int = assumed(6, "评估机构数，未见公布", unit="家")
    insurers: int = assumed(3, "参与经办与稽核的商业保险机构数，未见公布", unit="家")
    least: tuple[int, ...] = assumed(
        (3, 3, 2, 2, 1), "抽样时各类机构的最少数目，使每条流程都有可选项；顺序见机构代码", unit="家"
    )
    home_carers: int = assumed(
        2500, "上门护理员数，未见公布；每日约1.05万人次，每人每个工作日约5次", unit="人"
    )
    station_weight: float = assumed(1.6, "护理站的平均规模，相对于社区养老服务组织", unit="倍")
    size_spread: float = assumed(0.45, "同类机构规模差异，对数标准差", unit="对数")
    residents_per_carer: float = assumed(6.0, "养老机构每名护理员照护的长护险对象", unit="人")
    nurses: tuple[int, ...] = assumed((3, 0, 8, 0, 0), "每家机构的护士数，按机构类别", unit="人")
    carers_per_coordinator: float = assumed(60.0, "一名协调员安排的护理员数；每家至少一名", unit="人")
    assessments_a_day: float = assumed(3.0, "评估员每个工作日完成的评估", unit="次")
    assessors_present: float = assumed(0.85, "评估员的出勤比例")
    class_b: float = assumed(0.45, "B类评估员占评估员的比例；每次评估至少一名")
    working_days: int = assumed(250, "一年的工作日", unit="天")
    women: tuple[float, ...] = assumed((0.93, 0.97, 0.75, 0.80, 0.60, 0.70, 0.55), "女性比例，按岗位代码")
    birth_years: tuple[tuple[int, int], ...] = assumed(
        ((1964, 1992), (1968, 1999), (1970, 1998), (1975, 2000), (1964, 1990), (1980, 2001), (1972, 1995)),
        "出生年份范围，按岗位代码",
        unit="年",
    )
    grades: tuple[float, ...] = assumed((0.0, 0.58, 0.34, 0.08), "护理员职业等级：无、初级、中级、高级")
    medical: float = assumed(
        0.55, "初级护理员中持医疗照护资格的比例；中级及以上自2024年起视同医疗照护（通知2023-12-29）"
    )
    skills: tuple[float, ...] = assumed(
        (0.70, 0.80, 0.25, 0.45, 0.18, 0.20, 0.30), "护理员具备各项技能的比例，顺序见技能代码"
    )
    speaks_shanghainese: float = assumed(0.35, "护理员会说沪语的比例，多数来自外省")
    shift_weights: tuple[float, ...] = assumed((0.45, 0.35, 0.20), "上门护理员的班次构成")
    near_home: float = assumed(0.5, "住在机构所在街镇的比例，其余住在区内其他街镇")
    certificate_years: tuple[int, ...] = assumed(
        (0, 3, 1, 5, 3, 3, 0), "证书有效期，0为长期；护士执业注册5年，健康证明1年，其余假设", unit="年"
    )
    expired: float = assumed(0.01, "证书已过期而未换的比例")
    expiring: float = assumed(0.05, "证书在60天内到期的比例，另加自然到期者")
