"""The team's letters: lists, what is done with a whole case, and the numbers of those who lead."""

from django.urls import path

from counselling.mail.views import on_call, team, team_actions, team_load

urlpatterns = [
    path("team/letters/", team.page, name="team"),
    path("team/letters/state.json", team.state, name="team_state"),
    path("team/letters/search/", team.search, name="team_search"),
    path("team/letters/load/", team_load.page, name="load"),
    path("team/letters/load/reassign/", team_load.reassign, name="reassign"),
    path("team/letters/on-call/", on_call.page, name="on_call"),
    path("team/letters/<uuid:case_id>/take-over/", on_call.take_over, name="take_over"),
    path("team/letters/<uuid:case_id>/claim/", team_actions.claim, name="claim"),
    path("team/letters/<uuid:case_id>/hand-over/", team_actions.hand_over, name="hand_over"),
    path("team/letters/<uuid:case_id>/give-back/", team_actions.give_back, name="give_back"),
    path("team/letters/<uuid:case_id>/remind/", team_actions.remind, name="remind"),
    path("team/letters/<uuid:case_id>/close/", team_actions.close, name="close"),
]
