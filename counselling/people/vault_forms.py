"""What the page about the team's vault sends. Typed recovery keys are never written back into a page."""

from django import forms
from django.utils.translation import gettext_lazy as _

PAPER_MAX = 200  # characters; the key has 69 with its dashes


class TeamForm(forms.Form):
    """Which vault."""

    team = forms.UUIDField()


class LetInForm(TeamForm):
    """Whom, with which words, and that they were compared."""

    staff = forms.UUIDField()
    words = forms.CharField(max_length=100)
    compared = forms.BooleanField(
        error_messages={"required": _("Vergleicht erst die sechs Wörter, dann setz den Haken.")}
    )


class TypedForm(TeamForm):
    """A recovery key typed from its paper."""

    recovery_key = forms.CharField(
        max_length=PAPER_MAX,
        error_messages={
            "required": _("Da steht noch nichts."),
            "max_length": _("Das lässt sich nicht lesen. Schau noch einmal genau auf das Blatt."),
        },
    )


class CopiedForm(TypedForm):
    """The same, copied back from the paper that was just drawn."""

    recovery_public = forms.RegexField(r"^[0-9a-f]{64}\Z")
    first = forms.BooleanField(required=False)


def sentence(form: forms.Form) -> str:
    """The first thing that is wrong with a form."""
    return next(str(message) for messages in form.errors.values() for message in messages)
