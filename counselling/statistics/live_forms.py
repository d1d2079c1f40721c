"""From which numbers on those who lead are told; one small form for each of a team's limits."""

from django import forms
from django.core.validators import MaxValueValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from counselling.statistics.domain.alerts import KINDS, Kind, Rule, Rules

_NO_NUMBER = _("Trag eine ganze Zahl ein.")


class LimitForm(forms.Form):
    """One limit; its fields are named after its kind."""

    threshold = forms.IntegerField(
        min_value=1,
        error_messages={
            "required": _NO_NUMBER,
            "invalid": _NO_NUMBER,
            "min_value": _("Kleiner als 1 geht nicht. Willst du das gar nicht gesagt bekommen, nimm den Haken weg."),
        },
    )
    active = forms.BooleanField(required=False)
    by_mail = forms.BooleanField(required=False)

    def __init__(self, kind: Kind, rule: Rule, data: QueryDict | None) -> None:
        initial = {"threshold": rule.threshold, "active": rule.active, "by_mail": rule.by_mail}
        super().__init__(data, prefix=kind.code, initial=initial)
        self.kind = kind
        too_much = _("Das ist zu viel. Höchstens %(limit_value)s geht.")
        self.fields["threshold"].validators.append(MaxValueValidator(kind.most, too_much))

    def rule(self) -> Rule:
        """What was entered; only once the form is valid."""
        return Rule(**self.cleaned_data)


def limits(rules: Rules, data: QueryDict | None = None) -> list[LimitForm]:
    """A form for each kind, filled with what holds now."""
    return [LimitForm(kind, rules[kind.code], data) for kind in KINDS]


def entered(found: list[LimitForm]) -> Rules | None:
    """The rules of all forms by kind; None as long as one of them has something to say."""
    if not all(form.is_valid() for form in found):
        return None
    return {form.kind.code: form.rule() for form in found}
