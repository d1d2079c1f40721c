"""A title tells tabs, history and whoever hears the page apart from its neighbours, and a glance at them nothing."""

import re
from collections import Counter
from pathlib import Path

import pytest
from django.template import Context, Engine
from django.utils import translation

from chat.views import words

ROOT = Path(__file__).resolve().parent.parent / "templates"
LAYOUTS = {"web/base.html", "web/team.html", "web/page.html", "centre/_page.html"}
TITLE = re.compile(r"\{% block title %\}(.*?)\{% endblock %\}")
EXTENDS = re.compile(r"\{% extends \"(.+?)\" %\}")
ROOM, VIEWS = "chat/room.html", ("waiting", "called", "chat", "ended", "closed")
# Their heading is the title: what went wrong at somebody else's address, no page of their own.
TROUBLES = {"web/error.html", "web/again.html"}
# What a stranger who sees a list of tabs is not to learn.
TELLING = re.compile(
    r"berat|krise|gewalt|sorge|kummer|seele|suizid|missbrauch|therap|counsel|crisis|abuse|violen|worr|suicid|grief",
    re.IGNORECASE,
)


def pages() -> dict[str, str]:
    """{template: the source of its title} of every page of ours; Django's admin names its own."""
    sources = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in ROOT.rglob("*.html")}
    ours = {name: text for name, text in sources.items() if LAYOUTS.intersection(EXTENDS.findall(text))}
    return {name: (*TITLE.findall(text), "")[0] for name, text in ours.items() if name not in LAYOUTS}


def titles() -> list[str]:
    """All titles in the language of the moment; the room's views are one page with several."""
    engine = Engine.get_default()
    plain = [source for name, source in pages().items() if name not in {ROOM, *TROUBLES}]
    return [engine.from_string(source).render(Context()) for source in plain] + sorted({*map(words.title, VIEWS)})


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_two_pages_have_one_title(language: str) -> None:
    with translation.override(language):
        seen = Counter(titles())

    assert [title for title, times in seen.items() if times > 1] == []
    assert len(seen) > 50


@pytest.mark.parametrize("language", ["de", "en"])
def test_titles_tell_nothing(language: str) -> None:
    with translation.override(language):
        assert [title for title in titles() if TELLING.search(title)] == []


def test_every_page_has_a_title_without_a_place_for_names() -> None:
    filled = {name for name, source in pages().items() if "{{" in source or "with " in source}

    assert filled == {ROOM, *TROUBLES}
    assert [name for name, source in pages().items() if not source] == []
