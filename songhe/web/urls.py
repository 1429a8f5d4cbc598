"""Every address of the house. Each leads to a view that declares who may open it."""

from django.urls import include, path

from songhe.desk.portal import views_start

from . import errors, health, views, views_gallery
from .api import api

urlpatterns = [
    path("", views.home, name="home"),
    path("start/", views_start.start, name="start"),
    path("posts/", views.choose_post, name="choose_post"),
    path("second-factor/", views.second_factor, name="second_factor"),
    path("healthz", health.healthz, name="healthz"),
    path("language/", views.language, name="language"),
    path("styles/", views_gallery.styles, name="styles"),
    path("styles/<slug:face>/", views_gallery.styles, name="styles"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
]
#: Address prefix → app, in the order of the navigation.
ROOMS = {
    "work": "songhe.desk.worklist",
    "cases": "songhe.desk.cases",
    "intake": "songhe.desk.intake",
    "people": "songhe.register.people",
    "sites": "songhe.register.sites",
    "workers": "songhe.register.workforce",
    "agreements": "songhe.register.agreements",
    "assessment": "songhe.care.assessment",
    "ltci": "songhe.care.ltci",
    "plans": "songhe.delivery.plans",
    "visits": "songhe.delivery.visits",
    "screen": "songhe.oversight.cockpit",
    "indicators": "songhe.oversight.indicators",
    "my": "songhe.desk.portal",
    "jobs": "songhe.kernel.jobs",
    "sheets": "songhe.kernel.sheets",
    "access": "songhe.kernel.access",
    "policies": "songhe.kernel.policy",
    "calendar": "songhe.kernel.calendar",
    "simulation": "songhe.simulation",
}
urlpatterns += [path(f"{prefix}/", include(f"{app}.urls")) for prefix, app in ROOMS.items()]

urlpatterns += [path("api/v1/", api.urls)]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
