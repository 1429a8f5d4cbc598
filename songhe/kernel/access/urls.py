"""Addresses of the administrator's screens."""

from django.urls import path

from . import views

app_name = "access"
urlpatterns = [
    path("", views.posts, name="list"),
    path("rights/", views.rights, name="rights"),
    path("accounts/new/", views.new, name="new"),
    path("accounts/<uuid:pk>/", views.account, name="account"),
    path("accounts/<uuid:pk>/posts/new/", views.give, name="give"),
    path("accounts/<uuid:pk>/password/", views.password, name="password"),
    path("accounts/<uuid:pk>/active/", views.active, name="active"),
    path("posts/<uuid:pk>/end/", views.end, name="end"),
]
