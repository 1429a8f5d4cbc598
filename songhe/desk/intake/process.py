"""The life of a call for help 请人帮忙: an elder or her family asked for a person, and the street rings back."""

from songhe.kernel.access.roles import Role
from songhe.kernel.process import Process, State, Step
from songhe.kernel.process.table import who

PROCESS = Process(
    name="help",
    title="请人帮忙",
    number_prefix="BM",
    start="waiting",
    states=[
        State("waiting", "待回电", "warn", within="desk.help.deadline", waiting_for="街镇受理窗口"),
        State("answered", "已回复", "ok", final=True),
        State("withdrawn", "不用了", "mute", final=True),
    ],
    steps=[
        Step("answer", "登记回复", ("waiting",), "answered", who(Role.STREET, Role.ADVISOR), reason_required=True,
             primary=True, icon="phone-call", sentence="街道已回电"),
        Step("withdraw", "不用了", ("waiting",), "withdrawn", who(Role.ELDER, Role.FAMILY), icon="x",
             sentence="不用回电了"),
    ],
)
