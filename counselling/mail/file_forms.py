"""What a script says of a file before it brings it."""

from django import forms


class _NameField(forms.CharField):
    """Whatever a browser calls it; the domain makes it harmless."""

    def to_python(self, value: object) -> str:
        """Without NUL, which Django would refuse."""
        return str(super().to_python(value) or "").replace("\0", "")


class BeginForm(forms.Form):
    """The letter it belongs to, its name and its length in bytes."""

    letter = forms.UUIDField()
    name = _NameField(required=False, max_length=4096)
    size = forms.IntegerField(min_value=0, max_value=2**40)
