"""A young person's appointments: read, answered, moved, called off, and what stands above their conversation."""

import datetime as dt
import re
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format
from pytest_django import DjangoAssertNumQueries

from blended.domain import agreeing, appointments, booking, changing
from blended.models import Appointment
from counselling.cases.models import Role
from counselling.centre.models import OpeningHour
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from tests.blended import dates_world as dates
from tests.support import browser_letters as browser
from tests.support import letters, world
from tests.support.letters import WORDS, Correspondents

pytestmark = pytest.mark.django_db
LINE = "on-top-line"


@pytest.fixture
def team() -> Team:
    return world.team()


@pytest.fixture
def mara(team: Team) -> Actor:
    return world.counsellor(team, "Mara")


@pytest.fixture
def pair(team: Team, mara: Actor) -> Correspondents:
    return letters.claimed(team, mara)


@pytest.fixture
def client(pair: Correspondents) -> Client:
    return browser.signed_in(pair.seeker)


def page_of(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def listed(client: Client, done: str = "") -> str:
    return page_of(client.get(f"/appointments/{done}"))


def booked(pair: Correspondents, mara: Actor, team: Team, **more: object) -> UUID:
    return dates.booked(pair.seeker, pair.case, mara, team, **more)


def proposed(pair: Correspondents, mara: Actor, **more: object) -> UUID:
    return agreeing.propose(mara, pair.case, dates.when(**more))


def state(appointment: UUID) -> str:
    return dates.row(appointment).state


# --- seen ------------------------------------------------------------------------------------------------------------


def test_a_visit_says_where_how_and_which_word(client: Client, pair: Correspondents, mara: Actor, team: Team) -> None:
    made = booked(pair, mara, team, channel="onsite", place=dates.place(team).pk)
    sealed = appointments.one(pair.seeker, made).sealed
    assert sealed
    assert sealed.word

    page = listed(client)

    assert sealed.word in page
    for text in ("Ausgemacht", "Haus Linde", "Lindenweg 4, Musterstadt", "Klingel oben.", "Dein Wort an der Tür"):
        assert text in page
    assert "mit <bdi>Mara</bdi>" in page
    assert "Europe/Berlin" in page


def test_the_door_of_a_call_opens_a_quarter_of_an_hour_before(
    client: Client, pair: Correspondents, mara: Actor, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = booked(pair, mara, team)
    starts = dates.row(made).starts_at
    door = f'action="/date/{made}/call/"'
    assert door not in listed(client)

    dates.at(monkeypatch, starts - dt.timedelta(minutes=16))
    assert door not in listed(client)
    dates.at(monkeypatch, starts - dt.timedelta(minutes=15))
    assert door in listed(client)
    assert client.post(f"/date/{made}/call/").headers["Location"].startswith("/meeting/")
    dates.at(monkeypatch, dates.row(made).ends_at + dt.timedelta(minutes=11))
    assert door not in listed(client)


def test_a_chat_has_its_way_in_at_its_time(
    client: Client, pair: Correspondents, mara: Actor, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = booked(pair, mara, team, channel="chat")
    assert "Weg in den Chat" in listed(client)
    dates.at(monkeypatch, dates.row(made).starts_at)
    assert 'data-testid="enter"' in listed(client)


def test_what_was_stands_below(
    client: Client, pair: Correspondents, mara: Actor, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = booked(pair, mara, team)
    dates.at(monkeypatch, dates.row(made).ends_at + dt.timedelta(hours=1))
    changing.mark(mara, made, kept=False)
    page = listed(client)
    assert "Gerade ist kein Termin ausgemacht." in page
    assert "Hat nicht geklappt" in page


def test_the_number_of_queries_is_the_same_for_one_and_three(
    pair: Correspondents, mara: Actor, team: Team, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = browser.signed_in(pair.seeker)
    booked(pair, mara, team, days=2)
    listed(client)
    with CaptureQueriesContext(connection) as one:
        listed(client)
    booked(pair, mara, team, days=3, channel="phone")
    booked(pair, mara, team, days=4)
    with django_assert_num_queries(len(one)):
        listed(client)


def test_nobody_is_led_to_where_one_comes_back() -> None:
    for path in ("", "propose/", f"{uuid4()}/move/", f"{uuid4()}/cancel/", f"{uuid4()}/termin.ics"):
        assert Client().get(f"/appointments/{path}").headers["Location"] == "/return/"


# --- answered --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("answer", "becomes"), [("yes", "agreed"), ("no", "declined")])
def test_a_proposal_is_answered(client: Client, pair: Correspondents, mara: Actor, answer: str, becomes: str) -> None:
    made = proposed(pair, mara)
    assert 'data-testid="yes"' in listed(client)

    first, again = (client.post(f"/appointments/{made}/answer/", {"answer": answer}) for _ in range(2))

    assert first.headers["Location"] == again.headers["Location"] == f"/appointments/?done={answer}"
    assert state(made) == becomes
    assert 'data-testid="done"' in listed(client, f"?done={answer}")


def test_an_answer_that_comes_too_late_is_said_kindly(client: Client, pair: Correspondents, mara: Actor) -> None:
    made = proposed(pair, mara)
    changing.cancel(mara, made)
    answer = client.post(f"/appointments/{made}/answer/", {"answer": "yes"})
    assert answer.status_code == 409
    assert "Darauf gab es schon eine Antwort." in page_of(answer)
    assert client.post(f"/appointments/{made}/answer/", {"answer": "perhaps"}).status_code == 422


def test_an_own_proposal_cannot_be_agreed_to_alone(client: Client, pair: Correspondents) -> None:
    made = agreeing.propose(pair.seeker, pair.case, dates.when())
    assert client.post(f"/appointments/{made}/answer/", {"answer": "yes"}).status_code == 403
    assert state(made) == "proposed"


# --- called off ------------------------------------------------------------------------------------------------------


def test_calling_off_asks_once_and_takes_no_reason(
    client: Client, pair: Correspondents, mara: Actor, team: Team
) -> None:
    made = booked(pair, mara, team)
    assert "Diesen Termin absagen?" in page_of(client.get(f"/appointments/{made}/cancel/"))
    assert state(made) == "agreed"

    assert client.post(f"/appointments/{made}/cancel/").headers["Location"] == "/appointments/?done=cancelled"

    assert state(made) == "cancelled"
    page = listed(client, "?done=cancelled")
    assert "Du musst nichts erklären." in page
    assert "Absage als Kalenderdatei" in page
    assert client.get(f"/appointments/{made}/cancel/").status_code == 410
    assert client.post(f"/appointments/{made}/cancel/").status_code == 303


def test_an_own_proposal_is_taken_back(client: Client, pair: Correspondents) -> None:
    made = agreeing.propose(pair.seeker, pair.case, dates.when())
    assert "Vorschlag zurückziehen?" in page_of(client.get(f"/appointments/{made}/cancel/"))
    client.post(f"/appointments/{made}/cancel/")
    assert state(made) == "cancelled"


def test_what_has_begun_stays(
    client: Client, pair: Correspondents, mara: Actor, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = booked(pair, mara, team)
    dates.at(monkeypatch, dates.row(made).starts_at + dt.timedelta(minutes=1))
    answer = client.post(f"/appointments/{made}/cancel/")
    assert answer.status_code == 409
    assert "hat schon begonnen" in page_of(answer)
    assert state(made) == "agreed"


def test_who_writes_while_nobody_reads_is_told_when_somebody_does(
    client: Client, pair: Correspondents, mara: Actor, team: Team
) -> None:
    made = proposed(pair, mara)
    Staff.objects.update(status=Staff.Status.AWAY)
    world.close_hours(team)
    day = timezone.localdate() + dt.timedelta(days=2)
    OpeningHour.objects.create(team=team, channel="chat", weekday=day.weekday(), opens=dt.time(14), closes=dt.time(18))
    again = f"Gerade liest niemand mit. Wieder da: {date_format(day, 'l')}, 14:00 Uhr."
    paths = ("/appointments/propose/", f"/appointments/{made}/move/", "/together/")

    for path in paths:
        assert again in " ".join(page_of(client.get(path)).split()), path

    world.open_hours(team)
    Staff.objects.filter(pk=mara.id).update(status=Staff.Status.HERE, seen_at=timezone.now())
    for path in paths:
        assert "Gerade liest niemand mit." not in page_of(client.get(path)), path


# --- moved and proposed ----------------------------------------------------------------------------------------------


def wish(days: int = 5, clock: str = "16:00", **more: str) -> dict[str, str]:
    day = dates.days_ahead(days).isoformat()
    return {"step": "wish", "day": day, "starts": clock, "channel": "voice", "note": "", **more}


def test_to_another_free_time_it_moves_at_once(client: Client, pair: Correspondents, mara: Actor, team: Team) -> None:
    made, other = booked(pair, mara, team), dates.slot(mara, team, dates.days_ahead(6))
    assert str(other) in page_of(client.get(f"/appointments/{made}/move/"))

    answer = client.post(f"/appointments/{made}/move/", {"step": "slot", "slot": str(other)})

    assert answer.headers["Location"] == "/appointments/?done=moved"
    assert state(made) == "moved"
    assert Appointment.objects.get(slot=other).state == "agreed"


def test_a_time_that_somebody_took_meanwhile_is_said_and_others_stay(
    client: Client, pair: Correspondents, mara: Actor, team: Team
) -> None:
    made = booked(pair, mara, team)
    taken, left = (dates.slot(mara, team, dates.days_ahead(days)) for days in (6, 7))
    rival = letters.claimed(team, mara, nickname="Anders")
    booking.book(rival.seeker, rival.case, taken)

    answer = client.post(f"/appointments/{made}/move/", {"step": "slot", "slot": str(taken)})

    assert answer.status_code == 409
    assert "Such dir bitte eine andere aus." in page_of(answer)
    assert str(left) in page_of(answer)
    assert state(made) == "agreed"
    none = client.post(f"/appointments/{made}/move/", {"step": "slot"})
    assert (none.status_code, "Wähle eine Zeit." in page_of(none)) == (422, True)


def test_a_wish_leaves_the_agreed_one_until_the_answer(
    client: Client, pair: Correspondents, mara: Actor, team: Team
) -> None:
    made = booked(pair, mara, team)
    answer = client.post(f"/appointments/{made}/move/", wish())
    assert answer.headers["Location"] == "/appointments/?done=proposed"
    assert state(made) == "agreed"
    assert "Bis dahin gilt dieser Termin." in listed(client)


def test_another_time_answers_the_teams_proposal(client: Client, pair: Correspondents, mara: Actor) -> None:
    made = proposed(pair, mara)
    client.post(f"/appointments/{made}/move/", wish(days=6, note="Abends ist besser."))
    assert state(made) == "declined"
    mine = Appointment.objects.exclude(pk=made).get()
    assert (mine.state, mine.proposed_by) == ("proposed", Role.SEEKER)
    assert "Abends ist besser." in listed(client)


def test_a_wish_that_comes_twice_is_one(client: Client, pair: Correspondents) -> None:
    for _ in range(2):
        assert client.post("/appointments/propose/", wish()).headers["Location"] == "/appointments/?done=proposed"
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"day": ""}, "Wähle einen Tag."),
        ({"day": "2026-02-31"}, "Diesen Tag gibt es nicht."),
        ({"starts": "25:00"}, "Diese Uhrzeit gibt es nicht."),
        ({"channel": ""}, "Wähle, wie ihr euch trefft."),
        ({"day": "2020-01-01"}, "schon vorbei"),
        ({"note": "z" * 301}, "zu lang für eine kurze Notiz"),
    ],
)
def test_a_wish_that_cannot_be_is_said_at_its_field_and_stays(
    client: Client, typed: dict[str, str], sentence: str
) -> None:
    answer = client.post("/appointments/propose/", wish(note="Mit Hund") | typed)
    page = page_of(answer)
    assert answer.status_code == 422
    assert 'role="alert"' in page
    assert sentence in page
    assert typed.get("note", "Mit Hund") in page
    assert not Appointment.objects.exists()


@pytest.mark.parametrize(
    ("day", "clock", "sentence"),
    [("2026-10-25", "02:30", "kommt da zweimal"), ("2027-03-28", "02:30", "gibt es da nicht")],
)
def test_an_hour_that_is_missing_or_comes_twice_is_explained(
    pair: Correspondents, monkeypatch: pytest.MonkeyPatch, day: str, clock: str, sentence: str
) -> None:
    dates.at(monkeypatch, dt.datetime.fromisoformat(f"{day}T12:00:00+00:00") - dt.timedelta(days=20))
    client = browser.signed_in(pair.seeker)
    page = page_of(client.post("/appointments/propose/", wish(note="Mit Hund") | {"day": day, "starts": clock}))
    assert sentence in page
    assert f'value="{day}"' in page
    assert "Mit Hund" in page


def test_several_places_are_asked_for(client: Client, team: Team) -> None:
    places = [dates.place(team, name) for name in ("Haus Linde", "Haus Ulme")]
    unsaid = client.post("/appointments/propose/", wish(channel="onsite"))
    assert (unsaid.status_code, "Wähle einen Ort." in page_of(unsaid)) == (422, True)
    client.post("/appointments/propose/", wish(channel="onsite", place=str(places[1].pk)))
    assert Appointment.objects.get().place == places[1]


def test_a_wish_of_somebody_signed_out_goes_on_after_the_words(pair: Correspondents) -> None:
    stranger = Client()
    page = page_of(stranger.post("/appointments/propose/", wish(note="Mit Hund")))
    assert "Nichts ist verloren." in page
    assert "Mit Hund" in page
    name = f"{world.NICKNAME} {pair.case.hex[:6]}"
    answer = stranger.post("/appointments/propose/", wish(note="Mit Hund") | {"nickname": name, "passphrase": WORDS})
    assert answer.headers["Location"] == "/appointments/?done=proposed"
    assert "Mit Hund" in listed(stranger)


# --- the file, the code ----------------------------------------------------------------------------------------------


def test_the_file_says_when_and_nothing_else(client: Client, pair: Correspondents, mara: Actor, team: Team) -> None:
    made = booked(pair, mara, team, channel="onsite", place=dates.place(team).pk)
    answer = client.get(f"/appointments/{made}/termin.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="termin.ics"'
    assert "SUMMARY:Termin\r\n" in page_of(answer)
    assert not [word for word in ("Linde", "Mara", str(made)) if word in page_of(answer)]
    changing.cancel(pair.seeker, made)
    assert "STATUS:CANCELLED" in page_of(client.get(f"/appointments/{made}/termin.ics"))


@pytest.mark.parametrize("path", ["/appointments/code/", "/mine/code/"])
def test_a_code_holds_until_a_day_after_the_last_one(
    pair: Correspondents, mara: Actor, team: Team, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    client = browser.signed_in(pair.seeker)
    made = booked(pair, mara, team, days=9)
    answer = client.post(path)
    found = re.search(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", page_of(answer))
    assert found
    dates.at(monkeypatch, dates.row(made).ends_at + dt.timedelta(hours=23))
    other = Client()
    other.post("/return/", {"code": found[0]})
    assert other.get("/appointments/").status_code == 200


# --- somebody else's -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["answer/", "cancel/", "move/", "termin.ics"])
@pytest.mark.parametrize("guessed", [True, False])
def test_what_is_somebody_elses_is_not_there(
    pair: Correspondents, mara: Actor, team: Team, path: str, *, guessed: bool
) -> None:
    theirs = uuid4() if guessed else booked(pair, mara, team)
    stranger = browser.signed_in(letters.claimed(team, mara, nickname="Anders").seeker)
    address = f"/appointments/{theirs}/{path}"
    answers = [] if path == "answer/" else [stranger.get(address)]
    if path != "termin.ics":
        answers.append(stranger.post(address, wish() | {"answer": "no"}))
    assert {answer.status_code for answer in answers} == {404}
    assert not any("Mara" in page_of(answer) for answer in answers)
    assert guessed or state(theirs) == "agreed"


# --- above the conversation ------------------------------------------------------------------------------------------


def test_the_inbox_begins_with_what_waits_and_what_is_next(
    client: Client, pair: Correspondents, mara: Actor, team: Team
) -> None:
    assert LINE not in page_of(client.get("/inbox/"))
    booked(pair, mara, team)
    proposed(pair, mara, days=8)
    page = page_of(client.get("/inbox/"))
    assert page.count(LINE) == 2
    assert page.index("Passt dir das?") < page.index("Dein Termin:")
    assert 'href="/appointments/"' in page


def test_an_open_chat_has_the_line_and_can_ask_anew(team: Team, mara: Actor) -> None:
    chat = world.chat(team, mara)
    client = browser.signed_in(chat.seeker)
    assert 'data-on-top="/mine/top/"' in page_of(client.get("/chat/"))
    assert client.get("/mine/top/").json() == {"lines": []}
    agreeing.propose(mara, chat.case, dates.when())
    lines = client.get("/mine/top/").json()["lines"]
    assert [(line["url"], line["icon"]) for line in lines] == [("/appointments/", "calendar")]
    assert lines[0]["text"].startswith("Passt dir das?")
    assert lines[0]["text"] in page_of(client.get("/chat/"))


def test_what_is_over_stands_there_no_more(
    client: Client, pair: Correspondents, mara: Actor, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = booked(pair, mara, team)
    dates.at(monkeypatch, dates.row(made).ends_at + dt.timedelta(minutes=1))
    assert timezone.now() > dates.row(made).ends_at
    assert LINE not in page_of(client.get("/inbox/"))


def test_my_data_leads_to_them(client: Client) -> None:
    assert 'href="/appointments/"' in page_of(client.get("/mine/"))
