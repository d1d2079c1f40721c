"""The team's letters: the lists, their counts for a script, and the search by nickname."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from counselling.cases.domain import rewrap
from counselling.centre.domain import topics as centre_topics
from counselling.errors import DomainError
from counselling.mail import team_forms
from counselling.mail.domain import desk, unsent
from counselling.mail.domain import search as searching
from counselling.mail.domain.lists import Chosen
from counselling.mail.views import team_words
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required


@require_GET
@counsellor_required
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One list, filtered by codes in the address."""
    rewrap.catch_up(actor)
    labels = centre_topics.labels()
    chosen = team_forms.chosen(request.GET, set(labels))
    listed = desk.page(actor, chosen, timezone.now())
    context = {
        "listed": listed,
        "chosen": chosen,
        "tabs": [(code, name, listed.counts.get(code)) for code, name in team_words.TABS.items()],
        "hint": team_words.HINTS[chosen.tab],
        "empty": team_words.EMPTY[chosen.tab],
        "topics": labels.items(),
        "scopes": team_words.SCOPES.items() if chosen.tab in team_words.SCOPED else (),
        "states": team_words.STATES.items() if chosen.tab == "mine" else (),
        "filtered": bool(chosen.scope or chosen.topic or chosen.state),
        "here": _address(chosen),
        "left": len(unsent.left_behind(actor)),
    }
    return render(request, "mail/team.html", context | _said(request))


@require_GET
@counsellor_required
def state(_request: HttpRequest, actor: Actor) -> JsonResponse:
    """How many stand in each list, and nothing else."""
    return JsonResponse(desk.counts(actor, timezone.now()))


@counsellor_required
def search(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Cases by nickname. What is looked for comes by POST, so that no address ever holds it."""
    if request.method != "POST":
        return redirect("mail:team")
    typed, trouble = team_forms.searched(request.POST)
    found = None
    if trouble is None:
        try:
            found = searching.by_nickname(actor, typed, timezone.now())
        except DomainError as refused:
            trouble = refused
    context = {"typed": typed, "found": found, "trouble": trouble.sentence if trouble else ""}
    return render(request, "mail/team_search.html", context, status=trouble.status if trouble else 200)


def _address(chosen: Chosen) -> str:
    """The query of this list without its page."""
    codes = {"tab": chosen.tab, "scope": chosen.scope, "topic": chosen.topic, "state": chosen.state}
    return urlencode({name: code for name, code in codes.items() if code})


def _said(request: HttpRequest) -> dict[str, Any]:
    said = request.GET.get("said", "")
    return {"said": team_words.SAID.get(said, ""), "warned": said in team_words.WARNINGS}
