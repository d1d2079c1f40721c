"""What is printed for a link: codes that lead where they should, a sheet that says what it should, neutral files."""

import datetime as dt
import io
from typing import Any

import pytest
import segno
from defusedxml import ElementTree
from django.conf import settings
from django.test import Client
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from counselling.centre.models import Centre
from counselling.people.models import Staff, Team
from counselling.statistics.domain import campaigns
from counselling.statistics.poster import codes
from tests.support import key_rings, world

pytestmark = pytest.mark.django_db
CODE = "schule-am-berg"


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def lead(team: Team) -> Client:
    uli = world.staff(team, "Uli", "supervisor")
    campaigns.make(uli, "Schule am Berg", CODE, dt.date(2026, 7, 1))
    client = Client()
    key_rings.sign_in(client, Staff.objects.get(pk=uli.id))
    return client


def fetch(lead: Client, name: str, query: str = "") -> Any:
    answer = lead.get(f"{reverse(f'statistics:campaign_{name}', args=[CODE])}{query}")
    assert answer.status_code == 200
    return answer


def address() -> str:
    return f"{settings.ORIGINS[0]}/k/{CODE}"


def matrix(of: str) -> list[list[bool]]:
    """Dark modules of the code that leads there."""
    return [[bool(module) for module in row] for row in segno.make(of, error="q", micro=False).matrix]


def text(sheet: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(sheet)).pages).split())


@pytest.mark.parametrize(
    ("name", "kind", "file"),
    [
        ("svg", "image/svg+xml", f"{CODE}.svg"),
        ("png", "image/png", f"{CODE}.png"),
        ("poster", "application/pdf", f"{CODE}-de.pdf"),
    ],
)
def test_files_stay_private_under_neutral_names(lead: Client, name: str, kind: str, file: str) -> None:
    answer = fetch(lead, name)
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (kind, "no-store")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{file}"'


def test_png_is_the_code_of_the_address(lead: Client) -> None:
    picture = Image.open(io.BytesIO(fetch(lead, "png").content)).convert("L")
    wanted = matrix(address())
    side = (len(wanted) + 2 * codes.QUIET) * codes.PNG_PIXELS
    assert picture.size == (side, side)
    middle = codes.PNG_PIXELS // 2

    def is_dark(row: int, column: int) -> bool:
        at = [(place + codes.QUIET) * codes.PNG_PIXELS + middle for place in (column, row)]
        return bool(picture.getpixel((at[0], at[1])) == 0)

    assert [[is_dark(row, column) for column in range(len(wanted))] for row in range(len(wanted))] == wanted


def test_svg_is_the_code_of_the_address(lead: Client) -> None:
    content = fetch(lead, "svg").content
    expected = io.BytesIO()
    segno.make(address(), error="q", micro=False).save(
        expected, kind="svg", border=4, scale=10, omitsize=True, title=address(), dark="#000", light="#fff"
    )
    assert content == expected.getvalue()
    root = ElementTree.fromstring(content)
    assert (root.tag, root.findtext("{http://www.w3.org/2000/svg}title")) == (
        "{http://www.w3.org/2000/svg}svg",
        address(),
    )


def test_code_of_another_address_is_another(lead: Client) -> None:
    assert matrix(address()) != matrix(address() + "x")
    assert codes.png(address()) != codes.png(address() + "x")


def test_poster_says_who_where_and_when(lead: Client) -> None:
    Centre.objects.create(pk=1, name="Jugendberatung Musterstadt")
    found = text(fetch(lead, "poster").content)
    for words in (
        "Jugendberatung Musterstadt",
        "Was dich auch beschäftigt: Schreib mit uns.",
        address().removeprefix("http://"),
        "rund um die Uhr",
        "Tag und Nacht",
    ):
        assert words in found
    assert "Schule am Berg" not in found  # what it is called among us is nobody else's business


def test_poster_in_english(lead: Client) -> None:
    answer = fetch(lead, "poster", "?language=en")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{CODE}-en.pdf"'
    found = text(answer.content)
    assert ("Whatever is on your mind" in found, "beschäftigt" in found) == (True, False)


@pytest.mark.parametrize("query", ["?language=fr", "?language=../de"])
def test_poster_in_no_other_language(lead: Client, query: str) -> None:
    assert "beschäftigt" in text(fetch(lead, "poster", query).content)


def test_poster_is_one_tagged_sheet_of_a4(lead: Client) -> None:
    reader = PdfReader(io.BytesIO(fetch(lead, "poster").content))
    root = reader.trailer["/Root"]
    box = reader.pages[0].mediabox
    assert (len(reader.pages), round(box.width), round(box.height)) == (1, 595, 842)
    assert (root["/MarkInfo"]["/Marked"], root["/Lang"]) == (True, "de")
    assert reader.metadata
    assert reader.metadata.title == "Plakat mit QR-Code: Jugendberatung"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert address().removeprefix("http://") in figure_words(root["/StructTreeRoot"])


def figure_words(node: Any) -> str:
    """The alternative text of every figure below a node of the structure tree."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return " ".join(map(figure_words, node))
    if not isinstance(node, dict):
        return ""
    return f"{node.get('/Alt', '')} {figure_words(node.get('/K', []))}"


@pytest.mark.parametrize(
    "name", ["#set page(width: 1cm)", '"] #panic("x") [', "$x$ *b* @l \\ `r`", "مركز الشباب", "W" * 80, "日本"]
)
def test_name_is_text_and_never_markup(lead: Client, name: str) -> None:
    Centre.objects.create(pk=1, name=name)
    sheet = fetch(lead, "poster").content
    reader = PdfReader(io.BytesIO(sheet))
    assert (len(reader.pages), round(reader.pages[0].mediabox.width)) == (1, 595)
    assert name.isascii() is False or len(name) == 80 or name.split(maxsplit=1)[0] in text(sheet)


def test_poster_takes_the_centre_s_colours_and_only_colours(lead: Client) -> None:
    plain = fetch(lead, "poster").content
    Centre.objects.create(pk=1, brand_light="#8a1e5c")
    assert fetch(lead, "poster").content != plain
    Centre.objects.all().delete()
    assert Centre().brand_light == "#0b6b6f"


def test_poster_with_many_hours_is_still_one_sheet(lead: Client, team: Team) -> None:
    world.close_hours(team)
    for day in range(7):
        for opens, closes in ((8 + day % 3, 11), (13, 15 + day % 5)):
            world.OpeningHour.objects.create(
                team=team, channel="chat", weekday=day, opens=dt.time(opens, 30), closes=dt.time(closes, day + 1)
            )
    reader = PdfReader(io.BytesIO(fetch(lead, "poster").content))
    assert len(reader.pages) == 1
    assert "Sonntag, " in text(fetch(lead, "poster").content)


def test_poster_without_hours(lead: Client, team: Team) -> None:
    world.close_hours(team)
    found = text(fetch(lead, "poster").content)
    assert ("Chat:" in found, "Tag und Nacht" in found) == (False, True)
