"""Addresses of the working days."""

from django.urls import path

from . import views

app_name = "calendar"
urlpatterns = [
    path("", views.now, name="now"),
    path("<int:year>/", views.year, name="year"),
    path("days/new/", views.new, name="new"),
    path("days/<slug:day>/", views.edit, name="edit"),
    path("days/<slug:day>/remove/", views.remove, name="remove"),
]
