"""Addresses of the live load."""

from django.urls import path

from counselling.statistics.views import live

urlpatterns = [
    path("team/shift/", live.page, name="shift"),
    path("team/shift/now.json", live.now, name="shift_now"),
    path("team/shift/<uuid:team_id>/limits/", live.limits, name="shift_limits"),
]
