"""A young person's own appointments: seen, answered, moved, called off, and proposed. All of it without a script."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from blended.booking_forms import SlotForm, WishForm
from blended.domain import agreeing, booking, changing, ics, own_dates, places
from blended.domain.appointments import DateView
from blended.domain.refusals import Refused
from blended.views import date_words, free_times
from blended.views.signed_out import with_dates
from counselling.cases.domain import attention, seats
from counselling.cases.domain.seats import CaseBrief
from counselling.cases.models import Case
from counselling.cases.views.own.guard import home
from counselling.errors import DomainError, Gone, Invalid, NotAllowed, NotFound
from counselling.people.domain.actors import Actor

_OPEN: Final = ("proposed", "agreed")


@require_GET
@with_dates
def listed(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """What is to come, and what was."""
    return show(request, actor, case)


@require_POST
@with_dates
def answer(request: HttpRequest, actor: Actor, case: CaseBrief, appointment: UUID) -> HttpResponse:
    """Yes or no to what the team proposed; a no needs no reason."""
    said = request.POST.get("answer", "")
    if said not in {"yes", "no"}:
        raise Invalid
    try:
        (agreeing.confirm if said == "yes" else agreeing.decline)(actor, appointment)
    except NotFound:
        raise
    except DomainError as refusal:
        return show(request, actor, case, refusal)
    return seen(said)


@require_http_methods(["GET", "POST"])
@with_dates
def cancel(request: HttpRequest, actor: Actor, case: CaseBrief, appointment: UUID) -> HttpResponse:
    """Asks once; POST calls it off, or takes an own proposal back."""
    date = own_dates.one(actor, appointment)
    if request.method == "GET":
        if date.state not in _OPEN:
            return show(request, actor, case, _ended())
        return render(request, "blended/cancel.html", {"one": date_words.shown(date), "zone": date_words.zone()})
    try:
        changing.cancel(actor, appointment)
    except NotFound:
        raise
    except DomainError as refusal:
        return show(request, actor, case, refusal)
    return seen("cancelled")


@require_http_methods(["GET", "POST"])
@with_dates
def move(request: HttpRequest, actor: Actor, case: CaseBrief, appointment: UUID) -> HttpResponse:
    """To another free time at once, or a wish for one that nobody offered."""
    date = own_dates.one(actor, appointment)
    if not date.open:
        return show(request, actor, case, _ended())
    sheet = Sheet(request, actor, date.case, date)
    if request.method == "GET":
        return sheet.ask()
    if request.POST.get("step") == "slot":
        return sheet.take_slot()
    return sheet.take_wish()


@require_http_methods(["GET", "POST"])
@with_dates
def propose(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """A time that nobody offered, for whoever counsels the case."""
    sheet = Sheet(request, actor, case.id, None)
    return sheet.ask() if request.method == "GET" else sheet.take_wish()


@require_GET
@with_dates
def file(_request: HttpRequest, actor: Actor, _case: CaseBrief, appointment: UUID) -> HttpResponse:
    """The neutral calendar file; of what was called off, its cancellation."""
    response = HttpResponse(ics.file_of(actor, appointment), content_type=ics.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{ics.FILE_NAME}"'
    return response


@require_POST
@with_dates
def code(request: HttpRequest, actor: Actor, _case: CaseBrief) -> HttpResponse:
    """A fresh code that leads back until after the last appointment; an earlier one ends."""
    fresh = own_dates.fresh_code(actor)
    last = max((date.ends_at for date in own_dates.all_of(actor) if date.open), default=None)
    return render(request, "blended/date_code.html", {"code": fresh, "until": own_dates.code_holds(last)})


def seen(done: str) -> HttpResponse:
    """After a form: the list, with a word about what was done."""
    return HttpResponseRedirect(f"{resolve_url('blended:my_dates')}?done={done}", status=303)


def _ended() -> Gone:
    """It is not open any more: answered, called off, moved or over."""
    return Gone(changing.ENDED)


def show(request: HttpRequest, actor: Actor, case: CaseBrief, refusal: DomainError | None = None) -> HttpResponse:
    """The list, with what was refused."""
    dates = own_dates.all_of(actor)
    moves = {date.instead_of: date for date in dates if date.instead_of and date.open}
    context = {
        "case": case,
        "ahead": [(date_words.shown(date), moves.get(date.id)) for date in dates if date.open],
        "before": [date_words.shown(date) for date in reversed(dates) if not date.open],
        "refusal": refusal,
        "done": date_words.done(request.GET.get("done", "")),
        "zone": date_words.zone(),
        "home": home(case),
        "running": case.state != Case.State.CLOSED,
    }
    status = 200 if refusal is None else refusal.status if request.method == "POST" else 410
    return render(request, "blended/my_dates.html", context, status=status)


@dataclass
class Sheet:
    """The page that asks for another time: free ones where an agreed appointment moves, and a wish."""

    request: HttpRequest
    actor: Actor
    case: UUID
    date: DateView | None

    def ask(self, form: WishForm | None = None, refusal: DomainError | None = None) -> HttpResponse:
        """The page, with what was typed."""
        free = booking.free_in_case(self.actor, self.case) if self.date and self.date.state == "agreed" else []
        how = free_times.way_of(self.request, self.date.channel if self.date else "")
        context = {
            "one": date_words.shown(self.date) if self.date else None,
            "form": form or self._form(),
            "refusal": refusal,
            "how": how,
            "ways": [way for way in date_words.ways(free_times.next_times(free)) if way.next_at],
            "week": free_times.week_of(self.request, [one for one in free if one.channel == how]),
            "zone": date_words.zone(),
            "attention": attention.of_case(self.case, timezone.now()),
        }
        status = refusal.status if refusal else 422 if form and form.errors else 200
        return render(self.request, "blended/other_time.html", context, status=status)

    def take_slot(self) -> HttpResponse:
        """To the free time that was chosen; somebody may have been faster."""
        form = SlotForm(self.request.POST)
        if not form.is_valid():
            return self.ask(refusal=Refused("slot", str(form.errors["slot"][0])))
        if self.date is None:
            raise Invalid
        slot = form.cleaned_data["slot"]
        try:
            changing.move_to_slot(self.actor, self.date.id, slot)
        except NotAllowed:
            raise
        except DomainError as refusal:
            return seen("moved") if own_dates.holding(self.actor, slot) else self.ask(refusal=refusal)
        return seen("moved")

    def take_wish(self) -> HttpResponse:
        """A proposal; what it takes the place of is answered or stays, as the domain says."""
        form = self._form()
        when = form.when() if form.is_valid() else None
        if when is None:
            return self.ask(form)
        try:
            if self.date:
                own_dates.instead(self.actor, self.date.id, when, note=form.cleaned_data["note"])
            else:
                agreeing.propose(self.actor, self.case, when, note=form.cleaned_data["note"])
        except Refused as refusal:
            form.refuse(refusal)
            return self.ask(form)
        except DomainError as refusal:
            if own_dates.wished(self.actor, when):
                return seen("proposed")
            return self.ask(form, refusal)
        return seen("proposed")

    def _form(self) -> WishForm:
        known = places.of_team(seats.seated(self.actor, self.case).case.team_id)
        if self.request.method == "POST" and self.request.POST.get("step") != "slot":
            return WishForm(self.request.POST, places=known)
        return WishForm(places=known, initial={"channel": self.date.channel if self.date else ""})
