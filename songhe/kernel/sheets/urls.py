"""Addresses of the upload pages."""

from django.urls import path

from . import views

app_name = "sheets"
urlpatterns = [
    path("", views.index, name="list"),
    path("new/<slug:kind>/", views.upload, name="upload"),
    path("new/<slug:kind>/template/", views.blank, name="template"),
    path("<uuid:batch_id>/", views.batch, name="batch"),
    path("<uuid:batch_id>/corrected/", views.corrected, name="corrected"),
    path("<uuid:batch_id>/check/", views.check, name="check"),
    path("<uuid:batch_id>/commit/", views.commit, name="commit"),
    path("<uuid:batch_id>/discard/", views.discard, name="discard"),
]
