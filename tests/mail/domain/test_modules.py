"""Text modules: one's own and the team's, in their order, with placeholders that are known."""

import uuid

import pytest

from counselling.errors import Conflict, Invalid, NotAllowed, NotFound
from counselling.mail.domain import modules
from counselling.mail.models import TextModule
from tests.support import world

pytestmark = pytest.mark.django_db


def titles(actor):
    return [[one.title for one in shelf.modules] for shelf in modules.shelves(actor)]


def test_own_ones_are_private_and_the_teams_are_everybodys() -> None:
    team = world.team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    modules.add(linde, "Meiner", "Text", team=None)
    modules.add(linde, "Unserer", "Text", team=team.pk)

    assert titles(linde) == [["Meiner"], ["Unserer"]]
    assert titles(mara) == [[], ["Unserer"]]
    assert [one.title for one in modules.for_team(linde, team.pk)] == ["Meiner", "Unserer"]
    assert [one.title for one in modules.for_team(mara, team.pk)] == ["Unserer"]


def test_another_teams_are_nobody_elses() -> None:
    linde, buche = world.counsellor(world.team(), "Linde"), world.counsellor(other := world.team("Buche"), "Buche")
    theirs = modules.add(buche, "Ihrer", "Text", team=other.pk)

    assert titles(linde) == [[], []]
    for attempt in (
        lambda: modules.change(linde, theirs.pk, "X", "Y"),
        lambda: modules.delete(linde, theirs.pk),
        lambda: modules.move(linde, theirs.pk, "up"),
        lambda: modules.add(linde, "X", "Y", team=other.pk),
        lambda: modules.delete(linde, uuid.uuid4()),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert TextModule.objects.get().title == "Ihrer"


def test_a_colleague_changes_the_teams_and_never_mine() -> None:
    team = world.team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    mine, ours = modules.add(linde, "Meiner", "Text", team=None), modules.add(linde, "Unserer", "Text", team=team.pk)

    modules.change(mara, ours.pk, " Für \n alle ", " Anders ")
    with pytest.raises(NotFound):
        modules.change(mara, mine.pk, "X", "Y")

    ours.refresh_from_db()
    assert (ours.title, ours.text) == ("Für alle", "Anders")


def test_who_neither_counsels_nor_leads_has_none() -> None:
    other = world.staff(world.team(), "Andere", "administrator")
    with pytest.raises(NotAllowed):
        modules.shelves(other)


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_who_does_not_counsel_has_none_of_their_own(role: str) -> None:
    other = world.staff(world.team(), "Andere", role)
    with pytest.raises(NotAllowed):
        modules.add(other, "X", "Y", team=None)


def test_the_order_is_changed_step_by_step() -> None:
    linde = world.counsellor(world.team(), "Linde")
    first, _second, third = (modules.add(linde, name, "Text", team=None) for name in ("Eins", "Zwei", "Drei"))

    modules.move(linde, third.pk, "up")
    modules.move(linde, first.pk, "up")
    modules.move(linde, first.pk, "down")

    assert titles(linde)[0] == ["Drei", "Eins", "Zwei"]


@pytest.mark.parametrize(
    ("title", "text", "words"),
    [
        ("", "Text", "braucht einen Namen"),
        ("Name", " \n ", "braucht einen Namen"),
        ("x" * 81, "Text", "zu lang"),
        ("Name", "x" * 4001, "zu lang"),
        ("Name", "Hallo {name}", "{name} gibt es nicht"),
    ],
)
def test_what_is_no_module(title: str, text: str, words: str) -> None:
    linde = world.counsellor(world.team(), "Linde")
    with pytest.raises(Invalid) as refused:
        modules.add(linde, title, text, team=None)
    assert words in str(refused.value.sentence)
    assert not TextModule.objects.exists()


def test_half_a_character_is_refused_and_a_nul_disappears() -> None:
    linde = world.counsellor(world.team(), "Linde")
    with pytest.raises(Invalid):
        modules.add(linde, "Name", "\ud83d", team=None)
    assert modules.add(linde, "Na\0me", "Te\0xt", team=None).text == "Text"


def test_a_list_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    linde = world.counsellor(world.team(), "Linde")
    monkeypatch.setattr(modules, "MOST", 1)
    modules.add(linde, "Name", "Text", team=None)
    with pytest.raises(Conflict):
        modules.add(linde, "Noch einer", "Text", team=None)


def test_placeholders_are_filled_once_and_other_braces_stay() -> None:
    values = {"nickname": "{team}", "team": "Linde", "counsellor": "Mara", "day": "heute"}

    assert modules.filled("{nickname} {team} {x} {} { day } {day}", values) == "{team} Linde {x} {} { day } heute"
