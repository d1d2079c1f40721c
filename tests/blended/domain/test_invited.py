"""Whoever was invited to a chat reads that chat; what the two arrange beside it is not theirs to read or write.

And whoever of the team reads it leaves a trace in the trail.
"""

from collections.abc import Callable
from uuid import UUID

import pytest

from blended.domain import agreeing, appointments, cards, referral_steps, referrals
from blended.models import Appointment, PartnerCard, Referral
from counselling.cases.domain import handover
from counselling.errors import NotAllowed
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Team
from tests.blended import dates_world as dates
from tests.blended.partners_world import agreed, asked, begun, carded, written
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def chat(team: Team) -> Chat:
    return world.chat(team, world.counsellor(team, "Mara"))


@pytest.fixture
def jon(team: Team, chat: Chat) -> Actor:
    """Invited."""
    actor = world.counsellor(team, "Jon")
    handover.invite(chat.counsellor, chat.case, to=actor.id)
    return actor


def test_they_place_and_remove_no_card(team: Team, chat: Chat, jon: Actor) -> None:
    number = carded(chat, team)
    other = written(chat.counsellor, team, name="Anker")

    for attempt in (
        lambda: cards.place(jon, chat.case, other),
        lambda: cards.remove(jon, chat.case, 1),
        lambda: cards.of_case(jon, chat.case, world.key(chat.case)),
    ):
        with pytest.raises(NotAllowed):
            attempt()

    assert [card.shown.id for card in cards.of_case(chat.seeker, chat.case, world.key(chat.case))] == [number]
    assert PartnerCard.objects.count() == 1


STEPS: dict[str, Callable[[Actor, UUID], object]] = {
    "one": referrals.one,
    "save": lambda jon, made: referrals.save(jon, made, "Etwas anderes", version=2),
    "ask": lambda jon, made: referrals.ask(jon, made, version=2),
    "drop": referrals.drop,
    "print": referral_steps.hand_on_paper,
    "sheet": referral_steps.on_paper,
    "code": referral_steps.hand_by_code,
    "close": lambda jon, made: referral_steps.close(jon, made, "arrived"),
}


@pytest.mark.parametrize("make", [begun, asked, agreed])
@pytest.mark.parametrize("step", STEPS)
def test_they_take_no_step_of_a_referral(chat: Chat, jon: Actor, step: str, make: Callable[[Chat], UUID]) -> None:
    made = make(chat)
    before = Referral.objects.values().get()

    with pytest.raises(NotAllowed):
        STEPS[step](jon, made)

    assert Referral.objects.values().get() == before


def test_they_begin_and_list_none(chat: Chat, jon: Actor) -> None:
    with pytest.raises(NotAllowed):
        referrals.begin(jon, chat.case, other="Suchtberatung Anker")
    with pytest.raises(NotAllowed):
        referrals.of_case(jon, chat.case)

    assert not Referral.objects.exists()


def test_they_read_no_appointment(team: Team, chat: Chat, jon: Actor) -> None:
    made = agreeing.propose(chat.counsellor, chat.case, dates.when(), note="Am Bahnhof")

    for attempt in (lambda: appointments.of_case(jon, chat.case), lambda: appointments.one(jon, made)):
        with pytest.raises(NotAllowed):
            attempt()
    found = appointments.one(chat.seeker, made).sealed
    assert found
    assert found.note == "Am Bahnhof"


READS: dict[str, Callable[[Actor, Chat], object]] = {
    "dates": lambda actor, chat: appointments.of_case(actor, chat.case),
    "date": lambda actor, chat: appointments.one(actor, dates_of(chat)),
    "referrals": lambda actor, chat: referrals.of_case(actor, chat.case),
}


def dates_of(chat: Chat) -> UUID:
    """The one appointment of the case, made when it is first asked for."""
    known = Appointment.objects.filter(case=chat.case).first()
    return known.pk if known else agreeing.propose(chat.seeker, chat.case, dates.when())


@pytest.mark.parametrize("read", READS)
def test_reading_stands_in_the_trail_once_and_only_of_the_team(chat: Chat, read: str) -> None:
    READS[read](chat.seeker, chat)
    assert not AuditEntry.objects.filter(event="case_opened").exists()

    for _ in range(2):
        READS[read](chat.counsellor, chat)

    (entry,) = AuditEntry.objects.filter(event="case_opened")
    assert (entry.actor, entry.case_ref) == (chat.counsellor.id, world.row(chat.case).audit_ref)
