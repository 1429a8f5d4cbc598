"""Addresses of the carer's phone; the service worker's scope is all of them."""

from django.urls import path

from . import phone_views as views

urlpatterns = [
    path("", views.today, name="today"),
    path("phone/<uuid:pk>/", views.visit, name="phone"),
    path("shell/", views.shell, name="shell"),
    path("sync/", views.sync, name="sync"),
    path("upload/", views.upload, name="upload"),
    path("worker.js", views.service_worker, name="worker"),
]
