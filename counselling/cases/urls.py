"""The start page under its plain name, and everything of the team's desk below /team/."""

from django.urls import include, path

from counselling.cases.views import actions, deletions, desk, door, leaving

team_patterns = [
    path("", desk.page, name="desk"),
    path("desk.json", desk.state, name="state"),
    path("case.json", desk.case, name="case"),
    path("claim", actions.claim, name="claim"),
    path("next", actions.claim_next, name="next"),
    path("status", actions.status, name="status"),
    path("capacity", actions.capacity, name="capacity"),
    path("note", actions.note, name="note"),
    path("draft", actions.draft, name="draft"),
    path("hand-over", actions.hand_over, name="hand-over"),
    path("back-to-queue", actions.back_to_queue, name="back-to-queue"),
    path("invite", actions.invite, name="invite"),
    path("leave-seat", actions.leave_seat, name="leave-seat"),
    path("uncall", actions.uncall, name="uncall"),
    path("still-here", actions.still_here, name="still-here"),
    path("close", actions.close, name="close"),
    path("block", actions.block, name="block"),
    path("letter", actions.letter, name="letter"),
    path("sign-out/", leaving.page, name="sign_out"),
    path("deletions/", deletions.page, name="deletions"),
]

urlpatterns = [
    path("", door.start, name="start"),
    path("team/", include((team_patterns, "cases"))),
]
