"""Addresses of the portal."""

from django.urls import path

from . import views, views_self

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("journey/", views.whole, name="journey"),
    path("visits/", views.visits_week, name="visits"),
    path("visits/<uuid:pk>/cancel/", views.cancel, name="cancel"),
    path("bill/", views.bill, name="bill"),
    path("levels/", views.my_levels, name="levels"),
    path("entitled/", views.my_entitlements, name="entitled"),
    path("readers/", views.who_looked, name="readers"),
    path("providers/", views.choose_provider, name="providers"),
    path("apply/", views_self.apply, name="apply"),
    path("apply/<uuid:pk>/", views_self.receipt, name="receipt"),
    path("help/", views_self.ask_for_help, name="help"),
    path("consents/", views_self.my_consents, name="consents"),
    path("profile/", views_self.profile, name="profile"),
    path("size/", views_self.size, name="size"),
]
