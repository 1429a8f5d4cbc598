"""Addresses of the facility register."""

from django.urls import path

from . import views, views_beds

app_name = "sites"
urlpatterns = [
    path("", views.index, name="list"),
    path("map/", views.chart, name="map"),
    path("new/", views.add, name="add"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/<uuid:pk>/", views.organisation_page, name="organisation"),
    path("organisations/<uuid:pk>/edit/", views.organisation_edit, name="organisation_edit"),
    path("organisations/<uuid:pk>/licence/", views.licence, name="licence"),
    path("<uuid:pk>/", views.page, name="site"),
    path("<uuid:pk>/edit/", views.edit, name="edit"),
    path("<uuid:pk>/hours/", views.hours, name="hours"),
    path("<uuid:pk>/beds/", views_beds.beds, name="beds"),
    path("<uuid:pk>/beds/new/", views_beds.add, name="beds_add"),
    path("<uuid:pk>/beds/change/", views_beds.change, name="beds_change"),
]
