"""What people fill in about the centre: a report of a barrier (everyone), the centre itself (administration)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from counselling.centre.domain import colour
from counselling.centre.models import Centre


class BarrierForm(forms.Form):
    """A report and, if somebody likes, where to answer. Lengths are judged by the domain: nothing is cut silently."""

    text = forms.CharField(
        label=_("Was hat nicht geklappt?"),
        help_text=_("Zum Beispiel: auf welcher Seite, und womit du unterwegs warst. Höchstens 4.000 Zeichen."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "dir": "auto"}),
    )
    reply_to = forms.CharField(
        label=_("Wohin dürfen wir dir antworten?"),
        help_text=_("Freiwillig: eine E-Mail-Adresse oder Telefonnummer. Ohne sie lesen wir deine Meldung trotzdem."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )


class CentreForm(forms.ModelForm[Centre]):
    """The centre, with its colours checked for contrast in both schemes."""

    class Meta:
        model = Centre
        fields = "__all__"  # noqa: DJ007 -- the administrator of the centre may change all of it
        widgets = {
            name: forms.TextInput(attrs={"type": "color"})
            for name in ("brand_light", "brand_dark", "accent_light", "accent_dark")
        }

    def clean(self) -> dict[str, Any] | None:
        """Refuse colours that could not be read, by name and number."""
        cleaned = super().clean()
        for scheme in colour.SCHEMES:
            brand, accent = (self.cleaned_data.get(f"{part}_{scheme}", "") for part in ("brand", "accent"))
            if colour.is_hex(brand) and colour.is_hex(accent):
                for part, sentence in colour.problems(brand, accent, scheme).items():
                    self.add_error(f"{part}_{scheme}", sentence)
        return cleaned
