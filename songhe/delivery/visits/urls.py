"""Addresses of visits: the carer's phone, then the desk."""

from . import phone_urls

app_name = "visits"
urlpatterns = [
    *phone_urls.urlpatterns,
]
