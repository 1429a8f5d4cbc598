"""The life of a visit 上门服务. A late or repeated report changes nothing twice."""

from songhe.kernel.access.roles import Role
from songhe.kernel.process import Process, State, Step
from songhe.kernel.process.table import who

_ROSTER = (Role.COORDINATOR, Role.HOME, Role.SYSTEM)
# A provider's own app reports through the gateway, which acts as the system.
_FIELD = (Role.CARER, Role.NURSE, Role.SYSTEM)

PROCESS = Process(
    name="visit",
    title="上门服务",
    start="planned",
    states=[
        State("planned", "待排班", "warn", waiting_for="护理机构"),
        State("assigned", "待上门", "info", waiting_for="护理员"),
        State("started", "服务中", "info", waiting_for="护理员"),
        State("done", "已完成", "ok", final=True),
        # A phone may come back from a basement a day later, so a missed visit is not final.
        State("missed", "未上门", "bad"),
        State("cancelled", "已取消", "mute", final=True),
    ],
    steps=[
        Step("assign", "排班", ("planned", "assigned"), "assigned", who(*_ROSTER), primary=True, portal=False,
             icon="user-check"),
        Step("unassign", "撤回排班", ("assigned",), "planned", who(*_ROSTER), portal=False, icon="arrow-back-up"),
        Step("check_in", "签到", ("assigned", "missed"), "started", who(*_FIELD), primary=True, icon="door-enter",
             sentence="护理员到达，开始服务"),
        Step("check_out", "签退", ("started",), "done", who(*_FIELD), primary=True, icon="door-exit",
             sentence="上门服务完成"),
        Step("miss", "登记未上门", ("planned", "assigned"), "missed", who(*_ROSTER), icon="alert-triangle",
             sentence="约定时间无人上门"),
        Step("cancel", "取消", ("planned", "assigned"), "cancelled", who(*_ROSTER, Role.ELDER, Role.FAMILY),
             reason_required=True, danger=True, icon="circle-x", sentence="上门服务取消"),
    ],
)
