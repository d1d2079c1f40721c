"""Taking a time without a script: how, when, a name, the code; and whatever can come between."""

import datetime as dt
import re
from uuid import UUID, uuid4

import pytest
from django.conf import settings as house
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from blended.domain import booking, offers
from blended.models import Appointment
from counselling.cases.domain import closing
from counselling.cases.models import Case
from counselling.people.domain.actors import Actor
from counselling.people.models import Seeker, Team
from tests.blended import dates_world as dates
from tests.support import browser_letters as browser
from tests.support import letters, world
from tests.support.letters import WORDS, Correspondents

pytestmark = pytest.mark.django_db
CODE = re.compile(r'data-text="([^"]+)"')
NEW = {"nickname": world.NICKNAME, "note": "Ich bin etwas schüchtern.", "proof": "none"}


@pytest.fixture
def team() -> Team:
    return world.team()


@pytest.fixture
def mara(team: Team) -> Actor:
    return world.counsellor(team, "Mara")


@pytest.fixture
def writer(team: Team, mara: Actor) -> Correspondents:
    return letters.writer(team)


def offered(actor: Actor, team: Team, days: int = 3, clock: str = "15:00", **more: object) -> UUID:
    return dates.slot(actor, team, dates.days_ahead(days), clock, **more)


def at(slot: UUID) -> str:
    return f"/appointment/{slot}/"


def page_of(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def came_back(code: str) -> Client:
    """Another browser, with the code."""
    client = Client()
    client.post("/return/", {"code": code})
    return client


# --- how and when ----------------------------------------------------------------------------------------------------


def test_every_way_says_what_it_means_and_when_it_is_free(client: Client, team: Team, mara: Actor) -> None:
    offered(mara, team, channel="phone")

    page = page_of(client.get("/appointment/"))

    for way in ("chat", "voice", "phone", "video", "onsite"):
        assert f'href="?how={way}"' in page
    assert page.count("Nächste freie Zeit") == 1
    assert page.count("Gerade nichts frei") == 4
    assert "statt deines Namens ein Wort" in page
    assert "Europe/Berlin" in page


def test_times_stand_by_local_day_with_who_and_where(
    client: Client, team: Team, mara: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    dates.at(monkeypatch, dates.NOW)
    dates.slot(mara, team, dt.date(2026, 9, 17), "00:15", channel="onsite", place=dates.place(team).pk)

    page = page_of(client.get("/appointment/?how=onsite"))

    assert "Donnerstag, 17. September" in page
    assert "0:15 bis 1:15 Uhr" in page or "00:15 bis 01:15 Uhr" in page
    assert "mit <bdi>Mara</bdi>" in page
    assert "Haus Linde" in page


def test_weeks_without_times_are_stepped_over(client: Client, team: Team, mara: Actor) -> None:
    for days in (2, 30, 31):
        offered(mara, team, days)

    first = client.get("/appointment/?how=video")
    later = client.get("/appointment/?how=video&week=4")

    assert [len(day[1]) for day in first.context["week"].days] == [1]
    assert (first.context["week"].earlier, first.context["week"].later) == (None, 4)
    assert [len(day[1]) for day in later.context["week"].days] == [1, 1]
    assert later.context["week"].earlier == 0


@pytest.mark.parametrize("asked", ["?how=video&week=-1", "?how=video&week=9999", "?how=carrier&week=²", "?how=%00"])
def test_an_address_that_says_nonsense_shows_what_there_is(client: Client, team: Team, mara: Actor, asked: str) -> None:
    offered(mara, team)
    assert client.get(f"/appointment/{asked}").status_code == 200


def test_a_way_without_times_offers_the_others(client: Client, team: Team, mara: Actor) -> None:
    offered(mara, team)
    page = page_of(client.get("/appointment/?how=chat"))
    assert "Auf diese Weise ist gerade nichts frei." in page
    assert 'href="/letter/"' in page


def test_the_number_of_queries_does_not_grow_with_the_times(
    client: Client, team: Team, mara: Actor, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for days in range(2, 8):
        offered(mara, team, days)
    with django_assert_max_num_queries(12):
        client.get("/appointment/?how=video")


# --- without a case --------------------------------------------------------------------------------------------------


def test_somebody_new_books_and_the_code_leads_back(client: Client, team: Team, mara: Actor) -> None:
    slot = offered(mara, team, channel="phone")
    assert "Wie sollen wir dich nennen?" in page_of(client.get(at(slot)))
    facts = page_of(client.post(at(slot), NEW | {"step": "name"}))
    assert "Ich bin etwas schüchtern." in facts
    assert not Case.objects.exists()

    done = page_of(client.post(at(slot), NEW | {"step": "facts", "strain": "3"}))

    made = Appointment.objects.get()
    assert (made.state, made.slot_id, made.channel) == ("agreed", slot, "phone")
    assert made.case.facts.strain == 3
    found = CODE.search(done)
    assert found
    assert "Dein Wort am Telefon" in done
    assert "Sie liegt danach auf deinem Gerät" in done
    home = came_back(found[1])
    assert "/appointments/" in page_of(home.get("/inbox/"))
    assert "Ich bin etwas schüchtern." in page_of(home.get("/appointments/"))


def test_neither_name_nor_note_stand_in_an_address(client: Client, team: Team, mara: Actor) -> None:
    slot = offered(mara, team)
    answers = [client.post(at(slot), NEW | {"step": step}) for step in ("name", "facts")]
    assert not any("Location" in answer.headers for answer in answers)


def test_a_form_that_is_sent_twice_books_once_and_shows_a_code_that_works(
    client: Client, team: Team, mara: Actor
) -> None:
    slot = offered(mara, team, capacity=3)
    client.post(at(slot), NEW | {"step": "name"})

    first, second = (client.post(at(slot), NEW | {"step": "facts"}) for _ in range(2))

    assert first.status_code == second.status_code == 200
    assert (Appointment.objects.count(), Case.objects.count(), Seeker.objects.count()) == (1, 1, 1)
    found = CODE.search(page_of(second))
    assert found
    assert 'data-testid="date"' in page_of(came_back(found[1]).get("/appointments/"))


def test_the_name_of_a_case_that_is_over_stays(team: Team, mara: Actor) -> None:
    chat = world.chat(team, mara)
    closing.end(chat.seeker, chat.case)
    client = browser.signed_in(chat.seeker)
    slot = offered(mara, team)

    assert client.post(at(slot), NEW | {"step": "facts"}).status_code == 200
    assert Case.objects.filter(seeker=chat.seeker.id).count() == 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"step": "name", "nickname": "x"}, "mindestens zwei Zeichen"),
        ({"step": "name", "nickname": ""}, "Such dir einen Namen aus"),
        ({"step": "name", "note": "x" * 301}, "zu lang für eine kurze Notiz"),
        ({"step": "facts", "nickname": ""}, "Such dir einen Namen aus"),
    ],
)
def test_what_will_not_do_is_said_and_stays(
    client: Client, team: Team, mara: Actor, fields: dict[str, str], sentence: str
) -> None:
    answer = client.post(at(offered(mara, team)), NEW | fields)
    page = page_of(answer)
    assert answer.status_code == 422
    assert sentence in page
    assert (fields.get("note") or "Ich bin etwas schüchtern.") in page
    assert not Case.objects.exists()


def test_too_many_are_told_kindly_and_keep_what_was_typed(
    client: Client, team: Team, mara: Actor, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.DEMO = False
    monkeypatch.setattr("blended.views.booking.PLAIN_STARTS_PER_HOUR", 0)
    answer = client.post(at(offered(mara, team)), NEW | {"step": "facts", "proof": "", "strain": "4"})
    assert answer.status_code == 429
    assert "Deine Angaben bleiben stehen." in page_of(answer)
    assert answer.context["form"]["strain"].value() == "4"
    assert "Ich bin etwas schüchtern." in page_of(answer)
    assert not Case.objects.exists()


def test_who_was_slower_gets_other_times_and_loses_nothing(
    client: Client, team: Team, mara: Actor, writer: Correspondents
) -> None:
    slot, other = offered(mara, team), offered(mara, team, 4)
    client.post(at(slot), NEW | {"step": "name"})
    booking.book(writer.seeker, writer.case, slot)

    answer = client.post(at(slot), NEW | {"step": "facts", "strain": "4", "topics": "family"})

    page = page_of(answer)
    assert answer.status_code == 409
    assert "gerade jemand anderes genommen" in page
    assert f'formaction="/appointment/{other}/"' in page
    assert "Ich bin etwas schüchtern." in page
    facts = client.post(at(other), NEW | {"step": "new", "strain": "4"})
    assert facts.context["form"]["strain"].value() == "4"
    assert facts.context["nickname"] == world.NICKNAME
    assert client.post(at(other), NEW | {"step": "facts", "strain": "4"}).status_code == 200
    assert Appointment.objects.filter(slot=other).count() == 1


# --- with a case -----------------------------------------------------------------------------------------------------


def test_with_a_case_one_tap_is_enough(team: Team, mara: Actor, writer: Correspondents) -> None:
    client, slot = browser.signed_in(writer.seeker), offered(mara, team)
    assert "Passt das so?" in page_of(client.get(at(slot)))

    answer = client.post(at(slot), {"step": "confirm", "note": "Bitte leise."})

    assert answer.headers["Location"] == "/appointments/?done=booked"
    page = page_of(client.get(answer.headers["Location"]))
    assert "Ausgemacht. Wir freuen uns auf dich." in page
    assert "Bitte leise." in page
    assert client.post(at(slot), {"step": "confirm"}).headers["Location"] == "/appointments/?done=booked"
    assert Appointment.objects.count() == 1


def test_a_note_that_is_too_long_stays(team: Team, mara: Actor, writer: Correspondents) -> None:
    client = browser.signed_in(writer.seeker)
    answer = client.post(at(offered(mara, team)), {"step": "confirm", "note": "y" * 301})
    assert answer.status_code == 422
    assert "y" * 301 in page_of(answer)


def test_what_clashes_is_named_and_nothing_is_lost(team: Team, mara: Actor, writer: Correspondents) -> None:
    other = world.counsellor(team, "Jon")
    client = browser.signed_in(writer.seeker)
    slot, same = offered(mara, team), offered(other, team, channel="chat")
    booking.book(writer.seeker, writer.case, slot)

    answer = client.post(at(same), {"step": "confirm", "note": "Wichtig"})

    assert answer.status_code == 409
    assert 'data-testid="refusal"' in page_of(answer)
    assert "Wichtig" in page_of(answer)
    assert Appointment.objects.count() == 1


def test_more_than_goes_at_once_is_said(team: Team, mara: Actor, writer: Correspondents, settings: Settings) -> None:
    settings.DATES_OPEN_MOST = 1
    client = browser.signed_in(writer.seeker)
    booking.book(writer.seeker, writer.case, offered(mara, team))
    answer = client.post(at(offered(mara, team, 5)), {"step": "confirm", "note": "Noch einer"})
    assert answer.status_code == 409
    assert "Sag erst einen davon ab." in page_of(answer)
    assert "Noch einer" in page_of(answer)


def test_who_waits_for_a_chat_is_told_what_to_do_first(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)
    answer = browser.signed_in(waiter.seeker).post(at(offered(mara, team)), {"step": "confirm", "note": "Hm"})
    assert answer.status_code == 409
    assert "Verlass erst den Warteraum" in page_of(answer)


# --- signed out meanwhile --------------------------------------------------------------------------------------------


def test_a_lost_session_keeps_what_was_typed_and_words_go_on(team: Team, mara: Actor, writer: Correspondents) -> None:
    slot, client = offered(mara, team), Client()
    answer = client.post(at(slot), {"step": "confirm", "note": "Ich komme mit Hund."})
    page = page_of(answer)
    assert answer.status_code == 403
    assert page.count("Ich komme mit Hund.") >= 3
    assert Appointment.objects.count() == 0

    wrong = client.post(
        at(slot),
        {"step": "confirm", "note": "Ich komme mit Hund.", "nickname": "Niemand", "passphrase": "a b c d e f"},
    )
    assert wrong.status_code == 422
    assert "Ich komme mit Hund." in page_of(wrong)
    name = f"{world.NICKNAME} {writer.case.hex[:6]}"
    done = client.post(
        at(slot), {"step": "confirm", "note": "Ich komme mit Hund.", "nickname": name, "passphrase": WORDS}
    )

    assert done.headers["Location"] == "/appointments/?done=booked"
    assert "Ich komme mit Hund." in page_of(client.get("/appointments/"))


def test_a_lost_session_can_begin_anew(client: Client, team: Team, mara: Actor) -> None:
    slot = offered(mara, team)
    page = page_of(client.post(at(slot), {"step": "new", "note": "Ich komme mit Hund."}))
    assert "Wie sollen wir dich nennen?" in page
    assert "Ich komme mit Hund." in page


def test_an_expired_form_shows_the_note_again(team: Team, mara: Actor) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(
        at(offered(mara, team)),
        {"step": "confirm", "note": "Ein ganzer Satz, der nicht verloren gehen darf."},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 403
    assert "Ein ganzer Satz" in page_of(answer)


# --- what is not there -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["", "name", "facts", "new"])
def test_a_guessed_time_is_not_there(client: Client, team: Team, mara: Actor, step: str) -> None:
    path = at(uuid4())
    answer = client.post(path, NEW | {"step": step}) if step else client.get(path)
    assert answer.status_code == 404
    assert "Mara" not in page_of(answer)


def test_another_teams_time_is_not_there_for_a_case(team: Team, mara: Actor, writer: Correspondents) -> None:
    other = Team.objects.create(name="Zeder", slug="zeder")
    foreign = offered(world.counsellor(other, "Zoe"), other)
    assert browser.signed_in(writer.seeker).post(at(foreign), {"step": "confirm"}).status_code == 404


def test_a_time_that_is_over_or_taken_is_gone_and_others_are_shown(
    client: Client, team: Team, mara: Actor, writer: Correspondents, monkeypatch: pytest.MonkeyPatch
) -> None:
    early, taken, withdrawn, later = (offered(mara, team, days) for days in (1, 2, 3, 10))
    booking.book(writer.seeker, writer.case, taken)
    offers.withdraw(mara, withdrawn)
    assert {client.get(at(slot)).status_code for slot in (taken, withdrawn)} == {410}
    dates.at(monkeypatch, timezone.now() + dt.timedelta(days=5))

    answer = client.get(at(early))

    assert answer.status_code == 410
    assert f"/appointment/{later}/" in page_of(answer)


def test_the_browser_belongs_to_somebody_before_the_last_step(client: Client, team: Team, mara: Actor) -> None:
    client.post(at(offered(mara, team)), NEW | {"step": "name"})
    assert house.SEEKER_COOKIE_NAME in client.cookies
    assert not Case.objects.exists()
