"""The link or code that a counsellor brings."""

from django import forms

from blended.domain.rooms.link import LONGEST


class BringForm(forms.Form):
    """Empty takes the link away again."""

    link = forms.CharField(required=False, max_length=2 * LONGEST, strip=True)
