"""Django's entry for this room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """长者档案."""

    name = "songhe.register.people"
    label = "people"
    verbose_name = "长者档案"
