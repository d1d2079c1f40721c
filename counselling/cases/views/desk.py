"""The counsellor's desk: the page, and the two answers it is drawn from."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from counselling.cases.domain import closing, desk, rewrap
from counselling.cases.domain.timeline import MAX_TEXT
from counselling.cases.forms import CaseForm
from counselling.cases.views.parse import query
from counselling.cases.views.words import FACT_LABELS, FACT_NAMES, WORDS
from counselling.centre.domain import topics
from counselling.people.domain import vaults
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required, staff_required
from counselling.people.models import MAX_CAPACITY, Staff

ADDRESSES = [
    *("state", "case", "claim", "next", "status", "capacity", "note", "draft"),
    *("hand-over", "back-to-queue", "invite", "leave-seat", "uncall", "still-here", "close", "block", "letter"),
]


@require_GET
@staff_required
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The desk for counsellors; supervisors and administrators are shown what they can do instead."""
    if actor.role != Staff.Role.COUNSELLOR:
        return redirect("people:welcome")
    return render(request, "cases/desk.html", _furniture() | {"vault_news": vaults.news(actor, timezone.now())})


@require_GET
@counsellor_required
def state(_request: HttpRequest, actor: Actor) -> JsonResponse:
    """Queue, my chats, colleagues: everything the desk shows outside a conversation."""
    rewrap.catch_up(actor)
    return JsonResponse(desk.state(actor, timezone.now()))


@require_GET
@counsellor_required
def case(request: HttpRequest, actor: Actor) -> JsonResponse:
    """The case panel; 404 for whoever has no seat in the case."""
    return JsonResponse(desk.case_panel(actor, query(request, CaseForm)["case"]))


def _furniture() -> dict[str, object]:
    """What the page needs once: addresses, words, labels of codes, and the choices of its dialogs."""
    offered = topics.active()
    return {
        "topics": offered,
        "endings": closing.ENDINGS,
        "referrals": closing.REFERRALS,
        "capacities": range(1, MAX_CAPACITY + 1),
        "setup": {
            "urls": {name: reverse(f"cases:{name}") for name in ADDRESSES},
            "wire": {"socket": "/team/socket", "frames": "/team/frames", "poll": "/team/poll"},
            "text_max": MAX_TEXT,
            "words": WORDS,
            "fact_names": FACT_NAMES,
            "facts": FACT_LABELS | {"topics": dict(offered)},
        },
    }
