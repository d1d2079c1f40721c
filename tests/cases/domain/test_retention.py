"""What is deleted when, and that it is gone from the disk as well."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as chosen
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from counselling.cases.domain import closing, erasing, lifetime, notes, retention, seats
from counselling.cases.models import Case, CountRow, Deletion, Entry, Seal, WaitSample
from counselling.people.domain import access, passphrases
from counselling.people.domain.actors import Actor
from counselling.people.models import Seeker, SeekerAccess, Team
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db(transaction=True)  # the scrubbing at the end runs outside of any transaction
PHRASE = "abend biene wolke tasse lampe radio"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOTHING = dict.fromkeys(
    (
        "risk records",
        "consultations",
        "trail entries",
        "admin log entries",
        "barriers",
        "cases",
        "accesses",
        "sessions",
        "samples",
        "seekers",
    ),
    0,
)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def test_a_closed_chat_is_erased_after_24_hours(chat: Chat, now: datetime) -> None:
    world.say(chat.seeker, chat.case)
    notes.add(chat.counsellor, chat.case, "Notiz")
    closing.end(chat.seeker, chat.case)
    counted = world.counted()

    assert retention.prune(now + 24 * HOUR - timedelta(minutes=1))["cases"] == 0
    assert retention.prune(now + 24 * HOUR + timedelta(minutes=1))["cases"] == 1

    assert not Case.objects.exists()
    assert not Entry.objects.exists()
    assert not Seal.objects.exists()
    assert not Seeker.objects.exists()
    assert world.counted() == counted


def test_what_still_runs_or_waits_is_kept_however_old(team: Team, chat: Chat, now: datetime) -> None:
    world.waiting(team)

    retention.prune(now + 29 * DAY)

    assert Case.objects.count() == 2


def test_taking_up_again_stops_the_clock(chat: Chat, now: datetime) -> None:
    closing.end(chat.seeker, chat.case)
    closing.take_up_again(chat.seeker, chat.case)

    assert retention.prune(now + 2 * DAY)["cases"] == 0


def test_how_long_is_a_setting(chat: Chat, now: datetime, settings: Settings) -> None:
    settings.CLOSED_CHAT_HOURS = 2
    closing.end(chat.seeker, chat.case)

    assert retention.prune(now + 3 * HOUR)["cases"] == 1


def keep(chat: Chat, seen_on: date | None = None) -> None:
    """The seeker of a chat has a passphrase, and was last seen on that day."""
    passphrases.keep(chat.seeker, world.NICKNAME, PHRASE)
    if seen_on:
        Seeker.objects.filter(pk=chat.seeker.id).update(seen_on=seen_on)


def at(year: int, month: int, day: int) -> datetime:
    """Noon of that day."""
    return datetime(year, month, day, 12, tzinfo=timezone.get_current_timezone())


def test_a_kept_case_outlives_the_day(chat: Chat, now: datetime) -> None:
    keep(chat)
    closing.end(chat.seeker, chat.case)

    assert retention.prune(now + 300 * DAY)["cases"] == 0
    assert retention.prune(now + 370 * DAY)["cases"] == 1
    assert not Seeker.objects.exists()
    assert not SeekerAccess.objects.exists()


@pytest.mark.parametrize(
    ("seen_on", "last_day"),
    [
        (date(2025, 5, 3), at(2026, 5, 3)),
        (date(2024, 2, 29), at(2025, 2, 28)),
        (date(2025, 12, 31), at(2026, 12, 31)),
    ],
)
def test_a_kept_case_goes_a_year_after_its_seeker_was_seen(chat: Chat, seen_on: date, last_day: datetime) -> None:
    keep(chat, seen_on)
    closing.end(chat.seeker, chat.case)
    Case.objects.update(closed_at=at(2024, 1, 1))

    assert retention.prune(last_day)["cases"] == 0
    assert retention.prune(last_day + DAY)["cases"] == 1


def test_coming_back_keeps_the_case_for_another_year(chat: Chat, now: datetime) -> None:
    keep(chat, (now - 360 * DAY).date())
    closing.end(chat.seeker, chat.case)

    assert passphrases.sign_in(world.NICKNAME, PHRASE)

    assert retention.prune(now + 30 * DAY)["cases"] == 0


def test_how_many_months_is_a_setting(chat: Chat, now: datetime, settings: Settings) -> None:
    settings.KEPT_CASE_MONTHS = 2
    keep(chat)
    closing.end(chat.seeker, chat.case)

    assert retention.prune(now + 55 * DAY)["cases"] == 0
    assert retention.prune(now + 63 * DAY)["cases"] == 1


def test_a_kept_case_that_runs_is_not_erased_and_later_has_its_day(chat: Chat, now: datetime) -> None:
    keep(chat, (now - 800 * DAY).date())
    assert retention.prune(now)["cases"] == 0

    closing.end(chat.seeker, chat.case)
    assert retention.prune(now + 23 * HOUR)["cases"] == 0
    assert retention.prune(now + 49 * HOUR)["cases"] == 1


def test_all_cases_of_somebody_who_keeps_live_equally_long(team: Team, chat: Chat, now: datetime) -> None:
    closing.end(chat.seeker, chat.case)
    second = world.waiting(team, seeker=chat.seeker)
    closing.end(chat.seeker, second.case)
    keep(chat)

    assert retention.prune(now + 300 * DAY)["cases"] == 0
    assert retention.prune(now + 370 * DAY)["cases"] == 2


def test_the_passphrase_alone_never_expires(chat: Chat, now: datetime) -> None:
    keep(chat)
    closing.end(chat.seeker, chat.case)

    retention.prune(now + 200 * DAY)

    assert list(SeekerAccess.objects.values_list("kind", flat=True)) == ["phrase"]


def test_deletions_are_counted_by_day_and_reason(team: Team, chat: Chat, mara: Actor, now: datetime) -> None:
    other = world.chat(team, mara)
    keep(chat)
    for one in (chat, other):
        closing.end(one.seeker, one.case)

    retention.prune(now + 2 * DAY)
    retention.prune(now + 400 * DAY)

    assert sorted(Deletion.objects.values_list("reason", "number")) == [("expired", 1), ("kept_expired", 1)]
    assert {field.name for field in Deletion._meta.fields} == {"id", "day", "reason", "number"}


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 1, 1), -1, date(2025, 12, 1)),
        (date(2026, 5, 3), 12, date(2027, 5, 3)),
        (date(2026, 5, 3), 0, date(2026, 5, 3)),
    ],
)
def test_months_end_where_the_month_ends(day: date, months: int, expected: date) -> None:
    assert lifetime.add_months(day, months) == expected


def test_the_seeker_is_told_from_the_eleventh_month_on(chat: Chat, now: datetime) -> None:
    today = timezone.localdate(now)
    told = {}
    for seen_on in (today, lifetime.add_months(today, -10), lifetime.add_months(today, -11), today - 360 * DAY):
        keep(chat, seen_on)
        brief = seats.own_case(chat.seeker)
        assert brief
        told[seen_on] = (brief.erase_at, brief.kept_until == lifetime.add_months(seen_on, 12), brief.fading)

    assert list(told.values()) == [(None, True, False)] * 2 + [(None, True, True)] * 2


def test_an_anonymous_case_says_its_hour(chat: Chat) -> None:
    closing.end(chat.seeker, chat.case)
    brief = seats.own_case(chat.seeker)

    assert brief
    assert brief.closed_at
    assert (brief.erase_at, brief.kept_until, brief.fading) == (brief.closed_at + 24 * HOUR, None, False)


def test_expired_ways_in_are_deleted(chat: Chat, now: datetime) -> None:
    access.issue_code(chat.seeker)

    assert retention.prune(now + 25 * HOUR)["accesses"] == 1
    assert retention.prune(now + 31 * DAY)["accesses"] == 1
    assert not SeekerAccess.objects.exists()


def test_expired_sessions_are_deleted(db: None, now: datetime) -> None:
    old, fresh = SessionStore(), SessionStore()
    old.set_expiry(60)
    old.create()
    fresh.create()

    assert retention.prune(now + HOUR)["sessions"] == 1
    assert list(Session.objects.values_list("session_key", flat=True)) == [fresh.session_key]


def test_seekers_who_never_began_are_forgotten_after_days(db: None, now: datetime) -> None:
    access.new_seeker()

    assert retention.prune(now + DAY)["seekers"] == 0
    assert retention.prune(now + 4 * DAY)["seekers"] >= 1
    assert not Seeker.objects.exists()


def test_old_waits_are_forgotten(team: Team, now: datetime) -> None:
    for days in (1, 40):
        WaitSample.objects.create(team=team, day=(now - days * DAY).date(), hour=3, seconds=60)

    assert retention.prune(now)["samples"] == 1


def test_pruning_again_finds_nothing(chat: Chat, now: datetime) -> None:
    closing.end(chat.seeker, chat.case)
    retention.prune(now + 40 * DAY)

    assert retention.prune(now + 40 * DAY) == NOTHING
    assert CountRow.objects.exists()


def test_two_processes_erase_each_case_once(team: Team, now: datetime) -> None:
    mara = world.counsellor(team, "Mara", capacity=100)
    for _ in range(20):
        chat = world.chat(team, mara)
        closing.end(chat.seeker, chat.case)

    results = world.together(*[lambda: retention.prune(now + 2 * DAY)["cases"]] * 2)

    assert world.kinds(results) == ["int", "int"], results
    assert sum(results) == 20


def on_disk() -> bytes:
    """The database file and whatever SQLite keeps beside it."""
    name = Path(str(connection.settings_dict["NAME"]))
    return b"".join(path.read_bytes() for path in sorted(name.parent.glob(f"{name.name}*")))


@pytest.mark.skipif(not chosen.EMBEDDED, reason="PostgreSQL's files are not ours to read")
def test_the_bytes_of_an_erased_case_are_gone_from_the_files(chat: Chat, now: datetime) -> None:
    for number in range(20):
        world.say(chat.seeker, chat.case, f"Nachricht {number} " * 30)
    notes.add(chat.counsellor, chat.case, "Notiz")
    sealed = [
        *(bytes(row) for row in Entry.objects.filter(sealed__isnull=False).values_list("sealed", flat=True)),
        *(bytes(row) for row in Seal.objects.values_list("sealed", flat=True)),
        bytes(world.row(chat.case).nickname),
    ]
    closing.end(chat.seeker, chat.case)
    assert all(record[13:45] in on_disk() for record in sealed)

    retention.prune(now + 2 * DAY)

    assert [record for record in sealed if record[13:45] in on_disk()] == []


@pytest.mark.skipif(not chosen.EMBEDDED, reason="PostgreSQL's files are not ours to read")
def test_after_a_wish_the_bytes_are_gone_from_the_files_at_once(chat: Chat) -> None:
    world.say(chat.seeker, chat.case, "Nachricht " * 30)
    keep(chat)
    access.issue_code(chat.seeker)
    kept = [
        *(bytes(row) for row in Entry.objects.filter(sealed__isnull=False).values_list("sealed", flat=True)),
        *(bytes(row) for row in Seal.objects.values_list("sealed", flat=True)),
        *(bytes(row or b"") for row in SeekerAccess.objects.values_list("wrapped", flat=True)),
        *(bytes(row) for row in SeekerAccess.objects.values_list("lookup", flat=True)),
        bytes(world.row(chat.case).nickname),
    ]
    assert len(kept) == 10
    assert all(record[:32] in on_disk() for record in kept)

    erasing.erase_all(chat.seeker)

    assert [record for record in kept if record[:32] in on_disk()] == []


def test_a_deleted_row_is_gone_from_postgresqls_heap(postgres: None, chat: Chat, now: datetime) -> None:
    """`VACUUM` leaves no dead rows behind in the tables that hold what was said."""
    world.say(chat.seeker, chat.case)
    closing.end(chat.seeker, chat.case)
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pgstattuple")

    retention.prune(now + 2 * DAY)

    tables = (
        "cases_seal",
        "cases_entry",
        "cases_case",
        "cases_note",
        "cases_draft",
        "people_seekeraccess",
        "people_seeker",
    )
    with connection.cursor() as cursor:
        dead = [
            cursor.execute("SELECT dead_tuple_count FROM pgstattuple(%s)", [table]).fetchone()[0] for table in tables
        ]
    assert dead == [0] * len(tables)
