"""From the start page to a place in the queue: a nickname, voluntary facts, done.

The nickname travels in the form from step to step: never in an address, never stored before the chat begins.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from counselling.cases.domain import door, opening, seats
from counselling.cases.domain.door import DoorStatus
from counselling.cases.domain.facts import FactsInput
from counselling.cases.models import Case
from counselling.cases.own_forms import FactsForm, NicknameForm
from counselling.cases.views.own.guard import home, remember_block, see_other
from counselling.errors import Closed
from counselling.people.cookies import seeker_of, set_seeker
from counselling.people.domain import access, nicknames
from counselling.people.domain.actors import Actor
from counselling.web import limits
from counselling.web import pow as proof_of_work

# One address may be a whole school: generous, since every start has cost a proof of work as well.
STARTS_PER_HOUR: Final = 60
# So many names lie in the page that "another one" answers at once.
NAMES_IN_PAGE: Final = 8


@require_GET
def challenge(request: HttpRequest) -> HttpResponse:
    """The proof of work that the browser solves while its reader fills in the form."""
    return JsonResponse(proof_of_work.challenge(limits.address_tag(request)))


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """One address for both steps; the field `step` says where somebody is (`new`: a tap on a later page)."""
    actor = seeker_of(request)
    case = seats.own_case(actor) if actor else None
    if case and case.state != Case.State.CLOSED:
        return see_other(home(case))
    if case:
        remember_block(request, case)
    status = door.status(door.chat_team().pk, timezone.now())
    if status.open != "open":
        return _refused(status) if request.method == "POST" else closed_door(request, status)
    match request.POST.get("step"):
        case "name":
            return _take_name(request)
        case "facts":
            return _take_facts(request, actor)
        case _:
            return _ask_name(request, kept=case.nickname if case and case.kept_until else "")


def _refused(status: DoorStatus) -> HttpResponse:
    """The door shut before or while the form was filled in: counted once, then told what works instead."""
    door.refuse(door.chat_team().pk, status.open)
    return see_other("chat:begin")


def closed_door(request: HttpRequest, status: DoorStatus) -> HttpResponse:
    """Why nobody can chat now, and what can be done instead."""
    return render(request, "chat/closed_door.html", {"door": status})


def _ask_name(
    request: HttpRequest, form: NicknameForm | None = None, *, avoid: str = "", kept: str = ""
) -> HttpResponse:
    """`kept`: the name that somebody comes back with, so that they need not remember two."""
    language = get_language() or ""
    names = [nicknames.suggest(language, avoid=avoid) for _ in range(NAMES_IN_PAGE)]
    form = form or NicknameForm(initial={"nickname": kept or names[0]})
    return render(request, "chat/name.html", {"form": form, "names": names, "kept": kept})


def _take_name(request: HttpRequest) -> HttpResponse:
    if request.POST.get("another"):
        return _ask_name(request, avoid=request.POST.get("nickname", ""))
    form = NicknameForm(request.POST)
    if not form.is_valid():
        return _ask_name(request, form)
    facts = FactsForm(initial={"language": (get_language() or "")[:2]})
    return _ask_facts(request, form.cleaned_data["nickname"], facts)


def _ask_facts(request: HttpRequest, nickname: str, form: FactsForm, *, too_many: bool = False) -> HttpResponse:
    context = {"nickname": nickname, "form": form, "too_many": too_many}
    return render(request, "chat/facts.html", context, status=429 if too_many else 200)


def _take_facts(request: HttpRequest, actor: Actor | None) -> HttpResponse:
    name, facts = NicknameForm(request.POST), FactsForm(request.POST)
    if not name.is_valid():
        return _ask_name(request, name)
    skipped = bool(request.POST.get("skip"))
    if not (skipped or facts.is_valid()):
        return _ask_facts(request, name.cleaned_data["nickname"], facts)
    if not request.POST.get("proof"):
        return _prepare(request)
    if not _admitted(request):
        return _ask_facts(request, name.cleaned_data["nickname"], facts, too_many=True)
    return _open(actor, name.cleaned_data["nickname"], FactsInput() if skipped else facts.answers())


def _prepare(request: HttpRequest) -> HttpResponse:
    """Sent before the page's script was there: the answers travel on, and the script sends them again with a proof."""
    ours = {"csrfmiddlewaretoken", "proof"}
    fields = [(name, value) for name, values in request.POST.lists() if name not in ours for value in values]
    return render(request, "chat/preparing.html", {"fields": fields})


def _admitted(request: HttpRequest) -> bool:
    """The proof is good (or excused), and not too many chats began from there within the hour."""
    tag = limits.address_tag(request)
    return proof_of_work.admits(request.POST["proof"], tag) and limits.hit(tag, "begin", STARTS_PER_HOUR, 3600)


def _open(actor: Actor | None, nickname: str, facts: FactsInput) -> HttpResponse:
    """Whoever comes back after a closed chat stays the same seeker, so that their counsellor can be theirs again."""
    token = ""
    if actor is None:
        actor, token = access.new_seeker()
    team, language = door.chat_team(), get_language() or "de"
    try:
        opening.begin_chat(actor, team_id=team.pk, nickname=nickname, facts=facts, language=language)
    except Closed:  # in this very moment
        return see_other("chat:begin")
    response = see_other("chat:room")
    if token:
        set_seeker(response, token)
    return response
