"""Coming back: with a return code for some hours, or with nickname and words for as long as the case is kept."""

from datetime import date
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from counselling.cases.domain import extras, lifetime, seats
from counselling.cases.domain.seats import CaseBrief
from counselling.cases.models import Case
from counselling.cases.own_forms import CodeForm, WordsForm
from counselling.cases.views.own.guard import home, see_other, with_case
from counselling.people import returning
from counselling.people.cookies import seeker_of, set_seeker
from counselling.people.domain import access, passphrases
from counselling.people.domain.actors import Actor
from counselling.web import limits
from counselling.web.errors import wants_json

# Counted by address, never by case: guessing ends soon, and nobody can lock the owner out.
TRIES_PER_HOUR: Final = 10

_NO_MATCH = _("Dieser Code passt nicht oder ist abgelaufen. Schau noch einmal genau hin, Groß und Klein ist egal.")
_TOO_MANY = _("Das waren viele Versuche. Warte eine Stunde, dann geht es wieder.")
_NO_WORDS_MATCH = _("Das passt nicht zusammen. Schau noch einmal genau hin: auf den Namen und auf jedes Wort.")
_TOO_MANY_WORDS = _("Das waren viele Versuche. Warte ein paar Minuten, dann geht es wieder.")
_WORK_HARDER = _(
    "Das waren viele Versuche. Gib deine Wörter noch einmal ein, dann geht es weiter. Dein Gerät rechnet dafür einen "
    "Moment. Sonst warte ein paar Minuten."
)


@require_POST
@with_case
def code(request: HttpRequest, actor: Actor, _case: CaseBrief) -> HttpResponse:
    """A fresh code; an earlier one ends."""
    fresh = access.issue_code(actor, needed_until=extras.code_needed(actor))
    if wants_json(request):
        return JsonResponse({"code": fresh})
    return render(request, "own/code.html", {"code": fresh, "hours": settings.CLOSED_CHAT_HOURS})


@require_http_methods(["GET", "POST"])
def come_back(request: HttpRequest) -> HttpResponseBase:
    """Ask for either; a code is redeemed here. The same words for wrong, unknown and expired ones."""
    if request.method == "GET":
        return _ask(request)
    form = CodeForm(request.POST)
    actor_and_token = by_code(request, form)
    return _come_in(request, *actor_and_token) if actor_and_token else _ask(request, code_form=form)


@require_http_methods(["GET", "POST"])
def with_words(request: HttpRequest) -> HttpResponseBase:
    """Nickname and words. The same sentence, after the same work, for wrong, unknown and gone ones.

    A script gets the hard proof of work that leads on where there were too many tries.
    """
    if request.method == "GET":
        return JsonResponse(returning.hard_challenge(request)) if wants_json(request) else _ask(request)
    form = WordsForm(request.POST)
    found = by_words(request, form)
    return _come_in(request, *found[0], before=found[1]) if found else _ask(request, words_form=form)


@require_GET
def lost(request: HttpRequest) -> HttpResponse:
    """Nobody can bring lost words back: what still works, and how to begin anew."""
    return render(request, "own/lost.html", {"hours": settings.CLOSED_CHAT_HOURS})


def _ask(request: HttpRequest, code_form: CodeForm | None = None, words_form: WordsForm | None = None) -> HttpResponse:
    context = {
        "form": code_form or CodeForm(),
        "words_form": words_form or WordsForm(),
        "hours": settings.CLOSED_CHAT_HOURS,
        "hard": bool(words_form and (words_form.has_error("passphrase", "slow") or "hard" in request.POST)),
    }
    return render(request, "own/return.html", context, status=422 if code_form or words_form else 200)


def by_code(request: HttpRequest, form: CodeForm) -> tuple[Actor, str] | None:
    """Who comes with this code, and the token for their browser; None with the reason in the form."""
    if not form.is_valid():
        return None
    if not limits.hit(request, "return", TRIES_PER_HOUR, 3600):
        form.add_error("code", str(_TOO_MANY))
        return None
    found = _whose(access.redeem_code(form.cleaned_data["code"]))
    if found is None:
        form.add_error("code", str(_NO_MATCH))
    return found


def by_words(request: HttpRequest, form: WordsForm) -> tuple[tuple[Actor, str], date] | None:
    """Who comes with name and words, the token for their browser, and the day of the sign-in before this one.

    None with the reason in the form.
    """
    if not form.is_valid():
        return None
    nickname, passphrase = form.cleaned_data["nickname"], form.cleaned_data["passphrase"]
    if not returning.allowed(request, nickname, form.cleaned_data["proof"]):
        sentence = _WORK_HARDER if settings.PROOF_OF_WORK else _TOO_MANY_WORDS
        form.add_error("passphrase", ValidationError(str(sentence), "slow"))
        return None
    known = passphrases.come_back(nickname, passphrase)
    found = _whose(known.token) if known else None
    if known is None or found is None:
        form.add_error("passphrase", str(_NO_WORDS_MATCH))
        return None
    return found, known.before


def _whose(token: str | None) -> tuple[Actor, str] | None:
    """The seeker of a fresh token, if there is anything to come back to."""
    actor = access.seeker_by_token(token) if token else None
    return (actor, token) if actor and token and seats.own_case(actor) else None


def _come_in(request: HttpRequest, actor: Actor, token: str, before: date | None = None) -> HttpResponseBase:
    """To where it goes on, or to what was said. What this browser was signed in to before, ends."""
    other, case = seeker_of(request), seats.own_case(actor)
    if other:
        access.end_session(other)
    running = case and case.state != Case.State.CLOSED
    response = see_other(home(case) if case else "own:read")
    rescued = lifetime.rescued_from(before, case.closed_at) if before and case and not running else None
    if rescued:
        response["Location"] += f"?rescued={rescued.isoformat()}"  # a day and nothing more; the page checks it
    set_seeker(response, token)
    return response
