"""Passwords of staff: long, hard to guess, not one's own name; by every way that sets one."""

import pytest
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError

from counselling.people.models import Staff

MARA = Staff(username="mara.lindemann", alias="Mara")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("Sommer2026Sommer", "common"),
        ("Berlin-Sommer-2026", "common"),
        ("qwertzuiop2026", "common"),
        ("17.05.1984 17.05.1984", "common"),
        ("Mara.Lindemann.2026", "nickname"),
        ("739182736451", "weak"),
        ("0176 4839 2710", "weak"),
        ("aaaaaaaaaaaaaaaa", "weak"),
        ("Kanu-Regen7", "password_too_short"),
        ("x9-Q", "password_too_short"),
        ("ab" * 101, "long"),
    ],
)
def test_what_is_easy_to_guess_is_refused_with_one_of_our_sentences(password: str, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        validate_password(password, MARA)

    assert code in {error.code for error in refusal.value.error_list}
    assert all(password not in sentence for sentence in refusal.value.messages)


@pytest.mark.parametrize(
    "password", ["Linde-Kanu-Regen-42", "Kiesel im Schuh 7", "Ein-ganz-anderer-Satz", "a3f1-9c02-77be"]
)
def test_a_few_words_or_something_random_will_do(password: str) -> None:
    validate_password(password, MARA)
    validate_password(password)


def test_one_sentence_for_what_is_too_short() -> None:
    """Two rules know lengths; one speaks."""
    with pytest.raises(ValidationError) as refusal:
        validate_password("x9-Q", MARA)

    assert len(refusal.value.messages) == 1


def test_the_rules_can_be_listed() -> None:
    assert "Am besten mehrere Wörter, die nicht zusammengehören." in password_validators_help_texts()
