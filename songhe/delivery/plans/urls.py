"""Addresses of care plans."""

from django.urls import path

from . import views

app_name = "plans"
urlpatterns = [
    path("", views.index, name="list"),
    path("<uuid:pk>/", views.edit, name="edit"),
    path("<uuid:pk>/check/", views.check, name="check"),
    path("<uuid:pk>/revise/", views.revise, name="revise"),
    path("<uuid:pk>/signature/", views.signature, name="signature"),
    path("<uuid:pk>/visit/", views.slot, name="slot_new"),
    path("<uuid:pk>/visit/<uuid:slot_id>/", views.slot, name="slot"),
    path("<uuid:pk>/visit/<uuid:slot_id>/drop/", views.drop, name="drop"),
]
