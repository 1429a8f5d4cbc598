"""Django's entry for this room."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """统一需求评估."""

    name = "songhe.care.assessment"
    label = "assessment"
    verbose_name = "统一需求评估"
