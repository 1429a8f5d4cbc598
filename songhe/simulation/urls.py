"""Addresses of the simulation."""

from django.urls import path

from . import views

app_name = "simulation"
urlpatterns = [path("", views.report, name="report")]
