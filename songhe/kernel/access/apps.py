"""Django's entry for this part of the kernel."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """访问控制."""

    name = "songhe.kernel.access"
    label = "access"
    verbose_name = "访问控制"

    def ready(self) -> None:
        """Name the events; put the administrator's pages into the navigation."""
        from songhe.kernel import events
        from songhe.kernel.registry import MenuItem, navigation

        from .roles import Role

        for code, label, icon in (
            ("account.opened", "新建账号", "user-plus"),
            ("account.disabled", "停用账号", "user-off"),
            ("account.enabled", "启用账号", "user-check"),
            ("account.password", "重设密码", "key"),
            ("post.given", "授予岗位", "briefcase"),
            ("post.ended", "终止岗位", "briefcase-2"),
        ):
            events.declare(code, label, icon=icon)
        readers = frozenset({Role.ADMIN, Role.BUREAU, Role.AUDITOR})
        navigation.add("access", MenuItem("系统", "账号与岗位", "access:list", "key", frozenset({Role.ADMIN}), order=880))
        navigation.add("access.rights", MenuItem("系统", "权限一览", "access:rights", "shield-lock", readers, order=881))
