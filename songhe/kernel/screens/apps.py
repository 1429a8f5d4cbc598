"""Django's entry for this part of the kernel."""

from django.apps import AppConfig


class ScreensConfig(AppConfig):
    """界面."""

    name = "songhe.kernel.screens"
    label = "screens"
    verbose_name = "界面"

    def ready(self) -> None:
        """Hang up the policy library, which is files and no app of its own."""
        from songhe.kernel.access.roles import DESK, Role
        from songhe.kernel.registry import MenuItem, navigation

        roles = frozenset({str(r) for r in DESK} | {str(Role.ADMIN)})
        navigation.add("policies", MenuItem("监管", "政策库", "policies:list", "gavel", roles, order=85))
