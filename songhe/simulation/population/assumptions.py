"""What is assumed about the people 人口假设, one stated reason each.

Shares are fractions; tuples follow the code lists in ``codes``; tuples by age are for 60–69, 70–79
and 80+, tuples by level for levels 2 … 6.
"""

from dataclasses import dataclass

from .assume import assumed


@dataclass(frozen=True)
class DwellingAssumptions:
    """Where people live and with whom."""

    towns_by_committees: str = assumed(
        "居村委数", "街镇老年人口未见公布，按各街镇居村委数目分配，每个居村委人数相同"
    )
    separated: float = assumed(0.30, "户籍老年人中人户分离的比例，未见公布；上海人户分离普遍")
    separated_outside: float = assumed(0.40, "人户分离者中住在区外的比例，未见公布；其服务不由本区提供")
    alone: float = assumed(
        0.0568,
        "2019年末全市独居老年人约31.74万、孤老约2.3万，除以户籍60岁及以上518.12万（前两数凭记忆）",
        status="recalled",
    )
    lone: float = assumed(0.0045, "2019年末全市孤老约2.3万，除以518.12万（凭记忆）", status="recalled")
    elders_only: float = assumed(
        0.215,
        "2019年末全市纯老家庭老年人约143.61万，扣除独居后除以518.12万（凭记忆）；其余按与子女同住计",
        status="recalled",
    )
    insured_among_residents: float = assumed(
        0.82, "养老机构住养人中享受长护险的比例；5,310人除以此数约合8,723张床位的七成半"
    )
    residents_by_age: tuple[float, ...] = assumed(
        (0.2, 1.0, 3.0), "未享受长护险的住养人，入住的相对可能随年龄上升", unit="倍"
    )
    alone_by_age: tuple[float, ...] = assumed(
        (1.0, 2.2, 17.0), "独居的相对可能，使80岁及以上独居者够得上老伙伴计划1.3万名高龄独居老人", unit="倍"
    )
    lone_by_age: tuple[float, ...] = assumed((1.0, 1.5, 2.0), "孤老的相对可能随年龄上升", unit="倍")
    elders_only_by_age: tuple[float, ...] = assumed(
        (1.0, 1.6, 1.3), "子女离家后增多，高龄丧偶后减少", unit="倍"
    )


@dataclass(frozen=True)
class NeedAssumptions:
    """How care need spreads and who holds a level of the unified assessment 统一需求评估."""

    by_age: float = assumed(
        0.075, "潜在需求每长一岁增加的标准差，使2至6级占比由65岁约2%升到85岁约三成", unit="标准差/岁"
    )
    women: float = assumed(0.10, "同龄女性需求略高", unit="标准差")
    home_hours: tuple[float, ...] = assumed(
        (3, 3, 5, 7, 7), "居家照护每周时数上限，2至6级；可由政策库的值替换", unit="小时/周", status="sourced"
    )
    home_use: float = assumed(
        0.875, "实际服务占时数上限的比例：住院、外出、请假和两次评估之间的空档", unit="比例"
    )
    home_levels: tuple[float, ...] = assumed(
        (0.24, 0.28, 0.25, 0.14, 0.09),
        "居家服务对象的等级构成，未见公布；与时数上限和使用比例一起，把384.01万人次折成约1.9万人",
    )
    institution_levels: tuple[float, ...] = assumed(
        (0.08, 0.15, 0.27, 0.28, 0.22), "机构服务对象等级偏高，未见公布"
    )
    idle: float = assumed(0.10, "持有效2至6级而未享受服务的人数，与享受者之比")
    unmet: tuple[float, ...] = assumed(
        (0.30, 0.25, 0.20, 0.15, 0.12), "需求已达等级而尚未申请者，与持证者之比；等级越高越少"
    )
    level_one: float = assumed(0.07, "需求相当于照护一级者占60岁及以上的比例")
    assessed_low: tuple[float, float] = assumed(
        (0.008, 0.12), "两年内评过而结论为正常或一级者，占同等需求者的比例"
    )
    validity_days: int = assumed(730, "评估结论有效期最长2年", unit="天", status="sourced")
    drift_at_60: float = assumed(0.8, "需求分每年的平均上升，60岁时；10分为一级", unit="分/年")
    drift_by_age: float = assumed(0.08, "平均上升随年龄的增量", unit="分/年/岁")
    drift_spread: float = assumed(1.5, "人与人之间的差异，标准差", unit="分/年")
    institution_pull: tuple[float, float] = assumed(
        (0.6, 0.05), "同级者中入住机构的倾向：女性加成，80岁以上每岁加成", unit="对数"
    )


@dataclass(frozen=True)
class SocialAssumptions:
    """Means, family and habits."""

    dibao: float = assumed(0.008, "低保，未见分区公布")
    low: float = assumed(0.012, "低收入，未见分区公布")
    modest: float = assumed(0.35, "80周岁及以上者中养老金低于平均的比例，未见公布")
    insurance: tuple[float, float, float] = assumed(
        (0.81, 0.178, 0.012),
        "2017年末全市60岁及以上领取职工养老金者占79.7%（东方网2018-03-29）",
        status="derived",
    )
    widowed: tuple[float, float, float, float] = assumed(
        (-3.6, 0.13, -2.4, 0.13),
        "丧偶的对数几率：男性60岁时、每岁增量，女性60岁时、每岁增量",
        unit="对数几率",
    )
    divorced_single: tuple[float, float] = assumed((0.03, 0.015), "离婚、未婚的比例")
    alone_marital: tuple[float, ...] = assumed((0.05, 0.72, 0.15, 0.08), "独居者的婚姻构成，顺序见婚姻代码")
    lone_marital: tuple[float, ...] = assumed((0.0, 0.40, 0.10, 0.50), "孤老的婚姻构成，没有配偶")
    couples_among_elders_only: float = assumed(0.85, "纯老家庭中夫妻同住的比例")
    education: tuple[tuple[float, ...], ...] = assumed(
        (
            (0.30, 0.40, 0.17, 0.08, 0.05),
            (0.10, 0.34, 0.31, 0.15, 0.10),
            (0.03, 0.15, 0.46, 0.25, 0.11),
            (0.01, 0.06, 0.40, 0.36, 0.17),
        ),
        "学历构成，按1935年前、1935–1944、1945–1954、1955年后出生分",
    )
    language: tuple[tuple[float, ...], ...] = assumed(
        ((0.70, 0.08, 0.22), (0.76, 0.14, 0.10), (0.70, 0.24, 0.06)), "常用语言，按三个年龄段由高到低"
    )
    sex_wish: tuple[tuple[float, ...], ...] = assumed(
        ((0.72, 0.18, 0.10), (0.50, 0.48, 0.02)), "对护理员性别的意愿：不限、女、男；分男、女老人"
    )
    no_phone: float = assumed(0.06, "没有手机的比例")
    second_child: tuple[float, float] = assumed(
        (0.65, 0.12), "第二个子女，1953年前与其后出生者；独生子女政策"
    )
    no_child: float = assumed(0.05, "孤老以外无子女的比例")
    child_lives: tuple[float, ...] = assumed(
        (0.0, 0.45, 0.37, 0.12, 0.06), "不同住的子女住在何处，顺序见住处代码"
    )
    old_spouse_acts: float = assumed(0.5, "80岁及以上的配偶能够代办事务的比例，相对于其他亲属", unit="倍")
    can_act: tuple[float, ...] = assumed((0.85, 0.92, 0.85, 0.55, 0.35), "亲属能够代办事务的比例，按住处")


@dataclass(frozen=True)
class HealthAssumptions:
    """Prevalence of the eleven diseases among those without care need, and what a level adds."""

    base: tuple[tuple[float, ...], ...] = assumed(
        (
            (0.04, 0.08, 0.12), (0.01, 0.025, 0.05), (0.008, 0.018, 0.03), (0.18, 0.23, 0.22),
            (0.008, 0.013, 0.018), (0.45, 0.58, 0.64), (0.008, 0.012, 0.013), (0.09, 0.17, 0.25),
            (0.05, 0.10, 0.15), (0.008, 0.018, 0.045), (0.012, 0.03, 0.07),
        ),
        "十一种疾病在无照护需求者中的患病率，按年龄段；取常见流行病学量级",
    )  # fmt: skip
    per_level: tuple[float, ...] = assumed(
        (0.10, 0.30, 0.40, 0.05, 0.35, 0.05, 0.35, 0.12, 0.33, 0.38, 0.50),
        "需求每升一级，患病的对数几率增加",
        unit="对数几率",
    )


@dataclass(frozen=True)
class PeopleAssumptions:
    """All of the above, so that one value can be passed on."""

    dwelling: DwellingAssumptions = DwellingAssumptions()
    need: NeedAssumptions = NeedAssumptions()
    social: SocialAssumptions = SocialAssumptions()
    health: HealthAssumptions = HealthAssumptions()
