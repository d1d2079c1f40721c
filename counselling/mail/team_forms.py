"""What the team's pages of letters send: codes in addresses, which are only ever tidied, and forms that are checked."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from counselling.cases.domain import facts
from counselling.cases.domain.timeline import MAX_TEXT
from counselling.errors import DomainError, Empty, Invalid, TooLong
from counselling.mail.domain.letters import MAX_TEXT as MAX_LETTER
from counselling.mail.domain.lists import Chosen
from counselling.mail.domain.load import Kept

MOST_PAGES = 10_000
NOBODY = "nobody"  # in addresses: the cases that nobody answers yet


def chosen(data: QueryDict, topics: set[str]) -> Chosen:
    """What a list was asked for; whatever is unknown counts as not asked."""
    number = data.get("page", "")
    return Chosen(
        tab=data.get("tab", ""),
        scope=data.get("scope", ""),
        topic=data.get("topic", "") if data.get("topic", "") in topics else "",
        state=data.get("state", ""),
        page=min(int(number), MOST_PAGES) if number.isascii() and number.isdigit() and len(number) < 9 else 1,  # noqa: PLR2004 -- digits
    ).known()


class CheckedForm(forms.Form):
    """A form whose first problem is a sentence of the house."""

    def checked(self) -> dict[str, Any]:
        """The cleaned data; raises TooLong, or Invalid with the sentence of the first field that does not fit."""
        if self.is_valid():
            return self.cleaned_data
        errors = [error for found in self.errors.as_data().values() for error in found]
        if any(error.code == "max_length" for error in errors):
            raise TooLong(_("Das ist zu lang. Kürze es ein wenig, dein Text bleibt stehen."))
        raise Invalid(next((str(error.message) for error in errors), None))


class HandOverForm(CheckedForm):
    """To a colleague; the note is for the team alone."""

    to = forms.UUIDField(error_messages={name: _("Wähle aus, wer weitermacht.") for name in ("required", "invalid")})
    note = forms.CharField(required=False, strip=False, max_length=MAX_TEXT)


class GiveBackForm(CheckedForm):
    """Back to the team; the note is for the team alone."""

    note = forms.CharField(required=False, strip=False, max_length=MAX_TEXT)


class RemindForm(CheckedForm):
    """A day, or none to forget it."""

    on = forms.DateField(
        required=False, input_formats=["%Y-%m-%d", "%d.%m.%Y"], error_messages={"invalid": _("Das ist kein Datum.")}
    )


class CloseForm(CheckedForm):
    """The coded closing form with an optional farewell, which goes out under the id `letter`."""

    ending = forms.CharField(required=False, max_length=40)
    referral = forms.CharField(required=False, max_length=40)
    farewell = forms.CharField(required=False, strip=False, max_length=MAX_LETTER)
    letter = forms.UUIDField(required=False)

    def checked(self) -> dict[str, Any]:
        """As declared, with the topics as a list of codes and a letter's id where none came."""
        data = super().checked()
        topics = self.data.getlist("topics") if isinstance(self.data, QueryDict) else []
        if len(topics) > facts.MAX_TOPICS:
            raise Invalid(_("Wähle höchstens zehn Themen."))
        return {**data, "topics": topics, "letter": data["letter"] or uuid4()}


class ReassignForm(CheckedForm):
    """A case by its number in the audit trail, and who answers from now on."""

    ref = forms.UUIDField()
    to = forms.UUIDField(error_messages={name: _("Wähle aus, wer weitermacht.") for name in ("required", "invalid")})


def kept(data: QueryDict) -> Kept | None:
    """Whose cases were asked for; None where nobody in particular, or nobody there can be."""
    of = data.get("of", "")
    try:
        return Kept(None) if of == NOBODY else Kept(UUID(of)) if of else None
    except ValueError:
        return None


def named(whose: Kept | None) -> str:
    """As `kept` reads it."""
    return "" if whose is None else str(whose.by) if whose.by else NOBODY


def searched(data: QueryDict) -> tuple[str, DomainError | None]:
    """What was typed, and what is wrong with it."""
    typed = data.get("nickname", "").strip()
    return typed, None if typed else Empty(_("Tipp ein, wen du suchst."))


def posted_letter(data: QueryDict) -> UUID | str:
    """The id under which a farewell goes out, the same when the form is shown again."""
    return data.get("letter") or uuid4()
