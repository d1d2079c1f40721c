"""How many letters wait for a second look, for the pages where a counsellor would want to know."""

from django import template
from django.template.context import Context

from counselling.mail.domain import second_look
from counselling.people.models import Staff

register = template.Library()


@register.simple_tag(takes_context=True)
def second_looks_asked(context: Context) -> int:
    """That I was asked to read; 0 for everybody but counsellors. One query."""
    actor = getattr(context.get("request"), "actor", None)
    if actor is None or actor.role != Staff.Role.COUNSELLOR:
        return 0
    return second_look.number_asked(actor)
