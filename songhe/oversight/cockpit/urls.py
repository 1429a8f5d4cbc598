"""Addresses of the cockpit."""

from django.urls import path

from . import views

app_name = "cockpit"
urlpatterns = [path("", views.wall, name="screen"), path("desk/", views.desk, name="desk")]
