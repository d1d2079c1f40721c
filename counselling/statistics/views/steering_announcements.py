"""Announcements: what all pages for young people say for a while."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from counselling.centre.domain import announcements
from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required
from counselling.statistics.steering_forms_centre import AnnouncementForm
from counselling.statistics.views import steering_pages

LIST = "statistics:steering_announcements"
_WEEK = dt.timedelta(days=7)


@require_http_methods(["GET", "POST"])
@staff_required
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """GET lists them beside the form for a new one; POST enters it, or with `drop` deletes one."""
    now = timezone.now()
    if "drop" in request.POST:
        announcements.drop(actor, steering_pages.number(request.POST["drop"]))
        return steering_pages.done(LIST, "dropped")
    form = AnnouncementForm(request.POST if request.method == "POST" else None, initial=_next(now))
    refused = None
    if request.method == "POST":
        actor.require_supervisor()
        refused = steering_pages.tried(form, lambda: announcements.write(actor, form.wording(), now=now), str)
        if refused is None:
            return steering_pages.done(LIST, "added")
    context = {"listed": announcements.listed(actor, now), "form": form, "moment": now}
    return steering_pages.draw(request, "statistics/steering_announcements.html", context, refused)


@require_http_methods(["GET", "POST"])
@staff_required
def one(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Change one."""
    row, seen = announcements.one(actor, number)
    known = {name: getattr(row, name) for name in ("text", "text_en", "begins", "ends")}
    form = AnnouncementForm(request.POST if request.method == "POST" else None, initial=known, seen=seen)
    refused = None
    if request.method == "POST":

        def write() -> None:
            seen_then = form.cleaned_data["seen"]
            announcements.write(actor, form.wording(), now=timezone.now(), number=number, seen=seen_then)

        refused = steering_pages.tried(form, write, lambda: seen)
        if refused is None:
            return steering_pages.done(LIST, "saved")
    context = {"form": form, "row": row}
    return steering_pages.draw(request, "statistics/steering_announcement.html", context, refused)


def _next(now: dt.datetime) -> dict[str, object]:
    """From now until the end of the day in a week."""
    last = timezone.localtime(now) + _WEEK
    return {
        "begins": timezone.localtime(now).replace(second=0, microsecond=0),
        "ends": last.replace(hour=23, minute=59, second=0, microsecond=0),
    }
