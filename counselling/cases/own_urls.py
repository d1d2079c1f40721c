"""A young person's own pages, whatever the channel: coming back, reading, keeping, taking along, deleting."""

from django.urls import path

from counselling.cases.views.own import come_back, keep, mine, on_top, reading

app_name = "own"

urlpatterns = [
    path("mine/code/", come_back.code, name="code"),
    path("mine/read/", reading.read, name="read"),
    path("mine/read/<uuid:case_id>/", reading.read, name="read"),
    path("mine/top/", on_top.lines, name="on_top"),
    path("mine/keep/", keep.keep, name="keep"),
    path("mine/keep/done/", keep.kept, name="kept"),
    path("mine/delete/", mine.delete, name="delete"),
    path("return/", come_back.come_back, name="return"),
    path("return/words/", come_back.with_words, name="return_words"),
    path("return/lost/", come_back.lost, name="lost"),
    path("mine/", mine.mine, name="mine"),
    path("mine/copy/", mine.copy, name="copy"),
    path("mine/sign-out/", mine.sign_out, name="sign_out"),
]
