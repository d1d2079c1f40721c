"""Addresses of steering."""

from django.urls import path

from counselling.statistics.views import (
    steering,
    steering_absences,
    steering_announcements,
    steering_capacity,
    steering_help,
    steering_hours,
    steering_on_call,
    steering_topics,
)

urlpatterns = [
    path("team/steering/", steering.page, name="steering"),
    path("team/steering/hours/", steering_hours.page, name="steering_hours"),
    path("team/steering/hours/<uuid:team_id>/<slug:channel>/", steering_hours.one, name="steering_hours_of"),
    path("team/steering/announcements/", steering_announcements.page, name="steering_announcements"),
    path("team/steering/announcements/<int:number>/", steering_announcements.one, name="steering_announcement"),
    path("team/steering/help/", steering_help.page, name="steering_help"),
    path("team/steering/help/new/", steering_help.new, name="steering_help_new"),
    path("team/steering/help/<int:number>/", steering_help.one, name="steering_help_one"),
    path("team/steering/topics/", steering_topics.page, name="steering_topics"),
    path("team/steering/topics/<int:number>/", steering_topics.one, name="steering_topic"),
    path("team/steering/capacity/", steering_capacity.page, name="steering_capacity"),
    path("team/steering/on-call/", steering_on_call.page, name="steering_on_call"),
    path("team/steering/absences/", steering_absences.page, name="steering_absences"),
]
