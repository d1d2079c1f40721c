"""Keeping a conversation, or changing its words: six that are suggested and tried out once, or one's own.

Whoever comes here on the way to a letter (`for=letter`) goes on to it afterwards.
"""

import secrets
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from counselling.cases.domain.seats import CaseBrief
from counselling.cases.own_forms import OwnWordsForm, TryoutForm
from counselling.cases.views.own.guard import see_other, with_case
from counselling.errors import DomainError, Invalid, SlowDown
from counselling.people import returning
from counselling.people.domain import passphrases
from counselling.people.domain.actors import Actor

ASKED: Final = 2  # of the words
_LETTER: Final = "letter"

_OTHER_WORDS: Final = _("Das passt noch nicht. Schau auf deinen Zettel und tipp die beiden Wörter noch einmal.")
_NOT_THE_SAME: Final = _("Die beiden Eingaben sind nicht gleich. Tipp sie bitte noch einmal.")


@require_http_methods(["GET", "POST"])
@with_case
def keep(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """One address for all steps; the field `step` says where somebody is."""
    match request.POST.get("step"):
        case "written":
            return _try_out(request, case, request.POST.get("passphrase", ""))
        case "tried":
            return _tried(request, actor, case)
        case "own":
            return _own(request, actor, case)
        case "again":
            return _suggest(request, case, words=request.POST.get("passphrase", "").split())
        case _:
            return _suggest(request, case)


@require_GET
@with_case
def kept(request: HttpRequest, _actor: Actor, case: CaseBrief) -> HttpResponse:
    """It is done: how to come back."""
    if not case.kept_until:
        return see_other("own:keep")
    return render(request, "own/kept.html", {"case": case, **_onward(request)})


def _suggest(
    request: HttpRequest,
    case: CaseBrief,
    *,
    words: list[str] | None = None,
    own: OwnWordsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Six words to write down: fresh ones unless some were shown already. Beside them the way to one's own."""
    shown = passphrases.spelled(words or []) or passphrases.suggest()
    context = {
        "case": case,
        "words": shown,
        "passphrase": " ".join(word for word, _number in shown),
        "own": own or OwnWordsForm(),
        "months": settings.KEPT_CASE_MONTHS,
        **_onward(request),
    }
    return render(request, "own/keep.html", context, status=status)


def _try_out(request: HttpRequest, case: CaseBrief, passphrase: str, error: str | Promise = "") -> HttpResponse:
    """Ask for two of the words, or all of them, before anything depends on the note."""
    words = passphrase.split()
    if not passphrases.spelled(words) or len(words) < ASKED:
        return _suggest(request, case)
    places = sorted(secrets.SystemRandom().sample(range(1, len(words) + 1), ASKED))
    context = {"case": case, "passphrase": passphrase, "places": places, "error": error, **_onward(request)}
    return render(request, "own/keep_tryout.html", context, status=422 if error else 200)


def _tried(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    form = TryoutForm(request.POST)
    passphrase = request.POST.get("passphrase", "")
    if not form.is_valid() or not _knows(
        passphrase, form.cleaned_data["passphrase_tried"], form.cleaned_data["places"]
    ):
        return _try_out(request, case, passphrase, _OTHER_WORDS)
    try:
        _set(request, actor, case, passphrase)
    except Invalid:
        return _suggest(request, case)  # nobody but a changed form comes here: fresh words are as good
    return _done(request)


def _knows(passphrase: str, again: str, places: list[int]) -> bool:
    """All words, or those that were asked for in their order."""
    words = passphrase.split()
    asked = " ".join(words[place - 1] for place in places if place <= len(words))
    return passphrases.same(again, passphrase) or (len(places) == ASKED and passphrases.same(again, asked))


def _own(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    form = OwnWordsForm(request.POST)
    if form.is_valid() and not passphrases.same(*form.both()):
        form.add_error("passphrase_again", str(_NOT_THE_SAME))
    if form.is_valid():
        try:
            _set(request, actor, case, form.both()[0])
        except DomainError as refusal:
            form.add_error("own_passphrase", str(refusal.sentence))
    return _done(request) if form.is_valid() else _suggest(request, case, own=form, status=422)


def _set(request: HttpRequest, actor: Actor, case: CaseBrief, passphrase: str) -> None:
    if not returning.may_keep(request):
        raise SlowDown
    write = passphrases.change if case.kept_until else passphrases.keep
    write(actor, case.nickname, passphrase)


def _onward(request: HttpRequest) -> dict[str, object]:
    """Where it goes on, and whether that is a letter."""
    for_letter = _LETTER in {request.POST.get("for"), request.GET.get("for")}
    return {"for_letter": for_letter, "onward": "mail:write" if for_letter else "chat:room"}


def _done(request: HttpRequest) -> HttpResponse:
    query = f"?for={_LETTER}" if request.POST.get("for") == _LETTER else ""
    return see_other(resolve_url("own:kept") + query)
