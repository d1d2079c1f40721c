"""When a counsellor is away, and who answers meanwhile; what is possible decides the domain."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from counselling.mail.domain.absences import Refused


class DayInput(forms.DateInput):
    """The browser's own calendar, which speaks ISO whatever the page's language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """One day, by calendar or typed as people here write it."""

    widget = DayInput
    input_formats = ("%Y-%m-%d", "%d.%m.%Y")
    default_error_messages: ClassVar = {"required": _("Wähle einen Tag."), "invalid": _("Diesen Tag gibt es nicht.")}


class AbsenceForm(forms.Form):
    """From one day to another, both included."""

    begins = DayField(label=_("Erster Tag"))
    ends = DayField(label=_("Letzter Tag"))
    substitute = forms.TypedChoiceField(
        label=_("Wer antwortet für dich"),
        error_messages={
            "required": _("Wähle jemanden aus deinem Team."),
            "invalid_choice": _("Wähle jemanden aus deinem Team."),
        },
    )

    def __init__(self, people: list[tuple[Any, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        choice = self.fields["substitute"]
        assert isinstance(choice, forms.TypedChoiceField)  # noqa: S101 -- for mypy: declared above
        choice.coerce = {str(who): who for who, _name in people}.__getitem__
        choice.choices = [("", _("Bitte wählen")), *((str(who), name) for who, name in people)]

    def refuse(self, refusal: Refused) -> None:
        """Say it at the field it is about."""
        self.add_error(refusal.field, str(refusal.sentence))
