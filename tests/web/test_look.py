"""Icons, the help strip and the frame of every page."""

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from counselling.web.templatetags.look import ALWAYS_OPEN, HelpContact, help_now

ROOT = Path(__file__).resolve().parents[2]
SPRITE = (ROOT / "counselling/web/static/web/icons.svg").read_text()
DRAWN = set(re.findall(r'<symbol id="([\w-]+)"', SPRITE))
USED = re.compile(r'\{%\s*icon "([\w-]+)"')
TALK = HelpContact("Nummer gegen Kummer", "116 111", "tel:116111", "spoken")
WRITE = HelpContact("JugendNotmail", "", "https://jugendnotmail.example/", "written")
EMERGENCY = HelpContact("Notruf", "112", "tel:112", "spoken")


def test_icon_points_into_the_sprite() -> None:
    assert Template('{% icon "chat" %}').render(Context()) == (
        '<svg class="icon icon-chat" aria-hidden="true" focusable="false">'
        '<use href="/static/web/icons.svg#chat"></use></svg>'
    )


def test_icon_escapes_its_name() -> None:
    assert "<script" not in Template("{% icon name %}").render(Context({"name": '"><script>'}))


def test_every_icon_that_templates_name_is_drawn() -> None:
    used = {name for path in (ROOT / "templates").rglob("*.html") for name in USED.findall(path.read_text())}

    assert used - DRAWN == set()


@pytest.mark.parametrize(
    ("open_now", "expected"),
    [
        ([EMERGENCY, TALK, WRITE], [TALK, WRITE]),
        ([EMERGENCY, WRITE], [ALWAYS_OPEN[0], WRITE]),
        ([EMERGENCY, TALK], [TALK, ALWAYS_OPEN[1]]),
        ([], list(ALWAYS_OPEN)),
    ],
)
def test_help_always_has_one_to_talk_to_and_one_to_write_to(
    open_now: list[HelpContact], expected: list[HelpContact]
) -> None:
    assert help_now(Context({"help_open": open_now})) == expected


def test_help_stands_on_pages_drawn_without_a_database() -> None:
    assert help_now(Context()) == list(ALWAYS_OPEN)


def test_strip_links_numbers_and_sites() -> None:
    strip = render_to_string("web/_help.html", {"help_open": [TALK, WRITE]})

    assert re.findall(r'href="([^"]+)"', strip)[::2][:1] == ["tel:112"]
    assert '<a href="tel:116111">' in strip
    assert 'href="https://jugendnotmail.example/" target="_blank" rel="noreferrer"' in strip


def test_page_is_right_to_left_where_the_language_is() -> None:
    with translation.override("ar"):
        assert 'lang="ar" dir="rtl"' in render_to_string("web/base.html")


@pytest.mark.django_db
def test_page_has_title_landmarks_skip_link_and_the_way_out(client: Client) -> None:
    page = client.get("/nowhere/").content.decode()

    assert re.search(r"<title>[^<·]+ · [^<]+</title>", page)
    assert '<a class="skip" href="#main">' in page
    assert [page.count(f"<{tag}") for tag in ("main", "aside", "footer", "h1")] == [1, 1, 1, 1]
    assert re.search(r'<form method="post" action="/exit/" data-leave>\s*<button', page)


def test_language_form_comes_back_to_the_same_page() -> None:
    request = RequestFactory().get("/help/?a=1")

    form = render_to_string("web/_language.html", {"csrf_token": "x"}, request)

    assert 'name="next" value="/help/?a=1"' in form
    assert 'name="language" value="en" lang="en"' in form


def test_staff_pages_have_no_exit_that_would_sign_out_silently() -> None:
    page = render_to_string("web/team.html")

    assert "data-leave" not in page
    assert "exit.js" not in page
