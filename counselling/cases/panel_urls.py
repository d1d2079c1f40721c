"""The case's panel and the list of dangers for the team; below /mine/ what a young person in danger may tell."""

from django.urls import path

from counselling.cases.views.panel import agreed, consultation, facts, file, records, risk, where

app_name = "panel"

urlpatterns = [
    path("team/file/<uuid:case_id>/", file.page, name="file"),
    path("team/file/<uuid:case_id>/facts/", facts.page, name="facts"),
    path("team/file/<uuid:case_id>/agreement/", file.agreement, name="agreement"),
    path("team/file/<uuid:case_id>/notes/", file.note, name="note"),
    path("team/file/<uuid:case_id>/tasks/", file.task, name="task"),
    path("team/file/<uuid:case_id>/tasks/<int:number>/", file.tick, name="tick"),
    path("team/file/<uuid:case_id>/risk/", risk.page, name="risk"),
    path("team/file/<uuid:case_id>/risk/others/", risk.others, name="others"),
    path("team/file/<uuid:case_id>/consult/", consultation.ask, name="consult"),
    path("team/consultations/", consultation.listed, name="consultations"),
    path("team/consultations/<uuid:consultation_id>/", consultation.one, name="consultation"),
    path("team/consultations/<uuid:consultation_id>/end/", consultation.end, name="consultation_end"),
    path("team/risk/", records.listed, name="records"),
    path("team/risk/waiting.json", records.waiting, name="waiting"),
    path("team/risk/<uuid:record_id>/", records.one, name="record"),
    path("team/risk/<uuid:record_id>/seen/", records.see, name="seen"),
    path("mine/agreed/", agreed.page, name="agreed"),
    path("mine/agreed/<uuid:case_id>/", agreed.page, name="agreed"),
    path("mine/agreed/now.json", agreed.now, name="agreed_now"),
    path("team/agreed.json", agreed.of_case, name="agreed_of"),
    path("mine/where/", where.page, name="where"),
]
