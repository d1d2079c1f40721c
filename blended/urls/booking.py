"""Appointments, for young people: taking a time, and what becomes of it."""

from django.urls import path

from blended.views import booking, chat_dates, my_dates

urlpatterns = [
    path("appointment/", booking.appointment, name="appointment"),
    path("appointment/<uuid:slot>/", booking.book, name="book"),
    path("appointments/", my_dates.listed, name="my_dates"),
    path("appointments/code/", my_dates.code, name="my_dates_code"),
    path("appointments/propose/", my_dates.propose, name="my_wish"),
    path("appointments/<uuid:appointment>/answer/", my_dates.answer, name="my_date_answer"),
    path("appointments/<uuid:appointment>/cancel/", my_dates.cancel, name="my_date_cancel"),
    path("appointments/<uuid:appointment>/chat/", chat_dates.door, name="my_chat"),
    path("appointments/<uuid:appointment>/move/", my_dates.move, name="my_date_move"),
    path("appointments/<uuid:appointment>/termin.ics", my_dates.file, name="my_date_file"),
]
