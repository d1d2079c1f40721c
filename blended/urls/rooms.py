"""Other systems' rooms: consent, and the way in."""

from django.urls import path

from blended.views import rooms, team_rooms

urlpatterns = [
    path("meeting/<uuid:meeting>/other/", rooms.page, name="other_room"),
    path("team/meeting/<uuid:meeting>/other/", team_rooms.page, name="team_other_room"),
]
