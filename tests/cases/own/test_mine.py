"""My data: told exactly, read again, signed out of, deleted."""

import re
import uuid

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from counselling.cases.domain import closing, drafts, keys, mine, notes, queue, seats, timeline
from counselling.cases.models import Case, Entry, Role, Seal, Seat, Waiting
from counselling.errors import NotAllowed, NotFound
from counselling.people.domain import access, passphrases
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Seeker, SeekerAccess, Team
from tests.cases.own.kept import PHRASE, again
from tests.support import world

pytestmark = pytest.mark.django_db


# --- what is stored --------------------------------------------------------------------------------------------------


def test_it_counts_what_is_there(client: Client, otter: world.Chat) -> None:
    notes.add(otter.counsellor, otter.case, "Notiz")
    drafts.keep(otter.seeker, otter.case, "halb fertig")
    access.issue_code(otter.seeker)
    passphrases.keep(otter.seeker, world.NICKNAME, PHRASE)

    stored = mine.stored(otter.seeker)

    assert (stored.since, stored.seen_on) == (timezone.localdate(), timezone.localdate())
    assert (stored.kept, stored.browsers, stored.code_until is None) == (True, 1, False)
    [case] = stored.cases
    assert case.brief.nickname == world.NICKNAME
    assert (case.mine, case.theirs, case.notices, case.notes, case.answers, case.draft) == (1, 1, 1, 1, 2, True)
    refs = AuditEntry.objects.filter(case_ref=world.row(otter.case).audit_ref)
    assert case.audited == refs.count()


def test_what_expired_or_was_taken_back_is_not_told_as_there(client: Client, otter: world.Chat) -> None:
    queue_row = world.say(otter.seeker, otter.case, "doch nicht")
    timeline.take_back(otter.seeker, otter.case, queue_row.seq)
    access.issue_code(otter.seeker)
    SeekerAccess.objects.filter(kind="code").update(expires_at=timezone.now())

    stored = mine.stored(otter.seeker)

    assert stored.code_until is None
    assert stored.cases[0].mine == 1
    assert sum((stored.cases[0].mine, stored.cases[0].theirs, stored.cases[0].notices)) == Entry.objects.count()


def test_it_costs_the_same_for_one_case_and_for_three(team: Team, otter: world.Chat) -> None:
    def queries() -> int:
        fresh = Actor.for_seeker(otter.seeker.id, int(otter.seeker.access), otter.seeker.ring)
        with CaptureQueriesContext(connection) as found:
            mine.stored(fresh)
        return len(found)

    queries()  # opens the key
    one = queries()
    closing.end(otter.seeker, otter.case)
    again(team, otter)
    again(team, otter, "Roter Fuchs")
    queries()  # opens the keys of the new ones
    assert queries() == one


def test_the_page_says_it_in_words(client: Client, otter: world.Chat) -> None:
    page = client.get("/mine/").content.decode()
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))

    assert "1 Nachricht von dir." in text
    assert "1 Nachricht vom Team." in text
    assert "2 freiwillige Antworten, als Kürzel." in text
    assert "Keine Wörter zum Wiederkommen." in text
    assert "Die Sprache: Deutsch." in text
    assert "Wie weit du und das Team gelesen habt." in text
    assert "Wann du zuletzt verbunden warst:" in text
    assert "Seit wann du gewartet hast" in text
    assert "Dass es nicht als eilig galt." in text
    assert "Das Gespräch läuft noch." in text

    closing.end(otter.seeker, otter.case)
    assert "kannst du es noch lesen und weitermachen" in client.get("/mine/").content.decode()
    passphrases.keep(otter.seeker, world.NICKNAME, PHRASE)
    page = client.get("/mine/").content.decode()
    assert "Ein Schloss, das nur mit deinem Namen und deinen Wörtern aufgeht." in page
    assert "Es bleibt bis zum" in page


def test_the_page_tells_of_hurry_language_and_feedback(client: Client, otter: world.Chat) -> None:
    Waiting.objects.update(urgent=True)
    Case.objects.update(language="tlh")
    Seat.objects.filter(role=Role.SEEKER).update(seen_at=None)
    closing.end(otter.seeker, otter.case)
    closing.feedback(otter.seeker, otter.case, helped=5, again=True)

    text = re.sub(r"<[^>]+>", "", client.get("/mine/").content.decode())

    assert "Dass es eilig war." in text
    assert "Die Sprache: tlh." in text
    assert "Ob du gerade verbunden bist." in text
    assert "Dass du am Ende etwas zum Gespräch gesagt hast" in text


def test_staff_and_the_deleted_have_none(otter: world.Chat) -> None:
    with pytest.raises(NotAllowed):
        mine.stored(otter.counsellor)
    Seeker.objects.all().delete()
    with pytest.raises(NotFound):
        mine.stored(otter.seeker)


@pytest.mark.parametrize("path", ["/mine/", "/mine/copy/", "/mine/read/", "/mine/keep/", "/mine/keep/done/"])
def test_a_stranger_is_led_to_the_start(client: Client, team: Team, path: str) -> None:
    assert client.get(path).headers["Location"] == "/"


# --- reading ---------------------------------------------------------------------------------------------------------


def test_a_closed_conversation_is_read_without_a_script(client: Client, otter: world.Chat) -> None:
    closing.end(otter.seeker, otter.case)

    page = client.get("/mine/read/").content.decode()

    assert "Gut, dass du da bist" in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<img" not in page
    assert "Linde ist da. Hier liest nur unser Team mit." in page
    assert "Du hast das Gespräch beendet." in page
    assert f"/chat/again/{otter.case}/" in page
    assert "<textarea" not in page


def test_a_running_one_is_read_where_it_goes_on(client: Client, otter: world.Chat) -> None:
    assert client.get("/mine/read/").headers["Location"] == "/chat/"


def test_what_was_taken_back_or_does_not_open_is_said_in_words(client: Client, otter: world.Chat) -> None:
    gone = world.say(otter.seeker, otter.case, "doch nicht")
    timeline.take_back(otter.seeker, otter.case, gone.seq)
    broken = world.say(otter.seeker, otter.case, "kaputt")
    Entry.objects.filter(seq=broken.seq).update(sealed=b"\1" + bytes(300))
    closing.end(otter.seeker, otter.case)

    page = client.get("/mine/read/").content.decode()

    assert "Du hast eine Nachricht zurückgenommen." in page
    assert page.count("zurückgenommen") == 1
    assert "Diese Nachricht lässt sich nicht öffnen." in page
    assert "Gut, dass du da bist" in page


def test_long_conversations_come_in_pages(client: Client, otter: world.Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("counselling.cases.views.own.reading.PAGE", 3)
    for number in range(5):
        world.say(otter.seeker, otter.case, f"Satz {number}")
    closing.end(otter.seeker, otter.case)

    seen: list[str] = []
    path = "/mine/read/"
    while path:
        page = client.get(path).content.decode()
        seen = re.findall(r"Satz \d|Linde ist da|da bist", page) + seen
        earlier = re.search(r'href="(\?before=\d+)"', page)
        path = f"/mine/read/{earlier[1]}" if earlier else ""

    assert seen == ["Linde ist da", "da bist", *(f"Satz {number}" for number in range(5))]


@pytest.mark.parametrize("before", ["0", "1", "-3", "x", "99999999999999999999", "²", ""])
def test_a_strange_address_shows_what_there_is(client: Client, otter: world.Chat, before: str) -> None:
    closing.end(otter.seeker, otter.case)

    assert client.get("/mine/read/", {"before": before}).status_code == 200


def test_several_conversations_newest_first_and_each_can_be_read(client: Client, team: Team, otter: world.Chat) -> None:
    closing.end(otter.seeker, otter.case)
    second, third = again(team, otter), again(team, otter, "Roter Fuchs")

    page = client.get("/mine/read/").content.decode()

    assert "Hier Roter Fuchs" in page
    others = re.findall(r'<li><a href="/mine/read/([0-9a-f-]{36})/">', page)
    assert others == [str(second.case), str(otter.case)]
    assert str(third.case) not in others
    assert "Gut, dass du da bist" in client.get(f"/mine/read/{otter.case}/").content.decode()


def test_an_older_one_can_be_taken_up_again(client: Client, team: Team, otter: world.Chat) -> None:
    closing.end(otter.seeker, otter.case)
    second = again(team, otter)

    client.post(f"/chat/again/{otter.case}/")

    assert world.row(otter.case).state == "waiting"
    assert client.get("/chat/").context["case"].id == otter.case
    brief = seats.own_case(otter.seeker)
    assert brief
    assert brief.id == otter.case
    queue.claim(otter.counsellor, otter.case)
    assert client.post(f"/chat/again/{second.case}/").status_code == 409


def test_somebody_elses_case_reads_like_none(client: Client, team: Team, otter: world.Chat) -> None:
    other = world.chat(team, otter.counsellor)
    closing.end(other.seeker, other.case)

    for case in (other.case, uuid.uuid4()):
        assert client.get(f"/mine/read/{case}/").headers["Location"] == "/"
        assert client.post(f"/chat/again/{case}/").headers["Location"] == "/"
    assert world.row(other.case).state == "closed"


def test_a_blocked_conversation_is_read_but_not_taken_up(client: Client, otter: world.Chat) -> None:
    closing.block(otter.counsellor, otter.case)

    assert "/chat/again/" not in client.get("/mine/read/").content.decode()


# --- signing out -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fields", "left"), [({}, ["cookie", "phrase"]), ({"everywhere": "1"}, ["phrase"])])
def test_signing_out_here_or_everywhere(
    client: Client, otter: world.Chat, fields: dict[str, str], left: list[str]
) -> None:
    passphrases.keep(otter.seeker, world.NICKNAME, PHRASE)
    token = passphrases.sign_in(world.NICKNAME, PHRASE)

    page = client.post("/mine/sign-out/", fields).content.decode()

    assert token
    assert "Mit deinem Namen und deinen Wörtern kommst du wieder hinein." in page
    assert sorted(SeekerAccess.objects.values_list("kind", flat=True)) == left
    assert client.cookies[settings.SEEKER_COOKIE_NAME].value == ""


def test_who_has_no_words_is_asked_first(client: Client, otter: world.Chat) -> None:
    page = client.post("/mine/sign-out/", {"everywhere": "1"}).content.decode()
    assert "Ohne Wörter kommst du nicht wieder." in page
    assert SeekerAccess.objects.count() == 1

    client.post("/mine/sign-out/", {"sure": "1", "everywhere": "1"})
    assert SeekerAccess.objects.count() == 0
    assert Case.objects.count() == 1


@pytest.mark.parametrize("path", ["/mine/sign-out/", "/mine/copy/", "/mine/keep/", "/mine/delete/"])
def test_every_form_wants_its_token(client: Client, otter: world.Chat, path: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies

    assert strict.post(path, {"sure": "1"}).status_code == 403
    assert Case.objects.count() == 1


def test_deleting_takes_every_case_and_every_way_in(client: Client, team: Team, otter: world.Chat) -> None:
    passphrases.keep(otter.seeker, world.NICKNAME, PHRASE)
    closing.end(otter.seeker, otter.case)
    again(team, otter)
    elsewhere = Client()
    elsewhere.post("/return/words/", {"nickname": world.NICKNAME, "passphrase": PHRASE})
    question = client.get("/mine/delete/").content.decode()
    assert "höchstens 14 Tagen" in question
    assert "ab Stufe Orange" in question

    page = client.post("/mine/delete/", {"sure": "1"}).content.decode()

    assert "Gelöscht." in page
    assert [model.objects.count() for model in (Case, Seal, Seeker, SeekerAccess)] == [0, 0, 0, 0]
    assert elsewhere.get("/chat/").headers["Location"] == "/"
    assert keys.case_keys(otter.seeker, [uuid.uuid4()]) == {}


def test_a_new_seeker_has_no_cases() -> None:
    assert seats.own_cases(access.new_seeker()[0]) == []
