"""Appointments, for the team: what counsellors offer, and the calendars."""

from django.urls import path

from blended.views import team_calendar, team_chat_dates, team_dates, team_feed, team_offers, team_places

urlpatterns = [
    path("calendar/<str:secret>.ics", team_feed.read, name="calendar_feed"),
    path("team/calendar/", team_calendar.calendar, name="calendar"),
    path("team/calendar/offer/", team_offers.offer, name="offer"),
    path("team/calendar/slot/<uuid:slot>/", team_calendar.slot, name="slot"),
    path("team/calendar/places/", team_places.listed, name="places"),
    path("team/calendar/places/new/<uuid:team>/", team_places.new, name="place_new"),
    path("team/calendar/places/<int:number>/", team_places.edit, name="place"),
    path("team/calendar/address/", team_feed.page, name="feed"),
    path("team/case/<uuid:case_id>/dates/", team_dates.of_case, name="case_dates"),
    path("team/dates/chats/", team_chat_dates.listed, name="team_chats"),
    path("team/dates/<uuid:appointment>/move/", team_dates.move, name="date_move"),
    path("team/dates/<uuid:appointment>/termin.ics", team_dates.file, name="date_file"),
    path("team/dates/<uuid:appointment>/<slug:what>/", team_dates.act, name="date_act"),
]
