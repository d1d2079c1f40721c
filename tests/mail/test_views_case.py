"""The case's page: who may open it, what stands there, and what opening it means."""

import re
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from counselling.cases.domain import by_letter, closing, handover, queue, seats, timeline
from counselling.cases.models import Seat
from counselling.mail.domain import case_page, letters
from counselling.people.models import AuditEntry
from tests.mail import writing_world as at
from tests.support import letters as post
from tests.support import world

pytestmark = pytest.mark.django_db


def test_the_page_shows_letters_and_says_who_answers_until_when() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.claimed(team, linde, "Ich weiß nicht weiter.", nickname="Nachtfalter")

    response = at.page(at.browser(linde), made.case)

    text = response.content.decode()
    assert response.status_code == 200
    assert "Ich weiß nicht weiter." in text
    assert "Nachtfalter" in text
    assert "Du beantwortest die Briefe." in text
    assert "Linde beantwortet die Briefe." in text
    assert "<title>Fall · " in text


def test_opening_marks_everything_as_read_and_is_audited_once() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.claimed(team, linde)
    browser = at.browser(linde)

    first, second = at.page(browser, made.case), at.page(browser, made.case)

    assert first.content.decode().count("data-fresh") == 1
    assert second.content.decode().count("data-fresh") == 0
    assert Seat.objects.get(case=made.case, staff=linde.id).read_seq == world.row(made.case).last_seq
    assert AuditEntry.objects.filter(event="case_opened", actor=linde.id).count() == 1


def test_an_older_page_is_asked_for_and_marks_nothing() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.claimed(team, linde, "Brief 0")
    for number in range(1, case_page.PAGE + 5):
        post.send(made.seeker, made.case, f"Brief {number}.")
    browser = at.browser(linde)

    newest = at.page(browser, made.case)
    earlier = re.search(r"\?before=(\d+)", newest.content.decode())
    assert earlier
    Seat.objects.filter(case=made.case, staff=linde.id).update(read_seq=0)
    older = at.page(browser, made.case, before=earlier[1]).content.decode()

    assert "Brief 0<" not in newest.content.decode()
    assert "Brief 0<" in older
    assert "Zum Ende" in older
    assert Seat.objects.get(case=made.case, staff=linde.id).read_seq == 0


@pytest.mark.parametrize("before", ["0", "-1", "x", "9" * 30, "²", ""])
def test_a_broken_place_shows_something(before: str) -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.claimed(team, linde)

    assert at.page(at.browser(linde), made.case, before=before).status_code == 200


def test_a_long_timeline_costs_as_many_queries_as_a_short_one() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    short, long = post.claimed(team, linde), post.claimed(team, linde)
    for number in range(80):
        post.send(long.seeker, long.case, f"Brief {number}")
    browser = at.browser(linde)

    def cost(case):
        at.page(browser, case)
        with CaptureQueriesContext(
            connection,
        ) as taken:
            at.page(browser, case)
        return len(taken)

    assert cost(long.case) == cost(short.case)


def routes(case):
    return [
        ("get", reverse("mail:case", args=[case])),
        ("post", reverse("mail:case_write", args=[case])),
    ]


@pytest.mark.parametrize("number", [0, 1])
def test_for_everybody_else_there_is_no_such_case(number: int) -> None:
    team = world.team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    buche = world.counsellor(world.team("Buche"), "Buche")
    made = post.claimed(team, linde)
    method, address = routes(made.case)[number]
    _, nowhere = routes(uuid4())[number]
    data = {"step": "send", "text": "Hallo"} if method == "post" else {}

    for other in (mara, buche):
        browser = at.browser(other)
        assert getattr(browser, method)(address, data).status_code == 404
    assert getattr(at.browser(linde), method)(nowhere, data).status_code == 404
    assert at.letters_of(made.case) == ["Kann ich euch etwas fragen?"]


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
@pytest.mark.parametrize("number", [0, 1])
def test_who_does_not_counsel_is_refused_and_noted(role: str, number: int) -> None:
    team = world.team()
    linde, other = world.counsellor(team, "Linde"), world.staff(team, "Andere", role)
    made = post.claimed(team, linde)
    method, address = routes(made.case)[number]

    assert getattr(at.browser(other), method)(address, {}).status_code == 403
    assert AuditEntry.objects.filter(event="content_refused", actor=other.id).exists()


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("supervisor", "unsent"),
        ("supervisor", "second_looks"),
        *[("administrator", name) for name in ("unsent", "second_looks", "modules")],
    ],
)
def test_the_pages_around_writing_are_for_those_who_counsel(name: str, role: str) -> None:
    other = world.staff(world.team(), "Andere", role)

    assert at.browser(other).get(reverse(f"mail:{name}")).status_code == 403


def test_a_young_person_reaches_nothing_of_it() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.claimed(team, linde)
    browser = Client()
    browser.cookies[settings.SEEKER_COOKIE_NAME] = world.access.new_seeker()[1]

    for method, address in routes(made.case):
        answer = getattr(browser, method)(address, {}, headers={"Accept": "application/json"})
        assert answer.status_code == 403
        assert reverse("people:sign_in") in getattr(browser, method)(address, {}).headers["Location"]


def test_words_of_the_list_are_marked_in_what_the_young_person_wrote_and_nowhere_else() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.claimed(team, linde, "Manchmal denke ich an SUIZID. Ich ritze  mich nicht.")
    post.send(linde, made.case, "Danke. Suizid ist ein schweres Wort.")

    text = at.page(at.browser(linde), made.case).content.decode()

    assert text.count("<mark") == 1
    assert "Hinweiswort: </span>SUIZID</mark>. Ich ritze  mich nicht." in text


def test_a_chat_is_a_passage_of_bubbles_and_the_composer_leads_to_the_desk() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.claimed(team, linde)
    closing.take_up_again(made.seeker, made.case)
    queue.appear(made.seeker, made.case)
    queue.claim(linde, made.case)
    world.say(made.seeker, made.case, "Ich bin jetzt da")

    text = at.page(at.browser(linde), made.case).content.decode()

    assert "Ich bin jetzt da" in text
    assert "Ihr chattet gerade." in text
    assert 'data-testid="chat-passage"' in text
    assert 'data-testid="send-letter"' not in text


def test_a_chats_counsellor_opens_the_case_that_never_was_a_letter() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    chat = world.chat(team, linde, nickname="Stiller Otter")

    assert "Stiller Otter" in at.page(at.browser(linde), chat.case).content.decode()


def test_a_case_that_was_handed_over_is_gone_for_who_had_it() -> None:
    team = world.team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    made = post.claimed(team, linde)
    by_letter.hand_over(linde, made.case, to=mara.id)

    assert at.page(at.browser(linde), made.case).status_code == 404
    assert at.page(at.browser(mara), made.case).status_code == 200


def test_what_is_written_after_a_hand_over_comes_back_to_be_copied() -> None:
    team = world.team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    made = post.claimed(team, linde)
    browser = at.browser(linde)
    by_letter.hand_over(linde, made.case, to=mara.id)
    text = "Das habe ich noch geschrieben, als der Fall schon bei Mara war."

    answer = browser.post(
        reverse("mail:case_write", args=[made.case]),
        {"step": "send", "text": text},
        headers={"Sec-Fetch-Site": "same-origin"},
    )

    assert answer.status_code == 404
    assert text in answer.content.decode()
    assert at.letters_of(made.case) == ["Kann ich euch etwas fragen?"]


def test_the_young_persons_read_mark_stands_at_our_letters() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.claimed(team, linde)
    seq = post.send(linde, made.case, "Hallo du")
    browser = at.browser(linde)
    assert "noch nicht gelesen" in at.page(browser, made.case).content.decode()

    Seat.objects.filter(case=made.case, role=1).update(read_seq=seq)

    assert "noch nicht gelesen" not in at.page(browser, made.case).content.decode()
    assert letters.unsent(linde, made.case) is None


def test_who_advises_in_a_chat_reads_and_writes_no_letters() -> None:
    team = world.team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    chat = world.chat(team, linde)
    handover.invite(linde, chat.case, to=mara.id)

    browser = at.browser(mara)
    answer = at.write(browser, chat.case, "send", "Hallo", version=0)

    page = at.page(browser, chat.case).content.decode()
    assert 'data-testid="compose-text"' not in page
    assert 'data-testid="case-actions"' not in page
    assert 'data-testid="case-dates"' not in page
    assert answer.status_code in {403, 409}
    assert at.letters_of(chat.case) == []


def test_the_list_of_letters_says_that_somebody_wants_a_second_look() -> None:
    team = world.team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    made = post.claimed(team, linde)
    assert "second-look-news" not in at.browser(mara).get(reverse("mail:team")).content.decode()

    at.write(at.browser(linde), made.case, "share", "Mein Entwurf", version=0, reader=str(mara.id))

    assert "1 Brief wartet darauf" in at.browser(mara).get(reverse("mail:team")).content.decode()


def test_notices_name_channels_and_days_as_people_do() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.claimed(team, linde)
    with transaction.atomic():
        case = seats.lock(made.case)
        timeline.add_notice(case, "date_agreed", when="2026-11-25T14:00:00Z", channel="onsite")
        timeline.add_notice(case, "change_agreed", channel="voice")

    text = at.page(at.browser(linde), made.case).content.decode()

    assert "Termin ausgemacht: Mittwoch, 25. November um 15:00, Treffen bei uns." in text
    assert "Gewechselt: Sprechen über die Seite." in text
