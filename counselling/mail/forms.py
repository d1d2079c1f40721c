"""What a young person's letter pages send, beside the text itself, whose rules are the domain's."""

import uuid
from dataclasses import dataclass, field
from uuid import UUID

from django import forms
from django.http import HttpRequest

from counselling.mail.domain.letters import Unsent

MOST_VERSIONS = 2**31 - 1


class LetterForm(forms.Form):
    """Which letter it is, and which of its versions the page began with."""

    letter = forms.UUIDField(required=False)
    version = forms.IntegerField(required=False, min_value=0, max_value=MOST_VERSIONS)


@dataclass(frozen=True)
class Page:
    """A composer's page as it came: broken ids are as good as a new page's."""

    letter: UUID
    version: int
    text: str = field(repr=False)


def page_from(known: Unsent | None) -> Page:
    """What a composer begins with; a new sheet beside a letter that does not open."""
    if known is None or known.text is None:
        return Page(uuid.uuid4(), 0, "")
    return Page(known.id, known.version, known.text)


def page_of(request: HttpRequest) -> Page:
    """What was posted."""
    form = LetterForm(request.POST)
    form.is_valid()
    letter, version = form.cleaned_data.get("letter"), form.cleaned_data.get("version")
    return Page(letter or uuid.uuid4(), version or 0, text_of(request))


def text_of(request: HttpRequest) -> str:
    """The posted text with one kind of line ends, so that a browser's form and a script's say the same."""
    return request.POST.get("text", "").replace("\r\n", "\n")
