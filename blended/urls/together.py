"""Changes of channel, and texts that both sides write."""

from django.urls import path

from blended.views import changes, team_changes, team_together, together

urlpatterns = [
    path("change/", changes.page, name="change"),
    path("change/now/", changes.now, name="change_now"),
    path("change/answer/", changes.answer, name="change_answer"),
    path("together/", together.page, name="together"),
    path("together/now/", together.now, name="together_now"),
    path("together/write/", together.write, name="together_write"),
    path("together/step/", together.step, name="together_step"),
    path("team/case/<uuid:case_id>/change/", team_changes.page, name="case_changes"),
    path("team/change/now/", team_changes.now, name="team_change_now"),
    path("team/change/propose/", team_changes.propose, name="team_change_propose"),
    path("team/change/answer/", team_changes.answer, name="team_change_answer"),
    path("team/case/<uuid:case_id>/together/", team_together.page, name="team_together"),
    path("team/together/now/", team_together.now, name="team_together_now"),
    path("team/together/write/", team_together.write, name="team_together_write"),
    path("team/together/step/", team_together.step, name="team_together_step"),
]
