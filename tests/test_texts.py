"""What people read: complete in German and English, and in the voice of the house."""

import re

import pytest
from babel.messages.catalog import Catalog, Message

from deploy import messages

# "du" who is in distress is not shouted at, not pitied, and not asked to know our machinery.
UNWANTED = {
    "shouting": re.compile(r"!(?!=)"),
    "pity": re.compile(r"\bleider\b", re.IGNORECASE),
    "jargon": re.compile(r"\b(Session|Token|Login|Error|Server|WebSocket|Browser-Cache|UUID)\b"),
    "end-to-end claims": re.compile(r"Ende-zu-Ende|end-to-end", re.IGNORECASE),
}
# Pages and sentences of staff and technicians may name machinery.
FOR_STAFF = re.compile(
    r"/(admin|models|commands|management)\b|__main__|templates/(cases|people)/|counselling/(people|cases)/"
)


@pytest.fixture(scope="module")
def german() -> Catalog:
    return messages.extract()


def test_english_is_complete_with_the_same_placeholders() -> None:
    assert messages.problems() == []


@pytest.mark.parametrize("kind", sorted(UNWANTED))
def test_german_keeps_its_voice(german: Catalog, kind: str) -> None:
    assert [
        messages.german_of(message)
        for message in messages.messages_of(german)
        if UNWANTED[kind].search(spoken(message)) and not (kind == "jargon" and is_for_staff(message))
    ] == []


def spoken(message: Message) -> str:
    """All forms of a sentence without its placeholders."""
    forms = [message.id] if isinstance(message.id, str) else message.id
    return messages.PLACEHOLDER.sub("", " ".join(forms))


def is_for_staff(message: Message) -> bool:
    return all(FOR_STAFF.search(f"{path}") for path, _ in message.locations)
