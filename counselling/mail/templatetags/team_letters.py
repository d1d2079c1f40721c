"""How many letters are due, for the navigation of every page of a counsellor."""

from datetime import datetime

from django import template
from django.template.context import Context
from django.utils import timezone

from counselling.mail.domain import desk
from counselling.people.models import Staff

register = template.Library()


@register.simple_tag(takes_context=True)
def letters_due(context: Context) -> int:
    """With me or with nobody, due today or over; 0 for everybody but counsellors. One query, none on the lists."""
    listed = context.get("listed")
    if isinstance(listed, desk.Listed):
        return listed.counts["due"]
    actor = getattr(context.get("request"), "actor", None)
    if actor is None or actor.role != Staff.Role.COUNSELLOR:
        return 0
    return desk.due(actor, timezone.now())


@register.filter
def is_today(when: datetime) -> bool:
    """Whether a moment lies on this very day, local."""
    return timezone.localdate(when) == timezone.localdate()
