"""Forms of the second step and its set-up."""

from django import forms
from django.utils.translation import gettext_lazy as _

from counselling.people.domain.passkeys import NAME_MAX
from counselling.people.forms import TOO_MANY

APP_CODE = _("Der Code passt nicht. Nimm den, der gerade in der App steht.")
_CODE_MAX = 40  # a code with whatever somebody puts between its letters


class CodeForm(forms.Form):
    """A code of the app or a spare one; spaces and dashes are forgiven."""

    code = forms.CharField(
        label=_("Code"),
        max_length=_CODE_MAX,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )

    def refuse(self, *, spare: bool = False) -> None:
        """Wrong, old or used: one sentence for all. `spare`: a spare code was asked for."""
        again = _("Der Code passt nicht, oder er wurde schon benutzt. Nimm einen anderen von deiner Liste.")
        self.add_error("code", str(again if spare else APP_CODE))

    def refuse_for_now(self) -> None:
        """Too many tries."""
        self.add_error("code", str(TOO_MANY))


class NameForm(forms.Form):
    """What I call a passkey."""

    name = forms.CharField(label=_("Name"), max_length=NAME_MAX, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class KeptForm(forms.Form):
    """The spare codes stand somewhere else now."""

    kept = forms.BooleanField(
        label=_("Ich habe die Codes aufgeschrieben, ausgedruckt oder sicher gespeichert."),
        error_messages={"required": _("Setz den Haken, wenn du die Codes hast. Hier siehst du sie danach nicht mehr.")},
    )
