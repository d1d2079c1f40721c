from django.urls import path

from chat.views import afterwards, begin, come_back, keep, mine, reading, room, unsent, waiting

app_name = "chat"

urlpatterns = [
    path("chat/start/", begin.begin, name="begin"),
    path("chat/challenge/", begin.challenge, name="challenge"),
    path("chat/", room.room, name="room"),
    path("chat/draft/", unsent.draft, name="draft"),
    path("chat/code/", come_back.code, name="code"),
    path("chat/leave/", waiting.leave, name="leave"),
    path("chat/extend/", waiting.extend, name="extend"),
    path("chat/stay/", waiting.stay, name="stay"),
    path("chat/rejoin/", waiting.rejoin, name="rejoin"),
    path("chat/end/", afterwards.end, name="end"),
    path("chat/again/", afterwards.again, name="again"),
    path("chat/again/<uuid:case_id>/", afterwards.again, name="again"),
    path("chat/read/", reading.read, name="read"),
    path("chat/read/<uuid:case_id>/", reading.read, name="read"),
    path("chat/keep/", keep.keep, name="keep"),
    path("chat/keep/done/", keep.kept, name="kept"),
    path("chat/feedback/", afterwards.feedback, name="feedback"),
    path("chat/delete/", afterwards.delete, name="delete"),
    path("return/", come_back.come_back, name="return"),
    path("return/words/", come_back.with_words, name="return_words"),
    path("return/lost/", come_back.lost, name="lost"),
    path("mine/", mine.mine, name="mine"),
    path("mine/copy/", mine.copy, name="copy"),
    path("mine/sign-out/", mine.sign_out, name="sign_out"),
]
