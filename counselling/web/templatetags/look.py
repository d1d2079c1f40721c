"""What every template may use without loading it: icons, the help that is open now, the way out."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from django import template
from django.conf import settings
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from counselling.web import exit as quick_exit

register = template.Library()


class HelpContact(NamedTuple):
    """What the help strip shows of a contact: a name, a number to read, a link to tap, "spoken" or "written"."""

    name: str
    number: str
    link: str
    channel: str


# Day and night, free of charge; shown where the database cannot be asked (reference/domain.md).
EMERGENCY: Final = "112"
ALWAYS_OPEN: Final = (
    HelpContact("TelefonSeelsorge", "116 123", "tel:116123", "spoken"),
    HelpContact("krisenchat", "", "https://krisenchat.de/", "written"),
)


@register.simple_tag
def icon(name: str) -> SafeString:
    """One drawing of our sprite, in the colour and size of the text around it; hidden from screen readers."""
    return format_html(
        '<svg class="icon icon-{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        name,
        static("web/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def help_now(context: Context) -> list[HelpContact]:
    """One contact to talk to and one to write to that are open now, beside 112; even without a database."""
    open_now: Sequence[HelpContact] = context.get("help_open") or ()
    return [_first(channel, open_now) for channel in ("spoken", "written")]


def _first(channel: str, contacts: Sequence[HelpContact]) -> HelpContact:
    return next(c for c in (*contacts, *ALWAYS_OPEN) if c.channel == channel and c.number != EMERGENCY)


@register.simple_tag
def in_demo() -> bool:
    """Whether this is `counselling demo`, which staff pages say."""
    return bool(settings.DEMO)


@register.simple_tag(takes_context=True)
def page_settings(context: Context) -> Mapping[str, str]:
    """What the scripts of every page need to know: the neutral site, two cookies' names, the icons."""
    centre = context.get("centre")
    return {
        "exit": getattr(centre, "exit_url", "") or quick_exit.default_site(),
        "away": quick_exit.away_cookie_name(),
        "csrf": settings.CSRF_COOKIE_NAME,
        "icons": static("web/icons.svg"),
    }
