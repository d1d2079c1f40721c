"""What supervisors write into a report."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ForewordForm(forms.Form):
    """The foreword of a year; empty takes it away. Its length is judged by the domain: nothing is cut silently."""

    text = forms.CharField(
        label=_("Vorwort"),
        help_text=_("Leerzeilen trennen Absätze. Höchstens 6.000 Zeichen. Nenne darin keine jungen Menschen."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 16, "dir": "auto", "aria-describedby": "id_text_helptext"}),
    )
