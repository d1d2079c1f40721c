"""What every page may ask about the centre: evaluated only when a page does, and never a reason to fail."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import Error as DatabaseError
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language_info

from counselling.centre.domain import announcements
from counselling.centre.domain import help as help_contacts
from counselling.centre.models import Announcement, Centre

if TYPE_CHECKING:
    from django.http import HttpRequest


def centre(_request: "HttpRequest") -> dict[str, object]:
    """`centre` (Centre), `help_open` (list of HelpContactView), `languages` (list of (code, its own name)).

    And `announcement` (Announcement or None), a function that a template calls.
    """
    return {
        "centre": SimpleLazyObject(_centre),
        "announcement": _announcement,
        "help_open": SimpleLazyObject(_help_open),
        "languages": [(code, get_language_info(code)["name_local"]) for code, _ in settings.LANGUAGES],
    }


def _centre() -> Centre:
    """The centre; a neutral one where the database does not answer, so that error pages stand without it."""
    try:
        return Centre.load()
    except DatabaseError:
        return Centre()


def _announcement() -> Announcement | None:
    """What all pages for young people say now; nothing where the database does not answer."""
    try:
        return announcements.current(timezone.now())
    except DatabaseError:
        return None


def _help_open() -> list[help_contacts.HelpContactView]:
    """Who helps now; the built-in contacts where the database does not answer."""
    now = timezone.now()
    try:
        return help_contacts.open_now(now)
    except DatabaseError:
        return help_contacts.built_in(now)
