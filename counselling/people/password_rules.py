"""Passwords of staff are judged as young people's words are, and more strictly: theirs open every case of a team."""

from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from counselling.people.domain.passphrases import SENTENCES
from counselling.people.models import Staff
from counselling.vault import strength

SCORE: Final = 4  # 10^10 guesses: decades for whoever stole the database and the key file


class HardToGuess:
    """For AUTH_PASSWORD_VALIDATORS: zxcvbn knowing German words and the user name, a block list, and no mere number."""

    def validate(self, password: str, user: Staff | None = None) -> None:
        """Raises ValidationError with a sentence; how short it may be MinimumLengthValidator says."""
        name = user.username if user else ""
        problem = strength.problem(password, name, score=SCORE)
        if problem is None and "".join(password.split()).isdecimal():
            problem = "weak"
        if problem and problem != "short":
            raise ValidationError(str(SENTENCES[problem]), problem)

    def get_help_text(self) -> str:
        """Where Django's own forms list the rules."""
        return _("Am besten mehrere Wörter, die nicht zusammengehören.")
