"""Addresses of the workforce register."""

from django.urls import path

from . import views

app_name = "workforce"
urlpatterns = [
    path("", views.index, name="list"),
    path("me/", views.me, name="me"),
    path("new/", views.add, name="add"),
    path("<uuid:pk>/", views.page, name="worker"),
    path("<uuid:pk>/edit/", views.edit, name="edit"),
    path("<uuid:pk>/certificate/", views.certificate, name="certificate"),
    path("<uuid:pk>/shifts/", views.shifts, name="shifts"),
    path("<uuid:pk>/absence/", views.absence, name="absence"),
    path("<uuid:pk>/absence/<uuid:absence_id>/back/", views.back, name="back"),
    path("<uuid:pk>/phone/", views.reveal, name="reveal"),
]
