"""What who is on call, and whose case was taken over, should know when they look at their letters."""

from django import template
from django.template.context import Context
from django.utils import timezone

from counselling.mail.domain import taking_over
from counselling.people.models import Staff

register = template.Library()


@register.simple_tag(takes_context=True)
def on_call_news(context: Context) -> dict[str, int]:
    """How many letters press with colleagues of mine, and how many cases of mine were taken over. Two queries."""
    actor = getattr(context.get("request"), "actor", None)
    if actor is None or actor.role != Staff.Role.COUNSELLOR:
        return {"pressing": 0, "taken": 0}
    return {
        "pressing": taking_over.number_pressing(actor),
        "taken": taking_over.number_taken(actor, timezone.now()),
    }
