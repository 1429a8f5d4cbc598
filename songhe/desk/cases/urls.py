"""Addresses of cases."""

from django.urls import path

from . import views

app_name = "cases"
urlpatterns = [
    path("<slug:process>/", views.process, name="process"),
    path("<slug:process>/<uuid:pk>/", views.page, name="page"),
    path("<slug:process>/<uuid:pk>/<slug:step>/", views.step, name="step"),
]
