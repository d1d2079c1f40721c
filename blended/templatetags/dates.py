"""How channels and the states of appointments are called and drawn on pages."""

from typing import Any, Final

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from blended.domain import meetings
from blended.domain.appointments import DateView
from blended.domain.calendars import Item
from blended.models import Channel

register = template.Library()

_ICONS: Final = {"chat": "chat", "voice": "sound", "video": "video", "phone": "phone", "onsite": "pin"}
_STATES: Final = {
    "proposed": _("wartet auf Antwort"),
    "agreed": _("ausgemacht"),
    "declined": _("abgelehnt"),
    "cancelled": _("abgesagt"),
    "moved": _("verlegt"),
    "kept": _("hat stattgefunden"),
    "missed": _("nicht gekommen"),
}


@register.filter
def channel_name(channel: str) -> str | Promise:
    """`video` as people read it."""
    return Channel(channel).label if channel in Channel.values else channel


@register.filter
def channel_icon(channel: str) -> str:
    """The name of its icon."""
    return _ICONS.get(channel, "calendar")


@register.filter
def chat_is_open(date: DateView | Item) -> bool:
    """Whether the door to the chat of an appointment is open now."""
    now = timezone.now()
    agreed = date.channel == Channel.CHAT and date.state == "agreed"
    return agreed and date.starts_at - meetings.EARLY <= now < date.ends_at


@register.inclusion_tag("blended/_reserved_chats.html", takes_context=True)
def reserved_chats(context: dict[str, Any]) -> dict[str, Any]:
    """Above the desk: chats of appointments; nothing is read here, a script asks."""
    return {"csrf_token": context.get("csrf_token"), "zone": settings.TIME_ZONE}


@register.filter
def state_name(state: str) -> str | Promise:
    """`agreed` as staff read it."""
    return _STATES.get(state, state)


@register.filter
def has_door(date: DateView) -> bool:
    """Whether it is a call that one can go into now; the meeting itself decides once more."""
    if date.state != "agreed" or date.channel not in {Channel.VOICE, Channel.VIDEO}:
        return False
    return date.starts_at - meetings.EARLY <= timezone.now() < date.ends_at + meetings.GRACE
