from django.urls import path

from counselling.mail.views import case, modules, second_look, writing

urlpatterns = [
    path("team/letters/unsent/", writing.begun, name="unsent"),
    path("team/letters/second-look/", second_look.listed, name="second_looks"),
    path("team/letters/second-look/<uuid:look_id>/", second_look.look, name="second_look"),
    path("team/letters/<uuid:case_id>/", case.case, name="case"),
    path("team/letters/<uuid:case_id>/write/", writing.write, name="case_write"),
    path("team/modules/", modules.page, name="modules"),
]
