"""What the desk sends, declared and checked; an unknown or ill-typed field is an error (pitfalls, style 19)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from counselling.cases.domain.facts import Choices
from counselling.cases.domain.timeline import MAX_TEXT
from counselling.errors import Invalid, NotFound, TooLong
from counselling.people.models import MAX_CAPACITY, Staff


def _encodable(text: str) -> None:
    """Half a surrogate pair is no text: it could be neither sealed nor sent on."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValidationError(_("Darin ist ein Zeichen, das wir nicht speichern können."), code="invalid") from error


class TextField(forms.CharField):
    """A text of up to 4,000 characters; spaces inside and line ends are the writer's own."""

    def __init__(self, *, required: bool = True) -> None:
        super().__init__(required=required, strip=False, max_length=MAX_TEXT, validators=[_encodable])


class CodesField(forms.MultipleChoiceField):
    """A list of short codes; which codes exist is the domain's business."""

    def valid_value(self, value: str) -> bool:
        """Anything short: the domain compares with what the centre offers."""
        return len(value) <= 40  # noqa: PLR2004 -- the length of a code, said once


class EmptyForm(forms.Form):
    """Nothing but the wish itself."""


class StatusForm(forms.Form):
    """How reachable I am."""

    status = forms.ChoiceField(choices=Staff.Status.choices)


class CapacityForm(forms.Form):
    """How many chats I take at once."""

    capacity = forms.IntegerField(min_value=1, max_value=MAX_CAPACITY)


class CaseForm(forms.Form):
    """Names one case."""

    case = forms.UUIDField()


class NoteForm(CaseForm):
    """An internal note."""

    text = TextField()


class DraftForm(CaseForm):
    """Unsent text; empty means that it was sent or thrown away."""

    text = TextField(required=False)


class ToColleagueForm(CaseForm):
    """A hand-over to one colleague; the note is for the team alone."""

    to = forms.UUIDField()
    note = TextField(required=False)


class ToQueueForm(CaseForm):
    """Back to the top of the queue; the note is for the team alone."""

    note = TextField(required=False)


class InviteForm(CaseForm):
    """A colleague asked in for advice."""

    to = forms.UUIDField()


class CloseForm(CaseForm):
    """The coded closing form: no free text."""

    topics = CodesField(required=False)
    ending = forms.CharField(max_length=40)
    referral = forms.CharField(required=False, max_length=40)


def checked(form: forms.Form) -> dict[str, Any]:
    """The cleaned data of a form; raises `NotFound` for a case that cannot exist, `TooLong`, `Invalid`."""
    unknown = set(form.data) - set(form.fields)
    if form.is_valid() and not unknown:
        return form.cleaned_data
    if "case" in form.errors:
        raise NotFound
    codes = {error.code for errors in form.errors.as_data().values() for error in errors}
    raise TooLong if "max_length" in codes else Invalid


class LeavingForm(forms.Form):
    """What becomes of one open chat when its counsellor signs out."""

    HOW = [
        ("queue", _("Zurück in die Warteschlange, ganz nach oben")),
        ("colleague", _("An jemanden aus dem Team übergeben")),
        ("letter", _("Als Brief weiterführen")),
        ("end", _("Beenden und abschließen")),
    ]

    how = forms.ChoiceField(label=_("Wie geht es weiter?"), choices=HOW, widget=forms.RadioSelect)
    to = forms.ChoiceField(label=_("An wen?"), required=False)
    ending = forms.ChoiceField(label=_("Wie ist es ausgegangen?"), required=False)

    def __init__(
        self, data: Any, *, case_id: str, colleagues: list[tuple[str, str]], endings: Choices, ended: bool
    ) -> None:
        """`ended`: the young person has closed the chat already, only the closing form is left."""
        super().__init__(data, prefix=case_id)
        choose = ("", _("Bitte wählen"))
        self.fields["to"].choices = [choose, *colleagues]  # type: ignore[attr-defined] # stubs give the base class
        self.fields["ending"].choices = [choose, *endings]  # type: ignore[attr-defined]
        if ended:
            self.fields["how"].choices = [("end", _("Abschließen"))]  # type: ignore[attr-defined]
            self.fields["how"].initial = "end"

    def clean(self) -> dict[str, Any]:
        """A colleague needs a name, an ending its kind."""
        data = self.cleaned_data
        if data.get("how") == "colleague" and not data.get("to"):
            self.add_error("to", _("Wähle aus, wer weitermacht."))
        if data.get("how") == "end" and not data.get("ending"):
            self.add_error("ending", _("Wähle aus, wie es ausgegangen ist."))
        return data
