"""The handbook names what there is: buttons and pages, commands, settings and addresses as they are in the house."""

import argparse
import re
from importlib import import_module
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from django.urls import resolve, reverse

from counselling.__main__ import VERBS
from deploy import messages

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted((ROOT / "docs" / "handbuch").glob("*.md"))
QUOTED = re.compile(r"\*\*„([^“]+)“\*\*")
SPANS = re.compile(r"`([^`]+)`")
ADDRESS = re.compile(r"/(?:[\w-]+/)+")
SETTING = re.compile(r"[A-Z]+(?:_[A-Z]+)+")
LINK = re.compile(r"\]\(([^)#]+)")
TAG = re.compile(r"<[^>]+>")
DJANGO = "django"  # hands its words to Django, see counselling.__main__

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@pytest.fixture(scope="module")
def german() -> set[str]:
    """Every sentence of templates and code, as somebody reads it; the browser's scripts have none of their own."""
    return {read(form) for message in messages.messages_of(messages.extract()) for form in forms(message)}


def forms(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def read(text: str) -> str:
    """Without markup and line breaks; what is filled in at run time is "…"."""
    return " ".join(messages.PLACEHOLDER.sub("…", TAG.sub("", text)).replace("%%", "%").split())


def spans(page: Path) -> list[str]:
    """What stands between backticks, as code does."""
    return [" ".join(span.split()) for span in SPANS.findall(page.read_text(encoding="utf-8"))]


def page_of(name: str) -> str:
    return (ROOT / "docs" / "handbuch" / f"{name}.md").read_text(encoding="utf-8")


def commands(page: Path) -> list[list[str]]:
    """The words after `counselling`."""
    return [words.split()[1:] for words in spans(page) if words.startswith("counselling ")]


def test_there_is_a_handbook_for_each_role() -> None:
    assert [page.stem for page in PAGES] == ["beratende", "leitung", "technik"]


@each_page
def test_every_quoted_button_and_page_is_in_the_sources(page: Path, german: set[str]) -> None:
    quoted = {read(text) for text in QUOTED.findall(page.read_text(encoding="utf-8"))}

    assert quoted
    assert quoted - german == set()


@each_page
def test_every_command_exists_with_its_options(page: Path) -> None:
    assert [words for words in commands(page) if not is_possible(words)] == []


def is_possible(words: list[str]) -> bool:
    if words[0] == DJANGO:
        return True
    if words[0] not in VERBS:
        return False
    parser = argparse.ArgumentParser(add_help=False)
    import_module(f"counselling.commands.{words[0]}").add(parser)
    options = {word for word in words if word.startswith("--")}
    return options <= parser._option_string_actions.keys()


def test_every_command_stands_in_the_guide_for_administrators() -> None:
    named = {words[0] for words in commands(ROOT / "docs" / "handbuch" / "technik.md")}

    assert named == {*VERBS, DJANGO}


@each_page
def test_every_address_leads_somewhere(page: Path) -> None:
    addresses = [span for span in spans(page) if ADDRESS.fullmatch(span)]

    assert addresses
    for address in addresses:
        resolve(address)  # raises Resolver404


def test_supervisors_read_of_every_page_in_their_line_in_its_order() -> None:
    line = (ROOT / "templates" / "people" / "_lead_nav.html").read_text(encoding="utf-8")
    links = re.findall(r'href="{% url "([^"]+)" %}".*{% translate "([^"]+)"', line)
    told = re.findall(r"^\| \*\*„([^“]+)“\*\* \|.*\| `([^`]+)` \|$", page_of("leitung"), re.MULTILINE)

    assert told == [(title, reverse(name)) for name, title in links]


def test_supervisors_read_of_every_button_on_their_first_page() -> None:
    welcome = (ROOT / "templates" / "people" / "welcome.html").read_text(encoding="utf-8").partition("{% else %}")[2]
    buttons = re.findall(r'href="{% url "\w+:\w+" %}">(?:{% icon "\w+" %})?{% translate "([^"]+)"', welcome)

    assert len(buttons) > len(["Abmelden"])
    assert [title for title in buttons if f"**„{title}“**" not in page_of("leitung") and title != "Abmelden"] == []


@each_page
def test_every_setting_is_documented(page: Path) -> None:
    sample = (ROOT / "deploy" / "env.sample").read_text(encoding="utf-8")

    assert [span for span in spans(page) if SETTING.fullmatch(span) and f"{span}=" not in sample] == []


@each_page
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]

    assert [link for link in links if not (page.parent / link).is_file()] == []
