"""A case's appointments as its counsellor sees them: propose, answer, move, call off, say what became of it."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from blended.date_forms import MoveForm, WhenForm
from blended.domain import agreeing, appointments, booking, changing, chat_dates, ics, places
from blended.domain.refusals import Refused
from blended.views.team_calendar import to_calendar
from counselling.cases.domain import keys, seats
from counselling.cases.models import Case
from counselling.errors import Closed, Conflict, DomainError, NotFound, Taken, TooLate, TooLong
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required

# What a person can do something about stands on the page; everything else is a page of its own.
SAID = (Closed, Conflict, Taken, TooLate, TooLong)
DONE: Final[dict[str, Promise]] = {
    "proposed": _("Der Vorschlag ist da. Die junge Person antwortet in ihrem Postfach."),
    "confirm": _("Der Termin ist ausgemacht."),
    "decline": _("Abgelehnt. Die junge Person liest das in ihrem Postfach."),
    "cancel": _("Abgesagt. Die junge Person liest das in ihrem Postfach."),
    "kept": _("Gespeichert."),
    "missed": _("Gespeichert. Die junge Person liest, dass sie jederzeit einen neuen Termin ausmachen kann."),
    "move": _("Der Vorschlag ist da. Bis zur Antwort gilt der alte Termin."),
}
ACTS: Final[dict[str, Callable[[Actor, UUID], object]]] = {
    "confirm": agreeing.confirm,
    "decline": agreeing.decline,
    "cancel": changing.cancel,
    "kept": lambda actor, appointment: changing.mark(actor, appointment, kept=True),
    "missed": lambda actor, appointment: changing.mark(actor, appointment, kept=False),
    "chat": chat_dates.arrive,  # ready; the desk shows whether it runs
}


@require_http_methods(["GET", "POST"])
@counsellor_required
def of_case(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """GET lists them; POST proposes a time, or with `slot` one of my offers."""
    case = seats.seated(actor, case_id).case
    form = _when_form(request, case) if "slot" not in request.POST else _when_form(None, case)
    if request.method == "GET":
        return _page(request, actor, case, form)
    try:
        if "slot" in request.POST:
            agreeing.propose_slot(actor, case_id, _uuid(request.POST["slot"]), note=request.POST.get("note", ""))
            return _back(case_id, "proposed")
        if form.is_valid():
            agreeing.propose(actor, case_id, form.when, note=form.cleaned_data["note"])
            return _back(case_id, "proposed")
    except Refused as refusal:
        form.refuse(refusal)
    except SAID as trouble:
        return _page(request, actor, case, form, trouble)
    return _page(request, actor, case, form)


@require_POST
@counsellor_required
def act(request: HttpRequest, actor: Actor, appointment: UUID, what: str) -> HttpResponse:
    """Answer, call off, or mark (`what`: one of ACTS); back to the case, or with `calendar` to the calendar."""
    if what not in ACTS:
        raise NotFound
    case = appointments.case_of(actor, appointment)
    try:
        ACTS[what](actor, appointment)
    except SAID as trouble:
        if case is None:
            raise
        return _page(request, actor, case, _when_form(None, case), trouble)
    if what == "chat":
        return HttpResponseRedirect(resolve_url("cases:desk"), status=303)
    if "calendar" in request.POST or case is None:
        return to_calendar("marked" if what in {"kept", "missed"} else "answered")
    return _back(case.pk, what)


@require_http_methods(["GET", "POST"])
@counsellor_required
def move(request: HttpRequest, actor: Actor, appointment: UUID) -> HttpResponse:
    """Ask for another time: one of my offers (`slot`), or any."""
    date = appointments.one(actor, appointment)
    case = seats.seated(actor, date.case).case
    minutes = int((date.ends_at - date.starts_at).total_seconds() // 60)
    initial = {"channel": date.channel, "minutes": minutes, "place": date.place.pk if date.place else ""}
    bound = request.POST if request.method == "POST" and "slot" not in request.POST else None
    form = MoveForm(bound, places=places.of_team(case.team_id), initial=initial)
    trouble: DomainError | None = None
    try:
        if "slot" in request.POST:
            changing.move_to_slot(actor, appointment, _uuid(request.POST["slot"]))
            return _back(case.pk, "move")
        if form.is_valid():
            changing.move(actor, appointment, form.when)
            return _back(case.pk, "move")
    except Refused as refusal:
        form.refuse(refusal)
    except SAID as problem:
        trouble = problem
    context = _context(actor, case, form) | {"date": date, "trouble": trouble}
    status = trouble.status if trouble else 422 if form.errors else 200
    return render(request, "blended/case_date_move.html", context, status=status)


@require_GET
@counsellor_required
def file(_request: HttpRequest, actor: Actor, appointment: UUID) -> HttpResponse:
    """The neutral calendar file, for who asks for it."""
    headers = {"Content-Disposition": f'attachment; filename="{ics.FILE_NAME}"'}
    return HttpResponse(ics.file_of(actor, appointment), content_type=ics.CONTENT_TYPE, headers=headers)


def _page(
    request: HttpRequest, actor: Actor, case: Case, form: WhenForm, trouble: DomainError | None = None
) -> HttpResponse:
    rows = appointments.of_case(actor, case.pk)
    context = _context(actor, case, form) | {
        "open": [row for row in rows if row.open or row.to_mark],
        "over": [row for row in reversed(rows) if not (row.open or row.to_mark)],
        "said": DONE.get(request.GET.get("done", "")),
        "trouble": trouble,
    }
    status = trouble.status if trouble else 422 if form.errors else 200
    return render(request, "blended/case_dates.html", context, status=status)


def _context(actor: Actor, case: Case, form: WhenForm) -> dict[str, object]:
    opened = keys.case_keys(actor, [case.pk])
    return {
        "case": case,
        "nickname": keys.nickname(case, opened.get(case.pk)),
        "form": form,
        "slots": booking.own_free(actor, case.team_id),
        "running": case.state in {Case.State.ACTIVE, Case.State.LETTERS},
    }


def _when_form(request: HttpRequest | None, case: Case) -> WhenForm:
    data = request.POST if request and request.method == "POST" else None
    return WhenForm(data, places=places.of_team(case.team_id))


def _back(case_id: UUID, done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{resolve_url('blended:case_dates', case_id)}?done={done}", status=303)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Taken from None
