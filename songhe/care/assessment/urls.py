"""Addresses of the assessment room; the service worker's scope is all of them."""

from django.urls import path

from . import survey_views, views

app_name = "assessment"
urlpatterns = [
    path("", views.index, name="list"),
    path("calendar/", views.calendar, name="calendar"),
    path("worker.js", survey_views.service_worker, name="worker"),
    path("material/<uuid:pk>/", views.attachment, name="attachment"),
    path("<uuid:pk>/survey/", survey_views.survey, name="survey"),
    path("<uuid:pk>/save/", survey_views.save, name="save"),
    path("<uuid:pk>/state/", survey_views.state, name="state"),
    path("<uuid:pk>/upload/", survey_views.upload, name="upload"),
    path("<uuid:pk>/submit/", survey_views.submit, name="submit"),
    path("<uuid:pk>/done/", survey_views.done, name="done"),
    path("<uuid:pk>/paper/<slug:kind>/", views.paper, name="paper"),
    path("<uuid:pk>/objection/", views.objection, name="objection"),
]
