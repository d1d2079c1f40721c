"""Every refusal that a line can bring has words on both sides and in both languages."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.functional import Promise

import chat
from chat.views import words
from counselling.cases.views.words import WORDS

PAGE = (Path(chat.__file__).parent / "PROTOCOL.md").read_text()
ERRORS = set(re.findall(r"^\| `(\w+)`", PAGE.split("\n## Errors\n")[1].split("\n## ")[0], flags=re.MULTILINE))


def seeker() -> Mapping[str, str | Promise]:
    refused: Mapping[str, str] = words.for_script()["refused"]
    return refused


def desk() -> Mapping[str, str | Promise]:
    conversation = WORDS["conversation"]
    assert isinstance(conversation, dict)
    refused: Mapping[str, str | Promise] = conversation["refused"]
    return refused


@pytest.mark.parametrize("page", [seeker, desk])
def test_every_code_has_words_and_so_have_codes_to_come(page: Callable[[], Mapping[str, str]]) -> None:
    assert set(page()) == ERRORS | {"other"}


@pytest.mark.parametrize("page", [seeker, desk])
def test_words_are_there_in_english(page: Callable[[], Mapping[str, str]]) -> None:
    german = {code: str(sentence) for code, sentence in page().items()}
    with translation.override("en"):
        english = {code: str(sentence) for code, sentence in page().items()}

    assert [code for code in german if not english[code] or english[code] == german[code]] == []
