"""What a young person may send from a chat's page; every answer is voluntary."""

from django import forms


class DraftForm(forms.Form):
    """Unsent text; its length is the domain's business. `first`: written in the waiting room, not in a chat."""

    text = forms.CharField(required=False, strip=False)
    first = forms.BooleanField(required=False)


class FeedbackForm(forms.Form):
    """Two voluntary questions after the chat."""

    helped = forms.TypedChoiceField(
        choices=[(str(n), str(n)) for n in range(1, 6)], required=False, coerce=int, empty_value=None
    )
    again = forms.TypedChoiceField(
        choices=[("yes", "yes"), ("no", "no")], required=False, coerce=lambda answer: answer == "yes", empty_value=None
    )
