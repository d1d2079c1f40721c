"""Steering at a glance: each thing that those who lead can change, and how it stands."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from counselling.centre.domain import announcements, steering_help, steering_hours, steering_topics
from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required
from counselling.statistics.domain import steering_capacity, steering_on_call


@require_GET
@staff_required
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One card per story; a constant number of queries."""
    now = timezone.now()
    offers = steering_hours.offers(actor, timezone.localdate(now))
    lists = steering_on_call.of_teams(actor)
    context = {
        "offers": [offer for offer in offers if offer.week],
        "special": sum(offer.special for offer in offers),
        "announced": announcements.current(now),
        "planned": len(announcements.listed(actor, now)),
        "gaps": len(steering_help.gaps(actor)),
        "contacts": sum(one.record.active for one in steering_help.listed(actor)),
        "topics": sum(one.record.active for one in steering_topics.listed(actor)),
        "capacities": steering_capacity.of_teams(actor),
        "called": sum(entry.able for one in lists for entry in one.entries),
        "lost": sum(not entry.able for one in lists for entry in one.entries),
    }
    return render(request, "statistics/steering.html", context)
