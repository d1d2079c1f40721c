"""What the page of the audit trail may be asked."""

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from counselling.people.domain.audit_reading import Filters
from counselling.people.domain.audit_words import EVENTS


class FilterForm(forms.Form):
    """Person, event and month to choose, a case by following its link. A value that was never offered is ignored."""

    person = forms.ChoiceField(label=_("Person"), required=False)
    event = forms.ChoiceField(label=_("Was"), required=False, choices=[("", _("alles")), *EVENTS.items()])
    month = forms.ChoiceField(label=_("Monat"), required=False)
    case = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, people: list[tuple[UUID, str]], months: list[dt.date]) -> None:
        super().__init__(data, label_suffix="")
        self.fields["person"].choices = [("", _("alle")), *((str(pk), alias) for pk, alias in people)]  # type: ignore[attr-defined]  # a ChoiceField
        named = [(f"{month:%Y-%m}", date_format(month, "YEAR_MONTH_FORMAT")) for month in months]
        self.fields["month"].choices = [("", _("alle")), *named]  # type: ignore[attr-defined]  # as above

    @property
    def chosen(self) -> dict[str, str]:
        """What was chosen, as it stands in an address."""
        self.is_valid()  # what was never offered is left out
        return {name: str(value) for name, value in self.cleaned_data.items() if value}

    @property
    def filters(self) -> Filters:
        """The same for the domain."""
        chosen = self.chosen
        month = dt.date.fromisoformat(f"{chosen['month']}-01") if "month" in chosen else None
        person, case = (UUID(chosen[name]) if name in chosen else None for name in ("person", "case"))
        return Filters(person=person, event=chosen.get("event", ""), month=month, case=case)
