"""What a young person may send to begin, to keep a case and to come back; beyond the nickname all is voluntary."""

from django import forms
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy as _

from counselling.cases.domain import facts
from counselling.cases.domain.facts import FactsInput
from counselling.centre.domain import topics
from counselling.errors import Invalid
from counselling.people.domain import nicknames

# Languages somebody may wish to be talked to in, beside those of these pages; shown in their own words.
_WISHED = ("de", "en", "tr", "ar", "uk", "ru", "fr")
LANGUAGES = [(code, LANG_INFO[code]["name_local"]) for code in _WISHED]


class NicknameForm(forms.Form):
    """The name for this chat; the domain decides what is one."""

    nickname = forms.CharField(
        strip=False, error_messages={"required": _("Such dir einen Namen aus oder nimm den Vorschlag.")}
    )

    def clean_nickname(self) -> str:
        """The name as it is kept, or the domain's sentence why not."""
        try:
            return nicknames.clean(self.cleaned_data["nickname"])
        except Invalid as error:
            raise forms.ValidationError(str(error.sentence)) from error


class FactsForm(forms.Form):
    """Coded answers, each skippable."""

    for_whom = forms.ChoiceField(choices=facts.FOR_WHOM, required=False, widget=forms.RadioSelect)
    age_band = forms.ChoiceField(choices=facts.AGE_BANDS, required=False, widget=forms.RadioSelect)
    gender = forms.ChoiceField(choices=facts.GENDERS, required=False, widget=forms.RadioSelect)
    strain = forms.TypedChoiceField(
        choices=facts.STRAINS, required=False, coerce=int, empty_value=None, widget=forms.RadioSelect
    )
    language = forms.ChoiceField(choices=LANGUAGES, required=False)
    topics = forms.MultipleChoiceField(choices=topics.active, required=False, widget=forms.CheckboxSelectMultiple)

    def answers(self) -> FactsInput:
        """The answers of a valid form."""
        return FactsInput(**self.cleaned_data)


class CodeForm(forms.Form):
    """A return code as somebody typed it; the domain forgives blanks and capitals."""

    code = forms.CharField(max_length=64, error_messages={"required": _("Tipp den Code ein, den du dir gemerkt hast.")})


class WordsForm(forms.Form):
    """Nickname and words as somebody typed them; the domain forgives capitals, blanks and numbers for words."""

    nickname = forms.CharField(
        max_length=200, error_messages={"required": _("Tipp den Namen ein, den du hier hattest.")}
    )
    passphrase = forms.CharField(
        max_length=2000, error_messages={"required": _("Tipp deine Wörter ein, oder die Zahlen dazu.")}
    )
    proof = forms.CharField(required=False, max_length=4000)


class TryoutForm(forms.Form):
    """Some of the words again, and which were asked for."""

    passphrase_tried = forms.CharField(max_length=2000)
    places = forms.MultipleChoiceField(choices=[(n, n) for n in range(1, 13)])

    def clean_places(self) -> list[int]:
        """As numbers, from 1."""
        return sorted(int(place) for place in self.cleaned_data["places"])


class OwnWordsForm(forms.Form):
    """Words of one's own, twice; whether they will do is the domain's business."""

    own_passphrase = forms.CharField(
        max_length=2000, strip=False, error_messages={"required": _("Hier steht noch nichts.")}
    )
    passphrase_again = forms.CharField(
        max_length=2000, strip=False, error_messages={"required": _("Tipp es hier bitte noch einmal.")}
    )

    def both(self) -> tuple[str, str]:
        """What stands in the two fields of a valid form."""
        return self.cleaned_data["own_passphrase"], self.cleaned_data["passphrase_again"]
