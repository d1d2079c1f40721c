"""What is sent about local help: a search, an organisation, a table, a card, a referral."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from blended.domain.directory import Wanted
from blended.domain.partner_fields import LANGUAGES, PartnerFields
from blended.domain.referral_steps import OUTCOMES
from counselling.people.models import Team

_LONGEST = 20_000  # far beyond what the domain takes: it says the limit, and the text comes back
_MOST_LOOKED_FOR = 200


def wanted(data: QueryDict) -> Wanted:
    """What a search asks for; what there is none of simply finds nothing."""
    return Wanted(*(data.get(name, "")[:_MOST_LOOKED_FOR].strip() for name in ("q", "topic", "language", "area")))


def page_of(data: QueryDict) -> str:
    """The page's number as it was asked for; the paginator takes the nearest."""
    asked = data.get("page", "1")
    return asked if asked.isascii() and asked.isdigit() and len(asked) < 6 else "1"  # noqa: PLR2004 -- digits


def _line(label: Any, hint: Any = "", **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"dir": "auto", "autocomplete": "off", **attrs})
    return forms.CharField(required=False, max_length=_LONGEST, label=label, help_text=hint, widget=widget)


def _text(label: Any, hint: Any = "", rows: int = 3) -> forms.CharField:
    widget = forms.Textarea(attrs={"dir": "auto", "rows": rows})
    return forms.CharField(required=False, max_length=_LONGEST, label=label, help_text=hint, widget=widget)


class PartnerForm(forms.Form):
    """An organisation; what fits is the domain's business."""

    team = forms.TypedChoiceField(label=_("Team"), coerce=UUID)
    name = _line(_("Name"))
    purpose = _text(_("Wofür ist diese Stelle da?"), _("In einfachen Worten, so wie du es einer jungen Person sagst."))
    area = _line(_("Gebiet"), _("Für welchen Ort oder Landkreis, zum Beispiel Musterstadt."))
    topics = forms.MultipleChoiceField(label=_("Themen"), required=False, widget=forms.CheckboxSelectMultiple)
    languages = forms.MultipleChoiceField(
        label=_("Sprachen"), required=False, widget=forms.CheckboxSelectMultiple, choices=list(LANGUAGES.items())
    )
    hours = _text(_("Öffnungszeiten"), rows=2)
    access = _text(
        _("Barrierefreiheit"), _("Zum Beispiel: stufenlos, Aufzug, Toilette mit Rollstuhl, ruhiger Raum."), 2
    )
    telephone = _line(_("Telefon"), inputmode="tel")
    email = _line(_("E-Mail"), inputmode="email")
    website = _line(_("Internetseite"), inputmode="url")
    address = _text(_("Adresse"), rows=2)
    checked_on = forms.DateField(
        label=_("Geprüft am"),
        required=False,
        help_text=_("Wann zuletzt jemand nachgesehen hat, ob alles noch stimmt."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Diesen Tag gibt es nicht. Wähle ihn bitte noch einmal.")},
    )
    active = forms.BooleanField(label=_("Öffentlich zeigen"), required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        teams: list[Team],
        topics: list[tuple[str, str]],
        known: PartnerFields | None = None,
        team: UUID | None = None,
    ) -> None:
        initial: dict[str, Any] = {"active": True}
        if known:
            initial = {name: getattr(known, name) for name in self.base_fields if name != "team"} | {"team": team}
        super().__init__(data, initial=initial, label_suffix="")
        chosen = [one for one in teams if team in {None, one.pk}]
        self.fields["team"].choices = [(str(one.pk), one.name) for one in chosen]  # type: ignore[attr-defined] # a ChoiceField
        self.fields["topics"].choices = topics  # type: ignore[attr-defined] # as above
        if len(chosen) == 1:
            self.fields["team"].widget, self.initial["team"] = forms.HiddenInput(), str(chosen[0].pk)

    def partner(self) -> PartnerFields:
        """What a valid form says."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "team"}
        return PartnerFields(**data | {name: tuple(data[name]) for name in ("topics", "languages")})

    def refuse(self, problems: dict[str, Any]) -> None:
        """The domain's sentences where they belong."""
        for name, sentence in problems.items():
            self.add_error(name, str(sentence))


class ReferralForm(forms.Form):
    """The summary as it was seen and changed. `checked`: what looks like a name is none."""

    text = forms.CharField(required=False, strip=False, max_length=_LONGEST)
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    checked = forms.BooleanField(required=False)


class BeginForm(forms.Form):
    """To whom: an organisation's number, or another place by its name."""

    partner = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    other = forms.CharField(required=False, max_length=_LONGEST)


class PartnerNumberForm(forms.Form):
    """One organisation of the directory."""

    partner = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class OutcomeForm(forms.Form):
    """What came of it."""

    outcome = forms.ChoiceField(
        choices=OUTCOMES,
        error_messages={name: _("Wähle aus, was daraus wurde.") for name in ("required", "invalid_choice")},
    )


class HandedOverForm(forms.Form):
    """A one-time code as somebody typed it."""

    code = forms.CharField(max_length=200, error_messages={"required": _("Bitte zuerst den Code eintippen.")})
