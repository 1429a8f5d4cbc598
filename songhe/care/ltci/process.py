"""Two lives: the service relation of a person, and the monthly statement of a provider (C2)."""

from songhe.kernel.access.roles import Role
from songhe.kernel.process import Process, State, Step
from songhe.kernel.process.table import who

_CHOOSERS = (Role.ELDER, Role.FAMILY, Role.ADVISOR, Role.STREET, Role.SYSTEM)
_PROVIDER = (Role.COORDINATOR, Role.HOME)
#: One calendar for the whole month, see :func:`songhe.care.ltci.calendar.settlement_limit`.
_CALENDAR = "ltci.settlement.calendar"

ENROLMENT = Process(
    name="ltci",
    title="长护险服务",
    number_prefix="CH",
    start="choosing",
    states=[
        State("choosing", "待选机构", "info", waiting_for="长者或家属"),
        State("requested", "待机构确认", "info", within="ltci.deadline.provider_confirm", waiting_for="护理机构"),
        State("confirmed", "待定计划", "info", within="ltci.deadline.plan", waiting_for="护理机构"),
        State("serving", "服务中", "ok"),
        State("suspended", "已暂停", "warn", waiting_for="护理机构"),
        State("ended", "已结束", "mute", final=True),
    ],
    steps=[
        Step("choose", "选择机构", ("choosing",), "requested", who(*_CHOOSERS), primary=True, icon="building-community"),
        Step("accept", "确认接收", ("requested",), "confirmed", who(*_PROVIDER, Role.SYSTEM), primary=True,
             icon="circle-check"),
        Step("decline", "不能接收", ("requested",), "choosing", who(*_PROVIDER), reason_required=True, icon="circle-x"),
        Step("lapse", "逾期未确认，退回重选", ("requested",), "choosing", who(Role.SYSTEM), when_due=True, icon="clock-off"),
        Step("start", "开始服务", ("confirmed",), "serving", who(*_PROVIDER, Role.SYSTEM), primary=True,
             icon="player-play"),
        Step("suspend", "暂停服务", ("serving",), "suspended", who(*_PROVIDER, Role.INSURER, Role.SYSTEM),
             reason_required=True, icon="player-pause"),
        Step("resume", "恢复服务", ("suspended",), "serving", who(*_PROVIDER, Role.INSURER, Role.SYSTEM), primary=True,
             icon="player-play"),
        # The old relation ends and a new one is opened, so that each provider's days stay its own.
        Step("change", "更换机构", ("confirmed", "serving", "suspended"), "ended",
             who(Role.ELDER, Role.FAMILY, Role.STREET, Role.ADVISOR), reason_required=True, icon="refresh"),
        Step("end", "结束服务", ("choosing", "requested", "confirmed", "serving", "suspended"), "ended",
             who(*_PROVIDER, Role.STREET, Role.INSURER, Role.SYSTEM), reason_required=True, danger=True, icon="flag"),
    ],
)

SETTLEMENT = Process(
    name="settlement",
    title="长护险月度结算",
    number_prefix="JS",
    start="drafted",
    states=[
        State("drafted", "待申报", "mute", within=_CALENDAR, waiting_for="护理机构"),
        State("submitted", "待审核", "info", within=_CALENDAR, waiting_for="长护险经办"),
        State("approved", "待拨付", "info", within=_CALENDAR, waiting_for="长护险经办"),
        State("paid", "已拨付", "ok"),
        State("reversed", "已冲正", "bad", final=True),
    ],
    steps=[
        Step("submit", "申报", ("drafted",), "submitted", who(*_PROVIDER, Role.SYSTEM), primary=True, portal=False,
             icon="send"),
        Step("reject", "退回", ("submitted",), "drafted", who(Role.INSURER), reason_required=True, portal=False,
             icon="arrow-back-up"),
        Step("approve", "审核通过", ("submitted",), "approved", who(Role.INSURER, Role.SYSTEM), primary=True, portal=False,
             icon="circle-check"),
        Step("pay", "拨付", ("approved",), "paid", who(Role.INSURER, Role.SYSTEM), primary=True, portal=False,
             icon="cash"),
        Step("reverse", "冲正", ("approved", "paid"), "reversed", who(Role.INSURER), reason_required=True, danger=True,
             portal=False, icon="rotate-2"),
    ],
)
