"""Taking an offered time: how, when, and, for whoever has no case yet, a name and the voluntary questions.

Nobody needs a script or an account. What was typed travels in the form from step to step, also when somebody else was
faster or the browser was signed out meanwhile: never in an address, never stored before the time is taken.
"""

from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from blended.booking_forms import NoteForm
from blended.domain import booking, own_dates
from blended.domain.booking import Anew, Free
from blended.models import Channel
from blended.views import date_words, free_times
from blended.views.signed_out import carried, come_in
from counselling.cases.domain import seats
from counselling.cases.domain.facts import FactsInput
from counselling.cases.domain.seats import CaseBrief
from counselling.cases.models import Case
from counselling.cases.own_forms import FactsForm, NicknameForm
from counselling.cases.views.own.guard import remember_block
from counselling.centre.domain.doors import doors
from counselling.errors import DomainError, NotFound, Taken, TooLate
from counselling.people.cookies import seeker_of, set_seeker
from counselling.people.domain import access, nicknames
from counselling.people.domain.actors import Actor
from counselling.web import limits
from counselling.web import pow as proof_of_work

# One address may be a whole school; but times are few, and whoever comes without a script has done no work.
STARTS_PER_HOUR: Final = 30
PLAIN_STARTS_PER_HOUR: Final = 10
NAMES_IN_PAGE: Final = 8
_GONE: Final = 410
# Buttons, and where somebody is: not what they typed.
_STEPS: Final = frozenset({"step", "go", "skip", "another"})


@require_safe
def appointment(request: HttpRequest) -> HttpResponse:
    """First how to meet, then when: what is free, a week at a time."""
    return _times(request, free_times.way_of(request))


@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, slot: UUID) -> HttpResponseBase:
    """One offered time. Who has a case takes it with one tap; who has none gives a name first.

    A time that is gone meanwhile leads to the others, with all that was typed. Unknown ones are not there.
    """
    actor = seeker_of(request)
    case = seats.own_case(actor) if actor else None
    if case:
        remember_block(request, case)
    step = request.POST.get("step", "")
    try:
        if actor and case and case.state != Case.State.CLOSED:
            return _for_case(request, actor, case, slot)
        if step == "confirm":
            return come_in(request, lambda actor, case: _signed_in(request, actor, case, slot), anew=True)
        return _for_newcomer(request, actor, booking.one(slot), kept=case.nickname if case and case.kept_until else "")
    except (Taken, TooLate) as refusal:
        twice = own_dates.holding(actor, slot) if actor else None
        if twice:
            return _already(request, actor, twice)
        return _others(request, slot, refusal)


# --- how and when ----------------------------------------------------------------------------------------------------


def _free(request: HttpRequest, channel: str | None = None) -> tuple[list[Free], CaseBrief | None]:
    """What this browser may take, and its case that runs."""
    actor = seeker_of(request)
    case = seats.own_case(actor) if actor else None
    if actor and case and case.state != Case.State.CLOSED:
        return booking.free_in_case(actor, case.id, channel=channel), case
    return booking.free(own_dates.every_team(), channel=channel), None


def _times(
    request: HttpRequest, how: str, *, refusal: DomainError | None = None, typed: list[tuple[str, str]] | None = None
) -> HttpResponse:
    free, case = _free(request)
    here = [one for one in free if one.channel == how]
    week = free_times.week_of(request, here)
    context = {
        "how": how,
        "way": str(Channel(how).label) if how else "",
        "means": date_words.means(how) if how else "",
        "ways": date_words.ways(free_times.next_times(free)),
        "week": week,
        "any": bool(free),
        "doors": [] if week.days else doors(),
        "case": case,
        "zone": date_words.zone(),
        "refusal": refusal,
        "typed": typed or [],
    }
    return render(request, "blended/appointment.html", context, status=_status(request, refusal))


def _status(request: HttpRequest, refusal: DomainError | None) -> int:
    """An address that is over is gone; a form that came too late met a conflict."""
    if refusal is None:
        return 200
    return refusal.status if request.method == "POST" else _GONE


def _others(request: HttpRequest, slot: UUID, refusal: DomainError) -> HttpResponse:
    """Somebody was faster, or the time is over: the other times of the same way."""
    return _times(request, own_dates.way_of(slot), refusal=refusal, typed=carried(request, but=_STEPS))


# --- with a case -----------------------------------------------------------------------------------------------------


def _signed_in(request: HttpRequest, actor: Actor, case: CaseBrief, slot: UUID) -> HttpResponseBase:
    """What was wanted before the browser was signed out; a case that is over begins anew, with a name."""
    if case.state == Case.State.CLOSED:
        return _for_newcomer(request, actor, booking.one(slot), kept=case.nickname)
    return _for_case(request, actor, case, slot)


def _for_case(request: HttpRequest, actor: Actor, case: CaseBrief, slot: UUID) -> HttpResponse:
    twice = own_dates.holding(actor, slot)
    if twice:
        return _already(request, actor, twice)
    form = NoteForm(request.POST) if request.method == "POST" else NoteForm()
    if request.POST.get("step") != "confirm":
        form = NoteForm(initial={"note": request.POST.get("note", "")})
        return _ask_case(request, case, booking.one(slot), form)
    if not form.is_valid():
        return _ask_case(request, case, booking.one(slot), form)
    try:
        booking.book(actor, case.id, slot, note=form.cleaned_data["note"])
    except (NotFound, Taken, TooLate):
        raise
    except DomainError as refusal:
        twice = own_dates.holding(actor, slot)
        if twice:
            return _already(request, actor, twice)
        return _ask_case(request, case, booking.one(slot), form, refusal)
    return _seen("booked")


def _ask_case(
    request: HttpRequest, case: CaseBrief, slot: Free, form: NoteForm, refusal: DomainError | None = None
) -> HttpResponse:
    context = {"slot": slot, "form": form, "refusal": refusal, "case": case, **_about(slot)}
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "blended/book.html", context, status=status)


def _already(request: HttpRequest, actor: Actor | None, appointment: UUID) -> HttpResponse:
    """The same form came twice: it is booked once. Whoever came without a case sees the page with the code again."""
    if actor and request.POST.get("step") == "facts":
        return _done(request, actor, appointment, own_dates.fresh_code(actor))
    return _seen("booked")


def _seen(done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{resolve_url('blended:my_dates')}?done={done}", status=303)


# --- without one -----------------------------------------------------------------------------------------------------


def _for_newcomer(request: HttpRequest, actor: Actor | None, slot: Free, *, kept: str) -> HttpResponse:
    name, note = NicknameForm(request.POST), NoteForm(request.POST)
    match request.POST.get("step"):
        case "name" if request.POST.get("another"):
            return _ask_name(request, slot, avoid=request.POST.get("nickname", ""))
        case "new" if not (name.is_valid() and note.is_valid()):
            return _ask_name(request, slot, kept=kept)
        case "name" | "facts" if not (name.is_valid() and note.is_valid()):
            return _ask_name(request, slot, name, note, kept=kept)
        case "name" | "new":
            facts = FactsForm(initial={"language": (get_language() or "")[:2], **_facts_typed(request)})
            return _known(request, actor, _ask_facts(request, slot, facts))
        case "facts":
            return _take_facts(request, actor, slot, name.cleaned_data["nickname"], note.cleaned_data["note"])
        case _:
            return _ask_name(request, slot, kept=kept)


def _facts_typed(request: HttpRequest) -> dict[str, object]:
    """Answers that came along from another time's page."""
    several = {"topics": request.POST.getlist("topics")}
    one = {name: request.POST[name] for name in FactsForm.base_fields if name in request.POST}
    return {**one, **(several if several["topics"] else {})}


def _ask_name(
    request: HttpRequest,
    slot: Free,
    form: NicknameForm | None = None,
    note: NoteForm | None = None,
    *,
    avoid: str = "",
    kept: str = "",
) -> HttpResponse:
    names = [nicknames.suggest(get_language() or "", avoid=avoid) for _ in range(NAMES_IN_PAGE)]
    note = note or NoteForm(initial={"note": request.POST.get("note", "")})
    context = {
        "slot": slot,
        "form": form or NicknameForm(initial={"nickname": kept or names[0]}),
        "note_form": note,
        "names": names,
        "kept": kept,
        **_about(slot),
    }
    wrong = (form is not None and form.errors) or (note.is_bound and note.errors)
    return render(request, "blended/book_name.html", context, status=422 if wrong else 200)


def _known(request: HttpRequest, actor: Actor | None, response: HttpResponse) -> HttpResponse:
    """From here on the browser is somebody's: a form that is sent twice then books once, and shows the same code."""
    if actor is None and limits.hit(request, "date-name", STARTS_PER_HOUR, 3600):
        set_seeker(response, access.new_seeker()[1])
    return response


def _ask_facts(
    request: HttpRequest,
    slot: Free,
    form: FactsForm,
    *,
    too_many: bool = False,
    refusal: DomainError | None = None,
) -> HttpResponse:
    context = {
        "slot": slot,
        "nickname": request.POST.get("nickname", ""),
        "note": request.POST.get("note", ""),
        "form": form,
        "too_many": too_many,
        "refusal": refusal,
        **_about(slot),
    }
    status = 429 if too_many else refusal.status if refusal else 200
    return render(request, "blended/book_facts.html", context, status=status)


def _take_facts(request: HttpRequest, actor: Actor | None, slot: Free, nickname: str, note: str) -> HttpResponse:
    facts = FactsForm(request.POST)
    skipped = bool(request.POST.get("skip"))
    if not (skipped or facts.is_valid()):
        return _ask_facts(request, slot, facts)
    if not _admitted(request):
        return _ask_facts(request, slot, facts, too_many=True)
    token = ""
    if actor is None:
        actor, token = access.new_seeker()
    answers = FactsInput() if skipped else facts.answers()
    try:
        made = _open(actor, slot, nickname, answers, note)
    except (NotFound, Taken, TooLate):
        raise
    except DomainError as refusal:
        twice = own_dates.holding(actor, slot.id)
        return _already(request, actor, twice) if twice else _ask_facts(request, slot, facts, refusal=refusal)
    response = _done(request, actor, made.appointment, made.code)
    if token:
        set_seeker(response, token)
    return response


def _open(actor: Actor, slot: Free, nickname: str, facts: FactsInput, note: str) -> Anew:
    language = get_language() or "de"
    return booking.book_anew(actor, slot=slot.id, nickname=nickname, facts=facts, language=language, note=note)


def _admitted(request: HttpRequest) -> bool:
    """Work was done where a script runs, and not too many times were taken from there within the hour."""
    tag, proof = limits.address_tag(request), request.POST.get("proof", "")
    if not proof and not (settings.DEMO and not settings.PROOF_OF_WORK):
        return limits.hit(tag, "date-plain", PLAIN_STARTS_PER_HOUR, 3600)
    return proof_of_work.admits(proof, tag) and limits.hit(tag, "date", STARTS_PER_HOUR, 3600)


def _done(request: HttpRequest, actor: Actor, appointment: UUID, code: str) -> HttpResponse:
    """The code, shown once; the word; what happens next."""
    date = own_dates.one(actor, appointment)
    context = {
        "code": code,
        "until": own_dates.code_holds(date.ends_at),
        "one": date_words.shown(date),
        "zone": date_words.zone(),
    }
    return render(request, "blended/booked.html", context)


def _about(slot: Free) -> dict[str, object]:
    """What every page about one offered time shows."""
    return {
        "way": str(Channel(slot.channel).label),
        "icon_name": date_words.ICONS[slot.channel],
        "means": date_words.means(slot.channel),
        "zone": date_words.zone(),
    }
