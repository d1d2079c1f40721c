"""What the pages of a call send."""

from django import forms


class PageForm(forms.Form):
    """Which meeting, and which page of a browser takes part in it."""

    meeting = forms.UUIDField()
    page = forms.UUIDField()
