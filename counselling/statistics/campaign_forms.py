"""What is sent about a link; what fits is the domain's business."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from counselling.statistics.domain.campaigns import Refused

_LONGEST = 500  # far beyond what the domain takes: it says the limit, and the text comes back


def _line(label: Any, hint: Any = "", **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"dir": "auto", "autocomplete": "off", **attrs})
    return forms.CharField(required=False, max_length=_LONGEST, label=label, help_text=hint, widget=widget)


class _Form(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""

    def refuse(self, refusal: Refused) -> None:
        """Say it at the field it is about, if that was sent."""
        if self.is_bound:
            self.add_error(refusal.field, str(refusal.sentence))


class LabelForm(_Form):
    """What a link is called."""

    label = _line(_("Name"), _("So heißt der Link in euren Listen und im Bericht. Bitte keine Namen von Menschen."))


class CampaignForm(LabelForm):
    """A new link."""

    code = _line(
        _("Kürzel in der Adresse"),
        _("Es wird gedruckt und ändert sich nie mehr. Leer lassen: Es wird aus dem Namen gemacht."),
        dir="ltr",
        autocapitalize="none",
        spellcheck="false",
    )
