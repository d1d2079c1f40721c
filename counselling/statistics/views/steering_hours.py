"""Opening hours: which there are, and for one team on one channel its week, its special days and the next two weeks."""

import datetime as dt
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from counselling.centre.domain import steering_hours, steering_preview, steering_special
from counselling.centre.domain.steering_changes import Unfit
from counselling.centre.domain.steering_preview import PreviewDay
from counselling.centre.models.hours import Channel
from counselling.errors import DomainError, NotFound
from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required
from counselling.statistics.steering_forms import SpecialForm, WeekForm
from counselling.statistics.views import steering_pages

ONE = "statistics:steering_hours_of"


@require_GET
@staff_required
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Each team on each channel."""
    offers = steering_hours.offers(actor, timezone.localdate())
    return steering_pages.draw(request, "statistics/steering_hours.html", {"offers": offers})


@require_http_methods(["GET", "POST"])
@staff_required
def one(request: HttpRequest, actor: Actor, team_id: UUID, channel: str) -> HttpResponse:
    """GET shows it; POST saves the week, tries it out, enters a special day or deletes one, as its button says."""
    days, seen = steering_hours.week(actor, team_id, channel)
    step = request.POST.get("step", "") if request.method == "POST" else ""
    sent = request.POST if step in {"save", "try"} else None
    week = WeekForm(sent, week=days, seen=seen)
    special = SpecialForm(request.POST if step == "add" else None)
    refused: DomainError | None = None
    preview: list[PreviewDay] | None = None
    today = timezone.localdate()
    if step == "try":
        preview, refused = _tried(actor, team_id, channel, week, today)
    elif step == "save":
        refused = steering_pages.tried(
            week, lambda: steering_hours.write(actor, team_id, channel, week.rows(), **_seen(week)), lambda: seen
        )
    elif step == "add":
        refused = steering_pages.tried(
            special, lambda: steering_special.add(actor, team_id, channel, special.special(), today), str
        )
    elif step == "drop":
        steering_special.drop(actor, team_id, channel, _day(request.POST.get("day", "")))
    if request.method == "POST" and refused is None and preview is None:
        said = {"add": "added", "drop": "dropped"}.get(step, "saved")
        anchor = "" if step == "save" else "#special"
        return steering_pages.done(ONE, said, team_id, channel, anchor=anchor)
    context = {
        "team": steering_hours.require_offer(actor, team_id, channel),
        "channel": Channel(channel).label,
        "week": week,
        "now": days,
        "special": special,
        "ahead": steering_special.ahead(actor, team_id, channel, today),
        "preview": preview or steering_preview.days(team_id, channel, today),
        "trying": preview is not None,
    }
    return steering_pages.draw(request, "statistics/steering_hours_of.html", context, refused)


def _tried(
    actor: Actor, team_id: UUID, channel: str, week: WeekForm, today: dt.date
) -> tuple[list[PreviewDay] | None, DomainError | None]:
    if not week.is_valid():
        return None, Unfit({})
    try:
        return steering_hours.tried(actor, team_id, channel, week.rows(), today), None
    except Unfit as refusal:
        week.refuse(refusal.problems)
        return None, refusal


def _seen(week: WeekForm) -> dict[str, str]:
    return {"seen": week.cleaned_data["seen"]}


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
