"""What is sent about opening hours: a week of spans, a special day. What fits is the domain's business."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from counselling.centre.domain.steering_special import Kind, Special
from counselling.centre.domain.week import DayHours, Row, group_by_day

MOST_SPANS: Final = 6  # of one day


class TimeInput(forms.TimeInput):
    """The browser's own clock."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class DayInput(forms.DateInput):
    """The browser's own calendar, which speaks ISO whatever the page's language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeField(forms.TimeField):
    """A time of the day, by clock or typed."""

    widget = TimeInput
    input_formats = ("%H:%M", "%H.%M", "%H:%M:%S", "%H")
    default_error_messages: ClassVar = {"invalid": _("Das ist keine Uhrzeit. Schreib zum Beispiel 14:30.")}


class DayField(forms.DateField):
    """One day, by calendar or typed as people here write it."""

    widget = DayInput
    input_formats = ("%Y-%m-%d", "%d.%m.%Y")
    default_error_messages: ClassVar = {"required": _("Wähle einen Tag."), "invalid": _("Diesen Tag gibt es nicht.")}


class SteeringForm(forms.Form):
    """A form with the mark of what it showed, and a place for every sentence of the domain."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, seen: str = "", **more: Any) -> None:
        super().__init__(data, label_suffix="", **more)
        self.initial["seen"] = seen

    def refuse(self, problems: Mapping[str, Any]) -> None:
        """The domain's sentences where they belong; what belongs to no field stands above all."""
        for name, sentence in problems.items():
            self.add_error(name if name in self.fields else None, str(sentence))

    def renew(self, seen: str) -> None:
        """What was typed stays; saving it once more is saving it over what there is now."""
        if isinstance(self.data, QueryDict):
            self.data = self.data.copy()
            self.data["seen"] = seen


class Line(NamedTuple):
    """Two fields of one span."""

    opens: BoundField
    closes: BoundField


class WeekForm(SteeringForm):
    """Seven days with their spans, and an empty line on each for one more."""

    def __init__(self, data: QueryDict | None = None, *, week: Sequence[DayHours] = (), **more: Any) -> None:
        super().__init__(data, **more)
        self._lines: list[tuple[int, str, str]] = []
        for day in week or group_by_day([]):
            for place in range(_lines_of(day, data)):
                self._add(day, place)

    def _add(self, day: DayHours, place: int) -> None:
        names = f"opens-{day.weekday}-{place}", f"closes-{day.weekday}-{place}"
        self._lines.append((day.weekday, *names))
        span = day.spans[place] if place < len(day.spans) else (None, None)
        for name, label, initial in zip(names, (_("Beginn"), _("Ende")), span, strict=True):
            self.fields[name] = TimeField(required=False, label=label)
            self.initial[name] = initial

    @property
    def days(self) -> list[tuple[DayHours, list[Line]]]:
        """Each weekday with its lines, for the page."""
        return [
            (day, [Line(self[a], self[b]) for weekday, a, b in self._lines if weekday == day.weekday])
            for day in group_by_day([])
        ]

    def clean(self) -> dict[str, Any]:
        """A span has two ends."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for _day, *names in self._lines:
            missing = [name for name in names if name in data and data[name] is None]
            if len(missing) == 1 and len([name for name in names if name in data]) == len(names):
                self.add_error(missing[0], gettext("Hier fehlt eine Uhrzeit."))
        return data

    def rows(self) -> list[Row]:
        """The spans of a valid form, in the order of its lines."""
        return [(day, self.cleaned_data[a], self.cleaned_data[b]) for day, a, b in self._filled()]

    def refuse(self, problems: Mapping[str, Any]) -> None:
        """A number names a row of `rows`."""
        closes = [name for _day, _opens, name in self._filled()]
        super().refuse({closes[int(key)] if key.isdecimal() else key: text for key, text in problems.items()})

    def _filled(self) -> list[tuple[int, str, str]]:
        return [line for line in self._lines if self.cleaned_data.get(line[1]) is not None]


def _lines_of(day: DayHours, data: QueryDict | None) -> int:
    """As many as there are and one more; of what was sent, as many as were sent."""
    if data is None:
        return min(len(day.spans) + 1, MOST_SPANS)
    sent = [place for place in range(MOST_SPANS) if data.get(f"opens-{day.weekday}-{place}") is not None]
    return max(sent, default=0) + 1


class SpecialForm(SteeringForm):
    """A day or some days that differ; the last one is the first unless it is said."""

    kind = forms.ChoiceField(
        label=_("Was ist an diesem Tag anders?"),
        choices=Kind.choices,
        widget=forms.RadioSelect,
        error_messages={name: _("Wähle aus, was anders ist.") for name in ("required", "invalid_choice")},
    )
    first = DayField(label=_("Tag"))
    last = DayField(label=_("Bis (wenn es mehrere Tage sind)"), required=False)
    opens = TimeField(label=_("Beginn"), required=False)
    closes = TimeField(label=_("Ende"), required=False, help_text=_("00:00 heißt: bis Mitternacht."))

    def special(self) -> Special:
        """What a valid form says."""
        data = self.cleaned_data
        opens, closes = (data["opens"], data["closes"]) if data["kind"] != Kind.CLOSED else (None, None)
        return Special(data["kind"], data["first"], data["last"] or data["first"], opens, closes)
