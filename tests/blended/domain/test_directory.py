"""Looking for help nearby: every way of typing, every filter, at a constant cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from blended.domain import demo_partners, directory, looking, partners
from blended.domain.directory import Wanted
from counselling.errors import NotFound
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.blended.partners_world import written
from tests.support import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return world.team()


@pytest.fixture
def linde(team: Team) -> Actor:
    return world.counsellor(team, "Linde")


def names(**asked: str) -> list[str]:
    return [one.fields.name for one in directory.search(Wanted(**asked))[1]]


@pytest.mark.parametrize(
    "text", ["mowe", "MÖWE", "moewe", "Mo\u0308we", "cafe", "käse CAFÉ", "ｃａｆｅ", "familie", "family", "türkisch"]
)
def test_it_is_found_however_it_is_typed(team: Team, linde: Actor, text: str) -> None:
    written(linde, team, name="Café Möwe", purpose="Reden und Käse essen.")
    written(linde, team, name="Anker", topics=("addiction",), languages=("ru",))

    assert names(text=text) == ["Café Möwe"]


@pytest.mark.parametrize("text", ["%", "_", "|topic:family|", "tfamily", "'; DROP TABLE", "\\", "nichts davon"])
def test_signs_of_the_database_are_only_signs(team: Team, linde: Actor, text: str) -> None:
    written(linde, team)

    assert names(text=text) == []


def test_filters_meet(team: Team, linde: Actor) -> None:
    other = world.team("Ahorn")
    written(linde, team, name="A", topics=("family", "love"), languages=("de",), area="Musterstadt")
    written(world.counsellor(other, "Mara"), other, name="B", topics=("love",), languages=("de", "ar"), area="Umland")

    assert names() == ["A", "B"]
    assert names(topic="love") == ["A", "B"]
    assert names(topic="family") == ["A"]
    assert names(topic="love", language="ar") == ["B"]
    assert names(area="MUSTERSTADT") == ["A"]
    assert names(text="umland", topic="family") == []


def test_only_active_ones_are_shown_and_offered(team: Team, linde: Actor) -> None:
    number = written(linde, team, area="Umland", topics=("love",))
    assert directory.one(number).topics == ["Liebe und Beziehung"]
    partners.switch(linde, number, on=False)

    assert names() == []
    assert directory.choices() == directory.Choices([], [], [])
    with pytest.raises(NotFound):
        directory.one(number)


def test_labels_come_in_the_readers_language(team: Team, linde: Actor) -> None:
    number = written(linde, team)

    with translation.override("en"):
        assert directory.one(number).topics == ["Family"]
    assert directory.one(number).fields.language_names == ["Deutsch", "Türkisch"]


def cost() -> int:
    with CaptureQueriesContext(connection) as asked:
        directory.search(Wanted(text="a"))
        directory.choices()
    return len(asked)


def test_it_costs_the_same_with_one_and_with_thirty(team: Team, linde: Actor) -> None:
    written(linde, team, name="A 0")
    few = cost()
    for number in range(1, 31):
        written(linde, team, name=f"A {number:02}")

    assert cost() == few
    page, shown = directory.search(Wanted(), "2")
    assert (page.number, len(shown), page.paginator.count) == (2, 11, 31)
    assert directory.search(Wanted(), "99")[0].number == 2


def test_what_is_looked_for_cannot_be_read_in_an_address() -> None:
    asked = Wanted("Gewalt daheim", "violence-home", "de", "Musterstadt")
    word = looking.hidden(asked)

    assert looking.found(word) == asked
    assert word != looking.hidden(asked)
    assert len(looking.hidden(Wanted("a"))) == len(looking.hidden(Wanted("ab")))
    assert looking.hidden(Wanted()) == ""


@pytest.mark.parametrize(
    "word", ["", "x", "ä", "A" * 5000, "====", "BGFiY2Q", "//////////////////////////////////////////"]
)
def test_a_word_of_nobodys_asks_for_nothing(word: str) -> None:
    assert looking.found(word) == Wanted()
    assert looking.found(looking.hidden(Wanted("x"))[:-2] + "AA") == Wanted()


def test_the_demo_has_a_directory_that_keeps_its_own_rules(team: Team, linde: Actor) -> None:
    written(linde, team, name="Vorher")
    demo_partners.ensure(team)
    assert names() == ["Vorher"]

    other = world.team("Ahorn")
    demo_partners.ensure(other)
    demo_partners.ensure(other)

    assert len(names()) == 6
    mara = world.counsellor(other, "Mara")
    for row in partners.of_teams(mara):
        partners.write(mara, partners.of_row(row), team=other.pk, number=row.pk)
        assert "erfunden" in row.name
