"""The team's calendar: a week, mine or everybody's; one offer; what waits for me."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from blended.domain import calendars, offers
from blended.domain.calendars import Day, Item, Week
from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required

DONE: Final = {
    "offered": _("Das Angebot steht."),
    "series": _("Die Serie steht."),
    "withdrawn": _("Das Angebot ist zurückgezogen."),
    "left": _("Das Angebot ist zurückgezogen. Was schon ausgemacht war, gilt weiter und steht noch hier."),
    "marked": _("Gespeichert."),
    "answered": _("Deine Antwort ist da. Die junge Person liest sie in ihrem Postfach."),
}
_FIRST, _LAST = 8, 18  # hours that are always drawn
_YEARS = range(2020, 2100)


@dataclass(frozen=True)
class ShownDay:
    """A day with its items by the hour in which they begin; `row` counts from the first hour that is drawn."""

    day: Day
    today: bool
    hours: list[tuple[int, int, list[Item]]]  # row, hour, items


@require_GET
@staff_required
def calendar(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`week`: any of its days; `view=team`: everybody's times. Supervisors have the teams' one only."""
    counsels = actor.role == "counsellor"
    whole_team = not counsels or request.GET.get("view") == "team"
    monday = _monday(request.GET.get("week", ""))
    week = calendars.week(actor, monday, whole_team=whole_team)
    first, last = _drawn(week)
    context = {
        "week": week,
        "days": [_shown(day, first) for day in week.days],
        "hours": [(hour - first + 1, hour) for hour in range(first, last + 1)],
        "whole_team": whole_team,
        "counsels": counsels,
        "sunday": monday + timedelta(days=6),
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "now": monday == calendars.monday_of(timezone.localdate()),
        "questions": calendars.open_questions(actor) if counsels else [],
        "said": DONE.get(request.GET.get("done", "")),
    }
    return render(request, "blended/team_calendar.html", context)


@require_http_methods(["GET", "POST"])
@staff_required
def slot(request: HttpRequest, actor: Actor, slot: UUID) -> HttpResponse:
    """One offer, and the question whether to withdraw it; `series`: with all that come after it."""
    found = offers.one(actor, slot)
    if request.method == "GET":
        return render(request, "blended/team_slot.html", {"slot": found})
    cancel = request.POST.get("cancel") == "1"
    if "series" in request.POST and found.series_id:
        left = offers.withdraw_series(actor, found.series_id, cancel=cancel)
    else:
        left = offers.withdraw(actor, slot, cancel=cancel)
    return to_calendar("left" if left else "withdrawn", timezone.localdate(found.starts_at))


def to_calendar(done: str, day: date | None = None) -> HttpResponse:
    """Back to the week of a day, with a word about what was done."""
    week = f"&week={day.isoformat()}" if day else ""
    return HttpResponseRedirect(f"{resolve_url('blended:calendar')}?done={done}{week}", status=303)


def _monday(text: str) -> date:
    """The week that was asked for, this one where it makes no sense."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = timezone.localdate()
    return calendars.monday_of(day if day.year in _YEARS else timezone.localdate())


def _drawn(week: Week) -> tuple[int, int]:
    """The first and the last hour that the grid needs."""
    hours = [timezone.localtime(item.starts_at).hour for day in week.days for item in day.items]
    return min([_FIRST, *hours]), max([_LAST, *hours])


def _shown(day: Day, first: int) -> ShownDay:
    by_hour = groupby(day.items, key=lambda item: timezone.localtime(item.starts_at).hour)
    hours = [(hour - first + 1, hour, list(items)) for hour, items in by_hour]
    return ShownDay(day, day.day == timezone.localdate(), hours)
