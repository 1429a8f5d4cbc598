"""Django's entry for the simulation."""

from django.apps import AppConfig


class SimulationConfig(AppConfig):
    """The synthetic district 模拟区."""

    name = "songhe.simulation"
    label = "simulation"
    verbose_name = "模拟区"
