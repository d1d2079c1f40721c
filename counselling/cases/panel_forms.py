"""What a counsellor writes into a case's panel, and what a young person in danger may tell of their own accord."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from counselling.cases.domain import fact_editing, risk_words
from counselling.cases.domain.facts import FactsInput
from counselling.cases.domain.risk_content import Assessment
from counselling.cases.own_forms import LANGUAGES, FactsForm

_LONGEST = 20_000  # far beyond what the domain takes: it says the limit, and the text comes back


class Text(forms.CharField):
    """A text whose limits are the domain's business."""

    def __init__(self, *, rows: int = 3, label: Any = None, required: bool = False) -> None:
        widget = forms.Textarea(attrs={"rows": rows, "dir": "auto", "autocomplete": "off"})
        super().__init__(required=required, strip=False, max_length=_LONGEST, widget=widget, label=label)


class Day(forms.DateField):
    """A day, chosen as the browser offers it."""

    def __init__(self, *, label: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        wrong = {"invalid": _("Diesen Tag gibt es nicht. Wähle ihn bitte noch einmal.")}
        super().__init__(required=False, widget=widget, label=label, input_formats=["%Y-%m-%d"], error_messages=wrong)


class TextForm(forms.Form):
    """One text."""

    text = Text()


class TaskForm(TextForm):
    """Something to do, and by when."""

    due_on = Day(label=_("Bis wann?"))


class TickForm(forms.Form):
    """Done, or to be done after all."""

    done = forms.BooleanField(required=False)


class FactsEditForm(FactsForm):
    """The voluntary answers as they are known; what was chosen before stays among the choices."""

    def __init__(self, data: Any, *, known: FactsInput) -> None:
        values = {name: getattr(known, name) for name in ("for_whom", "age_band", "gender", "language", "topics")}
        super().__init__(data, initial=values | {"strain": str(known.strain or "")}, label_suffix="")
        if known.language and known.language not in dict(LANGUAGES):
            kept = (known.language, fact_editing.language_name(known.language))
            self.fields["language"].choices = [*LANGUAGES, kept]  # type: ignore[attr-defined] # a ChoiceField
        self.fields["topics"].choices = fact_editing.topics(known.topics)  # type: ignore[attr-defined] # as above
        for name in ("for_whom", "age_band", "gender", "strain"):
            field = self.fields[name]
            field.choices = [("", _("keine Angabe")), *field.choices]  # type: ignore[attr-defined] # as above


def _select(choices: Any, label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(choices=choices, label=label, required=False, initial="unknown")


class RiskForm(forms.Form):
    """A structured assessment; which fields a level demands is the domain's business. `now`: red at once."""

    level = forms.ChoiceField(choices=risk_words.LEVELS, required=False, widget=forms.RadioSelect)
    now = forms.BooleanField(required=False)
    said = Text(label=risk_words.TEXTS["said"])
    observed = Text(label=risk_words.TEXTS["observed"])
    ideation = _select(risk_words.IDEATION, risk_words.LADDER["ideation"][0])
    plan = _select(risk_words.PLAN, risk_words.LADDER["plan"][0])
    means = _select(risk_words.MEANS, risk_words.LADDER["means"][0])
    timeframe = _select(risk_words.TIMEFRAME, risk_words.LADDER["timeframe"][0])
    protective = Text(label=risk_words.TEXTS["protective"], rows=2)
    parents = _select(risk_words.PARENTS, risk_words.AROUND["parents"][0])
    location = _select(risk_words.LOCATION, risk_words.AROUND["location"][0])
    participants = Text(label=risk_words.TEXTS["participants"], rows=2)
    insofa_on = Day(label=risk_words.INSOFA_ON)
    decision = Text(label=risk_words.TEXTS["decision"], rows=2)
    next_step = Text(label=risk_words.TEXTS["next_step"], rows=2)
    review_on = Day(label=_("Wieder hinschauen am"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="")

    def clean(self) -> dict[str, Any]:
        """Somebody who presses neither a level nor "now" is asked for it."""
        if not self.cleaned_data.get("now") and not self.cleaned_data.get("level"):
            self.add_error("level", _("Wähle eine Stufe."))
        return self.cleaned_data

    def assessment(self) -> Assessment:
        """What a valid form says."""
        data = dict(self.cleaned_data)
        level = "red" if data.pop("now") else data["level"]
        codes = {name: data[name] or "unknown" for name in (*risk_words.LADDER, *risk_words.AROUND)}
        advised = data["insofa_on"].isoformat() if data["insofa_on"] else ""
        return Assessment(**(data | codes | {"level": level, "insofa_on": advised}))


class ConsultForm(forms.Form):
    """Excerpts for a colleague. `take`: lines to put in; `checked`: what looks like a name is none."""

    text = Text(label=_("Was du teilst"), rows=10)
    to = forms.ChoiceField(label=_("Wen fragst du?"), required=False)
    take = forms.TypedMultipleChoiceField(coerce=int, required=False, widget=forms.CheckboxSelectMultiple)
    checked = forms.BooleanField(required=False)

    def __init__(self, data: Any, *, people: list[tuple[str, str]], lines: list[tuple[str, str]]) -> None:
        super().__init__(data, label_suffix="")
        self.fields["to"].choices = [("", _("Bitte wählen")), *people]  # type: ignore[attr-defined] # a ChoiceField
        self.offer(lines)

    def offer(self, lines: list[tuple[str, str]]) -> None:
        """Lines to choose from, in place of those before."""
        self.fields["take"].choices = lines  # type: ignore[attr-defined] # as above
