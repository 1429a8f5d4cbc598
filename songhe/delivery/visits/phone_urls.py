"""Addresses of the carer's phone."""

from django.urls import path

from . import phone_views as views

urlpatterns = [
    path("", views.today, name="today"),
]
