"""What a young person sends to book a time or to wish for one; what is possible decides the domain."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blended.date_forms import ClockField, DayField
from blended.domain import clocks, making
from blended.domain.making import When
from blended.domain.refusals import Refused
from blended.models import Channel, Place
from counselling.errors import DomainError

# In the order of how little one shows of oneself.
WAYS = [Channel.CHAT, Channel.VOICE, Channel.PHONE, Channel.VIDEO, Channel.ONSITE]
_AT_FIELD = {"starts_at": "starts"}


class NoteForm(forms.Form):
    """A few words for whoever will be there; the domain decides how many."""

    note = forms.CharField(required=False, strip=False)

    def clean_note(self) -> str:
        """As it is kept, or the domain's sentence why not."""
        try:
            return making.clean_note(self.cleaned_data["note"])
        except DomainError as error:
            raise forms.ValidationError(str(error.sentence)) from error


class WishForm(NoteForm):
    """A time that nobody offered: a day, a clock on the wall, a way, and where if there are several places."""

    day = DayField()
    starts = ClockField()
    channel = forms.ChoiceField(
        choices=[(way.value, way.label) for way in WAYS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Wähle, wie ihr euch trefft.")},
    )
    place = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, places: Iterable[Place] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.several = list(places)
        field: Any = self.fields["place"]
        field.choices = [("", _("Bitte wählen")), *((place.pk, place.name) for place in self.several)]

    def when(self) -> When | None:
        """The time of a valid form; None where the clock does not show it, with the reason at its field."""
        said = self.cleaned_data
        try:
            starts_at = clocks.single(said["day"], said["starts"])
        except Refused as refusal:
            self.refuse(refusal)
            return None
        return When(starts_at, said["channel"], place=said["place"] if said["channel"] == Channel.ONSITE else None)

    def refuse(self, refusal: Refused) -> None:
        """At its field, or above the form."""
        name = _AT_FIELD.get(refusal.field, refusal.field)
        self.add_error(name if name in self.fields else None, str(refusal.sentence))

    @property
    def first_day(self) -> str:
        """Today, as the browser's calendar takes it."""
        return timezone.localdate().isoformat()

    @property
    def last_day(self) -> str:
        """The last day that can be wished for."""
        return timezone.localdate(making.latest(timezone.now())).isoformat()


class SlotForm(forms.Form):
    """An offered time somebody chose among several."""

    slot = forms.UUIDField(error_messages={"required": _("Wähle eine Zeit.")})
