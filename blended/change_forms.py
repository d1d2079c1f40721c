"""What comes from pages about another way, and about a text that both sides write; every choice is a code."""

from typing import Any, Final

from django import forms

from blended.domain import together, ways
from counselling.errors import Invalid

ANSWERS: Final = ("yes", "voice", "video", "no", "withdraw", "undo")
STEPS: Final = ("begin", "save", "approve", "object", "discard")
_PURPOSES: Final = [(str(one), str(one)) for one in together.LIMITS]


def plain(form: forms.Form) -> dict[str, Any]:
    """The cleaned data of a page's own form, whose token is no field; raises Invalid."""
    if not form.is_valid():
        raise Invalid
    return form.cleaned_data


class ProposeForm(forms.Form):
    """Where to, and perhaps why."""

    to = forms.ChoiceField(choices=[(one, one) for one in ways.KNOWN])
    reason = forms.ChoiceField(choices=[("", ""), *ways.REASONS], required=False)


class DeskProposeForm(ProposeForm):
    """The same from the desk, which has many cases."""

    case = forms.UUIDField()


class AnswerForm(forms.Form):
    """What one says to a proposal, or to what was agreed."""

    change = forms.UUIDField()
    answer = forms.ChoiceField(choices=[(one, one) for one in ANSWERS])


class TextForm(forms.Form):
    """Which text of which case."""

    case = forms.UUIDField()
    purpose = forms.ChoiceField(choices=_PURPOSES)


class WriteForm(TextForm):
    """The whole text, and the version it changes; the domain says how long it may be."""

    text = forms.CharField(required=False, strip=False)
    version = forms.IntegerField(min_value=0)


class StepForm(forms.Form):
    """A button of the page; `version` is what stood above it. Without a script the text comes along."""

    step = forms.ChoiceField(choices=[(one, one) for one in STEPS])
    version = forms.IntegerField(min_value=0, required=False)
    text = forms.CharField(required=False, strip=False)


class DeskStepForm(StepForm):
    """The same from a script, which says of which case."""

    case = forms.UUIDField()
