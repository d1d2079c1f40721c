"""Addresses of the change between screen and room, by story."""

from blended.urls import booking, calls, dates, partners, rooms, together

app_name = "blended"

urlpatterns = [
    *booking.urlpatterns,
    *dates.urlpatterns,
    *calls.urlpatterns,
    *rooms.urlpatterns,
    *together.urlpatterns,
    *partners.urlpatterns,
]
