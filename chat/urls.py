from django.urls import path

from chat.views import afterwards, begin, room, unsent, waiting

app_name = "chat"

urlpatterns = [
    path("chat/start/", begin.begin, name="begin"),
    path("chat/challenge/", begin.challenge, name="challenge"),
    path("chat/", room.room, name="room"),
    path("chat/draft/", unsent.draft, name="draft"),
    path("chat/leave/", waiting.leave, name="leave"),
    path("chat/extend/", waiting.extend, name="extend"),
    path("chat/stay/", waiting.stay, name="stay"),
    path("chat/rejoin/", waiting.rejoin, name="rejoin"),
    path("chat/end/", afterwards.end, name="end"),
    path("chat/again/", afterwards.again, name="again"),
    path("chat/again/<uuid:case_id>/", afterwards.again, name="again"),
    path("chat/feedback/", afterwards.feedback, name="feedback"),
]
