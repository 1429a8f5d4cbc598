"""Django's entry for this room."""

from django.apps import AppConfig

from songhe.kernel import events
from songhe.kernel.access.roles import DESK
from songhe.kernel.registry import MenuItem, importers, navigation, shredders

#: Kinds of events: code, sentence, whether elder and family read it, icon.
EVENTS = (
    ("person.registered", "建立长者档案", True, "file-plus"),
    ("person.corrected", "更正档案信息", True, "pencil"),
    ("person.moved", "变更住址", True, "map-pin"),
    ("person.moved_out", "登记迁出本区", True, "door-exit"),
    ("person.died", "登记去世", True, "moon"),
    ("person.death_withdrawn", "撤销死亡登记", True, "refresh-alert"),
    ("relative.added", "登记家属", True, "user-plus"),
    ("relative.changed", "修改家属信息或权限", True, "user-check"),
    ("relative.removed", "移除家属", True, "user-x"),
    ("consent.given", "登记知情同意", True, "signature"),
    ("consent.withdrawn", "撤回知情同意", True, "file-off"),
    ("portal.opened", "开通平台账号", True, "user-plus"),
    ("portal.password", "重设平台账号密码", True, "key"),
    ("portal.closed", "关闭平台账号", True, "user-off"),
    ("cover.opened", "登记参保", True, "shield-check"),
    ("cover.closed", "登记停保", True, "shield"),
    ("level.set", "照护等级生效", True, "certificate"),
    ("level.closed", "照护等级提前终止", True, "certificate"),
    ("stay.opened", "登记住院、入住或外出", True, "emergency-bed"),
    ("stay.closed", "登记出院、离院或返回", True, "home-heart"),
)


class PeopleConfig(AppConfig):
    """长者档案."""

    name = "songhe.register.people"
    label = "people"
    verbose_name = "长者档案"

    def ready(self) -> None:
        """Open the rows, name the events, and hang up what others look for."""
        from . import access, indicators, invariants  # noqa: F401 - declare rights and what always holds
        from .importer import PeopleImporter
        from .shred import SHREDDER

        for code, label, portal, icon in EVENTS:
            events.declare(code, label, portal=portal, icon=icon)
        navigation.add(
            "people",
            MenuItem("一本账", "长者档案", "people:list", "users", frozenset(str(r) for r in DESK), order=300),
        )
        importers.add("people", PeopleImporter())
        shredders.add("people", SHREDDER)
        indicators.hang_up()
