"""The handbook's pictures: each is there, small, told in words for whoever does not see it, and made by the walk."""

import re
from pathlib import Path

from PIL import Image

from tests.support.environment import ROOT

HANDBOOK = ROOT / "docs" / "handbuch"
PICTURES = HANDBOOK / "bilder"
SHOWN = re.compile(r"^!\[(?P<alt>[^\]]*)\]\((?P<link>[^)]+)\)$", re.MULTILINE)
TAKEN = re.compile(r'take\(page, "(?P<name>[\w-]+)"\)|, "(?P<row>[\w-]+)"\),$', re.MULTILINE)
WALK = ROOT / "tests" / "e2e" / "test_handbook_pictures.py"
SHORTEST_ALT = 20  # characters: "Bild" tells nobody anything
MOST_BYTES = 120 * 1024
SIZES = {(1280, 800), (390, 844)}


def shown() -> list[tuple[str, str]]:
    """(where a picture lies, what is said of it), of all pages."""
    pages = [page.read_text(encoding="utf-8") for page in HANDBOOK.glob("*.md")]
    return [(found["link"], found["alt"]) for page in pages for found in SHOWN.finditer(page)]


def taken() -> set[str]:
    return {found["name"] or found["row"] for found in TAKEN.finditer(WALK.read_text(encoding="utf-8"))}


def files() -> list[Path]:
    return sorted(PICTURES.glob("*"))


def test_each_picture_that_is_shown_is_there_and_each_that_is_there_is_shown_once() -> None:
    assert sorted(link for link, _ in shown()) == [f"bilder/{path.name}" for path in files()]


def test_each_picture_is_taken_by_the_walk() -> None:
    assert {path.stem for path in files()} == taken()


def test_each_picture_is_told_in_words() -> None:
    assert [link for link, alt in shown() if len(alt) < SHORTEST_ALT] == []


def test_pictures_are_small_and_of_the_two_sizes() -> None:
    assert [path.name for path in files() if path.stat().st_size > MOST_BYTES] == []
    for path in files():
        with Image.open(path) as picture:
            assert (picture.size in SIZES, picture.format) == (True, "PNG"), path.name
