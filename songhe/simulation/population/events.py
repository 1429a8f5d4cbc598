"""What happens on the days that a synthetic district lives 模拟日常的假设: rates, shares and delays.

Pure numbers with a reason each; ``daily`` and ``visiting`` draw from them. Where a figure is
published it is not repeated here but divided out of :class:`~.published.Published`.
"""

from dataclasses import dataclass

from .assume import assumed


@dataclass(frozen=True)
class AssessmentAssumptions:
    """From application to level. Tuples follow the code lists in ``codes``."""

    working_days: int = assumed(250, "一年的工作日；申请只在工作日受理", unit="天")
    kinds: tuple[float, ...] = assumed(
        (0.38, 0.46, 0.11, 0.05),
        "首次、期末、状态、绿色通道的构成，未见公布；2017年以来累计服务7万余人，合每年约9千名新对象",
    )
    lost: tuple[float, ...] = assumed(
        (0.50, 0.32, 0.18), "未完成评估的申请（受理减完成）中：不予受理、撤回、终止的构成"
    )
    first_true_levels: tuple[float, ...] = assumed(
        (0.12, 0.16, 0.22, 0.20, 0.15, 0.09, 0.06), "首次申请者的真实等级0至6的构成"
    )
    misjudged: tuple[float, float] = assumed((0.06, 0.05), "结论比真实等级低一级、高一级的比例")
    to_hospital: float = assumed(0.015, "结论为建议就诊的比例")
    objection: float = assumed(0.025, "对结论申请复核的比例")
    review_changes: float = assumed(0.30, "复核改变结论的比例")
    final_review: float = assumed(0.12, "复核后申请终核的比例")
    accept_days: tuple[int, int, int] = assumed((0, 1, 3), "申请到受理：最少、最常见、最多", unit="工作日")
    assign_days: tuple[int, int, int] = assumed((0, 1, 2), "受理到派给评估机构", unit="工作日")
    survey_days: tuple[int, int, int] = assumed((2, 6, 12), "派件到上门；法定15个工作日内完成", unit="工作日")
    review_days: tuple[int, int, int] = assumed((1, 2, 3), "上门到集体评审出报告", unit="工作日")
    late: float = assumed(0.03, "超过法定期限才完成的比例，另加1至6个工作日")
    chooses_home: tuple[float, ...] = assumed(
        (0.88, 0.86, 0.80, 0.72, 0.60), "得到2至6级后选择居家照护的比例；其余选机构或暂不享受"
    )
    chooses_institution: tuple[float, ...] = assumed(
        (0.03, 0.05, 0.12, 0.20, 0.32), "得到2至6级后选择机构照护的比例"
    )
    provider_accepts: float = assumed(0.97, "服务机构接受的比例；其余因人手不足婉拒")
    plan_days: tuple[int, int, int] = assumed((1, 3, 7), "机构接受到服务计划生效", unit="工作日")


@dataclass(frozen=True)
class LifeAssumptions:
    """Death, hospital and the course of need."""

    death_by_level: tuple[float, ...] = assumed(
        (0.70, 1.1, 1.6, 2.1, 2.8, 3.9, 5.5),
        "同龄人中各等级的相对死亡风险；按年龄组归一，不改变总死亡数",
        unit="倍",
    )
    admissions: tuple[float, ...] = assumed(
        (0.16, 0.30, 0.38, 0.45, 0.52, 0.60, 0.66), "每人每年住院次数，按等级0至6", unit="次/年"
    )
    stay_median: float = assumed(8.0, "住院天数中位数", unit="天")
    stay_spread: float = assumed(0.75, "住院天数的对数标准差；约百分之二超过40天", unit="对数")
    need_after_stay: tuple[float, float] = assumed(
        (1.5, 3.0), "一次住院后需求分的变化：平均、标准差", unit="分"
    )


@dataclass(frozen=True)
class VisitAssumptions:
    """A planned visit and what comes of it."""

    absence_starts: float = assumed(0.012, "护理员每个工作日开始一次请假的可能", unit="每人每日")
    absence_days: float = assumed(2.5, "一次请假的平均天数，几何分布", unit="天")
    elder_absent: float = assumed(0.008, "上门时长者不在的比例")
    elder_refused: float = assumed(0.004, "长者当次拒绝服务的比例")
    carer_missed: float = assumed(0.0025, "护理员未到且未请假的比例")
    punctual_spread: float = assumed(6.0, "准点上门的早晚，标准差", unit="分钟")
    late: float = assumed(0.03, "明显迟到的比例")
    late_median: float = assumed(25.0, "明显迟到的分钟数中位数", unit="分钟")
    length_spread: float = assumed(0.04, "实际时长相对于计划的标准差")
    short: float = assumed(0.02, "提前离开的比例，服务时长为计划的四至八成")
    no_place: float = assumed(0.02, "签到无定位的比例：室内、旧手机、未开定位")
    off_site: float = assumed(0.006, "签到在围栏外的比例：地址有误、电梯厅、隔壁楼")
    off_site_metres: float = assumed(450.0, "围栏外距离的中位数", unit="米")
    on_site_metres: float = assumed(35.0, "围栏内定位误差的中位数", unit="米")
    fence_metres: float = assumed(200.0, "电子围栏半径；可由政策库的值替换", unit="米")
    offline: float = assumed(0.15, "签退时没有网络、稍后上传的比例")
    sync_median: float = assumed(40.0, "离线上传的延迟中位数", unit="分钟")
    sync_spread: float = assumed(1.6, "离线上传延迟的对数标准差；约百分之一超过一天", unit="对数")
    sent_twice: float = assumed(0.01, "同一次服务重复上传的比例")
    wrong_clock: float = assumed(0.003, "手机时钟偏差超过5分钟的比例")
    mistakes: tuple[float, ...] = assumed(
        (0.0, 2e-4, 3e-4, 2e-4, 5e-4, 8e-4, 4e-4, 2e-4, 2e-5, 3e-4, 1e-4, 5e-4, 1.5e-3, 3e-4),
        "每次服务带有各类稽核问题的比例，顺序见问题代码；取小值，使稽核有例可查而不喧宾夺主",
    )


@dataclass(frozen=True)
class Assumptions:
    """All rates of the lived days, to be passed as one."""

    assessment: AssessmentAssumptions = AssessmentAssumptions()
    life: LifeAssumptions = LifeAssumptions()
    visit: VisitAssumptions = VisitAssumptions()
