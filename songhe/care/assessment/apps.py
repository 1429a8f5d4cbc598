"""Django's entry for this room."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """统一需求评估."""

    name = "songhe.care.assessment"
    label = "assessment"
    verbose_name = "统一需求评估"

    def ready(self) -> None:
        """Hang up rights, events, screens and jobs."""
        from . import access, actions, hangings

        assert access
        assert actions
        hangings.hang_up()
