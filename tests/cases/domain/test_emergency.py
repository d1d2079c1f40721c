"""What follows when it is red: somebody is called, other chats go on with others, a place may be told."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from counselling.cases.domain import (
    closing,
    emergency,
    handover,
    risk,
    risk_records,
    shift,
    timers,
)
from counselling.cases.domain.risk_content import Assessment
from counselling.cases.models import Whereabouts
from counselling.centre.models import Centre
from counselling.errors import Conflict, Empty, Invalid, NotAllowed, NotFound, TooLong
from counselling.mail.domain import outbox
from counselling.mail.models import OnCall, OutgoingMail
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.cases.domain.risk_world import SAID, codes, only, orange
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(settings: Settings) -> list[mail.EmailMessage]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Centre.objects.create(id=1, alert_email="leitung@example.org")
    return mail.outbox


def test_for_red_somebody_is_called_every_five_minutes_until_it_was_seen(
    chat: Chat, lea: Actor, post: list[mail.EmailMessage]
) -> None:
    risk.assess(chat.counsellor, chat.case, Assessment("red"))
    now = timezone.now()

    counts = [emergency.unseen(now + timedelta(minutes=minutes)) for minutes in (0, 1, 4.9, 5, 6, 10)]

    assert counts == [1, 0, 0, 1, 0, 1]
    risk_records.see(lea, only().pk)
    assert emergency.unseen(now + timedelta(minutes=60)) == 0
    outbox.deliver(timezone.now())
    assert [message.to for message in post] == [["leitung@example.org"]] * 3
    assert codes() == ["assessed", "where_asked", "alerted", "called_again", "called_again", "seen"]


def test_for_orange_somebody_is_called_once(chat: Chat, post: list[mail.EmailMessage]) -> None:
    risk.assess(chat.counsellor, chat.case, orange())

    assert [timers.run(timezone.now()) >= 1, emergency.unseen(timezone.now() + timedelta(hours=1))] == [True, 0]
    outbox.deliver(timezone.now())
    assert [(message.to, message.subject) for message in post] == [
        (["leitung@example.org"], "Bitte in die Liste schauen")
    ]
    assert SAID not in post[0].body
    assert world.NICKNAME not in post[0].body


def told(lea: Actor) -> list[str]:
    """What the log says after the assessment itself."""
    return [line.sentence for line in risk_records.outside(lea, only().pk).log if "eingeschätzt" not in line.sentence]


def on_call(team: Team, *people: Actor) -> None:
    """In this order, each with an address of their own."""
    for place, person in enumerate(people, 1):
        address = f"{person.alias.lower()}@example.org"
        OnCall.objects.create(team=team, place=place, staff_id=person.id, email=address)


@pytest.mark.parametrize("assessment", [Assessment("red"), orange()])
def test_the_first_call_lasts_a_day_without_a_mail_server(
    chat: Chat, post: list[mail.EmailMessage], assessment: Assessment
) -> None:
    """For orange no other call follows: it would be lost, and the log would say that somebody was called."""
    risk.assess(chat.counsellor, chat.case, assessment)
    emergency.unseen(timezone.now())

    outbox.deliver(timezone.now() + timedelta(hours=23))

    assert [message.to for message in post] == [["leitung@example.org"]]


def test_what_other_calls_follow_goes_out_soon_or_not_at_all(chat: Chat, post: list[mail.EmailMessage]) -> None:
    risk.assess(chat.counsellor, chat.case, Assessment("red"))
    now = timezone.now()
    for minutes in (0, 5, 10):
        emergency.unseen(now + timedelta(minutes=minutes))

    outbox.deliver(timezone.now() + timedelta(minutes=31))

    assert len(post) == 1
    outbox.deliver(timezone.now() + timedelta(hours=25))
    assert not OutgoingMail.objects.exists()


def test_the_log_says_who_was_called(
    team: Team, chat: Chat, lea: Actor, jon: Actor, post: list[mail.EmailMessage]
) -> None:
    on_call(team, lea, jon)
    risk.assess(chat.counsellor, chat.case, Assessment("red"))
    now = timezone.now()

    for minutes in (0, 5, 10):
        emergency.unseen(now + timedelta(minutes=minutes))

    assert told(lea)[1:] == [
        "Ruf per E-Mail vorgemerkt: die Adresse für Alarme.",
        "Noch nicht gesehen. Ruf per E-Mail vorgemerkt: Lea.",
        "Noch nicht gesehen. Ruf per E-Mail vorgemerkt: Jon.",
    ]
    risk_records.see(lea, only().pk)
    last = emergency.last_call(chat.case)
    assert last
    assert last.sentence == "Ruf per E-Mail vorgemerkt: Jon."


def test_whoever_assessed_is_not_called(
    team: Team, chat: Chat, lea: Actor, jon: Actor, post: list[mail.EmailMessage]
) -> None:
    Centre.objects.update(alert_email="")
    on_call(team, lea, chat.counsellor, jon)
    risk.assess(chat.counsellor, chat.case, Assessment("red"))
    now = timezone.now()

    for minutes in (0, 5, 10):
        emergency.unseen(now + timedelta(minutes=minutes))

    outbox.deliver(timezone.now())
    called = [address for message in post for address in message.to]
    assert sorted(called) == ["jon@example.org", "lea@example.org", "lea@example.org"]
    assert [sentence.rpartition(": ")[2] for sentence in told(lea)[1:]] == ["Lea.", "Jon.", "Lea."]


def test_where_only_whoever_assessed_is_on_call_the_bell_alone_rings(
    team: Team, chat: Chat, post: list[mail.EmailMessage]
) -> None:
    Centre.objects.update(alert_email="")
    on_call(team, chat.counsellor)
    risk.assess(chat.counsellor, chat.case, Assessment("red"))
    assert not emergency.calls(chat.case)

    emergency.unseen(timezone.now())

    assert codes() == ["assessed", "where_asked", "rang"]
    assert not OutgoingMail.objects.exists()


def test_without_an_address_nobody_is_said_to_be_called_and_the_bell_is_logged(chat: Chat, lea: Actor) -> None:
    risk.assess(chat.counsellor, chat.case, Assessment("red"))

    assert emergency.unseen(timezone.now()) == 1
    assert codes() == ["assessed", "where_asked", "rang"]
    assert told(lea)[-1] == "Niemand per E-Mail zu erreichen: Nur die Glocke auf den Seiten des Teams hat geläutet."


def test_a_bell_that_rings_all_night_fills_no_log(chat: Chat) -> None:
    risk.assess(chat.counsellor, chat.case, Assessment("red"))
    now = timezone.now()

    rings = sum(emergency.unseen(now + timedelta(minutes=5 * number)) for number in range(36))  # three hours

    assert rings == 14
    assert codes().count("rang") == 14


def test_an_address_that_is_entered_while_the_bell_rings_is_called_first(
    chat: Chat, post: list[mail.EmailMessage]
) -> None:
    Centre.objects.update(alert_email="")
    risk.assess(chat.counsellor, chat.case, Assessment("red"))
    now = timezone.now()
    emergency.unseen(now)

    Centre.objects.update(alert_email="leitung@example.org")
    emergency.unseen(now + timedelta(minutes=5))

    assert codes()[-2:] == ["rang", "alerted"]


def test_of_two_processes_one_calls(chat: Chat, post: list[mail.EmailMessage]) -> None:
    risk.assess(chat.counsellor, chat.case, Assessment("red"))
    now, both = timezone.now(), [only(), only()]  # as both have read it

    assert [emergency._call(record, now) for record in both] == [True, False]
    outbox.deliver(timezone.now())
    assert len(post) == 1


def test_the_next_person_is_called_after_five_minutes(
    team: Team, chat: Chat, lea: Actor, jon: Actor, post: list[mail.EmailMessage]
) -> None:
    """The address for alarms, then who is on call in their order, then from the beginning; a dead server loses none."""
    on_call(team, lea, jon)
    risk.assess(chat.counsellor, chat.case, Assessment("red"))
    now = timezone.now()

    for minutes in (0, 5, 10, 15):
        emergency.unseen(now + timedelta(minutes=minutes))

    outbox.deliver(timezone.now())
    called = [address for message in post for address in message.to]
    assert sorted(called) == ["jon@example.org", "lea@example.org", "leitung@example.org", "leitung@example.org"]


def test_my_other_chats_go_on_with_somebody_else(team: Team, mara: Actor, chat: Chat) -> None:
    shift.set_capacity(mara, 5)
    others = [world.chat(team, mara, nickname=f"Otter {number}") for number in range(2)]
    with pytest.raises(Conflict):
        emergency.pass_on_others(mara, chat.case)
    risk.assess(mara, chat.case, Assessment("red"))

    assert emergency.pass_on_others(mara, chat.case) == 2
    assert emergency.pass_on_others(mara, chat.case) == 0

    assert [world.row(other.case).state for other in others] == ["waiting", "waiting"]
    assert world.row(chat.case).state == "active"
    assert codes()[-1] == "chats_passed"


def test_a_chat_that_ended_meanwhile_is_passed_over(team: Team, mara: Actor) -> None:
    over = world.chat(team, mara)
    closing.end(over.seeker, over.case)

    assert not emergency._pass_on(mara, over.case)


def test_only_the_seated_counsellor_passes_chats_on(chat: Chat, jon: Actor) -> None:
    risk.assess(chat.counsellor, chat.case, Assessment("red"))

    for actor, error in ((jon, NotFound), (chat.seeker, NotAllowed)):
        with pytest.raises(error):
            emergency.pass_on_others(actor, chat.case)


def test_a_consultants_seat_is_nobodys_to_pass_on(team: Team, mara: Actor, jon: Actor, chat: Chat) -> None:
    other = world.chat(team, jon, nickname="Blauer Bus")
    handover.invite(jon, other.case, to=mara.id)
    risk.assess(mara, chat.case, Assessment("red"))

    assert emergency.pass_on_others(mara, chat.case) == 0
    assert world.row(other.case).state == "active"


def test_the_young_person_tells_where_they_are_if_they_want(chat: Chat) -> None:
    assert not emergency.may_tell(chat.seeker, chat.case)
    risk.assess(chat.counsellor, chat.case, Assessment("red"))

    emergency.tell_where(chat.seeker, chat.case, " Bei Oma in Musterstadt ")

    (told,) = emergency.told(chat.counsellor, chat.case, world.key(chat.case))
    assert told.text == "Bei Oma in Musterstadt"
    assert b"Oma" not in bytes(Whereabouts.objects.get().sealed)
    assert world.notices(chat.case)[-1] == "where_told"
    assert codes()[-1] == "where_told"


def test_where_somebody_is_is_only_taken_when_asked(chat: Chat) -> None:
    with pytest.raises(NotFound):
        emergency.tell_where(chat.seeker, chat.case, "Hier")
    risk.assess(chat.counsellor, chat.case, Assessment("red"))
    for text, error in (("", Empty), (" ", Empty), ("x" * 501, TooLong), ("\ud83d", Invalid)):
        with pytest.raises(error):
            emergency.tell_where(chat.seeker, chat.case, text)
    with pytest.raises(NotAllowed):
        emergency.tell_where(chat.counsellor, chat.case, "Hier")

    assert not Whereabouts.objects.exists()


def test_a_place_that_was_tampered_with_does_not_open(chat: Chat) -> None:
    risk.assess(chat.counsellor, chat.case, Assessment("red"))
    emergency.tell_where(chat.seeker, chat.case, "Hier")
    Whereabouts.objects.update(sealed=b"x" * 60)

    assert [told.text for told in emergency.told(chat.seeker, chat.case, world.key(chat.case))] == [None]
