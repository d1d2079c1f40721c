"""A form about appointments came when nobody was signed in any more: what was typed stays, beside the ways in."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from counselling.cases.domain import seats
from counselling.cases.domain.seats import CaseBrief
from counselling.cases.own_forms import CodeForm, WordsForm
from counselling.cases.views.own import come_back
from counselling.cases.views.own.guard import remember_block
from counselling.errors import Unavailable
from counselling.people.cookies import seeker_of, set_seeker
from counselling.people.domain import access
from counselling.people.domain.actors import Actor

_SIGNED_OUT: Final = 403
# What belongs to a form and not to what somebody wanted; secrets never travel back.
_OURS: Final = {"csrfmiddlewaretoken", "proof", "hard", "passphrase", "code"}
GoOn = Callable[[Actor, CaseBrief], HttpResponseBase]


def with_dates(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Calls the view with (request, actor, case, …): the open or newest case of this browser's young person.

    A page asked for by nobody leads to where one comes back; a form keeps what it carries, and goes on after that.
    """

    @wraps(view)
    def guarded(request: HttpRequest, **names: Any) -> HttpResponseBase:
        actor = seeker_of(request)
        case = seats.own_case(actor) if actor else None
        if actor and case:
            remember_block(request, case)
            return view(request, actor, case, **names)
        if request.method != "POST":
            return redirect("own:return")
        return come_in(request, lambda actor, case: view(request, actor, case, **names))

    return guarded


def come_in(request: HttpRequest, go_on: GoOn, *, anew: bool = False) -> HttpResponseBase:
    """Name and words, or a code, came with the form: it goes on as if nothing had happened; else they are asked for.

    `anew`: it can be done without a case, too.
    """
    words = WordsForm(request.POST) if "passphrase" in request.POST else None
    code = CodeForm(request.POST) if "code" in request.POST else None
    found: tuple[Actor, str] | None = None
    if words is not None:
        known = come_back.by_words(request, words)
        found = known[0] if known else None
    elif code is not None:
        found = come_back.by_code(request, code)
    if found is None:
        return _ask(request, words, code, anew=anew)
    actor, token = found
    case = seats.own_case(actor)
    if case is None:  # erased in this very moment
        raise Unavailable
    other = seeker_of(request)
    response = go_on(actor, case)
    if other:
        access.end_session(other)
    set_seeker(response, token)
    return response


def carried(request: HttpRequest, *, but: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """What the form brought, to travel on in the next one."""
    return [(name, str(value)) for name, values in request.POST.lists() if name not in _OURS | but for value in values]


def _ask(request: HttpRequest, words: WordsForm | None, code: CodeForm | None, *, anew: bool) -> HttpResponse:
    context = {
        "carried": carried(request, but=frozenset({"nickname"})),
        "note": request.POST.get("note", ""),
        "anew": anew,
        "words_form": words or WordsForm(),
        "form": code or CodeForm(),
        "hard": bool(words and (words.has_error("passphrase", "slow") or "hard" in request.POST)),
    }
    tried = words is not None or code is not None
    return render(request, "blended/signed_out.html", context, status=422 if tried else _SIGNED_OUT)
