"""Voice and video: the room of a call, for its two sides."""

from django.urls import path

from blended.views import calls, team_calls

urlpatterns = [
    path("meeting/enter/", calls.enter, name="meeting_enter"),
    path("meeting/here/", calls.here, name="meeting_here"),
    path("meeting/leave/", calls.leave, name="meeting_leave"),
    path("meeting/end/", calls.end, name="meeting_end"),
    path("meeting/<uuid:meeting>/", calls.page, name="meeting"),
    path("date/<uuid:appointment>/call/", calls.of_date, name="meeting_of_date"),
    path("team/meeting/enter/", team_calls.enter, name="team_meeting_enter"),
    path("team/meeting/here/", team_calls.here, name="team_meeting_here"),
    path("team/meeting/leave/", team_calls.leave, name="team_meeting_leave"),
    path("team/meeting/end/", team_calls.end, name="team_meeting_end"),
    path("team/meeting/<uuid:meeting>/", team_calls.page, name="team_meeting"),
    path("team/date/<uuid:appointment>/call/", team_calls.of_date, name="team_meeting_of_date"),
]
