"""Records and the team's epochs: a new key renews them, and no old one goes while a record needs it."""

import logging

import pytest

from counselling.cases.domain import erasing, rewrap, risk, risk_records, risk_seals
from counselling.cases.domain.risk_content import Assessment
from counselling.cases.models import RiskRecord, Seal
from counselling.people.domain import presence, teamkeys
from counselling.people.domain.actors import Actor
from counselling.people.models import Team, TeamKey
from tests.people import vault_hands as hands
from tests.support import world

pytestmark = pytest.mark.django_db
paper: dict[object, str] = {}


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def mara(team: Team) -> Actor:
    actor = hands.person(team, "Mara")
    paper[team.pk] = hands.found(actor, team)
    presence.set_status(actor, "here")
    return actor


@pytest.fixture
def jon(team: Team, mara: Actor) -> Actor:
    actor = hands.person(team, "Jon")
    hands.let_in(mara, team, actor)
    return actor


def a_lonely_record(team: Team, mara: Actor) -> RiskRecord:
    """Of a case that is gone."""
    chat = world.chat(team, mara)
    risk.assess(mara, chat.case, Assessment("red", said="Ich kann nicht mehr"))
    erasing.erase_all(chat.seeker)
    assert not Seal.objects.exists()
    return RiskRecord.objects.latest("at")


def said(actor: Actor, record: RiskRecord) -> str:
    content = risk_records.opened(hands.anew(actor), record.pk).content
    assert content
    return content.said


def epochs() -> list[int]:
    return sorted(TeamKey.objects.values_list("epoch", flat=True))


def test_a_members_look_renews_records_as_well(team: Team, mara: Actor, jon: Actor) -> None:
    records = [a_lonely_record(team, mara) for _ in range(3)]
    hands.leave(jon, team)
    assert (epochs(), rewrap.behind(team.pk)) == ([1, 2], 3)

    rewrap.catch_up(hands.anew(mara))

    assert (epochs(), rewrap.behind(team.pk)) == ([2], 0)
    assert [said(mara, record) for record in records] == ["Ich kann nicht mehr"] * 3


def test_the_printed_recovery_key_renews_them_too(team: Team, mara: Actor, jon: Actor) -> None:
    record = a_lonely_record(team, mara)
    hands.leave(jon, team)

    assert rewrap.whole(team.pk, paper[team.pk]) == 1

    assert epochs() == [2]
    assert said(mara, record) == "Ich kann nicht mehr"


def test_no_more_than_a_batch_at_once(team: Team, mara: Actor, jon: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewrap, "BATCH", 2)
    for _ in range(3):
        a_lonely_record(team, mara)
    hands.leave(jon, team)
    left = []
    for _ in range(3):
        rewrap.catch_up(hands.anew(mara))
        left.append((rewrap.behind(team.pk), epochs()))

    assert left == [(1, [1, 2]), (0, [2]), (0, [2])]


def test_a_record_that_does_not_open_keeps_its_epoch_and_is_told(
    team: Team, mara: Actor, jon: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    record = a_lonely_record(team, mara)
    RiskRecord.objects.update(sealed_key=b"x" * 81)
    hands.leave(jon, team)

    with caplog.at_level(logging.ERROR):
        rewrap.catch_up(hands.anew(mara))

    assert epochs() == [1, 2]
    assert "does not open" in caplog.text
    assert str(record.pk) not in caplog.text


def test_whoever_holds_no_key_of_an_epoch_renews_nothing(team: Team, mara: Actor, jon: Actor) -> None:
    a_lonely_record(team, mara)
    hands.leave(jon, team)
    newest = teamkeys.newest(team.pk)
    assert newest
    assert jon.ring

    assert risk_seals.renew(newest, hands.anew(jon).ring or jon.ring, 10) == 0
