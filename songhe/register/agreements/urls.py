"""Addresses of agreements."""

from django.urls import path

from . import views

app_name = "agreements"
urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.new, name="new"),
    path("<uuid:pk>/", views.page, name="page"),
    path("<uuid:pk>/end/", views.end, name="end"),
]
