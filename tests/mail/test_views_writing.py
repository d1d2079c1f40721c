"""Writing a letter by forms alone: kept, looked at, sent once, quoted, with modules; nothing is lost."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from counselling.cases.domain import closing, queue
from counselling.cases.models import Entry
from counselling.mail.domain import letters, modules, unsent
from counselling.mail.models import Letter
from tests.mail import writing_world as at
from tests.support import letters as post
from tests.support import world

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}


@pytest.fixture
def linde():
    return at.linde()


@pytest.fixture
def case(linde):
    return at.claimed(linde)


def test_a_draft_is_kept_and_stands_there_again(linde, case) -> None:
    browser = at.browser(linde)

    answer = at.write(browser, case, "keep", "Liebe Otter,\r\ndanke.", version=0)

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{reverse('mail:case', args=[case])}?done=kept#compose-place"
    assert at.in_composer(at.page(browser, case)) == "Liebe Otter,\ndanke."
    assert at.letters_of(case) == ["Kann ich euch etwas fragen?"]


def test_a_script_is_told_what_was_kept(linde, case) -> None:
    letter = str(uuid.uuid4())
    browser = at.browser(linde)

    answer = browser.post(
        reverse("mail:case_write", args=[case]), {"text": "Anfang", "letter": letter, "version": 0}, headers=JSON
    )

    assert answer.json() | {"saved": ""} == {"letter": letter, "version": 1, "saved": ""}
    again = browser.post(
        reverse("mail:case_write", args=[case]), {"text": "Anders", "letter": letter, "version": 0}, headers=JSON
    )
    assert (again.status_code, again.json()["error"]["code"]) == (409, "diverged")


def test_a_letter_is_sent_once_though_the_button_was_pressed_twice(linde, case) -> None:
    browser = at.browser(linde)
    form = {"letter": str(uuid.uuid4()), "version": 0}

    answers = [at.write(browser, case, "send", "Gut, dass du schreibst.", **form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert at.letters_of(case) == ["Kann ich euch etwas fragen?", "Gut, dass du schreibst."]
    assert not Letter.objects.filter(case=case).exists()


def test_a_letter_that_arrived_is_not_replaced_by_another_text(linde, case) -> None:
    browser = at.browser(linde)
    form = {"letter": str(uuid.uuid4()), "version": 0}
    at.write(browser, case, "send", "Eins", **form)

    answer = at.write(browser, case, "send", "Zwei", **form)

    assert answer.status_code == 409
    assert "schon angekommen" in answer.content.decode()
    assert at.in_composer(answer) == "Zwei"
    assert form["letter"] not in answer.content.decode()


@pytest.mark.parametrize("step", ["send", "preview", "later"])
@pytest.mark.parametrize(
    ("text", "status"), [("", 422), (" \r\n ", 422), ("x" * 20_001, 422), ("Hal\0lo", 0), ("\ud83d", 422)]
)
def test_what_is_no_letter_says_so_and_stays(linde, case, step: str, text: str, status: int) -> None:
    browser = at.browser(linde)
    later = timezone.localtime() + timedelta(days=1)
    form = {"version": 0, "day": later.strftime("%Y-%m-%d"), "time": "10:00"}
    body = text if text != "\ud83d" else "?"

    answer = at.write(browser, case, step, body, **form)

    if text in {"Hal\0lo", "\ud83d"}:
        assert answer.status_code in {200, 303}
    else:
        assert answer.status_code == status
        assert 'role="alert"' in answer.content.decode()
        assert at.in_composer(answer).strip() == body.strip()
        assert at.letters_of(case) == ["Kann ich euch etwas fragen?"]


def test_twenty_thousand_characters_with_line_ends_are_a_letter(linde, case) -> None:
    text = "\n".join(["ä" * 99] * 200)

    answer = at.write(at.browser(linde), case, "send", text.replace("\n", "\r\n"), version=0)

    assert answer.status_code == 303
    assert at.letters_of(case)[-1] == text


def test_two_pages_are_shown_side_by_side_and_either_is_taken(linde, case) -> None:
    browser = at.browser(linde)
    letters.keep(linde, case, "Von der anderen Seite", version=0)

    both = at.write(browser, case, "send", "Von dieser Seite", version=0)

    page = both.content.decode()
    assert both.status_code == 409
    assert "Von der anderen Seite" in page
    assert "Von dieser Seite" in page
    assert at.letters_of(case) == ["Kann ich euch etwas fragen?"]
    at.write(browser, case, "keep", "Von dieser Seite", **at.sheet(linde, case))
    assert at.in_composer(at.page(browser, case)) == "Von dieser Seite"


def test_the_preview_shows_the_letter_as_it_will_be_read_and_keeps_it(linde, case) -> None:
    answer = at.write(at.browser(linde), case, "preview", "<b>Hallo</b> du", version=0)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "So sieht es die junge Person" in page
    assert '<p class="inbox-text" dir="auto">&lt;b&gt;Hallo&lt;/b&gt; du</p>' in page
    known = letters.unsent(linde, case)
    assert known
    assert known.text == "<b>Hallo</b> du"


def test_a_draft_is_thrown_away(linde, case) -> None:
    browser = at.browser(linde)
    at.write(browser, case, "keep", "Doch nicht", version=0)

    at.write(browser, case, "discard")

    assert letters.unsent(linde, case) is None


def test_a_letter_is_quoted_behind_what_stands_there(linde) -> None:
    team = at.team_of(linde)
    case = post.claimed(team, linde, "Erste Zeile\n\nDritte").case
    seq = Entry.objects.get(case=case, kind=Entry.Kind.LETTER).seq
    browser = at.browser(linde)

    answer = at.write(browser, case, f"quote:{seq}", "Liebe Otter,", version=0)

    assert answer.status_code == 303
    assert at.in_composer(at.page(browser, case)) == "Liebe Otter,\n\n&gt; Erste Zeile\n&gt;\n&gt; Dritte\n\n"


@pytest.mark.parametrize("about", ["999", "x", "-1", "", "9" * 40, "²"])
def test_a_quote_of_nothing_leaves_the_text(linde, case, about: str) -> None:
    browser = at.browser(linde)

    assert at.write(browser, case, f"quote:{about}", "Liebe Otter,", version=0).status_code == 303

    assert at.in_composer(at.page(browser, case)).strip() == "Liebe Otter,"


def test_a_module_is_put_behind_what_stands_there(linde) -> None:
    team = at.team_of(linde)
    case = post.claimed(team, linde, nickname="Nachtfalter").case
    module = modules.add(linde, "Gruß", "Liebe*r {nickname}, herzlich {counsellor}", team=team.pk)
    browser = at.browser(linde)

    at.write(browser, case, "insert", "Hallo", version=0, module=str(module.pk))

    assert at.in_composer(at.page(browser, case)) == "Hallo\n\nLiebe*r Nachtfalter, herzlich Linde\n\n"


def test_no_module_is_chosen(linde, case) -> None:
    answer = at.write(at.browser(linde), case, "insert", "Hallo", version=0, module="x")

    assert answer.status_code == 422
    assert "Wähle erst einen Baustein aus." in answer.content.decode()
    assert at.in_composer(answer) == "Hallo"


def test_while_a_chat_runs_the_letter_waits(linde) -> None:
    made = post.claimed(at.team_of(linde), linde)
    closing.take_up_again(made.seeker, made.case)
    queue.appear(made.seeker, made.case)
    queue.claim(linde, made.case)

    answer = at.write(at.browser(linde), made.case, "send", "Ein Brief", version=0)

    assert answer.status_code == 409
    assert "Ihr seid gerade im Chat." in answer.content.decode()
    assert at.in_composer(answer) == "Ein Brief"
    assert letters.unsent(linde, made.case).text == "Ein Brief"  # type: ignore[union-attr]


def test_a_letter_survives_the_end_of_the_session(linde, case) -> None:
    browser = at.browser(linde)
    browser.logout()
    text = "Ein langer Brief, der geschrieben wurde, als niemand mehr angemeldet war."

    answer = browser.post(
        reverse("mail:case_write", args=[case]),
        {"step": "send", "text": text, "version": 0},
        headers={"Sec-Fetch-Site": "same-origin"},
    )

    page = answer.content.decode()
    assert answer.status_code == 403
    assert text in page
    assert reverse("people:sign_in") in page
    browser = at.browser(linde)
    assert at.write(browser, case, "send", text, version=0).status_code == 303
    assert at.letters_of(case)[-1] == text


def test_a_letter_survives_the_lock(linde, case) -> None:
    browser = at.browser(linde)
    browser.post(reverse("people:lock"))
    text = "Ein langer Brief, der geschrieben wurde, als der Bildschirm schon gesperrt war."

    answer = browser.post(
        reverse("mail:case_write", args=[case]),
        {"step": "send", "text": text, "version": 0},
        headers={"Sec-Fetch-Site": "same-origin"},
    )

    page = answer.content.decode()
    assert answer.status_code == 423
    assert text in page
    assert reverse("people:locked") in page


def test_a_foreign_page_gets_no_form_of_ours(linde, case) -> None:
    answer = at.browser(None).post(
        reverse("mail:case_write", args=[case]),
        {"step": "send", "text": "Etwas, das eine fremde Seite geschickt hat, und zwar ziemlich lang."},
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status_code == 302


def test_who_answers_is_told_that_something_new_came_and_then_sends(linde) -> None:
    made = post.claimed(at.team_of(linde), linde)
    browser = at.browser(linde)
    form = {"letter": str(uuid.uuid4()), "version": 0, "seen": world.row(made.case).last_seq}
    post.send(made.seeker, made.case, "Es ist noch etwas passiert.")

    first = at.write(browser, made.case, "send", "Meine Antwort", **form)

    page = first.content.decode()
    assert first.status_code == 409
    assert "Inzwischen ist etwas Neues gekommen." in page
    assert "Es ist noch etwas passiert." in page
    assert at.in_composer(first) == "Meine Antwort"
    composer = page[page.index('id="letter-form"') :]
    fields = dict(re.findall(r'name="(letter|version|seen)" value="([^"]*)"', composer)[:3])
    assert fields["letter"] == form["letter"]
    assert at.write(browser, made.case, "keep", "Meine andere Antwort", **fields).status_code == 303
    fields |= at.sheet(linde, made.case)
    assert at.write(browser, made.case, "send", "Meine Antwort", **fields).status_code == 303
    post.send(made.seeker, made.case, "Danke")
    assert at.write(browser, made.case, "send", "Meine Antwort", **fields).status_code == 303
    assert at.letters_of(made.case).count("Meine Antwort") == 1


def test_what_is_begun_is_listed_without_its_text_and_an_empty_sheet_is_not(linde) -> None:
    team = at.team_of(linde)
    begun, empty = post.claimed(team, linde, nickname="Nachtfalter"), post.claimed(team, linde, nickname="Leeres Blatt")
    letters.keep(linde, begun.case, "Etwas Vertrauliches", version=0)
    letters.keep(linde, empty.case, " ", version=0)

    page = at.browser(linde).get(reverse("mail:unsent")).content.decode()

    assert "Nachtfalter" in page
    assert "Vertrauliches" not in page
    assert "Leeres Blatt" not in page


def test_the_list_costs_the_same_for_one_letter_and_for_many(linde) -> None:
    team = at.team_of(linde)
    cases = [post.claimed(team, linde).case for _ in range(4)]
    letters.keep(linde, cases[0], "Eins", version=0)

    def cost() -> int:
        with CaptureQueriesContext(connection) as taken:
            unsent.of_writer(linde)
        return len(taken)

    one = cost()
    for case in cases[1:]:
        letters.keep(linde, case, "Noch einer", version=0)

    assert cost() == one
