"""A letter that came when its writer was not signed in any more: the text stays, and words bring both back together."""

from collections.abc import Callable
from functools import wraps
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST

from counselling.cases.domain import seats
from counselling.cases.own_forms import WordsForm
from counselling.cases.views.own import come_back
from counselling.cases.views.own.guard import SeatedView, with_case
from counselling.errors import Unavailable
from counselling.mail.forms import text_of
from counselling.mail.views.both import rescued
from counselling.people.cookies import seeker_of, set_seeker
from counselling.people.domain import access
from counselling.web.errors import wants_json

_SIGNED_OUT: Final = 403


def with_text(view: SeatedView) -> Callable[..., HttpResponseBase]:
    """As `with_case` for what posts a letter: without a case its text is shown, to be taken along."""
    guarded = with_case(view)

    @wraps(view)
    def kept(request: HttpRequest) -> HttpResponseBase:
        actor = seeker_of(request)
        if wants_json(request) or not text_of(request).strip() or (actor and seats.own_case(actor)):
            return guarded(request)
        return ask(request)

    return kept


def ask(request: HttpRequest, form: WordsForm | None = None, *, error: str = "") -> HttpResponse:
    """The text, and the way in beside it."""
    context = {
        "text": text_of(request),
        "error": error,
        "words_form": form or WordsForm(),
        "hard": bool(form and (form.has_error("passphrase", "slow") or "hard" in request.POST)),
    }
    return render(request, "mail/signed_out.html", context, status=422 if form or error else _SIGNED_OUT)


@require_POST
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Name and words as everywhere; what was written stands in the composer then."""
    form = WordsForm(request.POST)
    found = come_back.by_words(request, form)
    if not found:
        return ask(request, form)
    (actor, token), _before = found
    case = seats.own_case(actor)
    if case is None:  # erased in this very moment
        raise Unavailable
    other = seeker_of(request)
    if other:
        access.end_session(other)
    response = rescued(request, actor, case, text_of(request))
    set_seeker(response, token)
    return response
