"""Addresses of visits: the carer's phone, then the desk."""

from django.urls import path

from . import phone_urls, views

app_name = "visits"
urlpatterns = [
    *phone_urls.urlpatterns,
    path("list/", views.index, name="list"),
    path("day/", views.day, name="day"),
    path("day/roster/", views.roster, name="roster"),
    path("evidence/<uuid:pk>/", views.evidence, name="evidence"),
    path("<uuid:pk>/", views.page, name="page"),
    path("<uuid:pk>/assign/", views.assign, name="assign"),
    path("<uuid:pk>/unassign/", views.unassign, name="unassign"),
    path("<uuid:pk>/cancel/", views.cancel, name="cancel"),
    path("<uuid:pk>/miss/", views.miss, name="miss"),
]
