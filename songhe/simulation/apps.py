"""Django's entry for the simulation."""

from django.apps import AppConfig


class SimulationConfig(AppConfig):
    """The synthetic district 模拟区."""

    name = "songhe.simulation"
    label = "simulation"
    verbose_name = "模拟区"

    def ready(self) -> None:
        """Offer the cast's sign-ins to the start page, which shows them where people are generated."""
        from songhe.kernel.registry import SignIn, sign_ins

        from .cast import PARTS, PASSWORD

        for part, username, name, role, title, *_ in PARTS:
            sign_ins.add(part, SignIn(username, PASSWORD, name, title or role.label, role.value))
