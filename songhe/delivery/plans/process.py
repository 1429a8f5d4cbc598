"""The life of a care plan 照护计划: made by the provider, agreed by the family, reviewed, ended."""

from songhe.kernel.access.roles import Role
from songhe.kernel.process import Process, State, Step
from songhe.kernel.process.table import who

_MAKERS = (Role.COORDINATOR, Role.HOME)

PROCESS = Process(
    name="plan",
    title="照护计划",
    number_prefix="JH",
    start="draft",
    states=[
        State("draft", "编制中", "mute", waiting_for="护理机构"),
        State("proposed", "待家属确认", "info", within="plan.deadline.agree", waiting_for="长者或家属"),
        State("active", "执行中", "ok", within="plan.review_months", waiting_for="定期复核"),
        State("superseded", "已换新计划", "mute", final=True),
        State("ended", "已结束", "mute", final=True),
        State("discarded", "已作废", "mute", final=True),
    ],
    steps=[
        Step("propose", "提交确认", ("draft",), "proposed", who(*_MAKERS, Role.SYSTEM), primary=True, icon="send"),
        Step("agree", "确认计划", ("proposed",), "active", who(Role.ELDER, Role.FAMILY, *_MAKERS, Role.SYSTEM),
             primary=True, icon="signature"),
        Step("decline", "提出修改意见", ("proposed",), "draft", who(Role.ELDER, Role.FAMILY, *_MAKERS),
             reason_required=True, icon="message-2"),
        Step("review", "复核，继续执行", ("active",), "active", who(*_MAKERS), icon="clipboard-check"),
        Step("supersede", "换新计划", ("active",), "superseded", who(*_MAKERS, Role.SYSTEM), icon="replace"),
        Step("end", "结束计划", ("active", "proposed"), "ended", who(*_MAKERS, Role.SYSTEM), reason_required=True,
             danger=True, icon="flag"),
        Step("discard", "作废", ("draft",), "discarded", who(*_MAKERS), reason_required=True, danger=True, icon="trash"),
    ],
)
