"""Addresses of indicators."""

from django.urls import path

from . import views

app_name = "indicators"
urlpatterns = [
    path("", views.index, name="list"),
    path("measure/", views.measure, name="measure"),
    path("<str:code>/", views.page, name="page"),
]
