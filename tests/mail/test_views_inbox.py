"""The inbox: one reading order for letters, talks and what happened; read marks, taking back, older pages."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from counselling.cases.domain import by_letter, closing, queue, seats
from counselling.cases.models import Case, Entry, Seat
from counselling.mail.views import inbox
from counselling.people.domain import passphrases
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from tests.support import browser_letters as browser
from tests.support import letters as post
from tests.support import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return world.team()


@pytest.fixture
def linde(team: Team) -> Actor:
    return world.counsellor(team, "Linde")


@pytest.fixture
def otter(team: Team, linde: Actor) -> post.Correspondents:
    """Their letter is claimed by Linde, who answered."""
    made = post.claimed(team, linde, "Ich weiß nicht weiter.")
    post.send(linde, made.case, "Gut, dass du schreibst.")
    return made


def shown(client: Client, query: str = "") -> str:
    return client.get(f"/inbox/{query}").content.decode()


def test_letters_talks_and_what_happened_stand_in_one_order(team: Team, linde: Actor) -> None:
    chat = world.chat(team, linde)
    world.say(chat.seeker, chat.case, "Im Chat gesagt")
    passphrases.keep(chat.seeker, "Otter", post.WORDS)
    closing.to_letter(linde, chat.case)
    post.send(chat.seeker, chat.case, "Als Brief geschrieben")

    answer = browser.signed_in(chat.seeker).get("/inbox/")

    kinds = [passage.kind for passage in answer.context["passages"]]
    assert kinds == ["chat", "letter"]
    page = answer.content.decode()
    assert "Chat vom" in page
    assert page.index("Linde ist da.") < page.index("Im Chat gesagt") < page.index("Als Brief geschrieben")


def test_an_answer_is_new_once(otter: post.Correspondents) -> None:
    client = browser.signed_in(otter.seeker)
    page = shown(client)
    assert page.count('<span class="badge">neu</span>') == 1
    assert "Linde liest deine Briefe" in page
    assert "Gut, dass du schreibst." in page
    assert '<span class="badge">neu</span>' not in shown(client)


def test_opening_marks_what_was_read_and_never_less(otter: post.Correspondents) -> None:
    shown(browser.signed_in(otter.seeker))
    mine = world.seat_of(otter.seeker, otter.case)
    assert mine.read_seq == world.row(otter.case).last_seq
    assert seats.mark_read(otter.seeker, otter.case, 1) is False
    assert seats.mark_read(otter.seeker, otter.case, 10**6) is False
    assert world.seat_of(otter.seeker, otter.case).read_seq == mine.read_seq


def test_an_older_page_marks_nothing(otter: post.Correspondents) -> None:
    shown(browser.signed_in(otter.seeker), "?before=2")
    assert world.seat_of(otter.seeker, otter.case).read_seq == 0


def test_own_letters_say_how_far_they_came(team: Team, linde: Actor) -> None:
    made = post.asked(team)
    client = browser.signed_in(made.seeker)
    assert "gesendet, noch nicht gelesen" in shown(client)
    by_letter.claim(linde, made.case)
    seats.mark_read(linde, made.case, world.row(made.case).last_seq)
    page = shown(client)
    assert "gelesen" in page
    assert "gesendet, noch nicht gelesen" not in page
    assert 'data-testid="withdraw"' not in page


def test_an_unread_letter_is_taken_back(team: Team, linde: Actor) -> None:
    made = post.asked(team, "Doch lieber nicht")
    client = browser.signed_in(made.seeker)
    assert client.post("/inbox/withdraw/", {"seq": "1"}).headers["Location"] == "/inbox/"
    page = shown(client)
    assert "Doch lieber nicht" not in page
    assert "zurückgenommen" in page
    assert world.row(made.case).unanswered_since is None


def test_a_read_letter_stays_and_that_is_said(otter: post.Correspondents, linde: Actor) -> None:
    seats.mark_read(linde, otter.case, world.row(otter.case).last_seq)
    answer = browser.signed_in(otter.seeker).post("/inbox/withdraw/", {"seq": "1"})
    assert answer.status_code == 409
    assert "wurde gerade schon gelesen" in answer.content.decode()
    assert "Ich weiß nicht weiter." in answer.content.decode()


@pytest.mark.parametrize(("seq", "status"), [("", 422), ("x", 422), ("-1", 422), ("9" * 20, 422), ("999", 404)])
def test_taking_back_what_is_not_there(otter: post.Correspondents, seq: str, status: int) -> None:
    assert browser.signed_in(otter.seeker).post("/inbox/withdraw/", {"seq": seq}).status_code == status


def test_taking_back_the_others_letter_is_refused(otter: post.Correspondents) -> None:
    theirs = next(line.seq for line in world.lines(otter.case) if line.kind == "letter" and line.role == "counsellor")
    assert browser.signed_in(otter.seeker).post("/inbox/withdraw/", {"seq": theirs}).status_code == 403


def test_the_other_persons_browser_sees_nothing(otter: post.Correspondents, client: Client) -> None:
    assert client.get("/inbox/").headers["Location"] == "/"
    assert client.get("/inbox/write/").headers["Location"] == "/"
    stranger = post.asked(Team.objects.get(), "Fremder Brief", nickname="Bunter Fuchs")
    page = shown(browser.signed_in(stranger.seeker))
    assert "Fremder Brief" in page
    assert "Ich weiß nicht weiter." not in page


def test_what_is_owed_is_said_until_it_is_answered(team: Team, linde: Actor) -> None:
    made = post.asked(team)
    client = browser.signed_in(made.seeker)
    assert "Wir antworten bis" in shown(client)
    by_letter.claim(linde, made.case)
    post.send(linde, made.case, "Hier ist sie")
    assert "Wir antworten bis" not in shown(client)


def test_the_own_counsellor_is_here_and_a_letter_becomes_a_chat(otter: post.Correspondents) -> None:
    client = browser.signed_in(otter.seeker)
    assert "<strong><bdi>Linde</bdi></strong> ist gerade da." in shown(client)
    assert client.post(f"/chat/again/{otter.case}/").headers["Location"] == "/chat/"
    page = shown(client)
    assert "Zur Warteschlange" in page
    queue.claim(otter.counsellor, otter.case)  # type: ignore[arg-type]
    queue.appear(otter.seeker, otter.case)
    assert "Ihr schreibt gerade live." in shown(client)


def test_nobody_reads_is_said_with_the_day(otter: post.Correspondents, team: Team) -> None:
    Staff.objects.update(status="away")
    assert "Gerade liest niemand mit." in shown(browser.signed_in(otter.seeker))


def test_a_closed_case_reads_on_and_opens_by_writing(otter: post.Correspondents, linde: Actor) -> None:
    closing.close(linde, otter.case, topics=[], ending="helped", letters=True)
    client = browser.signed_in(otter.seeker)
    assert "Wenn du wieder schreibst, geht sie weiter." in shown(client)
    browser.send(client, "Es ist wieder schlimmer.")
    assert Case.objects.get(pk=otter.case).state == "letters"
    assert "Du hast wieder geschrieben. Es geht weiter." in shown(client)


def test_a_case_closed_too_long_ago_hands_the_text_to_a_new_one(otter: post.Correspondents, linde: Actor) -> None:
    closing.close(linde, otter.case, topics=[], ending="helped", letters=True)
    Case.objects.update(closed_at=timezone.now() - timedelta(days=200))
    client = browser.signed_in(otter.seeker)

    answer = browser.send(client, "Ich bin wieder da.")

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "liegt zu lange zurück" in page
    assert "Mit diesem Text neu anfangen" in page
    client.post("/letter/", browser.FACTS | {"text": "Ich bin wieder da."})
    assert browser.composer(client)["text"] == "Ich bin wieder da."
    assert Case.objects.count() == 2


def test_long_timelines_come_in_pages_and_cost_the_same(otter: post.Correspondents, linde: Actor) -> None:
    client = browser.signed_in(otter.seeker)
    shown(client)
    with CaptureQueriesContext(connection) as few:
        shown(client)
    for n in range(inbox.LINES + 5):
        post.send(otter.seeker if n % 2 else linde, otter.case, f"Zeile {n}")
    shown(client)
    with CaptureQueriesContext(connection) as many:
        page = shown(client)

    assert len(many) <= len(few) + 1  # what is owed now
    assert "Ältere zeigen" in page
    assert "Ich weiß nicht weiter." not in page
    older = shown(client, f"?before={6 + world.row(otter.case).last_seq - inbox.LINES}")
    assert "Zum Ende" in older


@pytest.mark.parametrize("before", ["0", "1", "-3", "x", "²", "9" * 40, ""])
def test_a_strange_page_number_is_harmless(otter: post.Correspondents, before: str) -> None:
    assert browser.signed_in(otter.seeker).get("/inbox/", {"before": before}).status_code == 200


def test_an_unreadable_letter_says_so_and_the_others_stay(otter: post.Correspondents) -> None:
    Entry.objects.filter(case=otter.case, seq=1).update(client_id=uuid.uuid4())
    page = shown(browser.signed_in(otter.seeker))
    assert "lässt sich nicht öffnen" in page
    assert "Gut, dass du schreibst." in page


def test_the_chat_leads_over_to_the_inbox(otter: post.Correspondents) -> None:
    client = browser.signed_in(otter.seeker)
    assert client.get("/chat/").headers["Location"] == "/inbox/"
    assert client.get("/mine/read/").headers["Location"] == "/inbox/"
    assert Seat.objects.filter(case=otter.case).exists()


def test_a_copy_holds_the_letters(otter: post.Correspondents) -> None:
    answer = browser.signed_in(otter.seeker).post("/mine/copy/")
    file = b"".join(answer.streaming_content).decode()
    assert "Ich weiß nicht weiter." in file
    assert "Gut, dass du schreibst." in file


def test_everything_new_is_on_the_first_page(otter: post.Correspondents, linde: Actor) -> None:
    client = browser.signed_in(otter.seeker)
    shown(client)
    for n in range(inbox.LINES + 5):
        post.send(linde, otter.case, f"Zeile {n}.")
    page = shown(client)
    assert page.count('<span class="badge">neu</span>') == inbox.LINES + 5
    assert "Zeile 0." in page
    assert "Zeile 0." not in shown(client)


def test_who_was_blocked_may_write_and_is_offered_no_chat(team: Team, linde: Actor) -> None:
    chat = world.chat(team, linde)
    closing.block(linde, chat.case)
    page = shown(browser.signed_in(chat.seeker))
    assert "Wenn du wieder schreibst, geht sie weiter." in page
    assert 'data-testid="to-chat"' not in page
