"""Attaching without a script: the letter's own form brings its text and one file, piece by piece (decision 0018)."""

from contextlib import suppress
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest

from counselling.errors import DomainError, Invalid, Locked, NotFound, SlowDown
from counselling.mail.domain import brought, letters, uploads
from counselling.mail.domain.files import MOST_BYTES
from counselling.mail.forms import Page, page_of
from counselling.mail.views.files_up import FILES_PER_HOUR
from counselling.people.domain.actors import Actor
from counselling.web import incoming, limits
from counselling.web.incoming import Arriving


class NotAttached(Invalid):
    """Why the file of this form is not attached; the page says it where the file was chosen."""

    code = "not_attached"


def taken(request: HttpRequest, actor: Actor, case_id: UUID) -> Page:
    """The page as it was posted; a file that came with it is attached, and its text kept before.

    Raises NotAttached, and as letters.keep does; `request.POST` is whole then as far as the form came.
    """
    page, file = page_of(request), incoming.file_of(request)
    if file is None:
        return page
    kept = letters.keep(actor, case_id, page.text, version=page.version, letter=page.letter)
    try:
        _bring(request, actor, case_id, kept.id, file)
        incoming.rest(request)
    except (NotFound, Locked):  # the case went elsewhere meanwhile
        raise
    except DomainError as refusal:
        with suppress(DomainError):  # what stood behind the file is for the page again
            incoming.rest(request)
        raise NotAttached(refusal.sentence) from refusal
    return Page(kept.id, kept.version, page.text)


def let_go(request: HttpRequest, actor: Actor, case_id: UUID) -> None:
    """Take out the file whose button was pressed, if one was."""
    with suppress(ValueError, NotFound):  # pressed twice
        if about := request.POST.get("without", ""):
            uploads.remove(actor, case_id, UUID(about))


def _bring(request: HttpRequest, actor: Actor, case_id: UUID, letter: UUID, file: Arriving) -> None:
    if not limits.hit(request, "files", FILES_PER_HOUR, 3600):
        raise SlowDown
    if file.at_most > MOST_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise uploads.TooLarge
    brought.bring(actor, case_id, letter, name=file.name, parts=file.parts, at_most=file.at_most)
