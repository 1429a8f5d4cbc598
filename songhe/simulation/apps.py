"""Django's entry for the simulation."""

from django.apps import AppConfig
from django.conf import settings


class SimulationConfig(AppConfig):
    """The synthetic district 模拟区."""

    name = "songhe.simulation"
    label = "simulation"
    verbose_name = "模拟区"

    def ready(self) -> None:
        """Offer the cast's sign-ins to the start page, and hang up the report where people are generated."""
        from songhe.kernel.access.roles import Role
        from songhe.kernel.registry import MenuItem, SignIn, navigation, sign_ins

        from .cast import PARTS, PASSWORD

        for part, username, name, role, title, *_ in PARTS:
            sign_ins.add(part, SignIn(username, PASSWORD, name, title or role.label, role.value))
        if settings.SYNTHETIC:
            roles = frozenset({Role.BUREAU, Role.AUDITOR, Role.ADMIN})
            navigation.add("simulation", MenuItem("系统", "模拟对照", "simulation:report", "scale", roles, order=895))
