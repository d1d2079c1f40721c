"""Which control centre is meant by what a young person told: whole names, candidates where it is not clear."""

import pytest
from pytest_django import Settings

from counselling.cases.domain import control_centres

TOWNS = (
    "Ulm",
    "Neu-Ulm",
    "Stadt Köln",
    "Gießen",
    "Rheinfelden (Baden)",
    "Freiburg im Breisgau",
    "Freiburg (Elbe)",
    "Bad Urach",
    "Stuttgart",
)


@pytest.fixture(autouse=True)
def towns(settings: Settings) -> None:
    settings.CONTROL_CENTRES = tuple((town, "0123 1") for town in TOWNS)


def found(*said: str) -> tuple[list[str], list[str]]:
    """(told, maybe)"""
    listed = control_centres.listed(said)
    return [one.town for one in listed if one.told], [one.town for one in listed if one.maybe]


@pytest.mark.parametrize(
    ("said", "town"),
    [
        ("Ich bin in Ulm am Bahnhof.", "Ulm"),
        ("ULM", "Ulm"),
        ("u\u0308ber die Brücke, dann Neu-Ulm", "Neu-Ulm"),
        ("Köln", "Stadt Köln"),
        ("koeln", "Stadt Köln"),
        ("KÖLN, Dom", "Stadt Köln"),
        ("Ko\u0308ln", "Stadt Köln"),
        ("Stadt Köln", "Stadt Köln"),
        ("in giessen", "Gießen"),
        ("GIEẞEN", "Gießen"),
        ("Rheinfelden", "Rheinfelden (Baden)"),
        ("rheinfelden  (baden)", "Rheinfelden (Baden)"),
        ("Freiburg im\n Breisgau", "Freiburg im Breisgau"),
        ("Freiburg an der Elbe", "Freiburg (Elbe)"),
        ("bad  urach", "Bad Urach"),
        ("Neu Ulm", "Neu-Ulm"),
    ],
)
def test_a_town_is_found_however_it_is_typed(said: str, town: str) -> None:
    assert found(said)[0] == [town]
    assert control_centres.listed([said])[0].town == town


@pytest.mark.parametrize("said", ["", "Ulmer Straße 3", "Kulmbach", "irgendwo am Fluss", "Köllnerweg"])
def test_a_part_of_a_word_is_no_town(said: str) -> None:
    assert found(said)[0] == []


@pytest.mark.parametrize(
    ("said", "maybe"),
    [
        ("Freiburg", {"Freiburg im Breisgau", "Freiburg (Elbe)"}),
        ("erst Ulm, jetzt Stuttgart", {"Ulm", "Stuttgart"}),
        ("Stutgart", {"Stuttgart"}),
        ("Stuttgart-Vaihingen", {"Stuttgart"}),
        ("Klein Stuttgart", {"Stuttgart"}),
    ],
)
def test_where_it_is_not_clear_candidates_are_offered(said: str, maybe: set[str]) -> None:
    told, offered = found(said)

    assert told == []
    assert maybe <= set(offered)


def test_the_whole_list_always_stands_there() -> None:
    for said in ("", "Ulm", "Freiburg"):
        assert {one.town for one in control_centres.listed([said])} == set(TOWNS)
