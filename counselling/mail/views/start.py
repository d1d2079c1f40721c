"""From the start page to a first letter: a name, voluntary facts, then words to come back with, then the letter.

Nothing is sent before there is a way back. Name and what was written meanwhile travel in the form from step to step:
never in an address, never stored before the case begins.
"""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from counselling.cases.domain import door, drafts, opening, seats
from counselling.cases.domain.facts import FactsInput
from counselling.cases.domain.seats import CaseBrief
from counselling.cases.models import Case
from counselling.cases.own_forms import FactsForm, NicknameForm
from counselling.cases.views.own.guard import remember_block, see_other, with_case
from counselling.errors import TooLong
from counselling.mail.domain import carrying
from counselling.mail.domain.letters import MAX_TEXT
from counselling.mail.forms import text_of
from counselling.mail.views import lost
from counselling.mail.views.both import rescued
from counselling.people.cookies import seeker_of, set_seeker
from counselling.people.domain import access, nicknames, passphrases
from counselling.people.domain.actors import Actor
from counselling.web import limits
from counselling.web import pow as proof_of_work

# One address may be a whole school; whoever comes without a script has done no work and is counted more closely.
STARTS_PER_HOUR: Final = 60
PLAIN_STARTS_PER_HOUR: Final = 15
# So many names lie in the page that "another one" answers at once.
NAMES_IN_PAGE: Final = 8


@require_http_methods(["GET", "POST"])
def letter(request: HttpRequest) -> HttpResponse:
    """One address for the steps; the field `step` says where somebody is. Who has a case goes on there."""
    actor = seeker_of(request)
    case = seats.own_case(actor) if actor else None
    if case:
        remember_block(request, case)
    if actor and case and case.state != Case.State.CLOSED:
        return _go_on(request, actor, case)
    match request.POST.get("step"):
        case "name":
            return _take_name(request)
        case "facts":
            return _take_facts(request, actor)
        case "new" if len(text_of(request)) > MAX_TEXT:
            return lost.ask(request, error=str(TooLong.sentence))
        case "new":
            return _ask_name(request, kept=case.nickname if case and case.kept_until else "")
        case _:
            return _ask_where(request, case) if case else _ask_name(request)


@require_POST
@with_case
def from_chat(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """Write instead of chatting: what stands unsent in the chat, as the page shows it, begins the letter."""
    text = text_of(request) if "text" in request.POST else drafts.read(actor, case.id)
    return rescued(request, actor, case, text, move=carrying.from_chat)


def _go_on(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """The case that runs; what the form carried is not lost."""
    text = text_of(request)
    if text.strip():
        return rescued(request, actor, case, text)
    return see_other("mail:inbox" if case.last_seq else "mail:write")


def _ask_where(request: HttpRequest, case: CaseBrief) -> HttpResponse:
    """A conversation that is over can go on by letters, or another one begins; nothing of it is shown here."""
    return render(request, "mail/where.html", {"case": case})


def _ask_name(
    request: HttpRequest, form: NicknameForm | None = None, *, avoid: str = "", kept: str = ""
) -> HttpResponse:
    language = get_language() or ""
    names = [nicknames.suggest(language, avoid=avoid) for _ in range(NAMES_IN_PAGE)]
    form = form or NicknameForm(initial={"nickname": kept or names[0]})
    context = {"form": form, "names": names, "kept": kept, "text": text_of(request)}
    return render(request, "mail/name.html", context, status=422 if form.errors else 200)


def _take_name(request: HttpRequest) -> HttpResponse:
    if request.POST.get("another"):
        return _ask_name(request, avoid=request.POST.get("nickname", ""))
    form = NicknameForm(request.POST)
    if not form.is_valid():
        return _ask_name(request, form)
    facts = FactsForm(initial={"language": (get_language() or "")[:2]})
    return _ask_facts(request, form.cleaned_data["nickname"], facts)


def _ask_facts(request: HttpRequest, nickname: str, form: FactsForm, *, too_many: bool = False) -> HttpResponse:
    context = {"nickname": nickname, "form": form, "too_many": too_many, "text": text_of(request)}
    return render(request, "mail/facts.html", context, status=429 if too_many else 200)


def _take_facts(request: HttpRequest, actor: Actor | None) -> HttpResponse:
    name, facts = NicknameForm(request.POST), FactsForm(request.POST)
    if not name.is_valid():
        return _ask_name(request, name)
    skipped = bool(request.POST.get("skip"))
    if not (skipped or facts.is_valid()):
        return _ask_facts(request, name.cleaned_data["nickname"], facts)
    if not _admitted(request):
        return _ask_facts(request, name.cleaned_data["nickname"], facts, too_many=True)
    return _open(request, actor, name.cleaned_data["nickname"], FactsInput() if skipped else facts.answers())


def _admitted(request: HttpRequest) -> bool:
    """Work was done where a script runs, and not too many letters began from there within the hour."""
    tag, proof = limits.address_tag(request), request.POST.get("proof", "")
    if not proof and not (settings.DEMO and not settings.PROOF_OF_WORK):
        return limits.hit(tag, "letter-plain", PLAIN_STARTS_PER_HOUR, 3600)
    return proof_of_work.admits(proof, tag) and limits.hit(tag, "letter", STARTS_PER_HOUR, 3600)


def _open(request: HttpRequest, actor: Actor | None, nickname: str, facts: FactsInput) -> HttpResponse:
    """The case, and with it a place for the letter; then the words, unless there are some already."""
    token = ""
    if actor is None:
        actor, token = access.new_seeker()
    team, language = door.chat_team(), get_language() or "de"
    case_id = opening.begin_letters(actor, team_id=team.pk, nickname=nickname, facts=facts, language=language)
    carrying.into_letter(actor, case_id, text_of(request))
    response = see_other("mail:write" if passphrases.kept(actor) else f"{resolve_url('own:keep')}?for=letter")
    if token:
        set_seeker(response, token)
    return response
