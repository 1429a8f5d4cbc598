"""Django's entry for this part of the kernel."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """后台任务."""

    name = "songhe.kernel.jobs"
    label = "jobs"
    verbose_name = "后台任务"

    def ready(self) -> None:
        """Find every app's jobs, so that a worker knows them all."""
        from songhe.kernel.access.roles import FIELD, STAFF
        from songhe.kernel.registry import MenuItem, navigation

        from . import access  # noqa: F401

        navigation.add("jobs", MenuItem("系统", "后台任务", "jobs:list", "hourglass", STAFF - FIELD, order=900))
        autodiscover_modules("jobs")
