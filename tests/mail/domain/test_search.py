"""Search by nickname: in memory, over what this session may open; no database ever hears the name."""

import logging

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from counselling.cases.domain import closing
from counselling.errors import Empty, Locked, NotAllowed, SlowDown
from counselling.mail.domain import search
from counselling.mail.domain.search import Found
from counselling.people.domain.actors import Actor
from counselling.people.domain.rings import Ring
from counselling.people.models import Staff, Team
from tests.support import key_rings, world
from tests.support import letters as post

pytestmark = pytest.mark.django_db


def found(actor: Actor, typed: str) -> Found:
    return search.by_nickname(actor, typed, timezone.now())


def names(actor: Actor, typed: str) -> list[str]:
    return [row.nickname for row in found(actor, typed).rows]


def outside(team: Team) -> Actor:
    """A counsellor of the team whom nobody let into its vault."""
    person = Staff(username="neu", alias="Neu", role="counsellor", languages=["de"])
    person.save(force_insert=True)
    person.teams.add(team)
    return Actor.for_staff(person, "session", Ring(key_rings.give_pair(person)))


@pytest.mark.parametrize("typed", ["Stiller Otter", "otter", "STILLER", "  stiller   otter ", "ｏｔｔｅｒ", "Otte"])
def test_capitals_blanks_and_forms_of_letters_do_not_matter(typed: str) -> None:
    team = world.team()
    post.asked(team)
    post.asked(team, nickname="Blauer Bus")

    assert names(world.counsellor(team, "Linde"), typed) == ["Stiller Otter"]


def test_open_and_closed_ones_and_chats_the_newest_first() -> None:
    team = world.team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    closed = post.claimed(team, linde, nickname="Otter eins")
    closing.close(linde, closed.case, topics=[], ending="helped", letters=True)
    post.claimed(team, mara, nickname="Otter zwei")
    chat = world.chat(team, linde, nickname="Otter drei")
    world.say(chat.seeker, chat.case)

    places = [(row.nickname, row.place) for row in found(linde, "otter").rows]

    assert places == [("Otter drei", "chat"), ("Otter zwei", "theirs"), ("Otter eins", "closed")]


def test_the_database_never_hears_the_name(caplog: pytest.LogCaptureFixture) -> None:
    team = world.team()
    post.asked(team, nickname="Sentinelotter")
    linde = world.counsellor(team, "Linde")

    with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connection) as caught:
        assert names(linde, "sentinelotter") == ["Sentinelotter"]

    said = " ".join(query["sql"] for query in caught) + caplog.text
    assert caught.captured_queries
    assert "sentinel" not in said.casefold()


def test_foreign_team_finds_nothing() -> None:
    post.asked(world.team())
    assert names(world.counsellor(world.team("Buche"), "Buche"), "otter") == []


def test_who_was_not_let_in_is_told_why() -> None:
    team = world.team()
    post.asked(team)
    with pytest.raises(Locked, match="locked") as refused:
        found(outside(team), "otter")
    assert "noch nicht freigeschaltet" in str(refused.value.sentence)


def test_let_in_in_one_team_of_two_is_told_which_was_left_out() -> None:
    team, other = world.team(), world.team("Buche")
    post.asked(team)
    world.counsellor(other, "Buche")
    post.asked(other, nickname="Anderer Otter")
    linde = world.counsellor(team, "Linde")
    Staff.objects.get(pk=linde.id).teams.add(other)

    result = found(linde, "otter")

    assert ([row.nickname for row in result.rows], result.shut) == (["Stiller Otter"], ["Buche"])


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_only_counsellors_search(role: str) -> None:
    with pytest.raises(NotAllowed):
        found(world.staff(world.team(), "Uli", role), "otter")


@pytest.mark.parametrize("typed", ["", "   ", "\u00a0"])
def test_nothing_typed(typed: str) -> None:
    with pytest.raises(Empty):
        found(world.counsellor(world.team(), "Linde"), typed)


def test_older_cases_are_left_out_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    team = world.team()
    for name in ("Otter alt", "Bus", "Otter neu"):
        post.asked(team, nickname=name)
    linde = world.counsellor(team, "Linde")
    assert not found(linde, "otter").cut
    monkeypatch.setattr(search, "MOST", 2)
    monkeypatch.setattr(search, "_AT_ONCE", 1)

    result = found(linde, "otter")

    assert ([row.nickname for row in result.rows], result.cut) == (["Otter neu"], True)


def test_more_than_fits_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    team = world.team()
    for name in ("Otter eins", "Otter zwei"):
        post.asked(team, nickname=name)
    monkeypatch.setattr(search, "MOST_FOUND", 1)

    result = found(world.counsellor(team, "Linde"), "otter")

    assert ([row.nickname for row in result.rows], result.more) == (["Otter zwei"], True)


def test_too_many_at_once_are_asked_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_PATIENCE", 0)
    linde = world.counsellor(world.team(), "Linde")
    with search._room, search._room, pytest.raises(SlowDown):
        found(linde, "otter")
    assert names(linde, "otter") == []
