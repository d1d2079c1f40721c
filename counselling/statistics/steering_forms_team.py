"""What is sent about a team: how many chats at once, who is called at night, who fell ill."""

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from counselling.people.models import MAX_CAPACITY
from counselling.statistics.domain.steering_absences import TeamAbsences
from counselling.statistics.domain.steering_capacity import Capacity
from counselling.statistics.domain.steering_on_call import TeamList
from counselling.statistics.steering_forms import DayField, SteeringForm

_NO_NUMBER = _("Eine Zahl von 1 bis 12.")
_ERRORS = dict.fromkeys(("required", "invalid", "min_value", "max_value"), _NO_NUMBER)


class CapacityForm(SteeringForm):
    """The team's number, and one for each of its counsellors or none; several teams share a page, hence the ids."""

    def __init__(self, capacity: Capacity, data: QueryDict | None = None) -> None:
        super().__init__(data, seen=capacity.mark, auto_id=f"id-{capacity.team.pk}-%s")
        self.capacity = capacity
        self.fields["default"] = _number(_("Für alle im Team"), required=True)
        self.initial["default"] = capacity.default
        for one in capacity.colleagues:
            self.fields[f"{one.id}"] = _number(one.alias, required=False)
            self.initial[f"{one.id}"] = one.capacity

    def own(self) -> dict[UUID, int | None]:
        """Each counsellor's own number, None for the team's."""
        return {one.id: self.cleaned_data[f"{one.id}"] for one in self.capacity.colleagues}


class OnCallForm(SteeringForm):
    """Somebody new on a team's list."""

    staff = forms.TypedChoiceField(
        label=_("Wer"),
        coerce=UUID,
        error_messages={name: _("Wähle jemanden aus dem Team.") for name in ("required", "invalid_choice")},
    )
    email = forms.CharField(
        label=_("E-Mail für den Ruf"),
        max_length=2000,
        help_text=_("Zum Beispiel die Adresse eines SMS-Dienstes."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Hier fehlt die Adresse.")},
    )

    def __init__(self, team: TeamList, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id=f"id-{team.team.pk}-%s")
        self.fields["staff"].choices = _choices(team.people)  # type: ignore[attr-defined]  # a choice


class AbsenceForm(SteeringForm):
    """Somebody of a team is away from one day to another, both included, from today unless it is said."""

    staff = forms.TypedChoiceField(
        label=_("Wer ist weg"),
        coerce=UUID,
        error_messages={name: _("Wähle jemanden aus dem Team.") for name in ("required", "invalid_choice")},
    )
    begins = DayField(label=_("Erster Tag"))
    ends = DayField(label=_("Letzter Tag"))
    substitute = forms.TypedChoiceField(
        label=_("Wer antwortet so lange"),
        coerce=UUID,
        error_messages={name: _("Wähle jemanden aus dem Team.") for name in ("required", "invalid_choice")},
    )

    def __init__(self, team: TeamAbsences, today: dt.date, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id=f"id-{team.team.pk}-%s", initial={"begins": today})
        for name, people in (("staff", team.people), ("substitute", team.openers)):
            self.fields[name].choices = _choices(people)  # type: ignore[attr-defined]  # both are choices

    def absence(self) -> dict[str, Any]:
        """What a valid form says."""
        return {name: self.cleaned_data[name] for name in ("staff", "begins", "ends", "substitute")}


def _choices(people: list[tuple[UUID, str]]) -> list[tuple[str, Any]]:
    return [("", _("Bitte wählen")), *((str(pk), alias) for pk, alias in people)]


def _number(label: object, *, required: bool) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,  # type: ignore[arg-type]  # an alias or a translated word
        required=required,
        min_value=1,
        max_value=MAX_CAPACITY,
        error_messages=_ERRORS,
        widget=forms.NumberInput(attrs={"min": 1, "max": MAX_CAPACITY, "inputmode": "numeric"}),
    )
