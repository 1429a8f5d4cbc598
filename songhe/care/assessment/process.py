"""The life of an assessment 统一需求评估 (domain rules: 沪府办规〔2018〕2号 and its successors)."""

from songhe.kernel.access.roles import Role
from songhe.kernel.process import Process, State, Step
from songhe.kernel.process.table import who

_CLERKS = (Role.STREET, Role.ADVISOR)
_APPLICANTS = (Role.ELDER, Role.FAMILY, Role.ADVISOR, Role.STREET)
_BEFORE_VISIT = ("draft", "submitted", "accepted", "assigned", "scheduled")
_OPEN = (*_BEFORE_VISIT, "surveyed", "reviewed", "noticed", "objected")

PROCESS = Process(
    name="assessment",
    title="老年照护统一需求评估",
    number_prefix="PG",
    start="draft",
    states=[
        State("draft", "待提交", "mute", waiting_for="申请人"),
        State("submitted", "待受理", "info", within="assessment.deadline.accept", waiting_for="街镇受理窗口"),
        State("accepted", "待派单", "info", within="assessment.deadline.assess", waiting_for="街镇受理窗口"),
        State("assigned", "待预约", "info", within="assessment.deadline.assess", waiting_for="评估机构"),
        State("scheduled", "待上门", "info", within="assessment.deadline.assess", waiting_for="评估员"),
        State("surveyed", "待集体审核", "info", within="assessment.deadline.assess", waiting_for="评估机构"),
        State("reviewed", "待公示", "info", within="assessment.deadline.assess", waiting_for="评估机构"),
        State("noticed", "公示中", "info", within="assessment.deadline.notice_days", waiting_for="公示期满"),
        State("objected", "异议处理中", "warn", within="assessment.deadline.objection_handling", waiting_for="评估机构"),
        State("concluded", "待送达", "ok", within="assessment.deadline.notify", waiting_for="街镇受理窗口"),
        State("delivered", "结论有效", "ok"),
        State("refused", "不予受理", "bad", final=True),
        State("withdrawn", "已撤回", "mute", final=True),
        State("expired", "已过期", "mute", final=True),
        State("superseded", "已被新结论取代", "mute", final=True),
        State("terminated", "已终止", "mute", final=True),
    ],
    steps=[
        Step("submit", "提交申请", ("draft",), "submitted", who(*_APPLICANTS), primary=True, icon="send"),
        Step("accept", "受理", ("submitted",), "accepted", who(Role.STREET), primary=True, icon="circle-check"),
        Step("return", "退回补正", ("submitted",), "draft", who(Role.STREET), reason_required=True, icon="arrow-back-up"),
        Step(
            "refuse", "不予受理", ("submitted",), "refused", who(Role.STREET),
            reason_required=True, danger=True, icon="circle-x",
        ),
        Step("assign", "派单", ("accepted",), "assigned", who(Role.STREET, Role.BUREAU, Role.SYSTEM), primary=True,
             icon="building"),
        Step("reassign", "改派", ("assigned", "scheduled"), "assigned", who(Role.STREET, Role.BUREAU),
             reason_required=True, icon="refresh"),
        Step("schedule", "预约上门", ("assigned",), "scheduled", who(Role.AGENCY), primary=True, icon="calendar-plus"),
        Step("reschedule", "改约", ("scheduled",), "scheduled", who(Role.AGENCY, Role.ASSESSOR), reason_required=True,
             icon="calendar-time"),
        Step("survey", "提交现场评估", ("scheduled",), "surveyed", who(Role.ASSESSOR), primary=True, icon="clipboard-check"),
        Step("resurvey", "退回补评", ("surveyed",), "scheduled", who(Role.AGENCY), reason_required=True,
             icon="arrow-back-up"),
        Step("review", "集体审核", ("surveyed",), "reviewed", who(Role.AGENCY), primary=True, icon="users"),
        Step("publish", "公示", ("reviewed",), "noticed", who(Role.AGENCY, Role.STREET, Role.SYSTEM), primary=True,
             icon="speakerphone"),
        Step("object", "提出异议", ("noticed",), "objected", who(*_APPLICANTS), reason_required=True, icon="message-report"),
        Step("uphold", "异议不成立", ("objected",), "noticed", who(Role.AGENCY), reason_required=True, icon="shield-check"),
        Step("rework", "异议成立，重新审核", ("objected",), "surveyed", who(Role.AGENCY), reason_required=True,
             icon="refresh"),
        Step("conclude", "公示期满，出具结论", ("noticed",), "concluded", who(Role.SYSTEM), when_due=True,
             icon="rosette-discount-check"),
        Step("deliver", "送达结果告知书", ("concluded",), "delivered", who(*_CLERKS, Role.SYSTEM), primary=True,
             icon="mail-check"),
        # Taken by the clock on the day after the last day of validity, which is no time limit of the state.
        Step("expire", "结论到期", ("delivered",), "expired", who(Role.SYSTEM), icon="clock-off"),
        Step("supersede", "被新结论取代", ("concluded", "delivered"), "superseded", who(Role.SYSTEM), icon="replace"),
        Step("withdraw", "撤回申请", _BEFORE_VISIT, "withdrawn", who(*_APPLICANTS), reason_required=True, danger=True,
             icon="x"),
        Step("terminate", "终止", (*_OPEN, "concluded", "delivered"), "terminated", who(Role.STREET, Role.SYSTEM),
             reason_required=True, danger=True, icon="ban"),
    ],
)
