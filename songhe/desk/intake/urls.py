"""Addresses of the window."""

from django.urls import path

from . import views

app_name = "intake"
urlpatterns = [
    path("", views.start, name="start"),
    path("find/", views.find, name="find"),
    path("register/", views.register, name="register"),
    path("consult/", views.consult, name="consult"),
    path("people/<uuid:pk>/", views.person, name="person"),
    path("people/<uuid:pk>/consult/", views.consult, name="consult"),
    path("people/<uuid:pk>/entitled/", views.advice, name="advice"),
    path("people/<uuid:pk>/<slug:key>/", views.offer, name="offer"),
    path("people/<uuid:pk>/<slug:key>/check/", views.check, name="check"),
    path("receipt/<slug:process>/<uuid:pk>/", views.receipt, name="receipt"),
]
