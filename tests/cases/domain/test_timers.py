"""What happens by itself: each at its time, once, and never to somebody who came back in between."""

from datetime import datetime, time, timedelta

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from counselling.cases.domain import closing, places, queue, seats, timers
from counselling.cases.models import Case
from counselling.centre.models import Centre, OpeningHour
from counselling.errors import NotFound
from counselling.mail.domain import outbox
from counselling.mail.models import OutgoingMail
from counselling.people.domain import presence
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from counselling.statistics.models import OfferedQuarter
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def awake(now: datetime) -> None:
    """Every counsellor's page is connected."""
    presence.seen(Staff.objects.values_list("pk", flat=True), now)


def test_nothing_is_due_in_a_quiet_house(team: Team, chat: Chat, now: datetime) -> None:
    world.waiting(team)
    counted_until = now + timedelta(hours=1)  # of the hours offered
    OfferedQuarter.objects.create(team=team, channel="chat", began=counted_until)

    assert timers.run(now) == 0
    assert timers.tick() == 0


# --- a counsellor whose connection is gone ---------------------------------------------------------------------------


def lose(chat: Chat, now: datetime, seconds: int) -> None:
    """The counsellor was seen for the last time so many seconds ago, in a chat that is older than that."""
    Staff.objects.filter(pk=chat.counsellor.id).update(seen_at=now - timedelta(seconds=seconds))
    seat = world.seat_of(chat.counsellor, chat.case)
    seat.since = now - timedelta(hours=1)
    seat.save(update_fields=["since"])


def test_a_lost_counsellors_chat_goes_back_to_the_top_and_the_reason_is_told(
    team: Team, chat: Chat, jon: Actor, now: datetime
) -> None:
    other = world.waiting(team, minutes=60)
    lose(chat, now, 121)

    assert timers.lost_counsellors(now) == 1

    assert world.row(chat.case).state == "waiting"
    assert world.notices(chat.case)[-1] == "counsellor_lost"
    assert [place.case_id for place in places.in_line(team.pk)] == [chat.case, other.case]
    assert seats.names([chat.case])[chat.case] == []


def test_a_short_gap_takes_no_chat_away(chat: Chat, now: datetime) -> None:
    lose(chat, now, 119)

    assert timers.lost_counsellors(now) == 0
    assert world.row(chat.case).state == "active"


def test_a_counsellor_who_pauses_but_is_connected_keeps_the_chat(chat: Chat, now: datetime) -> None:
    lose(chat, now, 0)
    presence.set_status(chat.counsellor, "pausing")

    assert timers.lost_counsellors(now) == 0


def test_a_lost_counsellor_is_noticed_once(chat: Chat, now: datetime) -> None:
    lose(chat, now, 121)

    assert [timers.lost_counsellors(now) for _ in range(3)] == [1, 0, 0]
    assert world.notices(chat.case).count("counsellor_lost") == 1


def test_a_chat_that_just_began_gives_its_counsellor_time(chat: Chat, now: datetime) -> None:
    """Called by somebody whose connection broke before the young person came."""
    Staff.objects.filter(pk=chat.counsellor.id).update(seen_at=None)

    assert timers.lost_counsellors(now) == 0
    assert timers.lost_counsellors(now + 3 * MINUTE) == 1


# --- silence ---------------------------------------------------------------------------------------------------------


def test_a_silent_chat_is_closed_with_a_notice_and_can_be_taken_up_again(chat: Chat, now: datetime) -> None:
    world.say(chat.seeker, chat.case)

    assert timers.silent_chats(now + 29 * MINUTE) == 0
    assert timers.silent_chats(now + 31 * MINUTE) == 1
    assert timers.silent_chats(now + 31 * MINUTE) == 0

    assert world.row(chat.case).ending == "silence"
    assert (world.lines(chat.case)[-1].code, world.lines(chat.case)[-1].about) == ("closed", {"by": "silence"})
    closing.take_up_again(chat.seeker, chat.case)
    assert world.row(chat.case).state == "waiting"


def test_silence_is_counted_from_the_beginning_when_nobody_says_anything(chat: Chat, now: datetime) -> None:
    assert timers.silent_chats(now + 29 * MINUTE) == 0
    assert timers.silent_chats(now + 31 * MINUTE) == 1


def test_both_sides_are_warned_once_before_silence_ends_a_chat(chat: Chat, now: datetime) -> None:
    world.say(chat.seeker, chat.case)
    last = world.row(chat.case).last_at
    assert last

    assert [timers.nearly_silent(now + minutes * MINUTE) for minutes in (24, 26, 27, 31)] == [0, 1, 0, 0]

    warning = world.lines(chat.case)[-1]
    assert (warning.code, warning.about) == ("silence_soon", {"until": timers._moment(last + 30 * MINUTE)})
    assert timers.silent_chats(now + 29 * MINUTE) == 0


@pytest.mark.parametrize("side", ["seeker", "counsellor"])
def test_one_tap_of_either_side_keeps_a_silent_chat_open(chat: Chat, now: datetime, side: str) -> None:
    Case.objects.update(last_at=now - 26 * MINUTE)
    timers.nearly_silent(now)

    for _ in range(2):
        closing.still_here(getattr(chat, side), chat.case)

    assert world.notices(chat.case)[-2:] == ["silence_soon", "still_here"]
    assert timers.silent_chats(now + 29 * MINUTE) == 0
    assert timers.nearly_silent(now + 26 * MINUTE) == 1


def test_a_word_after_the_warning_begins_the_silence_anew(chat: Chat, now: datetime) -> None:
    Case.objects.update(last_at=now - 26 * MINUTE)
    timers.nearly_silent(now)
    world.say(chat.counsellor, chat.case)

    closing.still_here(chat.seeker, chat.case)

    assert "still_here" not in world.notices(chat.case)
    assert timers.nearly_silent(now + 26 * MINUTE) == 1


def test_only_who_is_seated_keeps_a_chat_open_and_only_while_it_runs(
    team: Team, chat: Chat, jon: Actor, now: datetime
) -> None:
    Case.objects.update(last_at=now - 26 * MINUTE)
    timers.nearly_silent(now)
    with pytest.raises(NotFound):
        closing.still_here(jon, chat.case)
    closing.end(chat.seeker, chat.case)

    closing.still_here(chat.seeker, chat.case)

    assert "still_here" not in world.notices(chat.case)


def test_waiting_is_not_silence(team: Team, mara: Actor, now: datetime) -> None:
    waiter = world.waiting(team)
    world.say(waiter.seeker, waiter.case)

    assert timers.silent_chats(now + timedelta(hours=5)) == 0


# --- after hours -----------------------------------------------------------------------------------------------------


def test_places_end_when_the_house_is_dark(team: Team, mara: Actor, now: datetime) -> None:
    waiter = world.waiting(team)
    world.close_hours(team)
    presence.set_status(mara, "away")

    assert [timers.closed_queues(now), timers.closed_queues(now)] == [1, 0]

    assert (world.row(waiter.case).ending, world.place_row(waiter.case).how) == ("place_closed", "closed")
    assert world.counted() == ["asked", "closed"]


def test_who_still_works_after_hours_still_takes_people(team: Team, mara: Actor, now: datetime) -> None:
    waiter = world.waiting(team)
    world.close_hours(team)

    assert timers.closed_queues(now) == 0
    queue.claim(mara, waiter.case)
    assert world.row(waiter.case).state == "active"


def test_somebody_called_is_waited_for_after_hours(team: Team, mara: Actor, now: datetime) -> None:
    called = world.call(team, mara)
    world.close_hours(team)
    presence.set_status(mara, "away")

    assert timers.closed_queues(now) == 0
    assert queue.appear(called.seeker, called.case)


def test_a_short_absence_within_the_hours_ends_no_place(team: Team, mara: Actor, now: datetime) -> None:
    world.waiting(team)
    presence.set_status(mara, "away")

    assert timers.closed_queues(now) == 0


# --- nobody here -----------------------------------------------------------------------------------------------------


@pytest.fixture
def mailed(settings: Settings, db: None) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Centre.objects.create(id=1, alert_email="team@example.org")


def test_nobody_here_alerts_once_and_without_content(mailed: None, team: Team, mara: Actor, now: datetime) -> None:
    world.waiting(team, nickname="Sentinel Otter")
    presence.set_status(mara, "away")

    assert timers.nobody_here(now + 4 * MINUTE) == 0
    assert [timers.nobody_here(now + 6 * MINUTE), timers.nobody_here(now + 7 * MINUTE)] == [1, 0]

    outbox.deliver(timezone.now())
    [message] = mail.outbox
    assert message.to == ["team@example.org"]
    assert "Sentinel" not in f"{message.subject} {message.body}"


def test_somebody_who_comes_ends_the_alert_and_the_next_absence_alerts_again(
    mailed: None, team: Team, mara: Actor, now: datetime
) -> None:
    presence.set_status(mara, "away")
    timers.nobody_here(now + 6 * MINUTE)
    presence.set_status(mara, "here")

    assert timers.nobody_here(now + 7 * MINUTE) == 1
    outbox.deliver(timezone.now())
    assert len(mail.outbox) == 2


def test_a_connected_counsellor_is_somebody(mailed: None, team: Team, mara: Actor, now: datetime) -> None:
    later = now + 60 * MINUTE
    awake(later)

    assert timers.nobody_here(later + MINUTE) == 0


def test_every_day_without_anybody_is_told(mailed: None, team: Team, mara: Actor) -> None:
    """Nobody came yesterday, so nobody ended the alert: today is another day with an empty house."""
    presence.set_status(mara, "away")
    world.close_hours(team)
    for weekday in range(7):
        OpeningHour.objects.create(team=team, weekday=weekday, opens=time(10), closes=time(18))
    noon = timezone.localtime().replace(hour=12, minute=0) + timedelta(days=1)

    alerts = [timers.nobody_here(noon + timedelta(hours=hours)) for hours in (0, 1, 5, 24, 25)]

    assert alerts == [1, 0, 0, 1, 0]


def test_outside_the_hours_nobody_is_expected(mailed: None, team: Team, now: datetime) -> None:
    world.close_hours(team)

    assert timers.nobody_here(now) == 0
    assert not OutgoingMail.objects.exists()


def test_a_centre_without_an_address_is_alerted_at_its_desks_only(
    settings: Settings, team: Team, now: datetime
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    assert timers.nobody_here(now) == 1
    assert not OutgoingMail.objects.exists()


def test_a_server_without_mail_is_alerted_at_its_desks_only(
    mailed: None, settings: Settings, team: Team, now: datetime
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

    assert timers.nobody_here(now) == 1
    assert not OutgoingMail.objects.exists()
