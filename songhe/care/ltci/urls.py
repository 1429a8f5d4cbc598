"""Addresses of the insurance."""

from django.urls import path

from . import views

app_name = "ltci"
urlpatterns = [
    path("", views.index, name="list"),
    path("<uuid:pk>/plan/", views.plan, name="plan"),
    path("statements/", views.statements, name="statements"),
    path("statements/draft/", views.draft, name="draft"),
    path("statements/pay/", views.pay, name="pay"),
    path("statements/<uuid:pk>/", views.statement, name="statement"),
    path("statements/<uuid:pk>/people/", views.people, name="people"),
    path("statements/<uuid:pk>/decide/", views.decide, name="decide"),
    path("statements/<uuid:pk>/rejudge/", views.rejudge, name="rejudge"),
    path("statements/<uuid:pk>/paper/", views.paper, name="paper"),
    path("lines/<uuid:pk>/", views.line, name="line"),
    path("payments/<uuid:pk>/", views.payment, name="payment"),
]
