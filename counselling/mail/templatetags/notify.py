"""Whether this young person is told of news by mail, for any page of theirs."""

from django import template
from django.template.context import Context

from counselling.mail.domain import notify
from counselling.mail.domain.notify import State
from counselling.people.cookies import seeker_of

register = template.Library()


@register.simple_tag(takes_context=True)
def notify_state(context: Context) -> State:
    """Their state; one that offers nothing where nobody is signed in."""
    request = context.get("request")
    actor = seeker_of(request) if request else None
    return notify.state(actor) if actor else State(offered=False)
