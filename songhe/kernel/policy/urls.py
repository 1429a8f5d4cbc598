"""Addresses of the policy library."""

from django.urls import path

from . import views

app_name = "policies"
urlpatterns = [
    path("", views.index, name="list"),
    path("<str:key>/", views.page, name="page"),
    path("<str:key>/what-if/", views.try_out, name="whatif"),
]
