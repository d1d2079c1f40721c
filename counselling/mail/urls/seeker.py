from django.urls import path

from counselling.mail.views import inbox, lost, start, write

urlpatterns = [
    path("letter/", start.letter, name="letter"),
    path("letter/from-chat/", start.from_chat, name="from_chat"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/withdraw/", inbox.withdraw, name="withdraw"),
    path("inbox/write/", write.write, name="write"),
    path("inbox/draft/", write.save, name="save"),
    path("inbox/send/", write.send, name="send"),
    path("inbox/discard/", write.discard, name="discard"),
    path("inbox/back/", lost.sign_in, name="back"),
]
