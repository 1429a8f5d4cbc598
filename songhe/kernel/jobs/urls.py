"""Addresses of the job pages."""

from django.urls import path

from . import views

app_name = "jobs"
urlpatterns = [
    path("", views.index, name="list"),
    path("<uuid:run_id>/", views.detail, name="run"),
    path("<uuid:run_id>/progress/", views.progress, name="progress"),
    path("<uuid:run_id>/cancel/", views.cancel, name="cancel"),
]
