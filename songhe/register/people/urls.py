"""Addresses of the elder file."""

from django.urls import path

from . import account_views, views
from . import change_views as change

app_name = "people"
urlpatterns = [
    path("", views.people, name="list"),
    path("new/", views.new, name="new"),
    path("identity/", views.identity, name="identity"),
    path("<uuid:pk>/", views.file, name="file"),
    path("<uuid:pk>/timeline/", views.more_moments, name="timeline"),
    path("<uuid:pk>/looks/", views.more_looks, name="looks"),
    path("<uuid:pk>/reveal/<slug:field>/", views.reveal, name="reveal"),
    path("<uuid:pk>/correct/", change.correct, name="correct"),
    path("<uuid:pk>/move/", change.move, name="move"),
    path("<uuid:pk>/move-out/", change.move_out, name="move_out"),
    path("<uuid:pk>/death/", change.death, name="death"),
    path("<uuid:pk>/death/withdraw/", change.withdraw_death, name="withdraw_death"),
    path("<uuid:pk>/relatives/new/", change.relative_new, name="relative_new"),
    path("relatives/<uuid:pk>/", change.relative_edit, name="relative_edit"),
    path("relatives/<uuid:pk>/phone/", views.reveal_relative, name="reveal_relative"),
    path("relatives/<uuid:pk>/remove/", change.relative_remove, name="relative_remove"),
    path("<uuid:pk>/consents/new/", change.consent_new, name="consent_new"),
    path("consents/<uuid:pk>/withdraw/", change.consent_withdraw, name="consent_withdraw"),
    path("<uuid:pk>/accounts/", account_views.accounts, name="accounts"),
    path("<uuid:pk>/accounts/<uuid:holder>/open/", account_views.account_open, name="account_open"),
    path("<uuid:pk>/accounts/<uuid:holder>/password/", account_views.account_reset, name="account_reset"),
    path("<uuid:pk>/accounts/<uuid:holder>/close/", account_views.account_close, name="account_close"),
    path("<uuid:pk>/stays/new/", change.stay_new, name="stay_new"),
    path("stays/<uuid:pk>/end/", change.stay_end, name="stay_end"),
    path("<uuid:pk>/covers/new/", change.cover_new, name="cover_new"),
    path("covers/<uuid:pk>/end/", change.cover_end, name="cover_end"),
]
