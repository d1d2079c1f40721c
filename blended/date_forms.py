"""Days, times and places as the team types them; what is possible decides the domain."""

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from blended.domain import clocks
from blended.domain.making import When
from blended.domain.offers import Offer
from blended.domain.places import PlaceTexts
from blended.domain.refusals import Refused
from blended.domain.series import Rhythm
from blended.models import Channel, Place
from counselling.people.models import Team

_CHOOSE = _("Bitte wählen")


class DayInput(forms.DateInput):
    """The browser's own calendar, which speaks ISO whatever the page's language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """The browser's own clock."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class DayField(forms.DateField):
    """One day, by calendar or typed as people here write it."""

    widget = DayInput
    input_formats = ("%Y-%m-%d", "%d.%m.%Y")
    default_error_messages: ClassVar = {"required": _("Wähle einen Tag."), "invalid": _("Diesen Tag gibt es nicht.")}


class ClockField(forms.TimeField):
    """A time of the wall clock."""

    widget = ClockInput
    input_formats = ("%H:%M", "%H.%M", "%H")
    default_error_messages: ClassVar = {
        "required": _("Wähle eine Uhrzeit."),
        "invalid": _("Diese Uhrzeit gibt es nicht."),
    }


class _Form(forms.Form):
    """Says a refusal of the domain at the field it is about."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""

    def refuse(self, refusal: Refused) -> None:
        """At its field, or above the form."""
        renamed = {"starts_at": "starts"}.get(refusal.field, refusal.field)
        self.add_error(renamed if renamed in self.fields else None, str(refusal.sentence))


class _WithPlace(_Form):
    """How and, on site, where."""

    channel = forms.ChoiceField(label=_("Wie ihr euch trefft"), choices=Channel.choices, initial="video")
    place = forms.TypedChoiceField(
        label=_("Ort"), help_text=_("Nur für Treffen bei euch."), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, places: Iterable[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["place"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 -- for mypy: declared above
        field.choices = [("", _("Kein Ort")), *((str(place.pk), place.name) for place in places)]


class OfferForm(_WithPlace):
    """A time that is offered once, or again every week or every second one."""

    ONCE, WEEKLY, FORTNIGHTLY = "0", "1", "2"
    REPEATS = ((ONCE, _("Einmal")), (WEEKLY, _("Jede Woche")), (FORTNIGHTLY, _("Alle zwei Wochen")))

    team = forms.TypedChoiceField(label=_("Team"), coerce=UUID)
    first_on = DayField(label=_("Tag"), help_text=_("Bei einer Serie der erste Tag."))
    starts = ClockField(label=_("Beginn"))
    minutes = forms.IntegerField(label=_("Minuten"), min_value=10, max_value=240, initial=50)
    buffer_minutes = forms.IntegerField(label=_("Puffer danach, in Minuten"), min_value=0, max_value=120, initial=10)
    capacity = forms.IntegerField(
        label=_("Plätze"), help_text=_("Mehr als einer für offene Sprechstunden."), min_value=1, max_value=20, initial=1
    )
    every_weeks = forms.ChoiceField(label=_("Wie oft"), choices=REPEATS, initial=ONCE)
    last_on = DayField(
        label=_("Letzter Tag der Serie"),
        help_text=_("Feiertage und Schließtage werden ausgelassen."),
        required=False,
    )
    field_order = (
        "team",
        "channel",
        "place",
        "first_on",
        "starts",
        "minutes",
        "buffer_minutes",
        "capacity",
        "every_weeks",
        "last_on",
    )

    def __init__(self, *args: Any, teams: list[Team], places: Iterable[Place], **kwargs: Any) -> None:
        super().__init__(*args, places=places, **kwargs)
        field = self.fields["team"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 -- for mypy: declared above
        field.choices = [(str(team.pk), team.name) for team in teams]
        if len(teams) == 1:
            field.widget, field.initial = forms.HiddenInput(), str(teams[0].pk)

    def clean(self) -> dict[str, Any]:
        """A series has a last day."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("every_weeks") != self.ONCE and not cleaned.get("last_on") and "last_on" not in self.errors:
            self.add_error("last_on", _("Wähle einen Tag."))
        return cleaned

    @property
    def repeats(self) -> bool:
        """Whether it is a series."""
        return bool(self.cleaned_data["every_weeks"] != self.ONCE)

    @property
    def offer(self) -> Offer:
        """What is offered."""
        cleaned = self.cleaned_data
        return Offer(
            cleaned["channel"], cleaned["minutes"], cleaned["buffer_minutes"], cleaned["capacity"], cleaned["place"]
        )

    @property
    def rhythm(self) -> Rhythm:
        """When, as a series on the first day's weekday."""
        cleaned = self.cleaned_data
        first = cleaned["first_on"]
        return Rhythm(first.weekday(), cleaned["starts"], first, cleaned["last_on"], int(cleaned["every_weeks"]))

    def refuse(self, refusal: Refused) -> None:
        """A day is the first one here."""
        super().refuse(Refused("first_on", refusal.sentence) if refusal.field in {"day", "weekday"} else refusal)


class WhenForm(_WithPlace):
    """A time that is proposed."""

    first_on = DayField(label=_("Tag"))
    starts = ClockField(label=_("Beginn"))
    minutes = forms.IntegerField(label=_("Minuten"), min_value=10, max_value=240, initial=50)
    note = forms.CharField(
        label=_("Notiz für beide"),
        help_text=_("Freiwillig, höchstens 300 Zeichen."),
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
    )
    field_order = ("first_on", "starts", "minutes", "channel", "place", "note")

    @property
    def when(self) -> When:
        """The time. Raises Refused for one that the clocks skip or show twice."""
        cleaned = self.cleaned_data
        starts_at = clocks.single(cleaned["first_on"], cleaned["starts"])
        return When(starts_at, cleaned["channel"], cleaned["minutes"], cleaned["place"])


class MoveForm(WhenForm):
    """Another time; the note goes along by itself."""

    note = None  # type: ignore[assignment]


class PlaceForm(_Form):
    """What young people read about a place."""

    name = forms.CharField(label=_("Name"), max_length=80)
    address = forms.CharField(label=_("Adresse"), max_length=300, widget=forms.Textarea({"rows": 3}))
    way = forms.CharField(
        label=_("Wie man hinkommt"), required=False, max_length=600, widget=forms.Textarea({"rows": 3})
    )
    door = forms.CharField(
        label=_("Was man an der Tür sagt"),
        help_text=_("Zum Beispiel: Sag nur das Codewort, deinen Namen brauchst du nicht."),
        required=False,
        max_length=600,
        widget=forms.Textarea({"rows": 3}),
    )
    access = forms.CharField(
        label=_("Barrierefreiheit"),
        help_text=_("Stufen, Aufzug, Toilette."),
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
    )
    active = forms.BooleanField(label=_("Wird benutzt"), required=False, initial=True)

    @property
    def texts(self) -> PlaceTexts:
        """As the domain takes them."""
        return PlaceTexts(**{name: value for name, value in self.cleaned_data.items() if name != "active"})


class ClosingForm(_Form):
    """Days on which the team offers nothing."""

    first = DayField(label=_("Erster Tag"))
    last = DayField(label=_("Letzter Tag"), required=False)
