"""The team's pages: calendar, offers, places, the private address, a case's appointments."""

import datetime as dt
import re
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from blended.domain import agreeing, appointments, booking, places
from blended.models import Appointment, ClosingDay, Place, Slot
from counselling.cases.domain import by_letter
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from tests.blended import dates_world as dates
from tests.support import key_rings, letters, world
from tests.support.letters import Correspondents

pytestmark = pytest.mark.django_db
CALENDAR, OFFER, PLACES, FEED = (
    "/team/calendar/",
    "/team/calendar/offer/",
    "/team/calendar/places/",
    "/team/calendar/address/",
)


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def mara(team: Team) -> Actor:
    return world.counsellor(team, "Mara")


@pytest.fixture
def made(team: Team, mara: Actor) -> Correspondents:
    return letters.claimed(team, mara)


def browser_of(actor: Actor) -> Client:
    client = Client()
    key_rings.sign_in(client, Staff.objects.get(pk=actor.id))
    return client


@pytest.fixture
def browser(mara: Actor) -> Client:
    return browser_of(mara)


def iso(days: int) -> str:
    return dates.days_ahead(days).isoformat()


def form(team: Team, **more: object) -> dict[str, object]:
    return {
        "team": str(team.pk),
        "channel": "video",
        "place": "",
        "first_on": iso(7),
        "starts": "15:00",
        "minutes": "50",
        "buffer_minutes": "10",
        "capacity": "1",
        "every_weeks": "0",
        "last_on": "",
        **more,
    }


def test_an_offer_is_shown_before_it_is_made(browser: Client, team: Team) -> None:
    seen = browser.post(OFFER, form(team))
    assert (seen.status_code, Slot.objects.count()) == (200, 0)
    assert 'data-testid="made"' in seen.content.decode()

    answer = browser.post(OFFER, form(team, save="1"))

    assert (answer.status_code, answer.headers["Location"]) == (303, f"{CALENDAR}?done=offered&week={iso(7)}")
    assert Slot.objects.count() == 1
    again = browser.post(OFFER, form(team, save="1"))
    assert (again.status_code, Slot.objects.count()) == (422, 1)
    assert "eigenes Angebot" in again.content.decode()


def test_a_series_says_what_it_leaves_out(browser: Client, mara: Actor, team: Team) -> None:
    places.close(mara, team.pk, dates.days_ahead(14), dates.days_ahead(14))
    words = form(team, every_weeks="1", last_on=iso(28))

    page = browser.post(OFFER, words).content.decode()
    browser.post(OFFER, words | {"save": "1"})

    made, skipped = (page.count(f'data-testid="{kind}"') for kind in ("made", "skipped"))
    assert made + skipped == 4
    assert Slot.objects.count() == made


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"first_on": "2020-01-01"}, "first_on"),
        ({"starts": "25:00"}, "starts"),
        ({"minutes": "5"}, "minutes"),
        ({"channel": "onsite"}, "place"),
        ({"every_weeks": "1"}, "last_on"),
        ({"every_weeks": "1", "last_on": "2020-01-01"}, "last_on"),
        ({"channel": "pigeon"}, "channel"),
        ({"team": str(uuid4())}, "team"),
    ],
)
def test_what_does_not_work_is_said_at_its_field(
    browser: Client, team: Team, more: dict[str, object], field: str
) -> None:
    answer = browser.post(OFFER, form(team, save="1") | more)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Slot.objects.exists()


def test_the_week_shows_offers_and_appointments_and_who_it_is(
    browser: Client, made: Correspondents, mara: Actor, team: Team
) -> None:
    dates.slot(mara, team, dates.days_ahead(7))
    appointment = dates.booked(made.seeker, made.case, mara, team, days=8, channel="phone")
    sealed = appointments.one(mara, appointment).sealed
    assert sealed

    weeks = "".join(browser.get(f"{CALENDAR}?week={iso(days)}").content.decode() for days in (7, 8))

    assert "Angebot, frei" in weeks
    assert "Angebot, vergeben" in weeks
    assert world.NICKNAME in weeks
    assert sealed.word in weeks


def test_colleagues_and_those_who_lead_see_times_and_no_names(made: Correspondents, mara: Actor, team: Team) -> None:
    appointment = dates.booked(made.seeker, made.case, mara, team, days=8, channel="phone")
    sealed = appointments.one(mara, appointment).sealed
    assert sealed
    for reader in (world.counsellor(team, "Jon"), world.staff(team, "Lena", "supervisor")):
        page = browser_of(reader).get(f"{CALENDAR}?view=team&week={iso(8)}").content.decode()
        assert "Mara" in page
        assert world.NICKNAME not in page
        assert sealed.word not in page
        assert str(made.case) not in page


@pytest.mark.parametrize("week", ["", "nonsense", "0001-01-01", "9999-12-31", "2026-10-25"])
def test_any_week_is_a_week(browser: Client, week: str) -> None:
    page = browser.get(CALENDAR, {"week": week})

    assert page.status_code == 200
    assert page.content.decode().count('data-testid="day"') == 7


def test_who_has_no_calendar(team: Team, client: Client) -> None:
    assert client.get(CALENDAR).status_code == 302
    assert browser_of(world.staff(team, "Toni", "administrator")).get(CALENDAR).status_code == 403
    lead = browser_of(world.staff(team, "Lena", "supervisor"))
    assert lead.get(CALENDAR).status_code == 200
    assert [lead.get(path).status_code for path in (OFFER, FEED)] == [403, 403]
    assert lead.get(PLACES).status_code == 200


def test_an_offer_is_withdrawn_from_its_page(browser: Client, made: Correspondents, mara: Actor, team: Team) -> None:
    slot = dates.slot(mara, team, dates.days_ahead(7))
    appointment = booking.book(made.seeker, made.case, slot)
    path = f"{CALENDAR}slot/{slot}/"

    assert browser_of(world.counsellor(team, "Jon")).get(path).status_code == 403
    assert browser_of(world.counsellor(world.team("Ahorn"), "Ida")).get(path).status_code == 404
    assert "1 von 1" in browser.get(path).content.decode()
    assert browser.post(path).headers["Location"].startswith(f"{CALENDAR}?done=left")
    assert dates.row(appointment).state == "agreed"
    assert browser_of(world.staff(team, "Lena", "supervisor")).post(path, {"cancel": "1"}).status_code == 303
    assert dates.row(appointment).state == "cancelled"


def test_a_whole_series_is_withdrawn(browser: Client, team: Team) -> None:
    browser.post(OFFER, form(team, every_weeks="2", last_on=iso(40), save="1"))
    slot = Slot.objects.first()
    assert slot

    browser.post(f"{CALENDAR}slot/{slot.pk}/", {"series": "1"})

    assert dates.slots() == []


def test_places_and_closing_days_are_kept(browser: Client, team: Team) -> None:
    words = {"name": "Haus Linde", "address": "Lindenweg 4", "door": "Klingel oben", "active": "on"}
    assert browser.post(f"{PLACES}new/{team.pk}/", words).status_code == 303
    place = Place.objects.get()
    assert browser.post(f"{PLACES}new/{team.pk}/", words).status_code == 422
    assert browser.post(f"{PLACES}{place.pk}/", words | {"name": "Haus Eiche"}).status_code == 303
    assert "Haus Eiche" in browser.get(PLACES).content.decode()
    assert browser.get(f"{PLACES}4711/").status_code == 404
    assert browser.get(f"{PLACES}new/{uuid4()}/").status_code == 403

    assert browser.post(PLACES, {"team": str(team.pk), "first": iso(2), "last": ""}).status_code == 303
    assert browser.post(PLACES, {"team": str(team.pk), "first": iso(2), "last": iso(1)}).status_code == 422
    assert browser.post(PLACES, {"team": str(uuid4()), "first": iso(2)}).status_code == 404
    assert list(ClosingDay.objects.values_list("day", flat=True)) == [dates.days_ahead(2)]
    assert browser.post(PLACES, {"team": str(team.pk), "reopen": iso(2)}).status_code == 303
    assert browser.post(PLACES, {"team": str(team.pk), "reopen": "soon"}).status_code == 404
    assert not ClosingDay.objects.exists()


def test_the_address_is_shown_once_and_works_without_signing_in(browser: Client, mara: Actor, team: Team) -> None:
    dates.slot(mara, team, dates.days_ahead(7))
    page = browser.post(FEED, {"renew": "1"}).content.decode()
    found = re.search(r"http://testserver(/calendar/[\w-]{43}\.ics)", page)
    assert found
    assert found[1] not in browser.get(FEED).content.decode()

    answer = Client().get(found[1])
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert answer.content.count(b"SUMMARY:Termin\r\n") == 1
    assert Client().get("/calendar/unknown.ics").status_code == 404
    browser.post(FEED, {"remove": "1"})
    assert Client().get(found[1]).status_code == 404


def test_the_address_is_no_place_to_guess(client: Client) -> None:
    answers = [client.get(f"/calendar/guess{number}.ics").status_code for number in range(62)]

    assert answers[0] == 404
    assert answers[-1] == 429


def test_a_time_is_proposed_from_the_case(browser: Client, made: Correspondents, mara: Actor, team: Team) -> None:
    path = f"/team/case/{made.case}/dates/"
    slot = dates.slot(mara, team, dates.days_ahead(9))
    words = {"first_on": iso(7), "starts": "10:30", "minutes": "50", "channel": "voice", "place": "", "note": "Gut?"}

    assert world.NICKNAME in browser.get(path).content.decode()
    assert browser.post(path, words).headers["Location"] == f"{path}?done=proposed"
    assert browser.post(path, words).status_code == 409  # a time of one's own is there already
    assert browser.post(path, words | {"first_on": "2020-01-01"}).status_code == 422
    assert browser.post(path, {"slot": str(slot)}).status_code == 303
    assert browser.post(path, {"slot": "nonsense"}).status_code == 409
    assert Appointment.objects.filter(state="proposed").count() == 2
    assert "Gut?" in browser.get(path).content.decode()


def do(browser: Client, appointment: UUID, what: str, **more: str) -> int:
    return browser.post(f"/team/dates/{appointment}/{what}/", more).status_code


def test_answers_and_marks(
    browser: Client, made: Correspondents, mara: Actor, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish, other = (agreeing.propose(made.seeker, made.case, dates.when(days=days)) for days in (3, 4))
    assert "Terminwunsch" in browser.get(CALENDAR).content.decode()
    assert do(browser, wish, "confirm", calendar="1") == 303
    assert do(browser, other, "decline") == 303
    assert do(browser, other, "confirm") == 409
    assert do(browser, wish, "kept") == 409
    assert do(browser, uuid4(), "cancel") == 404
    assert browser.get(f"/team/dates/{wish}/kept/").status_code == 405
    assert browser_of(world.counsellor(team, "Jon")).post(f"/team/dates/{wish}/cancel/").status_code == 404

    dates.at(monkeypatch, dates.row(wish).ends_at)
    fresh = browser_of(mara)
    assert "Hat der Termin stattgefunden?" in fresh.get(CALENDAR).content.decode()
    assert do(fresh, wish, "missed", calendar="1") == 303
    assert dates.row(wish).state == "missed"


def test_an_appointment_is_moved_and_its_file_says_when(
    browser: Client, made: Correspondents, mara: Actor, team: Team
) -> None:
    old = dates.booked(made.seeker, made.case, mara, team, days=3)
    slot = dates.slot(mara, team, dates.days_ahead(5))
    path = f"/team/dates/{old}/move/"
    words = {"first_on": iso(6), "starts": "10:30", "minutes": "60", "channel": "video", "place": ""}

    assert browser.get(path).status_code == 200
    assert browser.post(path, words).status_code == 303
    assert browser.post(path, words | {"minutes": "1"}).status_code == 422
    assert browser.post(path, {"slot": str(slot)}).status_code == 303
    new = Appointment.objects.get(instead_of=old)
    assert (new.slot_id, new.state) == (slot, "proposed")
    assert browser.post(path, {"slot": str(uuid4())}).status_code == 404

    file = browser.get(f"/team/dates/{old}/termin.ics")
    assert file.headers["Content-Disposition"] == 'attachment; filename="termin.ics"'
    assert dates.row(old).starts_at.strftime("DTSTART:%Y%m%dT%H%M%SZ").encode() in file.content
    assert browser.get(f"/team/dates/{new.pk}/termin.ics").status_code == 404


def test_after_a_hand_over_who_was_to_be_there_marks_from_the_calendar(
    made: Correspondents, mara: Actor, team: Team
) -> None:
    appointment = dates.booked(made.seeker, made.case, mara, team, days=3)
    now = timezone.now()
    Appointment.objects.update(starts_at=now - dt.timedelta(hours=2), ends_at=now - dt.timedelta(hours=1))
    by_letter.hand_over(mara, made.case, to=world.counsellor(team, "Jon").id)
    browser = browser_of(mara)

    page = browser.get(CALENDAR).content.decode()
    assert "Hat der Termin stattgefunden?" in page
    assert world.NICKNAME not in page
    assert do(browser, appointment, "kept", calendar="1") == 303
    assert do(browser, appointment, "missed") == 409


def test_the_calendar_costs_the_same_for_one_and_three(
    browser: Client, mara: Actor, team: Team, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    numbers = []
    for hour in (9, 12, 15):
        made = letters.claimed(team, mara)
        booking.book(made.seeker, made.case, dates.slot(mara, team, dates.days_ahead(7), f"{hour:02}:00"))
        browser.get(f"{CALENDAR}?week={iso(7)}")
        with django_assert_max_num_queries(60) as counted:
            browser.get(f"{CALENDAR}?week={iso(7)}")
        numbers.append(len(counted.captured_queries))
    assert len(set(numbers)) == 1


@pytest.mark.parametrize("channel", ["voice", "video"])
def test_a_counsellor_finds_the_door_of_a_call_while_it_is_open(
    browser: Client, made: Correspondents, mara: Actor, team: Team, channel: str
) -> None:
    appointment = dates.booked(made.seeker, made.case, mara, team, days=3, channel=channel)
    path, door = f"/team/case/{made.case}/dates/", f"/team/date/{appointment}/call/"
    assert door not in browser.get(path).content.decode()

    for minutes, is_open in ((16, False), (-71, False), (14, True), (-69, True)):
        starts_at = timezone.now() + dt.timedelta(minutes=minutes)
        Appointment.objects.update(starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=1))
        assert (door in browser.get(path).content.decode()) == is_open
    Appointment.objects.update(state="cancelled")
    assert door not in browser.get(path).content.decode()


def test_no_other_appointment_has_the_door_of_a_call(
    browser: Client, made: Correspondents, mara: Actor, team: Team
) -> None:
    dates.booked(made.seeker, made.case, mara, team, days=3, channel="phone")
    Appointment.objects.update(starts_at=timezone.now(), ends_at=timezone.now() + dt.timedelta(hours=1))

    assert "/call/" not in browser.get(f"/team/case/{made.case}/dates/").content.decode()
