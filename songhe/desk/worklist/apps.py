"""Django's entry for this room."""

from django.apps import AppConfig


class WorklistConfig(AppConfig):
    """待办."""

    name = "songhe.desk.worklist"
    label = "worklist"
    verbose_name = "待办"

    def ready(self) -> None:
        """Hang the worklist into the navigation."""
        from songhe.kernel.access.roles import DESK, FIELD, Role
        from songhe.kernel.registry import MenuItem, navigation

        # What waits for those who go from door to door is their day, which has a page of its own.
        roles = (DESK | FIELD) - {Role.CARER, Role.NURSE}
        navigation.add("worklist", MenuItem("办理", "待办", "worklist:index", "list-check", frozenset(roles), order=1))
