"""What is sent about the whole centre: an announcement, a topic, a help contact."""

import re
from typing import Any, ClassVar, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from counselling.centre.domain.announcements import Wording
from counselling.centre.domain.steering_help import HelpFields
from counselling.centre.models import HelpContact
from counselling.statistics.steering_forms import SteeringForm, WeekForm

_LONGEST: Final = 2000  # far beyond what the domain takes: it says the limit, and the text comes back
_SPOKEN_HERE: Final = ("de", "en", "tr", "ar", "uk", "ru", "pl", "ro", "bg", "hr", "sq", "it", "es", "fr", "fa", "ku")
_SIGNS: Final = "gsg"


def _line(label: Any, hint: Any = "", **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"dir": "auto", "autocomplete": "off", **attrs})
    return forms.CharField(required=False, max_length=_LONGEST, label=label, help_text=hint, widget=widget)


def _text(label: Any, hint: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"dir": "auto", "rows": 3})
    return forms.CharField(required=False, max_length=_LONGEST, label=label, help_text=hint, widget=widget)


class MomentInput(forms.DateTimeInput):
    """The browser's own calendar and clock."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    """A day and a time of the centre's clock."""

    widget = MomentInput
    input_formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M")
    default_error_messages: ClassVar = {
        "required": _("Wähle Tag und Uhrzeit."),
        "invalid": _("Diesen Tag oder diese Uhrzeit gibt es nicht."),
    }


class AnnouncementForm(SteeringForm):
    """What all young people read, from when until when."""

    text = _text(_("Text"), _("Höchstens 300 Zeichen, einfacher Text. Zum Beispiel: Am 24. Dezember ist der Chat zu."))
    text_en = _text(_("Text (englisch)"), _("Freiwillig. Sonst lesen alle den deutschen Text."))
    begins = MomentField(label=_("Von"))
    ends = MomentField(label=_("Bis"))

    def wording(self) -> Wording:
        """What a valid form says."""
        return Wording(*(self.cleaned_data[name] for name in ("text", "text_en", "begins", "ends")))


class TopicForm(SteeringForm):
    """A topic's labels."""

    label = _line(_("Name"))
    label_en = _line(_("Name (englisch)"), _("Freiwillig. Sonst lesen alle den deutschen Namen."))


class HelpForm(WeekForm):
    """A help contact with the hours in which somebody answers at once."""

    name = _line(_("Name"))
    name_en = _line(_("Name (englisch)"), _("Freiwillig."))
    channel = forms.ChoiceField(
        label=_("Wie redet man dort?"), choices=HelpContact.Channel.choices, widget=forms.RadioSelect
    )
    number = _line(_("Telefonnummer"), inputmode="tel")
    link = _line(_("Internetadresse"), _("Beginnt mit https://"), inputmode="url")
    languages = forms.MultipleChoiceField(label=_("Sprachen"), widget=forms.CheckboxSelectMultiple)
    cost = forms.ChoiceField(label=_("Kosten"), choices=HelpContact.Cost.choices, widget=forms.RadioSelect)
    note = _line(_("Hinweis"), _("Zum Beispiel, für wen das Angebot ist. Höchstens 200 Zeichen."))
    note_en = _line(_("Hinweis (englisch)"), _("Freiwillig."))
    active = forms.BooleanField(label=_("Auf den Seiten zeigen"), required=False)

    def __init__(self, data: QueryDict | None = None, *, known: HelpFields | None = None, **more: Any) -> None:
        super().__init__(data, **more)
        codes = [code.strip() for code in known.languages.split(",")] if known else ["de"]
        offered = [*_SPOKEN_HERE, _SIGNS, *(code for code in codes if code not in {*_SPOKEN_HERE, _SIGNS})]
        self.fields["languages"].choices = [(code, _language(code)) for code in offered]  # type: ignore[attr-defined]  # a choice
        for name in ("languages", "channel", "cost"):
            self.fields[name].error_messages["required"] = _("Wähle mindestens eins aus.")
        self.initial.update({"channel": "spoken", "cost": "free", "active": True})
        if known:
            self.initial.update({name: getattr(known, name) for name in self._texts()})
        self.initial["languages"] = codes

    @property
    def texts(self) -> list[forms.BoundField]:
        """The visible fields apart from the week's."""
        return [self[name] for name in self._texts()]

    def contact(self) -> HelpFields:
        """What a valid form says."""
        data = {name: self.cleaned_data[name] for name in self._texts()}
        data["languages"] = ", ".join(data["languages"])
        data["link"] = data["link"] if re.match(r"\w+://|$", data["link"]) else f"https://{data['link']}"
        return HelpFields(**data, rows=tuple(self.rows()))

    def _texts(self) -> list[str]:
        return [name for name in HelpForm.base_fields if name != "seen"]


def _language(code: str) -> Any:
    if code == _SIGNS:
        return _("Gebärdensprache")
    try:
        return get_language_info(code)["name_translated"]
    except KeyError:
        return _("Kurdisch") if code == "ku" else code
